"""Cases near a claim: what a person who triages is shown, so that one story is not answered twice.

Only a person joins a near claim to a case; a report joins by itself where its claim key is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from domain.values import Frozen
from domain.vocabulary import Verdict

RECENT = 300
"""How many of the newest cases are looked through."""

SHOWN = 3
"""How many near cases are shown at most."""

Nearness = Callable[[str, str], float]
"""What says how near two claims are, up to 1; 0 where they are not. A matcher can take its place."""


class RecentClaim(Frozen):
    """One of the newest cases as triage compares it: running, or with an answer that is public.

    `title` and `path` are of its page in the bulletin, None without an answer; `verdict` is what was found so far.
    """

    case_id: str
    number: str
    claim: str
    running: bool
    verdict: Verdict | None = None
    title: str | None = None
    path: str | None = None


def near_claims(claim: str, case_id: str, recent: Iterable[RecentClaim], nearness: Nearness) -> Sequence[RecentClaim]:
    """Return the cases nearest to the claim of a case, the nearest first, and of equal ones those with an answer."""
    others = ((nearness(claim, one.claim), one.path is not None, one) for one in recent if one.case_id != case_id)
    near = [found for found in others if found[0] > 0]
    return [one for _, _, one in sorted(near, key=lambda found: found[:2], reverse=True)[:SHOWN]]
