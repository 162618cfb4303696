"""From the recipients of a wave to its letters: one per person and channel, under the same keys in every attempt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.case.obligations import Notice
from domain.case.payloads import Wave
from domain.ports.delivery import Letter, Receipt, Recipient
from domain.tasks.task_links import Links, link_of
from domain.vocabulary import Mode
from texts.catalogue import current


@dataclass(frozen=True)
class AddressedLetter:
    """Be a letter with what it carries: one recipient row per notice in it, all of one person and channel."""

    letter: Letter
    rows: tuple[Recipient, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys its receipts are kept under, one per notice."""
        return tuple(row.key for row in self.rows)

    def receipts(self, wave: Wave) -> list[Receipt]:
        """Build what is kept once the letter was taken."""
        return [
            Receipt(
                key=row.key,
                case_id=wave.case_id,
                person=row.person,
                unit=row.unit,
                channel=row.channel,
                at=wave.at,
            )
            for row in self.rows
        ]


@dataclass(frozen=True)
class LetterWriter:
    """Write letters in the words of the catalogue; `shorts` names units by code, `office` is the office's code."""

    links: Links
    shorts: Mapping[str, str]
    office: str

    def parcels(self, wave: Wave, rows: Iterable[Recipient]) -> list[AddressedLetter]:
        """Write one letter per person and channel; what one person is told several times is combined."""
        notices = {notice.key: notice for notice in wave.notices}
        groups: dict[tuple[str, str], list[Recipient]] = {}
        for row in rows:
            groups.setdefault((row.person, row.channel), []).append(row)
        order = {key: place for place, key in enumerate(notices)}
        parcels = []
        for group in groups.values():
            group.sort(key=lambda row: order[row.notice])
            parcels.append(self._parcel(wave, [(notices[row.notice], row) for row in group]))
        return parcels

    def _parcel(self, wave: Wave, told: Sequence[tuple[Notice, Recipient]]) -> AddressedLetter:
        say = current().say
        said_of = [(notice, self._context(wave, notice, row)) for notice, row in told]
        bodies = [say(f"notice_{notice.message}", **context) for notice, context in said_of]
        if any(row.incoming for _, row in told):
            bodies.insert(0, current().phrase("letter", "handed_over"))
        subject = say("notice_subject", **said_of[-1][1])  # the last rung is the most urgent one
        rows = tuple(row for _, row in told)
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
        return AddressedLetter(letter, rows)

    def _context(self, wave: Wave, notice: Notice, row: Recipient) -> dict[str, object]:
        """Return what every template of a notice is given."""
        summary = wave.view
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
            "owner_short": self._short(wave, self._owner(notice)),
            "link": self.links.url(link_of(wave, notice, row, self._owner(notice))),
        }

    def _owner(self, notice: Notice) -> str:
        """Return the unit that owes the clock a notice speaks of, as its key names it; else the office."""
        _, found, rest = notice.key.partition(f"/{notice.clock}:")
        return rest.split("/", 1)[0] if found else self.office

    def _short(self, wave: Wave, unit: str) -> str:
        debts = {debt.unit: debt.short for debt in wave.view.debts}
        return self.shorts.get(unit) or debts.get(unit, unit)


def letter_key(case_id: str, rows: Sequence[Recipient]) -> str:
    """Name a letter: by its notice, or by the digest of all it combines; the same in every attempt."""
    keys = sorted(row.key for row in rows)
    if len(keys) == 1:
        return keys[0]
    together = hashlib.sha256("\n".join(keys).encode()).hexdigest()
    return f"{case_id}/combined/{together}"


def marked(text: str, mode: Mode) -> str:
    """Put the mark of a demo or drill in front, once; a live text stays as it is."""
    mark = "" if mode is Mode.LIVE else current().word("mode", mode)
    return text if text.startswith(mark) else mark + text
