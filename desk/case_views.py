"""Cases as people see them."""

from __future__ import annotations

from domain.case.summary import Summary
from domain.ports.rows import TimelineEntry
from domain.reports.outcome import ReportOutcome
from domain.runs import RunStatus
from domain.tasks.brief import Brief
from domain.values import Frozen
from domain.vocabulary import Exit


class CaseView(Frozen):
    """One case as people see it.

    `live` is true if the case itself answered, false if only the register did. `summary` is None before the case has
    reached the register. `sources` is from how many different sources it was reported, 0 if not counted. `bulletin` is
    the address of its page, None without one. `run` is how its workflow stands.
    """

    case_id: str
    number: str
    claim: str
    sightings: int
    sources: int = 0
    summary: Summary | None
    live: bool
    bulletin: str | None
    run: RunStatus


class CaseAnswer(Frozen):
    """What the reporters of a case are answered: with which case, what has become of it, and by which exit if it left.

    `view` is the case at the end of its merges, the case itself if it is no duplicate or if its merges lead nowhere.
    """

    view: CaseView
    outcome: ReportOutcome
    exit: Exit | None = None


class TaskView(CaseView):
    """One case as its task page shows it to a person.

    `brief` is None if the case does not answer, or is closed and hears nothing of this person any more. `page_at` is
    where the public reads its page, once there is one. `heat` is how many different sources have reported the claim
    within the hour. `answer` is that of a closed duplicate, None for any other case. `merged_here` are the numbers of
    those whose answer is that of this case.
    """

    page_at: str
    brief: Brief | None
    entries: tuple[TimelineEntry, ...]
    heat: int = 0
    answer: CaseAnswer | None = None
    merged_here: tuple[str, ...] = ()
