"""From the recipients of a wave to its letters: one per person and channel, under the same keys in every attempt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from activities.recipients import PlannedWave
from domain.case.obligations import Notice
from domain.case.payloads import Wave
from domain.ports.delivery import Letter, Receipt, Recipient
from domain.tasks.task_links import Links, link_of
from domain.vocabulary import Mode
from texts.catalogue import current


@dataclass(frozen=True)
class AddressedLetter:
    """A letter with the notices in it: one recipient row each, all of one person and channel.

    `at` (aware UTC) is when the case planned the wave, and the time of its receipts.
    """

    letter: Letter
    rows: tuple[Recipient, ...]
    at: datetime

    def wanted(self, keys: Set[str]) -> bool:
        """Return whether any notice in it is among the keys that still need a letter."""
        return any(row.key in keys for row in self.rows)

    def receipts(self) -> list[Receipt]:
        """Return what is stored once the letter was taken: a receipt per notice."""
        return [
            Receipt(
                key=row.key,
                case_id=self.letter.case_id,
                person=row.person,
                unit=row.unit,
                channel=row.channel,
                at=self.at,
            )
            for row in self.rows
        ]


@dataclass(frozen=True)
class LetterWriter:
    """A writer of letters from the texts of the catalogue.

    `shorts` are the short names of units by code, `office` is the office's code.
    """

    links: Links
    shorts: Mapping[str, str]
    office: str

    def write(self, planned: Iterable[PlannedWave], wanted: Set[str]) -> list[AddressedLetter]:
        """Return the letters that are still to be sent: one per wave, person and channel, with all notices for them.

        `wanted` are the keys of the recipients who still need one. What was added later is a letter of its own, so that
        none changes once it may have been sent.
        """
        return [letter for one in planned for letter in self._letters(one) if letter.wanted(wanted)]

    def _letters(self, planned: PlannedWave) -> list[AddressedLetter]:
        notices = {notice.key: notice for notice in planned.wave.notices}
        order = {key: place for place, key in enumerate(notices)}
        groups: dict[tuple[str, str, datetime | None], list[Recipient]] = {}
        for row in (one for one in planned.recipients if not one.listed):
            groups.setdefault((row.person, row.channel, row.instead), []).append(row)
        letters = []
        for group in groups.values():
            group.sort(key=lambda row: order[row.notice])
            letters.append(self._letter(planned.wave, [(notices[row.notice], row) for row in group]))
        return letters

    def _letter(self, wave: Wave, contents: Sequence[tuple[Notice, Recipient]]) -> AddressedLetter:
        render = current().say
        contexts = [(notice, self._context(wave, notice, row)) for notice, row in contents]
        bodies = [render(f"notice_{notice.message}", **context) for notice, context in contexts]
        if any(row.incoming for _, row in contents):
            bodies.insert(0, current().phrase("letter", "handed_over"))
        subject = render("notice_subject", **contexts[-1][1])  # the last rung is the most urgent one
        rows = tuple(row for _, row in contents)
        first = rows[0]
        letter = Letter(
            key=letter_key(wave.case_id, rows),
            case_id=wave.case_id,
            number=wave.view.number,
            person=first.person,
            name=first.name,
            unit=first.unit,
            channel=first.channel,
            address=first.address,
            subject=marked(" ".join(subject.split()), wave.mode),
            text=marked("\n\n".join(bodies), wave.mode),
            mode=wave.mode,
        )
        return AddressedLetter(letter, rows, wave.at)

    def _context(self, wave: Wave, notice: Notice, row: Recipient) -> dict[str, object]:
        """Return the variables of every template of a notice."""
        summary, owner = wave.view, notice.owner or self.office
        return {
            "number": summary.number,
            "claim": wave.claim,
            "summary": summary,
            "stage": summary.stage,
            "level": summary.level,
            "notice": notice,
            "clock": notice.clock,
            "due": notice.due,
            "values": notice.values,
            "seat": row.seat.seat if row.seat else None,
            "unit_short": self._short(wave, row.unit),
            "owner_short": self._short(wave, owner),
            "link": self.links.url(link_of(wave, notice, row, owner)),
        }

    def _short(self, wave: Wave, unit: str) -> str:
        owing = {clock.unit: clock.short for clock in wave.view.debts}
        return self.shorts.get(unit) or owing.get(unit, unit)


def letter_key(case_id: str, rows: Sequence[Recipient]) -> str:
    """Return the key of a letter: its notice's, or a digest of all it combines; the same in every attempt."""
    keys = sorted(row.key for row in rows)
    if len(keys) == 1:
        return keys[0]
    together = hashlib.sha256("\n".join(keys).encode()).hexdigest()
    return f"{case_id}/combined/{together}"


def marked(text: str, mode: Mode) -> str:
    """Return a text with the mark of a demo or drill in front, once; a live text stays as it is."""
    mark = "" if mode is Mode.LIVE else current().word("mode", mode)
    return text if text.startswith(mark) else mark + text
