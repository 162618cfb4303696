"""Signability: units for which a text could not be signed, and entries that may be one natural person.

The rules of the signatures are in docs/design.md, rule 12; a case asks them of the roster of its own day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from domain.office.office import Office, Unit
from domain.terms import Audience
from domain.values import Frozen
from domain.vocabulary import Issuer

ONE_PERSONS = ("phone", "sms")
"""The channels whose address is of one natural person."""


class Unsignable(Frozen):
    """A unit that can lead, or issue, and the issuers for whom its text has too few different persons."""

    unit: str
    issuers: tuple[Issuer, ...]


class Lookalike(Frozen):
    """Entries of different voices that share a name or a number, in `shared`; `persons` are their ids."""

    shared: str
    persons: tuple[str, ...]


def unsignable(office: Office, day: date) -> tuple[Unsignable, ...]:
    """Return the units whose text nobody could sign on `day`, with the issuers concerned.

    A unit that leads needs a reviewer of its own and another person for the signature. One that only issues needs
    somebody who signs: the lead reviews.
    """
    found = []
    for unit in office.units.values():
        issuers = tuple(Issuer) if unit.can_lead else (Issuer.UNIT,)
        if short := tuple(one for one in issuers if not _signable(office, unit, one, day)):
            found.append(Unsignable(unit=unit.code, issuers=short))
    return tuple(found)


def lookalikes(office: Office, day: date) -> tuple[Lookalike, ...]:
    """Return the entries that may be one natural person on `day`: equal names or numbers without `same_as`."""
    voices: dict[str, dict[str, str]] = {}
    for person in office.people:
        marks = {person.name, *(person.addresses[name] for name in ONE_PERSONS if name in person.addresses)}
        for mark in marks if person.serves(day) else ():
            voices.setdefault(mark, {}).setdefault(person.voice, person.id)
    return tuple(Lookalike(shared=mark, persons=tuple(ids.values())) for mark, ids in voices.items() if len(ids) > 1)


def _signable(office: Office, unit: Unit, issuer: Issuer, day: date) -> bool:
    terms = office.terms.signing[issuer]
    lists = [one for one in (terms.sign, terms.sign_urgent) if one]
    signers = [set(_voices(office, unit, names, None, day)) for names in lists]
    if not unit.can_lead:
        return all(signers)
    own = set(_voices(office, unit, terms.review, None, day))
    parent = None if unit.parent == office.terms.office.code else unit.parent
    reviewers = own or set(_voices(office, unit, terms.review, parent, day))
    return all(bool(reviewers and last) and len(reviewers | last) > 1 for last in signers)


def _voices(office: Office, unit: Unit, names: Iterable[Audience], parent: str | None, day: date) -> Iterator[str]:
    for name in names:
        seat = name.resolve(owner=unit.code, office=office.terms.office.code, parent=parent)
        for person in office.seated(seat.unit, seat.seat, day) if seat else ():
            yield person.voice
