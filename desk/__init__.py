"""The only way from outside to cases: it takes reports, submits decisions under seal, reads, and sweeps."""

from desk.case_desk import CaseDesk
from desk.case_views import CaseAnswer, CaseView, TaskView
from desk.intake.explanations import CaseReports
from desk.runs.restoration import RestoredCase

__all__ = ["CaseAnswer", "CaseDesk", "CaseReports", "CaseView", "RestoredCase", "TaskView"]
