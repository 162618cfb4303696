"""Filing: what the desk decides about a report before the register stores it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

from desk.admission.source_marks import SourceMarks
from desk.decisions import hashed
from desk.intake.assessor import Assessor
from desk.intake.case_ids import new_case_id
from desk.intake.text_forms import TextForms
from domain.office.assessment import provisional_level
from domain.office.office import Office
from domain.reports.report import IncomingReport, Report
from domain.reports.sources import Source


class ReportFiling:
    """What makes reports ready for the register of one office."""

    def __init__(
        self,
        office: Office,
        assessor: Assessor,
        forms: TextForms,
        marks: SourceMarks,
        digest_key: bytes,
    ) -> None:
        self._office, self._assessor, self._forms, self._marks = office, assessor, forms, marks
        self._digest_key = hmac.new(digest_key, b"report keys", hashlib.sha256).digest()

    async def of(
        self, report: Report, *, key: str | None, principal: str, source: Source, now: datetime
    ) -> IncomingReport:
        """Return a report with ids, keys and its provisional level; `key` counts for the `principal` alone."""
        office, body, surge = self._office, report.model_dump_json(), self._office.terms.surge
        return IncomingReport(
            report_id=secrets.token_urlsafe(12),
            key=self._key_of(principal, key or secrets.token_urlsafe(18)),
            body_digest=hashlib.sha256(body.encode()).hexdigest(),
            report=report,
            claim_key=self._forms.key(report.text),
            folded=self._forms.claim(report.text),
            **self._basket(report, now),
            level=provisional_level(self._assessor.assess(report)),
            case_id=new_case_id(),
            year=office.day(now).year,
            accepted_at=now,
            source=await self._marks.of(source, office.day(now)),
            surge_at=surge.sources if surge else None,
        )

    def _basket(self, report: Report, now: datetime) -> dict[str, Any]:
        """Return by which form a report is known in a basket, and until when it may open one if it says too little.

        Urgent help waits in none: somebody else may have asked for it, and each is rung for.
        """
        if self._assessor.advice(report) is not None:
            return {}
        short = self._forms.short(report.text, str(report.url) if report.url else None)
        policy = self._office.policy.basket
        return {"form": short.form, "basket_until": now + policy.window if short.own < policy.own_characters else None}

    def _key_of(self, principal: str, key: str) -> str:
        """Return by which key the register knows a report again.

        Somebody without a personal key is told apart by the address, and it is stored for good: without the secret, who
        reads the register could try addresses against a key that was not drawn at random.
        """
        return hmac.new(self._digest_key, hashed(principal, "reports", key).encode(), hashlib.sha256).hexdigest()
