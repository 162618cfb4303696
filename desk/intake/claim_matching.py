"""The comparison of a report with the claims the register knows: which case it joins by rule, if any."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from domain.decisions import RuleJoin
from domain.errors import Unavailable
from domain.matching.candidates import Likeness, rank
from domain.matching.outcome import MatchOutcome
from domain.ports.register import Register
from domain.reports.near_claims import LOOKED_AT
from domain.reports.report import FiledReport, IncomingReport

AT_A_TIME = 50
"""Of how many cases the reports are indexed at a time."""

log = structlog.get_logger(__name__)


class ClaimMatching:
    """What compares reports with known claims, over one register; `fold` makes the form of a text that is compared."""

    def __init__(self, register: Register, fold: Callable[[str], str]) -> None:
        self._register = register
        self.fold = fold
        self._after = 0

    async def file(self, filing: IncomingReport) -> FiledReport:
        """Store a report under its case; one whose claim is not known to the letter is compared first.

        One that says too little is compared with nothing.

        Raises:
            KeyReused: the key is known with another body.
            Unavailable: the register does not answer; nothing was stored.

        """
        bare = filing.claim_key is None or filing.basket_until is not None
        filed = await self._register.file(filing.model_copy(update={"compared": bare}))
        if filed is None:
            filed = await self._register.file(filing.model_copy(update={"compared": True, **await self._like(filing)}))
        assert filed is not None  # noqa: S101  (it has been compared)
        return filed

    async def likest(self, folded: str) -> list[Likeness]:
        """Return the cases most like a folded text, the likest first.

        Raises:
            Unavailable: the register does not answer.

        """
        return rank(folded, await self._register.claims_like(folded), LOOKED_AT)

    async def index_old(self) -> int:
        """Index the reports of some cases an earlier version has left without; return how many reports were read.

        Raises:
            Unavailable: the register does not answer.

        """
        left = await self._register.unindexed_claims(self._after, AT_A_TIME)
        await self._register.index_claims([(one.case_id, folded) for one in left if (folded := self.fold(one.text))])
        self._after = max((one.position for one in left), default=self._after)
        return len(left)

    async def _like(self, filing: IncomingReport) -> dict[str, object]:
        """Return what a report joins by rule, and the wording for which it does; nothing where it joins none."""
        try:
            found = await self.likest(filing.folded)
        except Unavailable as problem:  # a report is taken in also where nothing can be compared
            log.warning("report.not_compared", report_id=filing.report_id, reason=str(problem))
            return {}
        first = next((one for one in found if one.outcome is MatchOutcome.JOIN), None)
        return {} if first is None else {"like": _joined(filing, first), "like_wording": first.wording}


def _joined(filing: IncomingReport, by: Likeness) -> RuleJoin:
    return RuleJoin(
        report_id=filing.report_id,
        case_id=by.case_id,
        cosine=round(by.near.cosine, 3),
        left_of_report=round(by.near.left_of_one, 3),
        left_of_claim=round(by.near.left_of_other, 3),
        guards=tuple(by.guards),
        version=by.version,
    )
