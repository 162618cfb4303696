"""From the recipients of a wave to its letters: one per person and channel, under the same keys in every attempt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Self

from activities.letter_contents import LetterContents, LetterItem
from activities.recipients import PlannedWave
from domain.case.payloads import Wave
from domain.ports.delivery import Letter, Receipt, Recipient
from domain.tasks.callees import Callee
from domain.tasks.short_messages import SHORT, short_text
from domain.vocabulary import Mode
from texts.catalogue import current
from texts.disarming import inert


@dataclass(frozen=True)
class AddressedLetter:
    """A letter with the notices in it: one recipient row each, all of one person and channel.

    `at` (aware UTC) is when the case planned the wave, and the time of its receipts.
    """

    letter: Letter
    rows: tuple[Recipient, ...]
    at: datetime

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


def contents_of(planned: Iterable[PlannedWave], wanted: Set[str]) -> list[LetterContents]:
    """Return what the letters say that are still to be sent: one per wave, person and channel, with all notices.

    `wanted` are the keys of the recipients who still need one. What was added later is a letter of its own, so that
    none changes once it may have been sent.
    """
    found = [contents for one in planned for contents in _of_wave(one)]
    return [contents for contents in found if any(row.key in wanted for row in contents.rows)]


def _of_wave(planned: PlannedWave) -> list[LetterContents]:
    notices = {notice.key: notice for notice in planned.wave.notices}
    order = {key: place for place, key in enumerate(notices)}
    groups: dict[tuple[str, str, datetime | None], list[Recipient]] = {}
    for row in (one for one in planned.recipients if not one.listed):
        groups.setdefault((row.person, row.channel, row.instead), []).append(row)
    for group in groups.values():
        group.sort(key=lambda row: order[row.notice])
    return [LetterContents.of(planned.wave, [(notices[row.notice], row) for row in rows]) for rows in groups.values()]


@dataclass(frozen=True)
class CalledSeat:
    """A seat whose holder is called, as a letter names it: the unit's code, and the seat or `administrator`."""

    unit: str
    seat: str

    @classmethod
    def of(cls, callee: Callee) -> Self:
        """Return the seat of a person who is called."""
        return cls(callee.person.unit, callee.seat.seat if callee.seat else "administrator")


@dataclass(frozen=True)
class LetterWriter:
    """A writer of letters from the texts of the catalogue.

    `shorts` are the short names of units by code, `office` is the office's code. `called` is who is really called, by
    the key of the notice that asks for the call; a call that is not listed is to the seats it is for.
    """

    shorts: Mapping[str, str]
    office: str
    called: Mapping[str, Sequence[CalledSeat]] = field(default_factory=dict)

    def write(self, contents: LetterContents, url: str) -> AddressedLetter:
        """Return the letter with these contents; `url` is the address of its link's page."""
        wave, rows, item = contents.wave, contents.rows, contents.first
        first, context = rows[0], self._context(wave, item)
        say = self._short if first.channel in SHORT else self._whole
        subject = current().say("notice_subject", **context)
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
            text=say(contents, contents.page or url),
            mode=wave.mode,
        )
        return AddressedLetter(letter, rows, wave.at)

    def _whole(self, contents: LetterContents, url: str) -> str:
        said = [{**self._said(contents.wave, one), "notice": one.notice, "asked": one.asked} for one in contents.items]
        wave = contents.wave
        text = current().say(
            "letter",
            level=wave.level,
            number=wave.view.number,
            claim=wave.claim,
            said=said,
            link=url,
            handed_over=_handed_over(contents),
        )
        return marked(text, wave.mode)

    def _short(self, contents: LetterContents, url: str) -> str:
        """Return one sentence and the link: of what only informs, all in one sentence."""
        wave, first = contents.wave, contents.first
        asked = [one for one in contents.items if one.asked]
        sentences = [self._said(wave, one)["sentence"] for one in (asked[:1] or contents.items)]
        fixed = {
            "level": wave.level,
            "notice": first.notice,
            "asked": first.asked,
            "more": max(0, len(asked) - 1),
            "link": url,
            "handed_over": _handed_over(contents),
        }
        sentence = current().word("letter", "and").join(sentences)
        return short_text(partial(_short_of, wave.mode, fixed), sentence, inert(wave.claim))

    def _said(self, wave: Wave, item: LetterItem) -> dict[str, Any]:
        """Return what a notice says: its first line, which is the whole of a short message, and the other lines."""
        text = current().say(f"notice_{item.notice.message}", **self._context(wave, item))
        sentence, *details = [line.strip() for line in text.splitlines() if line.strip()]
        return {"sentence": sentence, "details": details}

    def _context(self, wave: Wave, item: LetterItem) -> dict[str, object]:
        """Return the variables of every template of a notice."""
        summary, notice, row = wave.view, item.notice, item.row
        return {
            "number": summary.number,
            "claim": wave.claim,
            "summary": summary,
            "stage": summary.stage,
            "level": wave.level,
            "notice": notice,
            "clock": notice.clock,
            "due": notice.due,
            "late": notice.due is not None and notice.due <= wave.at,
            "asked": item.asked,
            "values": notice.values,
            "seat": row.seat.seat if row.seat else None,
            "called": self.called.get(notice.key) or notice.calls,
            "of_office": row.unit == self.office,
            "short": partial(self._name, wave),
            "unit_short": self._name(wave, row.unit),
            "owner_short": self._name(wave, notice.owner or self.office),
        }

    def _name(self, wave: Wave, unit: str) -> str:
        owing = {clock.unit: clock.short for clock in wave.view.debts}
        return self.shorts.get(unit) or owing.get(unit, unit)


def _short_of(mode: Mode, fixed: Mapping[str, object], sentence: str, claim: str) -> str:
    return marked(current().say("letter_short", sentence=sentence, claim=claim, **fixed), mode)


def _handed_over(contents: LetterContents) -> bool:
    """Return whether its receiver has taken over the seat from whoever was there when it was planned."""
    return any(row.incoming for row in contents.rows)


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
