"""Notify: one wave of notices to its recipients; a dead receiver delays nobody else and causes no second letter.

No notice is dropped because it took long: whom a letter does not reach is reached in other ways, and the result says
what was not delivered (`activities.other_ways`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.failures import SOON, unavailable, within
from activities.fence import Fence
from activities.letters import AddressedLetter, CalledSeat, LetterWriter, contents_of
from activities.other_ways import OtherWays, WaveStanding
from activities.recipients import (
    PlannedWave,
    bound_of,
    callees_of,
    channels_used,
    gaps_of,
    placed_calls,
    plan,
    seats_reached,
)
from activities.sending import FailedLetter, LetterSender
from domain.case.payloads import Wave, WaveSent
from domain.errors import Unavailable
from domain.office.limits import Limits
from domain.ports.delivery import Messenger, Receipts, Undelivered, UndeliveredStore
from domain.ports.register import EntryStore
from domain.ports.roster import Roster
from domain.tasks.short_links import ShortLinks
from domain.terms import Refusal
from texts.catalogue import current

NAMED = 8
"""How many missing recipients a failure names before it only counts them."""


@dataclass(frozen=True, kw_only=True)
class Notices:
    """The activity `notify`: waves of notices sent by `messengers`, by channel code.

    `shorts` are the short names of units by code, `office` is the office's code. `letters_per_hour` is how many letters
    one person gets by one channel; the desk sends a list letter in place of all further ones.
    """

    receipts: Receipts
    entries: EntryStore
    given_up: UndeliveredStore
    roster: Roster
    messengers: Mapping[str, Messenger]
    links: ShortLinks
    shorts: Mapping[str, str]
    office: str
    letters_per_hour: int = Limits().letters_per_hour

    @activity.defn(name="notify")
    async def notify(self, wave: Wave) -> WaveSent:
        """Fix the recipients of a wave, write the letters nobody has a receipt for, and send them all at once.

        If letters are refused that the timeline does not name yet, it returns at once and names what is left.

        Raises:
            ApplicationError: somebody is still without a letter; the next attempt repeats only these, unchanged.

        """
        fence = Fence()
        fence.check()
        info = activity.info()  # the server's time of this attempt; a local activity has none, and is prompt
        started = None if info.is_local else info.started_time
        # since it was gathered, in whatever activity: what a refusal or a call-off has left of it is tried on
        tried = max(started - wave.at, timedelta()) if started else timedelta()
        try:
            channels, most = self.messengers.keys(), self.letters_per_hour
            planned = await plan(wave, self.receipts, self.roster, channels, started, most)
            failed, standing = await self._send(wave, planned, tried, fence)
            ways = await self._look_further(wave, standing, failed, started) if started else OtherWays()
            missing = [one for one in failed if any(ways.leave_open(row, standing) for row in one.letter.rows)]
            heard = {key for notice in wave.notices for key in notice.heard}
            refused = [one for one in standing.refusals(ways) if one.key not in heard]
            left = {row.notice for one in missing for row in one.letter.rows}
            if missing and (started is None or not refused or left.isdisjoint(wave.keys)):
                raise self._undelivered(missing, ways, standing)
            return await self._result(wave, standing, ways, failed, refused, left)
        except Unavailable as problem:
            raise unavailable("register", problem) from None

    async def _send(
        self, wave: Wave, planned: Sequence[PlannedWave], tried: timedelta, fence: Fence
    ) -> tuple[list[FailedLetter], WaveStanding]:
        """Send what is still to be sent; return what was not taken, and how the wave stands then."""
        rows = [row for one in planned for row in one.recipients if row.notice not in wave.called_off]
        before = WaveStanding(
            rows=rows,
            done={key for one in planned for key in one.delivered} | {row.key for row in rows if row.listed},
            tried=tried,
            level=wave.level,
            channels=self.messengers.keys(),
            roster=self.roster,
        )
        wanted = {row.key for row in rows if not before.settled(row)}
        letters = await self._letters(_without(planned, wave.called_off), wanted)
        failed = await LetterSender(self.messengers, self.receipts).send_all(letters, fence)
        lacking = {key for one in failed for key in one.keys}
        taken = {row.key for letter in letters for row in letter.rows} - lacking
        refused = {key for one in failed if one.for_good for key in one.keys}
        shut = {key for one in failed if one.not_admitted for key in one.keys}
        return failed, before.after(taken, refused, shut)

    async def _letters(self, planned: Sequence[PlannedWave], wanted: Set[str]) -> list[AddressedLetter]:
        """Return the letters still to be sent; their links are kept before any of them goes out."""
        found = [(contents, contents.link(self.office)) for contents in contents_of(planned, wanted)]
        urls = await self.links.urls(link for contents, link in found if not contents.page)
        writer = LetterWriter(self.shorts, self.office, self._called(contents.wave for contents, _ in found))
        return [writer.write(contents, urls.get(link, "")) for contents, link in found]

    def _called(self, waves: Iterable[Wave]) -> dict[str, tuple[CalledSeat, ...]]:
        """Return whom the calls are to that waves ask for, by the key of the notice, as the letter names them."""
        channels = self.messengers.keys()
        asked = {notice.key: (notice, wave.at) for wave in waves for notice in wave.notices if notice.calls}
        return {
            key: tuple(CalledSeat.of(one) for one in callees_of(notice, self.roster, channels, at))
            for key, (notice, at) in asked.items()
        }

    async def _look_further(
        self, wave: Wave, standing: WaveStanding, failed: Sequence[FailedLetter], now: datetime
    ) -> OtherWays:
        """Store whom to try besides in the next attempt, and what is a matter of the administrators from now on."""
        ways = standing.other_ways(now)
        await self.receipts.also(ways.added, bound_of(wave, self.letters_per_hour))
        await self.given_up.give_up(
            [
                Undelivered(
                    case_id=wave.case_id,
                    key=row.notice,
                    person=row.person,
                    channel=row.channel,
                    reason=one.reason,
                    since=now,
                )
                for one in failed
                for row in one.letter.rows
                if (row.notice, row.wanted) in ways.given_up | ways.shut_out
            ]
        )
        return ways

    async def _result(
        self,
        wave: Wave,
        standing: WaveStanding,
        ways: OtherWays,
        failed: Sequence[FailedLetter],
        refused: Sequence[Refusal],
        left: Set[str],
    ) -> WaveSent:
        over = wave.model_copy(update={"notices": tuple(one for one in wave.notices if one.key not in left)})
        # the case is about to take this result: it is asked until it has
        recorded = await self.entries.expect(wave.case_id, over.keys)
        has = standing.told(over.keys)
        lost = [one for one in failed if not any(row.notice in left for row in one.letter.rows)]
        return WaveSent(
            to=seats_reached(has),
            by=channels_used(has),
            gaps=gaps_of(over, has, self.roster, ways, self.messengers.keys()),
            undelivered=tuple(self._lines(one for one in lost if ways.given_up or not one.refused)),
            given_up=bool(ways.given_up),
            refused=tuple(refused),
            left=tuple(key for key in wave.keys if key in left),
            calls=placed_calls(over, self.roster, self.messengers.keys()),
            recorded=recorded,
        )

    def _undelivered(
        self, missing: Sequence[FailedLetter], ways: OtherWays, standing: WaveStanding
    ) -> ApplicationError:
        """Return the failure an operator reads: who is still without a letter, by which channel, and why."""
        names = "\n".join(self._lines(missing))
        message = current().phrase("effect", "undelivered", left=len(missing), of=len(standing.rows), names=names)
        return ApplicationError(
            message,
            type="Undelivered",
            category=ApplicationErrorCategory.BENIGN,
            next_retry_delay=_delay(missing, ways, standing.tried),
        )

    def _lines(self, failed: Iterable[FailedLetter]) -> list[str]:
        catalogue = current()
        lines = []
        for one in list(failed)[:NAMED]:
            row = one.letter.rows[-1]
            seat = catalogue.word("seat", row.seat.seat if row.seat else "administrator")
            who = f"{self.shorts.get(row.unit, row.unit)} {seat}"
            channel = catalogue.word("channel", row.channel)
            lines.append(catalogue.phrase("effect", "without", who=who, channel=channel, reason=one.reason))
        return lines


def _without(planned: Iterable[PlannedWave], called_off: Collection[str]) -> list[PlannedWave]:
    """Return waves without the notices nobody is to get any more: a letter that holds others, too, leaves them out."""
    return [replace(one, recipients=[row for row in one.recipients if row.notice not in called_off]) for one in planned]


def _delay(missing: Sequence[FailedLetter], ways: OtherWays, tried: timedelta) -> timedelta | None:
    """Return when to try again: at once by another way, else when receivers say so; None if not all of them do.

    What became of a letter under way is asked soon at first, and then after a third of the time it has taken.
    """
    if ways.added:
        return SOON
    waits = [tried.total_seconds() / 3 if one.under_way else one.again for one in missing]
    known = [wait for wait in waits if wait is not None]
    return within(min(known)) if len(known) == len(waits) else None
