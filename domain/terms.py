"""The terms of a case: the part of the policy it was opened with and keeps to its end.

They hold no list of units and no persons: who holds a seat is looked up when a rung rings.
"""

from __future__ import annotations

from domain.values import Frozen
from domain.vocabulary import ClockName, Issuer, Level, Mode, QuorumRest, RungKind, Seat
from domain.worktime.quiet_hours import Quiet
from domain.worktime.working_time import Span


class UnitRef(Frozen):
    """A unit as a case refers to it: its code, the short name officers read, and what the rules need to know of it.

    `parent` is the code of the superior unit, if any.
    """

    code: str
    short: str
    parent: str | None = None
    can_lead: bool = False


class Addressee(Frozen):
    """A seat in a unit, as the receiver of a notice; `unit` is the unit's code."""

    unit: str
    seat: Seat


class Call(Frozen):
    """Whom to notify and by which channels.

    `to` names seats as a policy does: `owner.duty`, `office.head` or `unit:zfb.duty`.
    """

    to: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


class Rung(Call):
    """One step of a ladder: at a share of the budget (`percent`), or a span `after` the due instant."""

    kind: RungKind
    percent: int | None = None
    after: Span | None = None


class LevelTerms(Frozen):
    """What one level promises: the budget of each clock, the ladder, the pace of its rungs, and the channels."""

    name: str
    budgets: dict[ClockName, Span]
    min_gap: Span
    ack_lives: Span
    start: Call
    inform_at_start: Call = Call()
    ladder: tuple[Rung, ...]
    publish_to: tuple[str, ...]
    pause: Span | None = None
    """The longest a pause may last; None: the level allows no pause."""
    quiet: Quiet | None = None
    """The hours in which nobody is reminded; None: reminders go out at any hour."""
    extends_response: bool = False
    """Whether an extension of an answer moves the response clock too: only where that figure is the office's own."""


class Signing(Frozen):
    """Who signs the texts of one issuer: the first seat of each list is asked, the others may stand in.

    Seats are named as in a ladder, and also as `parent.deputy`; `owner` is the competent unit. `sign_urgent` (red and
    orange) replaces `sign` where it is given.
    """

    review: tuple[str, ...]
    consent: bool = True
    sign: tuple[str, ...]
    sign_urgent: tuple[str, ...] = ()


class Terms(Frozen):
    """The promises of one case, with the version of the policy they come from (at most 6 KB)."""

    policy: str
    mode: Mode
    city: str
    office: UnitRef
    named: dict[str, str] = {}
    levels: dict[Level, LevelTerms]
    lead_alone_publishes: tuple[Level, ...] = ()
    quorum_rest: QuorumRest = QuorumRest.MAJORITY
    sessions_at_triage: tuple[Level, ...] = ()
    findings_approved_at: tuple[Level, ...] = ()
    issuers: dict[Issuer, str] = {}
    signing: dict[Issuer, Signing]
    signing_interim: tuple[str, ...]
    bounce_limit: int = 2

    def issuer_name(self, issuer: Issuer = Issuer.JOINT) -> str:
        """Return the name in which a text of `issuer` goes out; the city's name where none is set."""
        return self.issuers.get(issuer, self.city)

    def at(self, level: Level) -> LevelTerms:
        """Return the terms of `level`."""
        return self.levels[level]
