"""The closed lists of words about a case; the words officers read for them are in `config/texts`."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a case, in order; `MOVES` lists every move between them (docs/design.md, rule 1)."""

    REPORT = "report"
    TRIAGE = "triage"
    VERIFICATION = "verification"
    REBUTTAL = "rebuttal"
    CLOSURE = "closure"


MOVES: dict[Stage, tuple[Stage, ...]] = {
    Stage.REPORT: (Stage.TRIAGE,),
    Stage.TRIAGE: (Stage.VERIFICATION, Stage.CLOSURE),
    Stage.VERIFICATION: (Stage.TRIAGE, Stage.REBUTTAL),
    Stage.REBUTTAL: (Stage.VERIFICATION, Stage.CLOSURE),
    Stage.CLOSURE: (),
}
"""The stages a case may enter from each stage; every other move is refused (docs/design.md, rule 1)."""


class Level(StrEnum):
    """How urgently a case is handled (处置等级), most urgent first; not the scale of early warning."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def urgent(self) -> bool:
        """Return whether the level is red or orange."""
        return self in (Level.RED, Level.ORANGE)

    def below(self, other: Level) -> bool:
        """Return whether this level is less urgent than `other`."""
        return list(Level).index(self) > list(Level).index(other)


class Verdict(StrEnum):
    """What was found about a claim."""

    TRUE = "true"
    MOSTLY_TRUE = "mostly_true"
    PARTLY_FALSE = "partly_false"
    MISLEADING = "misleading"
    FALSE = "false"
    OUTDATED = "outdated"
    UNPROVEN = "unproven"


class Exit(StrEnum):
    """Why triage lets a report out as no rumor; an exit is never a verdict."""

    OPINION = "opinion"
    QUESTION = "question"
    COMPLAINT = "complaint"
    HELP = "help"
    HELP_URGENT = "help_urgent"
    SATIRE = "satire"
    NOT_CHECKABLE = "not_checkable"
    OUT_OF_TOWN = "out_of_town"
    DUPLICATE = "duplicate"


class PublicationKind(StrEnum):
    """The kinds of text a case ends with; `interim` (正在核实) goes out before there is an answer."""

    REBUTTAL = "rebuttal"
    STATEMENT = "statement"
    EXPLAINER = "explainer"
    ALERT = "alert"
    INTERIM = "interim"
    REPLY_ONLY = "reply_only"
    NONE = "none"

    @property
    def public(self) -> bool:
        """Return whether a text of this kind goes out to the public."""
        return self not in (PublicationKind.REPLY_ONLY, PublicationKind.NONE)


USUAL_KIND: dict[Verdict, PublicationKind] = {
    Verdict.TRUE: PublicationKind.STATEMENT,
    Verdict.MOSTLY_TRUE: PublicationKind.STATEMENT,
    Verdict.PARTLY_FALSE: PublicationKind.REBUTTAL,
    Verdict.MISLEADING: PublicationKind.REBUTTAL,
    Verdict.FALSE: PublicationKind.REBUTTAL,
    Verdict.OUTDATED: PublicationKind.REBUTTAL,
    Verdict.UNPROVEN: PublicationKind.ALERT,
}
"""The kind each verdict suggests; another kind needs a reason (docs/design.md, Publication)."""


class PublicationState(StrEnum):
    """How far the text of a case is; independent of stage, verdict and level."""

    NONE = "none"
    DRAFTED = "drafted"
    APPROVED = "approved"
    PUBLISHED = "published"
    NOT_PUBLIC = "not_public"


class Seat(StrEnum):
    """The roles in a unit. Persons hold seats from a day to a day; decisions are taken by seats."""

    DUTY = "duty"
    LIAISON_A = "liaison_a"
    LIAISON_B = "liaison_b"
    DEPUTY = "deputy"
    HEAD = "head"
    OFFICER = "officer"
    EDITOR = "editor"
    DUTY_LEADER = "duty_leader"


class UnitKind(StrEnum):
    """The kinds of body a member unit may be."""

    OFFICE = "office"
    PARTY_DEPARTMENT = "party_department"
    DEPARTMENT = "department"
    MASS_ORGANISATION = "mass_organisation"
    DISTRICT = "district"
    MEDIA = "media"
    NEW_MEDIA = "new_media"
    PLATFORM = "platform"
    SCIENCE = "science"
    PUBLIC_SERVICE = "public_service"


class ClockName(StrEnum):
    """What each clock measures (docs/design.md, Clocks)."""

    TRIAGE = "triage"
    ACCEPT = "accept"
    ANSWER = "answer"
    DRAFT = "draft"
    APPROVAL = "approval"
    PUBLISH = "publish"
    SESSION = "session"
    INTERIM = "interim"
    RESPONSE = "response"
    CASE = "case"
    HANDOVER = "handover"

    @property
    def whole(self) -> bool:
        """Return whether the clock spans several steps of a case instead of one."""
        return self in (ClockName.RESPONSE, ClockName.CASE)


class RungKind(StrEnum):
    """What a notice about a clock means."""

    START = "start"
    INFORM = "inform"
    REMIND = "remind"
    DUE_SOON = "due_soon"
    BREACH = "breach"
    ESCALATE = "escalate"


class Role(StrEnum):
    """A unit's part in verifying one claim; exactly one unit leads at any time."""

    LEAD = "lead"
    CO = "co"


class RequestState(StrEnum):
    """How far one unit is with its verification request."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    RELEASED = "released"


class VerdictStep(StrEnum):
    """The three verdicts of a case: the lead's first, the one reached (cross-checked by two, or single), the signed."""

    FIRST = "first"
    CROSS_CHECKED = "cross_checked"
    SINGLE = "single"
    FINAL = "final"


class SyntheticMark(StrEnum):
    """How a picture or video says that a machine made it."""

    EXPLICIT = "explicit"
    IMPLICIT = "implicit"
    NONE = "none"
    UNKNOWN = "unknown"


class ConsultAct(StrEnum):
    """The acts in a joint session."""

    CALL = "call"
    POSITION = "position"
    ACTIONS = "actions"
    RULING = "ruling"


class SessionReason(StrEnum):
    """Why a joint session was opened."""

    LEVEL = "level"
    CONFLICT = "conflict"
    CALLED = "called"
    ALONE = "alone"


class ActionKind(StrEnum):
    """What an item of a session's action list asks for."""

    VERIFY = "verify"
    INTERIM = "interim"
    LABEL = "label"
    WARN = "warn"
    REFER = "refer"


class Issuer(StrEnum):
    """In whose name a text goes out (发布主体); it decides who reviews, consents and signs."""

    UNIT = "unit"
    JOINT = "joint"
    CITY = "city"


class SlotKind(StrEnum):
    """What a signature on a text means: 审核, 会签, 签发."""

    REVIEW = "review"
    CONSENT = "consent"
    SIGN = "sign"


class ProposalKind(StrEnum):
    """The acts one person asks for and another confirms (docs/design.md, rule 16)."""

    INTERIM = "interim"
    LOWER_LEVEL = "lower_level"
    SKIP_CONSENT = "skip_consent"
    FINDING = "finding"
    EXTENSION = "extension"
    LEAD_ALONE = "lead_alone"
    EXIT = "exit"
    PAUSE = "pause"
    RELEASE = "release"
    REPOST = "repost"


class Vote(StrEnum):
    """A vote on a text or on a proposal."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


class DeliveryAct(StrEnum):
    """What becomes of a page a channel refused for good."""

    AGAIN = "again"
    LEAVE = "leave"


class PhoneOutcome(StrEnum):
    """How a phone call ended: 接通, 未接通, 已转告."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    PASSED_ON = "passed_on"


class Mode(StrEnum):
    """How much is real: in demo and drill every text is marked and nothing leaves the machine."""

    DEMO = "demo"
    DRILL = "drill"
    LIVE = "live"
