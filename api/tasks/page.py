"""What a task page holds: the case as its officer needs it, how it is due, what has happened, and the forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.forms.catalogue import BY_NAME
from api.forms.model import Form, Widget
from api.forms.render import Drawing, Shown
from api.forms.resubmission import RejectedForm, resent, typed
from api.forms.submission import NOTHING, FormSubmission
from api.html.durations import due_words
from api.html.markdown import rendered
from api.tasks import joint_session, timeline
from api.tasks.available_forms import Pair, offered, same
from api.tasks.open_link import OpenLink
from desk import CaseDesk, CaseView
from desk.draft_proposals import propose
from domain.case.summary import ClockStatus, Summary
from domain.office.unit_suggestion import suggest
from domain.tasks.action import AvailableAction
from domain.tasks.brief import Brief, VoteView
from domain.tasks.task_links import KINDS, OF_CLOCK, Task
from texts.catalogue import current

LAST = 8
"""How many of the latest entries a page shows, one line each."""


@dataclass(frozen=True)
class TaskPage:
    """Be a page of one opened link; `brief` is None when the case is over or does not answer."""

    desk: CaseDesk
    opened: OpenLink
    view: CaseView
    brief: Brief | None
    entries: Sequence[dict[str, Any]]

    @classmethod
    async def of(cls, desk: CaseDesk, opened: OpenLink) -> TaskPage:
        """Gather what the page shows.

        Raises:
            Unknown: there is no such case.
            Unavailable: the register does not answer.

        """
        case = opened.link.case_id
        view = await desk.view(case)
        brief = await desk.brief(case, opened.person) if view.live else None
        return cls(desk, opened, view, brief, await desk.timeline(case))

    @property
    def summary(self) -> Summary | None:
        """Return how the case stands by the view or the brief: it may have gone on between the two."""
        seen, heard = self.view.summary, self.brief and self.brief.summary
        return heard if heard and (seen is None or heard.seq > seen.seq) else seen

    @property
    def over(self) -> bool:
        """Tell whether the case is closed."""
        return self.summary is not None and self.summary.closed_at is not None

    @property
    def ended(self) -> bool:
        """Tell whether the case has gone on to another visit, and what the link asks for has not come along."""
        link, summary = self.opened.link, self.summary
        return summary is not None and summary.visit != link.visit and not timeline.outlives(link, self.entries)

    @property
    def dead(self) -> bool:
        """Tell whether nothing can be sent by this link any more."""
        return self.over or self.ended

    def written(self, *, taken: str | None = None, trouble: RejectedForm | None = None) -> str:
        """Write the page; `taken` names the form that was just taken, `trouble` holds the one that was not."""
        forms = self._forms(trouble)
        link, summary = self.opened.link, self.summary
        return current().say(
            "task_page.html",
            mode=self.desk.office.terms.mode,
            task=link.task,
            person=self.opened.person,
            number=self.view.number,
            claim=self.view.claim,
            summary=summary,
            brief=self.brief,
            bulletin=self.view.bulletin,
            live=self.brief is not None or self.over,
            over=self.over,
            ended=self.ended,
            done=self._done(forms),
            dues=self._dues(),
            others=self._others(),
            findings=[{**one, "short": self._short(one["unit"])} for one in timeline.findings(self.entries)],
            lines=[self._line(entry) for entry in self.entries[-LAST:]],
            forms=[shown for shown in forms if not self._aside(shown.form)],
            asides=[shown for shown in forms if self._aside(shown.form)],
            ask=self._ask(forms),
            suggested=self._suggested(),
            said=taken if taken and taken in BY_NAME and BY_NAME[taken].kind in link.kinds else None,
            votes=[(one.kind, self._short(one.unit), one.outcome) for one in self._votes()],
            text=rendered(self.brief.draft.page.text) if self.brief and self.brief.draft else "",
            short=self._short,
            to_do=joint_session.items(self.brief, self._names(), self.opened.now),
            trouble=trouble,
            typed=typed(self.desk.office, trouble.sent) if trouble and self.dead else [],
        )

    # --- forms -------------------------------------------------------------------------------------------------------

    def offered(self) -> list[Pair]:
        """Return the forms this link has for what may be said now."""
        if self.brief is None or self.ended:
            return []
        return offered(self.opened.link, self.opened.person.unit, self.brief.offers)

    def _aside(self, form: Form) -> bool:
        """Tell whether a form is folded away: always, or because the link's person has something better to do."""
        link = self.opened.link
        if link.task is Task.SESSION and (form.name == "position" or (form.name == "tick_off" and not self._chairs())):
            return False  # what the unit was called for, or was given to do
        own_clock = form.kind == "acknowledge" and link.owner == link.unit
        return form.aside or own_clock or self._later_text(form)

    def _chairs(self) -> bool:
        """Tell whether the page is the office's, whose list is everybody's."""
        return self.opened.link.unit == self.desk.office.terms.office.code

    def _later_text(self, form: Form) -> bool:
        return form.kind == "draft" and self.brief is not None and self.brief.draft is not None

    def _forms(self, trouble: RejectedForm | None) -> list[Shown]:
        asked = {one.unit: one.short for one in self.brief.asked} if self.brief else {}
        office = self.desk.office
        given = joint_session.involved(self.brief, office.terms.office.code)
        hits = [code for code, _ in self._hits()]
        drawing = Drawing(office, hits, asked, given, joint_session.named(self.brief, self._short))
        offered, sending = self.offered(), resent(trouble) if trouble else None
        if trouble and sending and not self.dead and not any(same(pair, sending) for pair in offered):
            offered.append(sending)  # no longer offered, or the case does not answer: what was typed is kept
        shown = []
        for number, (form, offer) in enumerate(offered):
            if trouble and sending and same((form, offer), sending):
                shown.append(drawing.show(number, form, offer, trouble.sent, trouble.faults, trouble.key))
            else:
                shown.append(drawing.show(number, form, offer, self._known(form, offer), {}))
        return shown

    def _known(self, form: Form, offer: AvailableAction) -> FormSubmission:
        """Return what a fresh form is filled with: what is known already, never a judgement that is still to come."""
        known: dict[str, str | None] = {}
        if form.name == "triage" and self.brief:
            hits = self._hits()
            known = {"level": self.brief.summary.level, "topic": hits[0][1][0] if hits else None}
            known["district"] = self.brief.summary.district or self.brief.place
        elif form.name == "draft" and self.brief:
            before = timeline.last(self.entries, "drafted")
            known = {"publication": offer.only["publication"][0]}
            known |= {name: before["event"][name] for name in ("publication", "title", "text")} if before else {}
            known = known if before else self._proposed(self.brief)
        return FormSubmission({name: [value] for name, value in known.items() if value}, {}) if known else NOTHING

    def _proposed(self, brief: Brief) -> dict[str, str | None]:
        """Return a text to begin with, by the office's template from the findings.

        The brief's own summary has a verdict where a draft is offered; the view may have been taken before it.
        """
        shorts = {code: unit.short for code, unit in self.desk.office.units.items()}
        text = propose(brief.summary, self.view.claim, self.entries, shorts, None, self.opened.now)
        return {"publication": text.publication, "title": text.title, "text": text.text}

    def _hits(self) -> list[tuple[str, tuple[str, ...]]]:
        place = self.brief.place if self.brief else None
        return [(hit.unit, hit.words) for hit in suggest(self.view.claim, place, self.desk.office.units.values())]

    def _ask(self, forms: Sequence[Shown]) -> str:
        """Tell what the page asks for: the task, or only to take a clock in hand, or nothing."""
        kinds = {shown.form.kind for shown in forms}
        if kinds & {*KINDS[self.opened.link.task]}:
            return self.opened.link.task
        return "acknowledge" if "acknowledge" in kinds else Task.LOOK

    def _suggested(self) -> list[str]:
        """Say which units fit the claim, and the words that speak for them, where a lead is to be chosen."""
        if not any(one.widget is Widget.LEAD for form, _ in self.offered() for one in form.fields if not form.aside):
            return []
        units = self.desk.office.units
        phrase = current().phrase
        return [
            phrase("page", "suggested_why", unit=units[code].short, words="”“".join(words))
            for code, words in self._hits()
        ]

    # --- reading -----------------------------------------------------------------------------------------------------

    def _dues(self) -> list[tuple[str, str, bool]]:
        link, now = self.opened.link, self.opened.now
        debts = self.summary.debts if self.summary else ()
        mine = [
            debt
            for debt in debts
            if (OF_CLOCK.get(debt.clock) is link.task and (link.task is not Task.VERIFY or debt.unit == link.unit))
            or (debt.clock is link.clock and debt.unit == link.owner)
        ]
        return [
            (f"{debt.short} {current().word('clock', debt.clock)}", due_words(debt.due, now), debt.due <= now)
            for debt in mine
        ]

    def _others(self) -> list[dict[str, Any]]:
        debts: dict[str, ClockStatus] = {}
        for debt in sorted(self.summary.debts if self.summary else (), key=lambda debt: debt.due):
            if debt.role is not None and OF_CLOCK.get(debt.clock) is Task.VERIFY:
                debts.setdefault(debt.unit, debt)
        if self.brief is None:
            return [{"short": debt.short, "role": debt.role, "due": self._due(debt)} for debt in debts.values()]
        return [
            {**one.model_dump(), "due": self._due(debts[one.unit]) if one.unit in debts else None}
            for one in self.brief.asked
        ]

    def _due(self, debt: ClockStatus) -> str:
        return f"{current().word('clock', debt.clock)}：{due_words(debt.due, self.opened.now)}"

    def _votes(self) -> Sequence[VoteView]:
        return self.brief.draft.votes if self.brief and self.brief.draft else ()

    def _line(self, entry: dict[str, Any]) -> str:
        return current().say("timeline_entry", entry=entry, short=self._short)

    def _done(self, forms: Sequence[Shown]) -> dict[str, Any] | None:
        """Tell who did the task and when, once nothing of it is left to do."""
        if any(shown.form.kind in KINDS[self.opened.link.task] and not self._aside(shown.form) for shown in forms):
            return None
        debts = self.summary.debts if self.summary and not self.ended else ()
        entry = timeline.done(self.opened.link, self.entries, debts)
        return entry and {**entry, "name": self._names().get(entry["by"]["person"], entry["by"]["person"])}

    def _names(self) -> dict[str, str]:
        return {person.id: person.name for person in self.desk.office.people}

    def _short(self, code: str) -> str:
        unit = self.desk.office.units.get(code)
        return unit.short if unit else code
