"""What an index finds for a text: wordings of claims that share rare terms with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.matching.canonical import terms
from domain.matching.differences import Guard
from domain.matching.outcome import VERSION, MatchOutcome, decide
from domain.matching.similarity import Similarity, Weighed, rarity, similarity

MOST = 5
"""How many suggestions a person is shown."""
WEAK = 0.2
"""Below this cosine a suggestion is marked as weak."""


@dataclass(frozen=True)
class Candidate:
    """A wording of a case's claim, folded; `wording` is its digest, `since` when it was first handed in, if known."""

    case_id: str
    folded: str
    wording: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Candidates:
    """Wordings found for a text; `known` is how many there are in all, `texts` how many of them hold each term.

    `apart` are the cases that this very text does not join by rule: a person has taken it out of them.
    """

    known: int
    texts: Mapping[str, int]
    found: Iterable[Candidate]
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """How like a text is to a case's claim, in its nearest wording, and what follows by which version of the rule.

    `apart`: a person has taken this very text out of that case, so that no rule joins it.
    """

    case_id: str
    folded: str
    near: Similarity
    outcome: MatchOutcome
    guards: tuple[Guard, ...]
    version: str = VERSION
    wording: str = ""
    apart: bool = False


def rank(folded: str, candidates: Candidates, most: int = MOST) -> list[Likeness]:
    """Return the cases most like a folded text, each once in its nearest wording, the nearest first."""
    rare = rarity(candidates.known, candidates.texts)
    one = Weighed.of(terms(folded), rare)
    near = [(similarity(one, Weighed.of(terms(other.folded), rare)), other) for other in candidates.found]
    nearest: dict[str, tuple[Similarity, Candidate]] = {}
    for measured, other in sorted(near, key=lambda pair: -pair[0].score):
        nearest.setdefault(other.case_id, (measured, other))
    found = []
    for measured, other in list(nearest.values())[:most]:
        outcome, guards = decide(folded, other.folded, measured)
        apart = other.case_id in candidates.apart
        outcome = MatchOutcome.SUGGEST if apart else outcome
        like = Likeness(other.case_id, other.folded, measured, outcome, tuple(guards))
        found.append(replace(like, wording=other.wording, apart=apart))
    return found
