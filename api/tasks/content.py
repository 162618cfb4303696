"""The content of a task page: the case as its officer needs it, what may be sent by the link, and who did the task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from api.forms.model import Form
from api.tasks import timeline
from api.tasks.available_forms import Pair, offered
from api.tasks.open_link import OpenLink
from desk import CaseDesk, TaskView
from domain.case.summary import ClockStatus, Summary
from domain.office.unit_suggestion import suggest
from domain.ports.rows import TimelineEntry
from domain.tasks.brief import Brief, VoteView
from domain.tasks.task_links import KINDS, OF_CLOCK, Task
from domain.vocabulary import RequestState, Role


@dataclass(frozen=True)
class TaskContent:
    """One opened link with the case it is for."""

    desk: CaseDesk
    opened: OpenLink
    view: TaskView

    @classmethod
    async def of(cls, desk: CaseDesk, opened: OpenLink) -> Self:
        """Return the content of a page, by one query of the case.

        Raises:
            Unknown: there is no such case.
            Unavailable: the register does not answer.

        """
        return cls(desk, opened, await desk.task_view(opened.link.case_id, opened.person))

    @property
    def brief(self) -> Brief | None:
        """Return the case as this officer sees it; None if it is closed or does not answer."""
        return self.view.brief

    @property
    def summary(self) -> Summary | None:
        """Return how the case stands; None before it has reached the register."""
        return self.view.summary

    @property
    def over(self) -> bool:
        """Return whether the case is closed and asks nothing of anybody any more."""
        return self.summary is not None and self.summary.ended

    @property
    def ended(self) -> bool:
        """Return whether the case is in another visit, in which the link's request is not open any more."""
        link, summary = self.opened.link, self.summary
        return summary is not None and summary.visit != link.visit and not timeline.outlives(link, self.view.entries)

    @property
    def dead(self) -> bool:
        """Return whether nothing can be sent by this link any more."""
        return self.over or self.ended

    def offered(self) -> list[Pair]:
        """Return the forms this link has for what may be decided now."""
        if self.brief is None or self.ended:
            return []
        offers = (one for one in self.brief.offers if one.open_at(self.opened.now))
        return offered(self.opened.link, self.opened.person.unit, offers)

    def aside(self, form: Form) -> bool:
        """Return whether a form is folded away: always, or because the link asks its person for something else."""
        link = self.opened.link
        if link.task is Task.SESSION and (form.name == "position" or (form.name == "tick_off" and not self._chairs())):
            return False  # what the unit was called for, or an item it was given
        own_clock = form.kind == "acknowledge" and link.owner == link.unit
        later_text = form.kind == "draft" and self.brief is not None and self.brief.draft is not None
        return form.aside or own_clock or later_text

    def known(self, form: Form) -> dict[str, str]:
        """Return what a new form is filled with, by field: what is known already, never a judgement still to come."""
        known: dict[str, str | None] = {}
        if form.name == "triage" and self.brief:
            hits = self.suggested()
            known = {"level": self.brief.summary.level, "topic": hits[0][1][0] if hits else None}
            known["district"] = self.brief.summary.district or self.brief.place
        elif form.kind == "draft" and self.brief:
            drafted = timeline.last_draft(self.view.entries)
            text = drafted or self.desk.draft_from(self.brief.summary, self.view.claim, self.view.entries)
            known = {"publication": text.publication, "title": text.title, "text": text.text}
        return {name: value for name, value in known.items() if value}

    def co_units(self) -> list[str]:
        """Return the co-units asked in an earlier visit: a further triage keeps those its form names."""
        asked = self.brief.asked if self.brief else ()
        return [one.unit for one in asked if one.role is Role.CO and one.state is not RequestState.EXPIRED]

    def suggested(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the codes of the units that fit the claim, best first, with the words that matched."""
        place = self.brief.place if self.brief else None
        return [(hit.unit, hit.words) for hit in suggest(self.view.claim, place, self.desk.office.units.values())]

    def clocks(self) -> list[ClockStatus]:
        """Return the clocks of the link's task, and the one of the rung it was sent for."""
        link = self.opened.link
        return [
            clock
            for clock in (self.summary.debts if self.summary else ())
            if (OF_CLOCK.get(clock.clock) is link.task and (link.task is not Task.VERIFY or clock.unit == link.unit))
            or (clock.clock is link.clock and clock.unit == link.owner)
        ]

    def verifying(self) -> dict[str, ClockStatus]:
        """Return the clock due first of each unit that verifies, by unit."""
        first: dict[str, ClockStatus] = {}
        for clock in sorted(self.summary.debts if self.summary else (), key=lambda clock: clock.due):
            if clock.role is not None and OF_CLOCK.get(clock.clock) is Task.VERIFY:
                first.setdefault(clock.unit, clock)
        return first

    def votes(self) -> Sequence[VoteView]:
        """Return the votes on the text that waits for signatures."""
        return self.brief.draft.votes if self.brief and self.brief.draft else ()

    def done(self, forms: Iterable[Form]) -> TimelineEntry | None:
        """Return the entry by which the task was done, once the `forms` leave nothing of it to do."""
        if any(form.kind in KINDS[self.opened.link.task] and not self.aside(form) for form in forms):
            return None
        clocks = self.summary.debts if self.summary and not self.ended else ()
        return timeline.done(self.opened.link, self.view.entries, clocks)

    def _chairs(self) -> bool:
        """Return whether the page is the office's, which may tick off everybody's items."""
        return self.opened.link.unit == self.desk.office.terms.office.code
