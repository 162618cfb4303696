"""A task page as HTML: the content of a link as its officer sees it, and the forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from api.forms.catalogue import BY_NAME
from api.forms.model import Form, Widget
from api.forms.render import Drawing, Shown
from api.forms.resubmission import RejectedForm, resent, typed
from api.forms.submission import NOTHING, FormSubmission
from api.html.durations import due_words
from api.html.markdown import rendered
from api.tasks import joint_session, timeline
from api.tasks.available_forms import same
from api.tasks.content import TaskContent
from domain.case.summary import ClockStatus
from domain.events.gaps import gaps
from domain.tasks.task_links import KINDS, Task
from texts.catalogue import current

LAST = 8
"""How many of the latest entries a page shows, one line each."""


class TaskPage(TaskContent):
    """The page of one opened link."""

    def written(self, *, taken: str | None = None, trouble: RejectedForm | None = None) -> str:
        """Return the page as HTML; `taken` names the form just accepted, `trouble` holds the one that was not."""
        forms = self._forms(trouble)
        return current().say(
            "task_page.html",
            mode=self.desk.office.terms.mode,
            task=self.opened.link.task,
            person=self.opened.person,
            number=self.view.number,
            claim=self.view.claim,
            summary=self.summary,
            brief=self.brief,
            bulletin=self.view.bulletin,
            live=self.brief is not None or self.over,
            run=self.view.run,
            over=self.over,
            ended=self.ended,
            done=self._done(forms),
            dues=self._dues(),
            others=self._others(),
            findings=self._findings(),
            lines=list(self._lines()),
            forms=[shown for shown in forms if not self.aside(shown.form)],
            asides=[shown for shown in forms if self.aside(shown.form)],
            ask=self._ask(forms),
            suggested=self._suggested(),
            said=self._taken(taken),
            votes=[(one.kind, self._short(one.unit), one.outcome) for one in self.votes()],
            text=rendered(self.brief.draft.page.text) if self.brief and self.brief.draft else "",
            short=self._short,
            to_do=joint_session.items(self.brief, self._names(), self.opened.now),
            passkey_path=self._passkey_path(forms),
            trouble=trouble,
            typed=typed(self.desk.office, trouble.sent) if trouble and self.dead else [],
        )

    def _passkey_path(self, forms: list[Shown]) -> str:
        """Return where a passkey stands in for the code of a form; empty where no form asks for one."""
        asks = any(shown.form.name == "sign_with_code" for shown in forms)
        return f"{self.opened.path}/passkey" if asks and self.desk.passkeys.offered else ""

    # --- forms -------------------------------------------------------------------------------------------------------

    def _forms(self, trouble: RejectedForm | None) -> list[Shown]:
        asked = {one.unit: one.short for one in self.brief.asked} if self.brief else {}
        office = self.desk.office
        given = joint_session.involved(self.brief, office.terms.office.code)
        hits = [code for code, _ in self.suggested()]
        drawing = Drawing(office, hits, asked, given, joint_session.named(self.brief, self._short))
        offered, sending = self.offered(), resent(trouble) if trouble else None
        if trouble and sending and not self.dead and not any(same(pair, sending) for pair in offered):
            offered.append(sending)  # no longer offered, or the case does not answer: keep what was typed
        shown = []
        for number, (form, offer) in enumerate(offered):
            if trouble and sending and same((form, offer), sending):
                shown.append(drawing.show(number, form, offer, trouble.sent, trouble.faults, trouble.key))
            else:
                shown.append(drawing.show(number, form, offer, self._prefilled(form), {}))
        return shown

    def _prefilled(self, form: Form) -> FormSubmission:
        known = self.known(form)
        values = {name: [value] for name, value in known.items()}
        if form.name == "triage" and (co_units := self.co_units()):
            values["co_units"] = co_units
        return FormSubmission(values, {}) if values else NOTHING

    def _ask(self, forms: Sequence[Shown]) -> str:
        """Return what the page asks for: the task, else to acknowledge a clock, else only to look."""
        kinds = {shown.form.kind for shown in forms}
        if kinds & {*KINDS[self.opened.link.task]}:
            return self.opened.link.task
        return "acknowledge" if "acknowledge" in kinds else Task.LOOK

    def _taken(self, name: str | None) -> str | None:
        """Return the name of the form just accepted, if it is one of this link's; else None."""
        return name if name and name in BY_NAME and BY_NAME[name].kind in self.opened.link.kinds else None

    def _suggested(self) -> list[str]:
        """Return the units that fit the claim, with the words that matched, if a lead is to be chosen; else none."""
        if not any(one.widget is Widget.LEAD for form, _ in self.offered() for one in form.fields if not form.aside):
            return []
        units, phrase = self.desk.office.units, current().phrase
        return [
            phrase("page", "suggested_why", unit=units[code].short, words="”“".join(words))
            for code, words in self.suggested()
        ]

    # --- reading -----------------------------------------------------------------------------------------------------

    def _lines(self) -> Iterator[str]:
        """Yield the latest lines of the timeline; entries the register has lost are told, however old."""
        entries = self.view.entries
        lacking = gaps((entry.epoch, entry.seq) for entry in entries)
        for place, (entry, gap) in enumerate(zip(entries, lacking, strict=True), LAST - len(entries)):
            if gap is not None:
                yield current().phrase("timeline", "missing", first=gap[0], last=gap[1])
            if place >= 0:
                yield current().say("timeline_entry", entry=entry, short=self._short)

    def _findings(self) -> list[dict[str, Any]]:
        found = timeline.findings(self.view.entries)
        return [{**one.model_dump(mode="json"), "short": self._short(one.unit)} for one in found]

    def _dues(self) -> list[tuple[str, str, bool]]:
        now = self.opened.now
        return [
            (f"{clock.short} {current().word('clock', clock.clock)}", due_words(clock.due, now), clock.due <= now)
            for clock in self.clocks()
        ]

    def _others(self) -> list[dict[str, Any]]:
        clocks = self.verifying()
        if self.brief is None:
            return [{"short": one.short, "role": one.role, "due": self._due(one)} for one in clocks.values()]
        return [
            {**one.model_dump(), "due": self._due(clocks[one.unit]) if one.unit in clocks else None}
            for one in self.brief.asked
        ]

    def _due(self, clock: ClockStatus) -> str:
        return f"{current().word('clock', clock.clock)}：{due_words(clock.due, self.opened.now)}"

    def _done(self, forms: Sequence[Shown]) -> dict[str, Any] | None:
        """Return who did the task and when, once nothing of it is left to do; else None."""
        entry = self.done(shown.form for shown in forms)
        if entry is None or entry.by is None:
            return None
        return {**entry.model_dump(mode="json"), "name": self._names().get(entry.by.person, entry.by.person)}

    def _names(self) -> dict[str, str]:
        return {person.id: person.name for person in self.desk.office.people}

    def _short(self, code: str) -> str:
        unit = self.desk.office.units.get(code)
        return unit.short if unit else code
