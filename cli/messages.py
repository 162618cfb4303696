"""The sentences of the command line: `cli.toml` beside the other texts, and words from `words.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from texts.catalogue import PACKAGED, SENTENCES, current, fits, own_folder, tables


def message(code: str, /, **values: object) -> str:
    """Return one sentence of the command line, filled in; the code and its values if there is none."""
    sentence = _sentences().get(code)
    return sentence.format(**values) if sentence is not None else f"{code} {values}"


def word(group: str, code: object) -> str:
    """Return the word that officers read for a code of a vocabulary."""
    return current().word(group, code)


def unserved_channels(missing: Mapping[str, Iterable[str]]) -> str:
    """Return why a live office is not started: its channels without a service, by the setting that is missing."""
    lines = []
    for setting, channels in missing.items():
        names = "、".join(word("channel", channel) for channel in channels)
        code = "service_missing" if setting.startswith("PIYAO_") else "service_on_file"
        lines.append(message(code, setting=setting, channels=names))
    return "\n".join(lines)


@cache
def _sentences() -> dict[str, str]:
    found: dict[str, str] = {}
    for place in (
        PACKAGED,
        own_folder(),
    ):  # an office's own sentence replaces the packaged one if its names in braces fit
        own = tables(place / SENTENCES)
        found |= {code: sentence for code, sentence in own.items() if fits(sentence, found.get(code))}
    return found
