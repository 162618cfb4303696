"""What one letter says: the most urgent thing that is asked first, then the rest, and one link for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from domain.case.notice_kinds import BESIDE_A_RUNG, Message
from domain.case.obligations import Notice
from domain.case.payloads import Wave
from domain.ports.delivery import Recipient
from domain.tasks.task_links import TaskLink, link_of

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class LetterItem:
    """A notice to one recipient; `asked` is whether it asks something of them."""

    notice: Notice
    row: Recipient
    asked: bool

    @property
    def urgency(self) -> datetime:
        """Return when the first thing it asks for is due."""
        first = self.notice.values.get("accept_due")
        return datetime.fromisoformat(str(first)) if first else self.notice.due or NEVER


@dataclass(frozen=True)
class LetterContents:
    """The notices of one letter in the order in which it says them; never empty.

    `rows` are those of all notices, in the order of the wave: a rung or a call that a later one has overtaken, or an
    information about what the letter asks for, is not said, and counts as told.
    """

    wave: Wave
    rows: tuple[Recipient, ...]
    items: tuple[LetterItem, ...]

    @classmethod
    def of(cls, wave: Wave, together: Sequence[tuple[Notice, Recipient]]) -> Self:
        """Return the contents of the letter with these notices, all to one person by one channel."""
        last = {_overtakes(notice): notice.key for notice, _ in together}
        told = [(n, row) for n, row in together if last[_overtakes(n)] == n.key]
        items = [LetterItem(notice, row, notice.asks(row.wanted)) for notice, row in told]
        asked = sorted((one for one in items if one.asked), key=lambda one: one.urgency)
        clocks = {one.notice.clock_key for one in asked} - {None}
        informed = [one for one in items if not one.asked and one.notice.clock_key not in clocks]
        return cls(wave, tuple(row for _, row in together), (*asked, *informed))

    @property
    def first(self) -> LetterItem:
        """Return what the letter says first."""
        return self.items[0]

    @property
    def page(self) -> str:
        """Return the address of the published page, if the letter only says that it is out; empty otherwise."""
        where = str(self.first.notice.values.get("where", ""))
        said = self.first.notice.message is Message.PUBLISHED
        return where if said and where.startswith(("http://", "https://")) else ""

    def link(self, office: str) -> TaskLink:
        """Return the link to the page on which everything the letter asks for can be done."""
        made = [link_of(self.wave, one.notice, one.row, one.notice.owner or office) for one in self.items]
        asked = [(one, link) for one, link in zip(self.items, made, strict=True) if one.asked]
        tasks = dict.fromkeys(link.task for _, link in asked)
        clocks = dict.fromkeys((link.clock, link.owner) for _, link in asked if link.clock and link.owner)
        first = made[0]
        return first.model_copy(
            update={
                "expires": max(link.expires for link in made),
                "also": tuple(task for task in tasks if task is not first.task),
                "clocks": tuple(one for one in clocks if one != (first.clock, first.owner)),
            }
        )


def _overtakes(notice: Notice) -> tuple[str, str | None]:
    """Return what the notices share of which only the last is said: the rungs of a clock, or its calls."""
    if notice.message not in BESIDE_A_RUNG:
        return notice.key, None
    return "call" if notice.message is Message.CALL else "rung", notice.clock_key
