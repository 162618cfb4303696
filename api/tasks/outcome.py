"""What a page says after a form was taken: what has happened, what comes next, and where it can be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from api.forms.catalogue import BY_NAME, CODE_ON_ITS_WAY, SEND_CODE
from api.html.durations import clock_words
from api.tasks.open_link import OpenLink
from desk import TaskView
from domain.case.summary import Summary
from domain.decisions import Original
from domain.events import (
    CaseClosed,
    Confirmed,
    Event,
    FindingApproved,
    FindingHeldBack,
    FindingSubmitted,
    PassedOn,
    PhoneLogged,
    Proposed,
    ReportsMoved,
    ReportSplit,
    Reviewed,
    Triaged,
    TurnedDown,
    UnknownEvent,
)
from domain.vocabulary import Exit, ProposalKind, PublicationState, SlotKind, Vote
from texts.catalogue import current

LOGS = ("phone_log", "phone_log_of_whom")
BESIDE = ("note", "nudge", "supervise", "escalate", "acknowledge", *LOGS, SEND_CODE, CODE_ON_ITS_WAY)
"""Forms that move nothing on, so that nothing is said of what comes next."""

EVENTS: Mapping[str, tuple[str, ...]] = {
    "review": ("reviewed",),
    "consent": ("reviewed",),
    "sign": ("reviewed",),
    "confirm": ("confirmed", "turned_down", "finding_approved", "finding_held_back"),
    "triage": ("triaged", "passed_on", "proposed"),
    "finding": ("finding_received", "finding_submitted"),
    "relevel": ("level_changed", "proposed"),
    "release": ("request_released", "proposed"),
    "close": ("case_closed",),
    "split": ("report_split",),
    "move_reports": ("reports_moved",),
    "phone_log": ("phone_logged",),
}
"""The events by which a person's own decision of a kind is known again, where the sentence depends on it.

Of several that one decision has led to, the first named here says what has happened.
"""

Short = Callable[[str], str]
"""A function that returns a unit's short name, given its code."""


@dataclass(frozen=True)
class FormOutcome:
    """What came of a form: a sentence, what comes next, and an address; empty where there is none."""

    says: str
    then: str = ""
    address: str = ""


@dataclass(frozen=True)
class _Said:
    """The sentence of the texts that fits, by its code under `[sent]`, with its values."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def of(view: TaskView, opened: OpenLink, name: str, short: Short) -> FormOutcome | None:
    """Return what came of the form `name`; None if it is no form of this link, or its person has not sent one."""
    form = BY_NAME.get(SEND_CODE if name == CODE_ON_ITS_WAY else name)
    if form is None or form.kind not in opened.link.kinds:
        return None
    events: list[Event | UnknownEvent] = []
    if form.kind in EVENTS and name not in (SEND_CODE, CODE_ON_ITS_WAY):
        events = _own(view, opened.person.id, EVENTS[form.kind])
        if not events:
            return None
    event = events[0] if events else None
    said = _said(name, events, view.summary)
    text = current().phrase("sent", said.code, **said.values)
    goes_on = name not in BESIDE and view.summary is not None and view.summary.closed_at is None
    then = _next(view.summary, opened) if goes_on and view.summary else ""
    return FormOutcome(text, then, _address(view, event))


def _own(view: TaskView, person: str, kinds: tuple[str, ...]) -> list[Event | UnknownEvent]:
    """Return what the person's last decision of a kind has led to, in the order of `kinds`."""
    own = [entry for entry in view.entries if entry.by and entry.by.person == person and entry.event.kind in kinds]
    last = [entry.event for entry in own if entry.at == own[-1].at]
    return sorted(last, key=lambda event: kinds.index(event.kind))


def _said(name: str, events: Sequence[Event | UnknownEvent], summary: Summary | None) -> _Said:
    """Return the sentence for a form, by what it has become."""
    match events[0] if events else None:
        case Triaged() if any(isinstance(one, Proposed) for one in events):
            return _Said("triage_proposed")
        case Reviewed(outcome=Vote.APPROVE, slot=SlotKind.SIGN):
            state = summary.publication if summary else PublicationState.APPROVED
            return _Said(f"sign_{state}")
        case Reviewed() as vote:
            return _Said(f"{vote.slot}_{vote.outcome}")
        case Confirmed() as confirmed:
            return _Said("confirmed", {"what": current().word("proposal", confirmed.what)})
        case FindingApproved():
            return _Said("confirmed", {"what": current().word("proposal", ProposalKind.FINDING)})
        case TurnedDown() | FindingHeldBack():
            return _Said("turned_down")
        case PassedOn(exit=Exit.DUPLICATE):
            original = summary.original if summary else None
            return _Said("merge", {"number": original.number if original else ""})
        case PassedOn() as out:
            code = "let_out_handed" if out.receive_by else "let_out_to" if out.to else "let_out"
            return _Said(code, {"unit": out.to or "", "exit": _exit(out.exit)})
        case (ReportSplit(number=number) | ReportsMoved(into=Original(number=number))) as left:
            return _Said(name, {"number": number, "n": str(left.count)})
        case Proposed():
            return _Said(f"{name}_proposed")
        case FindingSubmitted():
            return _Said("finding_submitted")
        case PhoneLogged(earlier=True) as log if summary and _is_called(summary, log):
            return _Said("phone_log_earlier")
    return _Said(name)


def _is_called(summary: Summary, log: PhoneLogged) -> bool:
    """Return whether a call is still to be made about the clock of a log."""
    return any((debt.clock, debt.unit) == (log.clock, log.unit) and debt.call for debt in summary.debts)


def _exit(code: str) -> str:
    return current().word("exit", code)


def _next(summary: Summary, opened: OpenLink) -> str:
    """Return who has to do what next, by when; of a text, who is asked to sign it now."""
    texts = current()
    owed = sorted((debt for debt in summary.debts if not debt.clock.whole), key=lambda debt: debt.due)
    if not owed:
        return ""
    first = owed[0]
    due = clock_words(first, summary.paused, opened.now)
    asked = [one for one in summary.signatures if one.now and not one.given]
    if asked and first.clock == "approval":
        who = "、".join(f"{one.short}{texts.word('seat', one.seat)}{texts.word('slot', one.kind)}" for one in asked)
        return texts.phrase("page", "next_signature", who=who, due=due)
    return texts.phrase("page", "next", unit=first.short, do=texts.word("todo", first.clock), due=due)


def _address(view: TaskView, event: Event | UnknownEvent | None) -> str:
    """Return where the public reads what was decided; empty where nothing goes out, or nothing is out yet."""
    if view.summary is None:
        return ""
    signed = isinstance(event, Reviewed) and view.summary.publication in (
        PublicationState.APPROVED,
        PublicationState.PUBLISHED,
    )
    interim = isinstance(event, Confirmed) and event.what is ProposalKind.INTERIM
    closed = isinstance(event, CaseClosed) and view.bulletin
    return view.page_at if signed or interim or closed else ""
