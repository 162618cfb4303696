"""The link to a task that the inbox writes for the person who is logged in; it ends with the personal key."""

from __future__ import annotations

from datetime import datetime

from desk import CaseDesk
from domain.access.sessions import WHOLE
from domain.access.standing import standing
from domain.case.summary import Summary
from domain.office.office import Person
from domain.ports.rows import CaseRow
from domain.tasks.task import Task
from domain.tasks.task_links import TaskLink
from domain.vocabulary import ClockName

CHANNEL = "desk"


def own_link(
    desk: CaseDesk,
    person: Person,
    row: CaseRow,
    summary: Summary,
    task: Task,
    now: datetime,
    *,
    clock: ClockName | None = None,
    owner: str | None = None,
) -> str:
    """Return the path of a person's task in a case; `clock` and `owner` are the clock behind it, if there is one."""
    link = TaskLink(
        case_id=row.case_id,
        visit=summary.visit,
        person=person.id,
        task=task,
        unit=person.unit,
        seat=person.seats[0] if person.seats else None,
        channel=CHANNEL,
        clock=clock,
        owner=owner,
        expires=int((now + WHOLE).timestamp()),
        standing=standing(person.unit, person.seats, person.key_digest),
    )
    return desk.links.path(link)
