"""Where two claims differ, and what each difference may change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from domain.matching.words import EMPTY, HEDGE, LETTERS, LIST, NEGATION, NUMBER, PLACE, PREDICATE, USE

PIECES = 6
"""How many pieces of a claim a person is shown."""
PIECE = 20
"""How many characters of each."""


class Guard(StrEnum):
    """What a difference between two claims touches, so that they may be two claims."""

    NUMBER = "number"
    NEGATION = "negation"
    HEDGE = "hedge"
    PLACE = "place"
    PREDICATE = "predicate"
    USE = "use"
    LETTERS = "letters"
    LIST = "list"
    REPLACED = "replaced"
    MOVED = "moved"
    ADDED = "added"


_WORDS = {
    Guard.NUMBER: NUMBER,
    Guard.NEGATION: NEGATION,
    Guard.HEDGE: HEDGE,
    Guard.PLACE: PLACE,
    Guard.PREDICATE: PREDICATE,
    Guard.USE: USE,
    Guard.LETTERS: LETTERS,
}
"""The words of which two claims have to have the same wherever they differ."""


@dataclass(frozen=True)
class Difference:
    """What one claim has where the other has something else, or nothing; `beside` are the characters around it."""

    one: str
    other: str
    beside: str

    @property
    def replaces(self) -> bool:
        """Return whether each side says something here, and says something else."""
        return self.one != "" and self.other != ""


def differences(one: str, other: str) -> list[Difference]:
    """Return where two claims in their canonical form differ, without what says nothing."""
    found = [Difference(_bare(left), _bare(right), beside) for left, right, beside in _raw(one, other)]
    return [difference for difference in found if difference.one or difference.other]


def guards(one: str, other: str) -> list[Guard]:
    """Return what the differences of two claims touch, each once, the gravest first; empty: nothing but words."""
    met: set[Guard] = set()
    added: set[str] = set()
    for left, right, beside in _raw(one, other):
        met.update(
            guard for guard, words in _WORDS.items() if sorted(words.findall(left)) != sorted(words.findall(right))
        )
        met.update(_of_words(Difference(_bare(left), _bare(right), beside)))
        added.update(side for side, text in (("one", _bare(left)), ("other", _bare(right))) if text)
    if len(added) > 1 and Guard.REPLACED not in met:
        met.add(Guard.MOVED)  # both say something more, in different places
    return [guard for guard in Guard if guard in met]


def _of_words(difference: Difference) -> Iterator[Guard]:
    both = difference.one + difference.other
    if not both:
        return
    if LIST.search(both) or LIST.search(difference.beside):
        yield Guard.LIST
    yield Guard.REPLACED if difference.replaces else Guard.ADDED


def _raw(one: str, other: str) -> Iterator[tuple[str, str, str]]:
    for kind, start, end, from_, to in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            beside = (
                one[max(0, start - 1) : start]
                + one[end : end + 1]
                + other[max(0, from_ - 1) : from_]
                + other[to : to + 1]
            )
            yield one[start:end], other[from_:to], beside


def _around(claim: str, start: int, end: int) -> str:
    return claim[max(0, start - 1) : start] + claim[end : end + 1]


def _bare(text: str) -> str:
    return EMPTY.sub("", text).strip().replace(" ", "")


def common(one: str, other: str) -> tuple[str, ...]:
    """Return the longest pieces two claims have in common, in the order in which they stand, for people to read."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    pieces = [one[block.a : block.a + block.size] for block in blocks if block.size > 1]
    longest = sorted(pieces, key=len, reverse=True)[:PIECES]
    return tuple(_cut(piece) for piece in pieces if piece in longest)[:PIECES]


def differing(one: str, other: str) -> tuple[str, ...]:
    """Return what only one of two claims says, for people to read: `a / b` where each says something else."""
    found = [" / ".join(_cut(side) for side in (each.one, each.other) if side) for each in differences(one, other)]
    return tuple(dict.fromkeys(found))[:PIECES]


def _cut(piece: str) -> str:
    return piece if len(piece) <= PIECE else piece[: PIECE - 1] + "…"
