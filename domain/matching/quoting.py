"""Whether one claim quotes the other: a chain message is passed on with words before and after it."""

from __future__ import annotations

from difflib import SequenceMatcher

from domain.matching.words import EMPTY, HEDGE, LETTERS, LIST, NEGATION, NUMBER, PLACE, PREDICATE, TOWN, USE

LONGEST_BLOCK = 15
"""The fewest characters in a row that both have: as many are no coincidence."""
BLOCK = 6
"""Shorter pieces in common do not count as quoted."""
BESIDE = 6
"""How far before and after a quotation a negation turns it into its opposite."""
TOUCHING = 2
"""How far before and after a quotation a word belongs to its first or last one: 东 to 湖小学, 第二 to 医院."""
COVERED = 0.75
"""The least share of the shorter claim that is quoted."""
_WITHIN = (NUMBER, HEDGE, PLACE, PREDICATE, USE, LIST, LETTERS)
"""The words that make another claim of one that they stand in."""
_NAMING = (NUMBER, PLACE)
"""The words that make another name of one that they touch."""


def quotes(one: str, other: str) -> bool:
    """Return whether the longer of two claims in their canonical form quotes the shorter one as it is.

    The shorter one says nothing besides: with another subject, it would be another claim in the same words. What the
    longer one adds names no town: a chain message is often told of another. Within the quotation it adds nothing that
    changes a claim; right beside it no negation, and no place or number that would belong to its first or last word.
    """
    short, long = sorted((one, other), key=len)
    matcher = SequenceMatcher(None, short, long, autojunk=False)
    blocks = [block.size for block in matcher.get_matching_blocks() if block.size >= BLOCK]
    if not blocks or max(blocks) < LONGEST_BLOCK or sum(blocks) < COVERED * len(short):
        return False
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind == "equal":
            continue
        added = long[from_:to]
        if EMPTY.sub("", short[start:end]) or TOWN.search(added):
            return False
        if _changes(added, first=start == 0, last=end == len(short)):
            return False
    return True


def _changes(added: str, *, first: bool, last: bool) -> bool:
    """Return whether what stands within a quotation, or before it (`first`) or after it (`last`), changes the claim."""
    if not (first or last):
        return any(words.search(added) for words in (NEGATION, *_WITHIN))
    beside, touching = (added[-BESIDE:], added[-TOUCHING:]) if first else (added[:BESIDE], added[:TOUCHING])
    return NEGATION.search(beside) is not None or any(words.search(touching) for words in _NAMING)
