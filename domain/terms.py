"""The terms of a case: the slice of policy it was opened with and keeps to its end.

Never the unit list and never persons: who sits where is looked up when a rung rings.
"""

from __future__ import annotations

from domain.values import Frozen
from domain.vocabulary import ClockName, Issuer, Level, Mode, QuorumRest, RungKind, Seat
from domain.worktime.quiet_hours import Quiet
from domain.worktime.working_time import Span


class UnitRef(Frozen):
    """Name a unit inside a case: code, the short name officers read, and what the rules ask of it."""

    code: str
    short: str
    parent: str | None = None
    can_lead: bool = False


class Addressee(Frozen):
    """Name a seat in a unit; `unit` is a unit's code."""

    unit: str
    seat: Seat


class Call(Frozen):
    """Name whom to call and by which channels; `to` holds `owner.duty`, `office.head` or `unit:zfb.duty`."""

    to: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


class Rung(Call):
    """Be one step of a ladder: at a share of the budget (`percent`) or `after` the due instant."""

    kind: RungKind
    percent: int | None = None
    after: Span | None = None


class LevelTerms(Frozen):
    """Hold what one level promises: budgets per clock, the ladder, the pace, the channels."""

    name: str
    budgets: dict[ClockName, Span]
    min_gap: Span
    ack_lives: Span
    start: Call
    inform_at_start: Call = Call()
    ladder: tuple[Rung, ...]
    publish_to: tuple[str, ...]
    pause: Span | None = None
    """How long a pause may last; None: the level knows no pause."""
    quiet: Quiet | None = None
    """When nobody is reminded; None: at any hour."""
    extends_response: bool = False
    """Whether more time to answer moves the response clock with it: where that figure is the office's own."""


class Signing(Frozen):
    """Hold who signs what goes out in one issuer's name: the first of each list is asked, the others may stand in.

    Names as in a ladder, and `parent.deputy`: `owner` is the competent unit. `sign_urgent` (red and orange) replaces
    `sign` where it is given.
    """

    review: tuple[str, ...]
    consent: bool = True
    sign: tuple[str, ...]
    sign_urgent: tuple[str, ...] = ()


class Terms(Frozen):
    """Hold the promises of one case, with the version of the policy they come from (at most 6 KB)."""

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
        """Return the name a text goes out in; the city's where none is set."""
        return self.issuers.get(issuer, self.city)

    def at(self, level: Level) -> LevelTerms:
        """Return what `level` promises."""
        return self.levels[level]
