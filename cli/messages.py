"""What the command line says to people: `cli.toml` beside the other texts, words from `words.toml`."""

from __future__ import annotations

from functools import cache

from pydantic import ValidationError

from settings import Settings
from texts.catalogue import PACKAGED, SENTENCES, current, fits, folder_of, tables


def message(code: str, /, **values: object) -> str:
    """Fill one sentence of the command line; the code and its values where none stands."""
    sentence = _sentences().get(code)
    return sentence.format(**values) if sentence is not None else f"{code} {values}"


def word(group: str, code: object) -> str:
    """Return what officers read for a code of a vocabulary."""
    return current().word(group, code)


@cache
def _sentences() -> dict[str, str]:
    try:
        folder = folder_of(Settings().office_folder)
    except ValidationError:  # the sentence asked for may be the one that tells which setting is wrong
        folder = PACKAGED
    found: dict[str, str] = {}
    for place in (PACKAGED, folder):  # an office's own sentences stand above those it does not have, or has wrong
        own = tables(place / SENTENCES)
        found |= {code: sentence for code, sentence in own.items() if fits(sentence, found.get(code))}
    return found
