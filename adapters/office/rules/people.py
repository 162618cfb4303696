"""The rules between the persons of `people.toml`, and between them and the other files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from adapters.office.parsed import Parsed
from adapters.office.problems import PEOPLE, ConfigProblem, path, rule, shown
from adapters.office.sample_keys import is_sample_digest
from domain.vocabulary import Mode


def ids_are_unique(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse two persons with the same id."""
    for name, times in Counter(person.id for person in parsed.persons).items():
        if times > 1:
            says = rule("twice", times=times)
            yield ConfigProblem(PEOPLE, f"person[{name}].id", shown(name), says)


def keys_are_personal(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse two persons with the same key."""
    holder: dict[str, str] = {}
    for person in parsed.persons:
        if person.key_digest is None:
            continue
        first = holder.setdefault(person.key_digest, person.id)
        if first != person.id:
            says = rule("key_shared", other=first)
            yield ConfigProblem(PEOPLE, f"person[{person.id}].key_digest", shown(person.key_digest), says)


def one_person_is_named_once(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a `same_as` that names nobody, oneself, or an entry that names a third one."""
    named = {person.id: person for person in parsed.persons}
    for person in parsed.persons:
        if person.same_as is None:
            continue
        other = named.get(person.same_as)
        if other is None or other is person or other.same_as is not None:
            says = rule("same_as")
            yield ConfigProblem(PEOPLE, f"person[{person.id}].same_as", shown(person.same_as), says)


def units_exist(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a person of a unit that does not exist."""
    for person in parsed.persons:
        if parsed.codes is not None and person.unit not in parsed.codes:
            says = rule("no_such_unit")
            yield ConfigProblem(PEOPLE, f"person[{person.id}].unit", shown(person.unit), says)


def seats_are_the_units(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a seat the person's unit does not have."""
    for person in parsed.persons:
        unit = parsed.unit(person.unit)
        for n, seat in enumerate(person.seats):
            if unit and seat not in unit.seats:
                says = rule("no_seat_of", unit=unit.code, seats="、".join(unit.seats))
                yield ConfigProblem(PEOPLE, path(f"person[{person.id}].seats", n), shown(seat), says)


def seats_are_held(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a person without a seat who is no administrator."""
    for person in parsed.persons:
        if not person.seats and not person.administrator:
            says = rule("seats_or_administrator")
            yield ConfigProblem(PEOPLE, f"person[{person.id}].seats", "[]", says)


def time_runs_forward(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a time in the seats that ends before it begins."""
    for person in parsed.persons:
        if person.since and person.until and person.since > person.until:
            says = rule("after_until", until=person.until)
            yield ConfigProblem(PEOPLE, f"person[{person.id}].since", str(person.since), says)


def everybody_has_an_address(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a person without an address."""
    for person in parsed.persons:
        if not person.addresses:
            says = rule("no_address")
            yield ConfigProblem(PEOPLE, f"person[{person.id}].addresses", "{}", says)


def addresses_are_by_channel(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse an address for a channel the policy does not have."""
    known = parsed.policy.channel if parsed.policy else None
    for person in parsed.persons:
        for name, address in person.addresses.items():
            if known is not None and name not in known:
                says = rule("unknown_channel", known="、".join(known))
                yield ConfigProblem(PEOPLE, f"person[{person.id}].addresses.{name}", shown(address), says)


def somebody_administers(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse an office without an administrator.

    Administrators are notified if nobody else is reached (docs/design.md, rule 4).
    """
    if parsed.people_read and not any(person.administrator for person in parsed.persons):
        yield ConfigProblem(PEOPLE, "person", "", rule("no_administrator"))


def live_keys_are_secret(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse the public sample keys in mode live."""
    if parsed.policy is None or parsed.policy.mode is not Mode.LIVE:
        return
    for person in parsed.persons:
        if is_sample_digest(person):
            says = rule("sample_key")
            yield ConfigProblem(PEOPLE, f"person[{person.id}].key_digest", shown(person.key_digest), says)


RULES = (
    ids_are_unique,
    keys_are_personal,
    one_person_is_named_once,
    units_exist,
    seats_are_the_units,
    seats_are_held,
    time_runs_forward,
    everybody_has_an_address,
    addresses_are_by_channel,
    somebody_administers,
    live_keys_are_secret,
)
