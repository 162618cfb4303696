"""What reporters are answered, as a sentence: to themselves, and on the page of a duplicate."""

from __future__ import annotations

from desk import CaseAnswer
from domain.reports.outcome import ReportOutcome
from texts.catalogue import current


def merged(answer: CaseAnswer) -> str:
    """Return what the page of a duplicate says of the case whose answer is its own."""
    texts, number = current(), answer.view.number
    if answer.outcome is ReportOutcome.LOST:
        return texts.phrase("page", "merged_lost")
    if answer.outcome in (ReportOutcome.OPEN, ReportOutcome.ANSWERED):
        return texts.phrase("page", "merged", number=number)
    return texts.phrase("page", "merged_ended", number=number, answer=reported(answer))


def reported(answer: CaseAnswer) -> str:
    """Return in one sentence what has become of a report."""
    why = current().word("exit", answer.exit) if answer.exit else ""
    return current().phrase("report_outcome", answer.outcome, exit=why)
