"""What was changed between two versions of a text: the places that were, with a little of what stands around them.

A text that repeats itself takes difflib the third power of its length. What a comparison may cost is bounded; past that
a place is shown as taken out and put in whole: coarser, and as true.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from markupsafe import Markup, escape

_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+|[^。！？；!?;\n]+")
STEPS = 2_000_000
"""Steps one comparison of two texts takes at most, under half a second: some 120 sentences that are all the same."""
LONG = 400
"""Characters of a changed place that are still compared one by one: more would be no help."""
ALIKE = 0.5
"""How alike two changed places are at least, to be compared by character; else one takes the place of the other."""
AROUND = 20
"""Characters shown before and after a changed place."""


class Piece(NamedTuple):
    """One piece of a comparison: `how` is same, out (only in the earlier text), or in (only in the later one)."""

    how: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return both texts as one row of pieces; no piece is out or in if they are equal."""
    found: list[Piece] = []
    for piece in _Comparison().sentences(_SENTENCE.findall(before), _SENTENCE.findall(after)):
        if found and found[-1].how == piece.how:
            found[-1] = Piece(piece.how, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found


def as_changes(pieces: Sequence[Piece]) -> Markup:
    """Return a comparison as HTML, what was taken out and put in marked by elements; what did not change is cut."""
    return Markup("").join(_written(piece, first=n == 0, last=n == len(pieces) - 1) for n, piece in enumerate(pieces))


class _Comparison:
    """A comparison of two texts with the steps it has left."""

    def __init__(self) -> None:
        self._left = STEPS

    def sentences(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
        """Yield the pieces of two texts, compared by sentence, and alike places of them by character."""
        first, last = _same_ends(before, after)
        yield Piece("same", "".join(before[:first]))
        old, new = before[first : len(before) - last], after[first : len(after) - last]
        matcher = self._matcher(old, new)
        if matcher is None:
            yield from self._changed("".join(old), "".join(new))
        else:
            for how, a, b, c, d in matcher.get_opcodes():
                same, there = "".join(old[a:b]), "".join(new[c:d])
                yield from (Piece("same", same),) if how == "equal" else self._changed(same, there)
        yield Piece("same", "".join(before[len(before) - last :]))

    def _changed(self, old: str, new: str) -> Iterator[Piece]:
        short = old and new and max(len(old), len(new)) <= LONG
        matcher = self._matcher(old, new) if short else None
        if matcher is None or matcher.ratio() < ALIKE:
            yield from (Piece("out", old), Piece("in", new))
            return
        for how, a, b, c, d in matcher.get_opcodes():
            if how == "equal":
                yield Piece("same", old[a:b])
            else:
                yield from (Piece("out", old[a:b]), Piece("in", new[c:d]))

    def _matcher(self, old: Sequence[str], new: Sequence[str]) -> SequenceMatcher[str] | None:
        """Return what compares two rows, and take its steps off those left; None if it may need more."""
        steps = _steps(old, new)
        if steps > self._left:
            return None
        self._left -= steps
        return SequenceMatcher(None, old, new, autojunk=False)


def _steps(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many steps difflib takes at most: each match it finds splits the rows, and all is gone over again."""
    times = Counter(new)
    each = len(old) + sum(times[one] for one in old)
    return each * (min(len(old), len(new)) + 1) + len(new)


def _same_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many elements two rows begin with alike, and how many others they end with alike."""
    shorter = min(len(before), len(after))
    first = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    rest = shorter - first
    return first, next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)


def _written(piece: Piece, *, first: bool, last: bool) -> Markup:
    if piece.how != "same":
        element = Markup("<del>{}</del>") if piece.how == "out" else Markup("<ins>{}</ins>")
        return element.format(_on_lines(piece.text))
    text = piece.text
    ends, begins = ("" if first else text[:AROUND]), ("" if last else text[-AROUND:])
    if len(ends) + len(begins) >= len(text):
        return _on_lines(text)
    return Markup("{}…{}").format(_on_lines(ends), _on_lines(begins))


def _on_lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
