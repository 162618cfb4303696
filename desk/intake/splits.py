"""The taking of reports out of a case: which they are is looked up and reserved before the case hears of it."""

from __future__ import annotations

from collections.abc import Callable

from desk.intake.case_ids import new_case_id
from domain.decisions import SplitCase, SplitDecision
from domain.errors import Unknown
from domain.office.office import Office
from domain.ports.register import Register
from domain.ports.rows import DecisionRow, WantedSplit


class Splits:
    """What reserves splits; `fold` makes the form of a text that is compared."""

    def __init__(self, register: Register, office: Office, fold: Callable[[str], str]) -> None:
        self._register, self._office, self._fold = register, office, fold

    async def named(self, row: DecisionRow, decision: SplitDecision) -> SplitCase:
        """Return the case that a report gets, with what leaves its old one, and reserve the split.

        Raises:
            Unknown: the report is not of that case.
            Unfit: the case is about what it says, or it was taken out before, or is about to be.

        """
        stored = await self._register.report(decision.report_id)
        if stored is None:
            case = await self._register.case(row.case_id)
            number = case.number if case else row.case_id
            raise Unknown("no_such_report_here", report=decision.report_id, number=number)
        wanted = WantedSplit(
            update_id=row.update_id,
            case_id=row.case_id,
            report_id=decision.report_id,
            reason=decision.reason,
            to_case=new_case_id(),
            year=self._office.day(row.created_at).year,
            folded=self._fold(stored[0].report.text),
            at=row.created_at,
        )
        return await self._register.reserve_split(wanted)
