"""Refusals in words: a rule gives a code and values, people read a sentence of `words.toml`."""

from __future__ import annotations

from collections.abc import Mapping

from texts.catalogue import current

VOCABULARIES = {
    "stage": "stage",
    "to": "stage",
    "kind": "decision",
    "level": "level",
    "clock": "clock",
    "state": "request_state",
    "verdict": "verdict",
    "usual": "publication",
    "chosen": "publication",
    "outcome": "vote",
    "issuer": "issuer",
    "run": "run",
    "field": "field",
    "exit": "exit",
}
"""The vocabulary of each value that is a code."""

LISTS = {"allowed": "stage", "extendable": "clock", "channels": "channel"}
"""The vocabulary of each value that is a list of codes, separated by commas."""
INSTANTS = ("until", "latest")
"""The values that are instants in ISO 8601."""
SPANS = ("cap", "most", "longer")
"""The values that are lengths of time such as `4wh`."""


def refusal_sentence(code: str, values: Mapping[str, str | int]) -> str:
    """Return the sentence of a refusal, with officers' words in place of the codes among its values."""
    return current().phrase("refused", code, **_worded(values))


def _worded(values: Mapping[str, str | int]) -> dict[str, str]:
    """Return the values with officers' words in place of codes."""
    texts = current()
    found = {}
    for name, value in values.items():
        group = VOCABULARIES.get(name)
        if name in LISTS:
            found[name] = "、".join(texts.word(LISTS[name], code) for code in str(value).split(","))
        elif name == "found":
            parts = (
                texts.words.get("file_type", {}).get(part) or texts.word("file_type", "other")
                for part in str(value).split(" + ")
            )
            found[name] = "、".join(dict.fromkeys(parts))
        elif name in INSTANTS:
            found[name] = texts.when(str(value))
        elif name in SPANS:
            found[name] = texts.span(value)
        else:
            found[name] = texts.word(group, value) if group else str(value)
    return found
