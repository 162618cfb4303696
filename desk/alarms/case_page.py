"""The link of an alarm: straight to the page of its case, for the one person the letter goes to."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.office.office import Person
from domain.tasks.short_links import ShortLinks
from domain.tasks.task import Task
from domain.tasks.task_links import LIVES, TaskLink

DAY = timedelta(days=1)


async def case_page(links: ShortLinks, person: Person, case_id: str, channel: str, now: datetime) -> str:
    """Return the address of a case's page for a person; the same all day, so that a letter sent again is the same."""
    until = now.replace(hour=0, minute=0, second=0, microsecond=0) + LIVES + DAY
    link = TaskLink(
        case_id=case_id,
        visit=1,  # a page to look at is of no visit
        person=person.id,
        task=Task.LOOK,
        unit=person.unit,
        seat=person.seats[0] if person.seats else None,
        channel=channel,
        expires=int(until.timestamp()),
    )
    return (await links.urls([link]))[link]
