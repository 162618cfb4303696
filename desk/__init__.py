"""The one door to cases: it takes in reports, submits decisions under seal, reads, and sweeps after a crash."""

from desk.case_desk import CaseDesk
from desk.case_reader import CaseView, TaskView

__all__ = ["CaseDesk", "CaseView", "TaskView"]
