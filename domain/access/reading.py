"""Who may read a case: one rule for its view, timeline, draft, clocks and files, for lists and for the inbox.

The rule is in docs/design.md, Persons and proof. The register asks the same by a condition of its own
(`adapters/register/parts/access/readers.py`); a test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from domain.case.summary import Summary
from domain.events import (
    ActionsGiven,
    CasePaused,
    Drafted,
    Event,
    FindingReceived,
    FindingSubmitted,
    Noted,
    Notified,
    Nudged,
    Proposed,
    PublicationRecorded,
    RequestSent,
    RosterGap,
    RungRang,
    SessionOpened,
    SessionRuled,
    Supervised,
    TransferAccepted,
    TransferOffered,
    UnknownEvent,
)
from domain.values import Frozen


class ReadingRight(Frozen):
    """What whoever asks may read by.

    `unit` is the code of the person's unit, `districts` are the names of the districts that unit answers for. `whole`
    is true for the office, for administrators and for the program itself. `case_id` is the one case that a link or the
    id of a report opens, None without one.
    """

    unit: str = ""
    districts: tuple[str, ...] = ()
    whole: bool = False
    case_id: str | None = None


EVERYTHING = ReadingRight(whole=True)
"""The right of the program itself, which shows to nobody what it reads by it."""


def one_case(case_id: str) -> ReadingRight:
    """Return the right of whoever holds a proof for one case: a link to its task page, or the id of a report."""
    return ReadingRight(case_id=case_id)


def may_read(right: ReadingRight, *, case_id: str, asked: Collection[str], district: str | None) -> bool:
    """Return whether whoever holds `right` may know of a case.

    `asked` are the units it asks or ever asked, `district` is the district triage gave it, None without one.
    """
    return (
        right.whole
        or (right.case_id is not None and right.case_id == case_id)
        or right.unit in asked
        or (district is not None and district in right.districts)
    )


def without_internal(right: ReadingRight, event: Event | UnknownEvent) -> Event | UnknownEvent:
    """Return an event without what a unit wrote for the office alone, unless it is read by either of them."""
    if not isinstance(event, FindingReceived | FindingSubmitted) or right.whole or right.unit == event.unit:
        return event
    return event.model_copy(update={"internal": None})


def asked_in(summary: Summary, events: Iterable[Event | UnknownEvent]) -> set[str]:
    """Return the codes of the units that some entries of a case, or how it stands, say it asks or has asked.

    A unit is asked by a request or its transfer, a session, an item of an action list, a signature, a clock it owes, or
    a letter to one of its seats. What asked it once is never taken back: it reads on after it declined or was left out.
    """
    units = {*summary.units, *summary.awaited}
    units.update(debt.unit for debt in summary.debts)
    units.update(signature.unit for signature in summary.signatures)
    for event in events:
        units.update(_named(event))
    return units


def files_in(events: Iterable[Event | UnknownEvent]) -> set[str]:
    """Return the digests of the files that some entries of a case name: who may read the case may read them.

    What is only proposed names its files already: whoever is to confirm it has to look at them.
    """
    digests: set[str | None] = set()
    for event in events:
        if isinstance(event, FindingSubmitted | FindingReceived | CasePaused | Noted | Proposed):
            digests.update(piece.digest for piece in event.evidence)
        if isinstance(event, PublicationRecorded | Proposed):
            digests.add(event.digest)
    return {digest for digest in digests if digest is not None}


def _named(event: Event | UnknownEvent) -> Iterable[str]:
    """Return the units that an event asks."""
    match event:
        case RequestSent():
            return (event.unit,)
        case TransferOffered() | TransferAccepted():
            return (event.to,)
        case SessionOpened():
            return (*event.units, *(action.unit for action in event.actions))
        case ActionsGiven() | SessionRuled():
            return (action.unit for action in event.actions)
        case Drafted():
            return (seat.unit for seats in event.slots.values() for seat in seats)
        case RungRang() | Notified() | Nudged() | Supervised():
            return (seat.unit for seat in event.to)
        case RosterGap():
            return (event.wanted.unit, *((event.reached.unit,) if event.reached else ()))
        case _:
            return ()
