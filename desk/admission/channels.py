"""Whose word a report is: the channel of a unit belongs to the people of that unit."""

from __future__ import annotations

from domain.errors import NotPermitted
from domain.office.office import Person

PUBLIC = "public"


def must_speak_for(channel: str, person: Person | None) -> None:
    """Refuse a channel that shows a report as a unit's word, unless its sender is proven to be of that unit.

    Raises:
        NotPermitted: the sender has no key, or the key is of another unit.

    """
    unit = channel.partition(":")[2]
    if channel == PUBLIC:
        return
    if person is None:
        raise NotPermitted("channel_needs_key", channel=channel, unit=unit)
    if person.unit != unit:
        raise NotPermitted("channel_of_other_unit", channel=channel, unit=unit, own=person.unit)
