"""Cases near a claim: what a person who triages is shown, so that one story is not answered twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.matching.candidates import WEAK, Likeness
from domain.matching.canonical import canonical
from domain.matching.differences import common, differing
from domain.values import Frozen
from domain.vocabulary import Verdict

SHOWN = 5
"""How many near cases are shown at most."""

LEAST = 0.1
"""Below this cosine two claims have no more in common than any two."""

LOOKED_AT = 20
"""How many of the likest cases are looked at: some have ended without an answer."""


class KnownClaim(Frozen):
    """A case as triage compares it: running, or with an answer that is public.

    `title` and `path` are of its page in the bulletin, None without an answer; `verdict` is what was found so far.
    """

    case_id: str
    number: str
    claim: str
    running: bool
    verdict: Verdict | None = None
    title: str | None = None
    path: str | None = None


class NearClaim(KnownClaim):
    """A case that is near a claim, and why: the words both have, and those that only one of them has.

    `score` is from 0 to 1.2, by the rule `version`; a `weak` one has little in common.
    """

    score: float
    version: str
    weak: bool
    common: tuple[str, ...]
    differing: tuple[str, ...]


def near_claims(folded: str, likest: Sequence[Likeness], known: Mapping[str, KnownClaim]) -> list[NearClaim]:
    """Return the cases near a folded claim, the nearest first; `known` are those to show, by the case that was found.

    A case is found by another one that was merged into it, too; it is shown once.
    """
    found: dict[str, NearClaim] = {}
    for one in likest:
        case = known.get(one.case_id)
        if case is not None and case.case_id not in found and one.near.cosine >= LEAST:
            found[case.case_id] = _near(folded, one, case)
    return list(found.values())[:SHOWN]


def _near(folded: str, one: Likeness, case: KnownClaim) -> NearClaim:
    claim, other = canonical(folded), canonical(one.folded)
    return NearClaim(
        **dict(case),
        score=round(one.near.score, 3),
        version=one.version,
        weak=one.near.cosine < WEAK,
        common=common(claim, other),
        differing=differing(claim, other),
    )
