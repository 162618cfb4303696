"""The one door to cases: it takes in reports, submits decisions under seal, reads, and sweeps after a crash."""

from desk.case_desk import CaseDesk, CaseView

__all__ = ["CaseDesk", "CaseView"]
