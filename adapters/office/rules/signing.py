"""The rules between the signatures of `policy.toml` and the units that give them (docs/design.md, rule 12)."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.office.parsed import Parsed
from adapters.office.problems import POLICY, ConfigProblem, path, rule, shown
from adapters.office.rules.policy import unfit
from adapters.office.schema.policy import PolicyIn
from domain.terms import Whose
from domain.vocabulary import Issuer, Seat

COMPETENT = (Whose.OWNER, Whose.PARENT)
"""Whose review makes a text one of the competent unit."""


ASKING_FOR_INTERIMS = (Seat.DUTY, Seat.DUTY_LEADER, Seat.EDITOR)
"""The seats of the office that may ask for an interim notice."""


def signers(policy: PolicyIn) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every list of signers of the policy, with its key path."""
    for issuer in Issuer:
        table = getattr(policy.signing, issuer)
        yield f"signing.{issuer}.review", table.review
        yield f"signing.{issuer}.sign", table.sign
        yield f"signing.{issuer}.sign_urgent", table.sign_urgent
    yield "signing.interim.sign", policy.signing.interim.sign


def signers_are_seats(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a signer that is no seat of a unit."""
    for key, names in signers(parsed.policy) if parsed.policy else ():
        for n, name in enumerate(names):
            if _whose(name) is Whose.PARENT:
                seat = name.removeprefix("parent.")
                says = None if seat in list(Seat) else rule("unknown_seat", seat=seat, seats="、".join(Seat))
            else:
                says = unfit(parsed, name)
            if says:
                yield ConfigProblem(POLICY, path(key, n), shown(name), says)


def the_competent_unit_reviews(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a review by any unit but the competent one or its parent (docs/design.md, rule 12)."""
    for issuer in Issuer if parsed.policy else ():
        assert parsed.policy is not None  # noqa: S101  (checked in the line above)
        for n, name in enumerate(getattr(parsed.policy.signing, issuer).review):
            if _whose(name) not in COMPETENT:
                says = rule("not_competent")
                yield ConfigProblem(POLICY, path(f"signing.{issuer}.review", n), shown(name), says)


def the_city_has_a_unit(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a signature for the city that names no unit: the unit is who may issue in the city's name."""
    if parsed.policy is not None and _whose(parsed.policy.signing.city.sign[0]) is not Whose.UNIT:
        found = shown(parsed.policy.signing.city.sign[0])
        yield ConfigProblem(POLICY, "signing.city.sign[0]", found, rule("city_unit"))


def the_interim_is_confirmed_in_the_office(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a confirmation of interim notices by anybody outside the office (docs/design.md, rule 16)."""
    for n, name in enumerate(parsed.policy.signing.interim.sign if parsed.policy else ()):
        if _whose(name) is not Whose.OFFICE:
            yield ConfigProblem(POLICY, path("signing.interim.sign", n), shown(name), rule("office_seat"))


def the_interim_has_a_second_person(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse interim notices that only the seat may confirm which asks for them: nobody confirms the own proposal."""
    seats = set(parsed.policy.signing.interim.sign) if parsed.policy else set()
    if len(seats) == 1 and seats <= {f"{Whose.OFFICE}.{seat}" for seat in ASKING_FOR_INTERIMS}:
        found = shown(next(iter(seats)))
        yield ConfigProblem(POLICY, "signing.interim.sign", found, rule("second_seat"))


def _whose(name: str) -> Whose | None:
    """Return whose seat a name means, also where its seat is none: that is another rule's to report."""
    begins = name.partition(".")[0].partition(":")[0]
    return Whose(begins) if begins in list(Whose) else None


RULES = (
    signers_are_seats,
    the_competent_unit_reviews,
    the_city_has_a_unit,
    the_interim_is_confirmed_in_the_office,
    the_interim_has_a_second_person,
)
