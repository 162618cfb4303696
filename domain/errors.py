"""The errors the rules raise, one small tree; callers decide by type, people read `config/texts`.

Refused                 a rule says no; nothing was changed
├── CaseOver            the case is closed
├── WrongStage          the case stands elsewhere
├── NotPermitted        this person may not
├── Unknown             there is no such case, report, unit or file
├── Stale               what the sender saw is no longer so
├── TooMany             a cap is reached; it opens by itself
└── Unfit               the content cannot be taken as it is
    ├── TooLarge        a file is larger than any that is taken
    ├── NotAllowed      a file is of a type that is not taken, or of two at once
    └── Infected        the scanner knows a file as malicious

Unavailable             a part outside does not answer now; the same call may be made again
KeyReused               an idempotency key came back with another body
"""

from __future__ import annotations


class Refused(Exception):
    """Say that a rule refuses, before any change.

    `code` names the sentence under `[refused]` in the texts; `values` fill it.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class CaseOver(Refused):
    """Say that the case is closed."""


class WrongStage(Refused):
    """Say that the case stands in another stage."""


class NotPermitted(Refused):
    """Say that this person may not take this decision on this case."""


class Unknown(Refused):
    """Say that there is no such case, report, unit or file."""


class Stale(Refused):
    """Say that the sender acted on a state that has passed."""


class TooMany(Refused):
    """Say that a cap is reached; `seconds` is how long until it opens."""


class Unfit(Refused):
    """Say that the content is not acceptable as it is."""


class TooLarge(Unfit):
    """Say that a file is larger than any that is taken."""


class NotAllowed(Unfit):
    """Say that a file is of a type that is not taken; `found` names it, `allowed` those that are."""


class Infected(Unfit):
    """Say that the scanner knows a file as malicious."""


REFUSALS: dict[str, type[Refused]] = {
    kind.__name__: kind
    for kind in (
        Refused,
        CaseOver,
        WrongStage,
        NotPermitted,
        Unknown,
        Stale,
        TooMany,
        Unfit,
        TooLarge,
        NotAllowed,
        Infected,
    )
}


class Unavailable(Exception):
    """Say that a part outside does not answer now; the same call with the same key may be made again."""


class KeyReused(Exception):
    """Say that an idempotency key came back with another body."""
