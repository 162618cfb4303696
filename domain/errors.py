"""The errors the rules raise, as one tree: callers go by the type, people read the sentence in `config/texts`.

Refused                 a rule says no; nothing was changed
├── CaseOver            the case is closed
├── CaseLost            the workflow of the case was stopped; it can be restored
├── WrongStage          the case is in another stage
├── NotPermitted        the person may not take this decision
├── Unknown             there is no such case, report, unit or file
├── Damaged             a stored file is no longer what its digest names
├── Fault               the program failed at it; the same again would fail again
├── Stale               what the sender saw is no longer so
├── TooMany             a cap is reached; it opens by itself
└── Unfit               the content is not acceptable as it is
    ├── TooLarge        a file is larger than the limit
    ├── NotAllowed      a file is of a type that is not accepted, or of two types at once
    └── Infected        the scanner knows a file as malicious

Unavailable             an outside service does not answer now; the same call may be made again
├── RefusedForGood      it answers that it will never take this; another way is to be found
├── NotAdmitted         it takes nothing from this office until somebody has mended that
├── NotYet              it says after how long it may be asked again
├── UnderWay            it has this in hand, and has not answered yet
├── Unanswered          this was handed over whole, and no answer came: it may have it
└── NotWanted           nobody wants this any more; it was not handed over
KeyReused               an idempotency key came back with another body
"""

from __future__ import annotations


class Refused(Exception):
    """Raised when a rule refuses, before anything is changed.

    `code` names the sentence under `[refused]` in the texts; `values` fill its placeholders.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class CaseOver(Refused):
    """Raised when a decision reaches a case that is closed."""


class CaseLost(Refused):
    """Raised when the workflow of a case was stopped in Temporal; the same decision may be sent once it is restored."""


class WrongStage(Refused):
    """Raised when a decision does not belong to the stage the case is in (docs/design.md, rule 1)."""


class NotPermitted(Refused):
    """Raised when a person may not take this decision on this case."""


class Unknown(Refused):
    """Raised when there is no such case, report, unit or file."""


class Damaged(Refused):
    """Raised when a stored file no longer has the content that its digest names; the value `digest` is that one."""


class Fault(Refused):
    """Raised when the program fails at a decision: a bug, not a rule. It is not tried again."""


class Stale(Refused):
    """Raised when the sender acted on a state that has passed (docs/design.md, rule 6)."""


class TooMany(Refused):
    """Raised when a cap is reached; the value `seconds` is the time until it opens again."""


class Unfit(Refused):
    """Raised when content is not acceptable as it is."""


class TooLarge(Unfit):
    """Raised when a file is larger than the limit (`domain.evidence.LIMIT`)."""


class NotAllowed(Unfit):
    """Raised when a file's type is not accepted; the value `found` is its type, `allowed` lists the accepted ones."""


class Infected(Unfit):
    """Raised when the scanner knows a file as malicious."""


REFUSALS: dict[str, type[Refused]] = {
    kind.__name__: kind
    for kind in (
        Refused,
        CaseOver,
        CaseLost,
        WrongStage,
        NotPermitted,
        Unknown,
        Damaged,
        Fault,
        Stale,
        TooMany,
        Unfit,
        TooLarge,
        NotAllowed,
        Infected,
    )
}
"""Each refusal by its class name."""


class Unavailable(Exception):
    """Raised when an outside service does not answer now; the same call with the same key may be made again."""


class RefusedForGood(Unavailable):
    """Raised when an outside service will not take this however often it is sent: this address, this letter.

    `codes` are those of its answer if they leave open whether that is about the office, empty if they do not: a service
    that says the same to everybody means the office.
    """

    def __init__(self, reason: str, codes: str = "") -> None:
        super().__init__(reason)
        self.codes = codes


class NotAdmitted(Unavailable):
    """Raised when an outside service refuses the office itself: its login, its sender, its key, the address called.

    Everything else to the same service is refused as well, until somebody has mended that.
    """


class NotYet(Unavailable):
    """Raised when an outside service says after how many `seconds` it may be asked again."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class UnderWay(Unavailable):
    """Raised when an outside service has something in hand, or what came before it, and has not answered yet.

    It is not sent a second time.
    """


class Unanswered(Unavailable):
    """Raised when something was handed over whole and no answer came: whoever was to get it may have it."""


class NotWanted(Unavailable):
    """Raised when what is about to be handed over is wanted no more; it was not handed over."""


class KeyReused(Exception):
    """Raised when an idempotency key comes back with another body."""
