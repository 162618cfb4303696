"""A report with everything the desk decides about it before the register stores it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from desk.decisions import hashed
from desk.intake.assessor import Assessor, Fold
from desk.intake.report_handover import new_case_id
from domain.office.assessment import provisional_level
from domain.office.office import Office
from domain.reports.report import IncomingReport, Report


class Filing:
    """What makes reports ready to be filed."""

    def __init__(self, office: Office, assessor: Assessor, claim_key: Callable[[str], str | None], fold: Fold) -> None:
        self._office, self._assessor, self._claim_key, self._fold = office, assessor, claim_key, fold

    def of(self, report: Report, key: str | None, principal: str, now: datetime) -> IncomingReport:
        """Return a report ready to be filed; without a key each call makes another one."""
        return IncomingReport(
            report_id=secrets.token_urlsafe(12),
            key=hashed(principal, "reports", key or secrets.token_urlsafe(18)),
            body_digest=hashlib.sha256(report.model_dump_json().encode()).hexdigest(),
            report=report,
            claim_key=self._claim_key(report.text),
            folded=self._fold(report.text),
            level=provisional_level(self._assessor.assess(report)),
            case_id=new_case_id(),
            year=self._office.day(now).year,
            accepted_at=now,
        )
