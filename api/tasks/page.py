"""A task page as HTML: the content of a link as its officer sees it, and the forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from api.forms.model import Widget
from api.forms.render import Drawing
from api.forms.resubmission import RejectedForm, resent, typed
from api.forms.shown import Shown
from api.html.durations import clock_words, due_words, moment
from api.html.report_answers import merged
from api.html.signed_text import as_typed
from api.tasks import outcome
from api.tasks.available_forms import same
from api.tasks.calls import CallSheet
from api.tasks.content import TaskContent
from api.tasks.reading import joint_session, proposals, risk, text_on_table, timeline, units
from domain.case.summary import ClockStatus
from domain.events import PhoneLogged
from domain.events.gaps import gaps
from domain.ports.rows import TimelineEntry
from domain.tasks.brief import RiskView
from domain.tasks.task import KINDS, Task
from texts.catalogue import current

LAST = 8
"""How many of the latest entries a page shows, one line each."""

COMPARED = (Task.REVIEW, Task.DRAFT)
"""Tasks whose page says what has changed since the version before."""

READ_FIRST = (Task.REVIEW, Task.CONFIRM, Task.SESSION)
"""Tasks whose form stands below what is decided on; in all others it stands first, and what explains it below."""


class TaskPage(TaskContent):
    """The page of one opened link."""

    def written(self, *, taken: str | None = None, trouble: RejectedForm | None = None) -> str:
        """Return the page as HTML; `taken` names the form just accepted, `trouble` holds the one that was not."""
        forms = self._forms(trouble)
        calls = self._calls(forms)
        called = [shown.id for _, shown in calls]
        others = [shown for shown in forms if shown.id not in called]
        splits = self._splits(others)
        return current().say(
            "task_page.html",
            **self._about(),
            **self._reading(),
            done=self._done(forms),
            calls=calls,
            headed=self._headed(),
            calls_over=self._calls_over(),
            near=self.near,
            merged=merged(self.view.answer) if self.view.answer else "",
            merged_at=self.view.answer.view.bulletin if self.view.answer else None,
            merged_here=self.view.merged_here,
            receive_due=self._receive_due(),
            forms=[one for one in others if not self.aside(one.form) and one.form.kind != "move_reports"],
            asides=[shown for shown in others if self.aside(shown.form) and shown not in splits.values()],
            reports=self.reports,
            splits=splits,
            waiting=self.waiting,
            move=next((shown for shown in others if shown.form.kind == "move_reports"), None),
            ask=self._ask(forms),
            asked_by_form=self._ask(forms) in current().words["form_ask"],
            suggested=self._suggested(),
            proposed=risk.proposed(self._risk, self.desk.office),
            outcome=outcome.of(self.view, self.opened, taken, self._short) if taken else None,
            passkey_path=self._passkey_path(forms),
            trouble=trouble,
            typed=typed(self.desk.office, trouble.sent) if trouble and self.dead else [],
        )

    def _about(self) -> dict[str, Any]:
        """Return what a page says of its case and its link, whatever the task is."""
        paused = self.summary.paused if self.summary else None
        return {
            "mode": self.desk.office.terms.mode,
            "task": self.opened.link.task,
            "only_calls": self.only_calls,
            "name": self.name,
            "read_first": self.opened.link.task in READ_FIRST,
            "person": self.opened.person,
            "number": self.view.number,
            "claim": self.view.claim,
            "path": self.opened.path,
            "sightings": self.view.sightings,
            "sources": self.view.sources,
            "heat": self.view.heat,
            "summary": self.summary,
            "brief": self.brief,
            "bulletin": self.view.bulletin,
            "live": self.brief is not None or self.over,
            "run": self.view.run,
            "over": self.over,
            "heard": self.heard,
            "office": self.desk.office.terms.office.short,
            "ended": self.ended,
            "paused": moment(paused, self.opened.now) if paused else "",
            "dues": self._dues(),
            "short": self._short,
        }

    def _reading(self) -> dict[str, Any]:
        """Return what is to be read: units with their findings, the text, proposals, the session, the log."""
        entries, brief = self.view.entries, self.brief
        page = brief.draft.page if brief and brief.draft else None
        against = text_on_table.objections(entries)
        return {
            "units": self._units(),
            "lacking": self._lacking(),
            "dissent": text_on_table.dissent(entries, page.verdict, self._short) if page else {},
            "objections": [one for one in against if page is None or self.opened.link.task is Task.REVIEW],
            "changes": text_on_table.changes(entries) if page and self.opened.link.task in COMPARED else None,
            "votes": [(one.kind, self._short(one.unit), one.outcome) for one in self.votes()],
            "text": as_typed(page.text) if page else "",
            "as_typed": as_typed,
            "proposals": self._proposals(),
            "to_do": joint_session.items(brief, self._names(), self.opened.now),
            "lines": list(self._lines()),
        }

    def _passkey_path(self, forms: list[Shown]) -> str:
        """Return where a passkey stands in for the code of a form; empty where no form asks for one."""
        asks = any(shown.form.name == "sign_with_code" for shown in forms)
        return f"{self.opened.path}/passkey" if asks and self.desk.passkeys.offered else ""

    # --- forms -------------------------------------------------------------------------------------------------------

    def _forms(self, trouble: RejectedForm | None) -> list[Shown]:
        drawing = self._drawing()
        offered, sending = self.offered(), resent(trouble) if trouble else None
        if trouble and sending and not self.dead and not any(same(pair, sending) for pair in offered):
            offered.append(sending)  # no longer offered, or the case does not answer: keep what was typed
        shown = []
        for number, (form, offer) in enumerate(offered):
            if trouble and sending and same((form, offer), sending):
                shown.append(drawing.show(number, form, offer, trouble.sent, trouble.faults, trouble.key))
            else:
                shown.append(drawing.show(number, form, offer, self.prefilled(form), {}))
        return shown

    def _calls(self, forms: Sequence[Shown]) -> list[tuple[CallSheet, Shown]]:
        """Return the calls to make, each with the form of its own log."""
        logs = [(shown, dict(shown.hidden)) for shown in forms if shown.form.kind == "phone_log"]
        return [
            (call, shown)
            for call in self.calls()
            for shown, sent in logs
            if call.is_about(sent.get("clock"), sent.get("unit"))
        ]

    def _splits(self, forms: Sequence[Shown]) -> dict[str, Shown]:
        """Return the form by which each report that a rule has joined is taken out, by the report."""
        listed = [one.report_id for one in self.reports.joined]
        named = {dict(shown.hidden).get("report_id", ""): shown for shown in forms if shown.form.kind == "split"}
        return {report: shown for report, shown in named.items() if report in listed}

    def _headed(self) -> bool:
        """Return whether each call stands under its clock, with when that is due: it is not the only thing to do."""
        calls = self.calls()
        return len(calls) > 1 or (bool(calls) and not self.only_calls)

    def _calls_over(self) -> list[str]:
        """Return what the page says of each call that is over; nothing where the letter was about one call alone."""
        if len(self.opened.link.about) == 1:
            return []
        lines = []
        for one in self.calls_over():
            of = {"unit": self._short(one.unit), "clock": current().word("clock", one.clock)}
            if one.log is None or not isinstance(one.log.event, PhoneLogged):
                lines.append(current().phrase("call", "needless", **of))
                continue
            outcome, at = current().word("phone_outcome", one.log.event.outcome), moment(one.log.at, self.opened.now)
            lines.append(current().phrase("call", "logged", **of, at=at, outcome=outcome))
        return lines

    def _drawing(self) -> Drawing:
        asked = {one.unit: one.short for one in self.brief.asked} if self.brief else {}
        office = self.desk.office
        given = joint_session.involved(self.brief, office.terms.office.code)
        hits = [code for code, _ in self.suggested()]
        named = joint_session.named(self.brief, self._short)
        questions, listed = risk.questions(self._risk), self.waiting.listed
        return Drawing(office, hits, asked, given, named, self.files, questions, listed)

    @property
    def _risk(self) -> RiskView | None:
        return self.brief.risk if self.brief and self.opened.link.task is Task.TRIAGE else None

    def _ask(self, forms: Sequence[Shown]) -> str:
        """Return what the page asks for: its first form, the task, else to acknowledge a clock, else only to look."""
        kinds = {shown.form.kind for shown in forms}
        if self.heard and "finding" in kinds:
            return "heard"
        if self.opened.link.task is Task.TRIAGE and self.brief and self.brief.handover:
            return "handed"
        first = next((shown.form.name for shown in forms if not self.aside(shown.form)), "")
        if first in current().words["form_ask"]:
            return first
        link = self.opened.link
        for task in link.tasks:
            if kinds & {*KINDS[task]}:
                return self.name if task is link.task else task
        return "acknowledge" if "acknowledge" in kinds else Task.LOOK

    def _receive_due(self) -> str:
        due = self.brief.handover.due if self.brief and self.brief.handover else None
        return due_words(due, self.opened.now) if due else ""

    def _suggested(self) -> list[str]:
        """Return the units that fit the claim, with the words that matched, if a lead is to be chosen; else none."""
        if not any(one.widget is Widget.LEAD for form, _ in self.offered() for one in form.fields if not form.aside):
            return []
        if self._risk is not None:
            return []  # the page says apart who is proposed
        units, phrase = self.desk.office.units, current().phrase
        return [
            phrase("page", "suggested_why", unit=units[code].short, words="”“".join(words))
            for code, words in self.suggested()
        ]

    # --- reading -----------------------------------------------------------------------------------------------------

    def _units(self) -> list[units.ShownUnit]:
        due = {code: self._due(clock) for code, clock in self.verifying().items()}
        return units.units(self.brief, timeline.findings(self.view.entries), self.files, due, self._short)

    def _lacking(self) -> tuple[TimelineEntry, str] | None:
        """Return the entry by which this unit's finding was returned, and what it lacks; None if nothing is asked."""
        entry = timeline.lacking(self.view.entries, self.opened.person.unit)
        if entry is None or self.opened.link.task is not Task.VERIFY:
            return None
        said = entry.event.model_dump()
        return entry, said.get("missing") or said.get("remarks") or ""

    def _proposals(self) -> list[proposals.ShownProposal]:
        if self.brief is None:
            return []
        return proposals.proposals(
            self.brief.proposals, self.brief.summary, self.view.entries, self._names(), self.files
        )

    def _lines(self) -> Iterator[timeline.Line]:
        """Yield the latest lines of the timeline, the newest first, and the entries the register has lost."""
        entries = self.view.entries
        lacking = list(gaps((entry.epoch, entry.seq) for entry in entries))
        for place in reversed(range(len(entries))):
            if place >= len(entries) - LAST:
                yield timeline.line(entries[place], self._short)
            if (gap := lacking[place]) is not None:
                yield timeline.Line(current().phrase("timeline", "missing", first=gap[0], last=gap[1]))

    def _dues(self) -> list[tuple[str, str, bool]]:
        now, paused = self.opened.now, self.summary.paused if self.summary else None
        above = self.calls() if self._headed() else []
        return [
            (
                f"{clock.short} {current().word('clock', clock.clock)}",
                clock_words(clock, paused, now),
                clock.due <= now and not clock.paused,
            )
            for clock in self.clocks()
            if not any(call.is_about(clock.clock, clock.unit) for call in above)
        ]

    def _due(self, clock: ClockStatus) -> str:
        paused = self.summary.paused if self.summary else None
        return f"{current().word('clock', clock.clock)}：{clock_words(clock, paused, self.opened.now)}"

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
