"""List letters: whoever has had as many letters within the hour as may go out gets one in place of all further ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as insert_once

from adapters.register.engine.letter_tables import handovers, letter_times, list_letters, listed
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, receipts, reports
from adapters.register.parts.undelivered import GIVE_UP
from domain.ports.delivery import LetterBound, ListLetter, Recipient

HOUR = timedelta(hours=1)

LEASE = timedelta(minutes=1)
"""For how long whoever took a list letter to send it has it alone."""

AT_A_TIME = 50

_SAME = and_(
    letter_times.c.person == bindparam("of_person"),
    letter_times.c.channel == bindparam("by_channel"),
    letter_times.c.vouched == bindparam("is_vouched"),
)
_HAD = select(func.count()).where(_SAME, letter_times.c.at > bindparam("since"), letter_times.c.at < bindparam("until"))
_PAST = delete(letter_times).where(_SAME, letter_times.c.at <= bindparam("since"))
_OF_CASE = select(func.count(), func.count().filter(reports.c.channel != "public")).where(
    reports.c.case_id == bindparam("of_case")
)
_CONFIRM = (
    update(listed)
    .where(listed.c.letter.is_(None), ~listed.c.vouched)
    .where(exists().where(reports.c.case_id == listed.c.case_id, reports.c.channel != "public"))
    .values(vouched=True)
)
_UNTOUCHED = select(list_letters.c.key).where(
    or_(list_letters.c.taken_at.is_(None), list_letters.c.taken_at <= bindparam("lapsed")),
    ~exists().where(handovers.c.key == list_letters.c.key),
)
"""List letters that no receiver may have: nobody is sending them, and none was handed over without an answer."""
_OVER = delete(listed).where(
    ~listed.c.lasting,
    exists().where(cases.c.case_id == listed.c.case_id, ~cases.c.running),
    or_(listed.c.letter.is_(None), listed.c.letter.in_(_UNTOUCHED)),
)
"""What waits for a list letter and asks for something of a case that is over by then; what tells of the end stays."""
_EMPTY = (
    update(list_letters)
    .where(~list_letters.c.sent, ~exists().where(listed.c.letter == list_letters.c.key))
    .values(sent=True)
)
_LIST = insert_once(listed).on_conflict_do_nothing(index_elements=["key"])
_RECEIVED = insert_once(receipts).on_conflict_do_nothing(index_elements=["key"])
_OPEN = select(list_letters.c.key).where(
    ~list_letters.c.sent, or_(list_letters.c.taken_at.is_(None), list_letters.c.taken_at <= bindparam("lapsed"))
)


class ListLetterPart(RegisterPart):
    """The store of notices that wait for a list letter."""

    async def list_letters(self, now: datetime) -> list[ListLetter]:
        """Make the list letters that may go out, and return those that are still to be sent.

        Nobody else gets them for a minute. Somebody gets one at once, and a further one an hour after it. What asks for
        something of a case that is over by now is in none, unless the letter is on its way; what still holds then is. A
        letter with nothing left in it is not sent.
        """
        if await self._reader.first(select(listed.c.key).limit(1)) is None:
            return []
        return await self._writer.run(partial(_take, now))

    async def list_letter_sent(self, key: str, at: datetime) -> None:
        """Store a receipt for everything a list letter stands for."""
        await self._writer.run(partial(_sent, key, at))

    async def list_letter_refused(self, key: str, reason: str, at: datetime) -> None:
        """Give up everything a list letter stands for: its receiver refuses it for good."""
        await self._writer.run(partial(_refused, key, reason, at))


def within(bound: LetterBound, rows: Sequence[Recipient], transaction: Connection) -> list[Recipient]:
    """Return new recipients, those beyond the bound marked as listed; the others are counted."""
    letters: dict[tuple[str, str, datetime | None], list[Recipient]] = {}
    for row in (one for one in rows if one.is_letter):  # a list letter by phone would reach nobody
        letters.setdefault((row.person, row.channel, row.instead), []).append(row)
    vouched = bool(letters) and _vouched(bound, transaction)
    over: set[str] = set()
    for (person, channel, _), together in letters.items():
        if _is_full(bound, person, channel, vouched, transaction):
            over |= {row.key for row in together}
    found = [row.model_copy(update={"listed": True}) if row.key in over else row for row in rows]
    if over:
        values = [_line(row, bound, vouched) for row in found if row.listed]
        transaction.execute(_LIST, values)
    return found


def _vouched(bound: LetterBound, transaction: Connection) -> bool:
    """Return whether an officer, or a unit by its key, stands behind a case; one unknown here is not doubted."""
    if bound.confirmed:
        return True
    known, of_units = transaction.execute(_OF_CASE, {"of_case": bound.case_id}).one()
    return not known or bool(of_units)


def _is_full(bound: LetterBound, person: str, channel: str, vouched: bool, transaction: Connection) -> bool:
    """Return whether somebody has had as many letters as may go out; else count one more."""
    same = {"of_person": person, "by_channel": channel, "is_vouched": vouched, "since": bound.at - HOUR}
    had = transaction.execute(_HAD, {**same, "until": bound.at + HOUR}).scalar_one()
    if had >= bound.most:
        return True
    transaction.execute(_PAST, same)
    values = {"person": person, "channel": channel, "vouched": vouched, "at": bound.at}
    transaction.execute(insert(letter_times), values)
    return False


def _line(row: Recipient, bound: LetterBound, vouched: bool) -> dict[str, object]:
    return {
        "key": row.key,
        "case_id": bound.case_id,
        "person": row.person,
        "channel": row.channel,
        "vouched": vouched,
        "recipient": row.model_dump_json(),
        "at": bound.at,
        "letter": None,
        "lasting": row.notice in bound.lasting,
    }


def _take(now: datetime, transaction: Connection) -> list[ListLetter]:
    transaction.execute(_OVER, {"lapsed": now - LEASE})
    transaction.execute(_EMPTY)
    _make(now, transaction)
    keys = list(transaction.scalars(_OPEN.limit(AT_A_TIME), {"lapsed": now - LEASE}))
    transaction.execute(update(list_letters).where(list_letters.c.key.in_(keys)).values(taken_at=now))
    return [_letter(key, transaction) for key in keys]


def _make(now: datetime, transaction: Connection) -> None:
    """Make a letter for everybody who has waiting notices, and has had no list letter within the hour.

    What a unit has reported, too, by now no longer waits among what only the public reports.
    """
    transaction.execute(_CONFIRM)
    told_by = (listed.c.person, listed.c.channel, listed.c.vouched)
    for person, channel, vouched in transaction.execute(select(*told_by).where(listed.c.letter.is_(None)).distinct()):
        own = {"person": person, "channel": channel, "vouched": vouched}
        same = and_(*(list_letters.c[name] == value for name, value in own.items()))
        before = transaction.execute(select(func.max(list_letters.c.made_at)).where(same)).scalar_one()
        if before is not None and before > now - HOUR:
            continue
        key = f"list/{person}/{channel}/{'vouched' if vouched else 'public'}/{now:%Y%m%dT%H%M%S.%f}"
        transaction.execute(insert(list_letters).values(key=key, made_at=now, sent=False, **own))
        waiting = and_(*(listed.c[name] == value for name, value in own.items()), listed.c.letter.is_(None))
        transaction.execute(update(listed).where(waiting).values(letter=key))


def _letter(key: str, transaction: Connection) -> ListLetter:
    of_letter = listed.c.letter == key
    count = transaction.execute(select(func.count(listed.c.case_id.distinct())).where(of_letter)).scalar_one()
    number = func.coalesce(cases.c.number, listed.c.case_id)
    joined = listed.outerjoin(cases, cases.c.case_id == listed.c.case_id)
    first = select(listed.c.case_id, listed.c.recipient, number).select_from(joined).where(of_letter)
    case_id, recipient, named = transaction.execute(first.order_by(listed.c.at, listed.c.key).limit(1)).one()
    row = Recipient.model_validate_json(recipient)
    return ListLetter(key=key, case_id=case_id, number=named, cases=count, row=row)


def _sent(key: str, at: datetime, transaction: Connection) -> None:
    kept = [
        {"key": row.key, "case_id": case_id, "person": row.person, "unit": row.unit, "channel": row.channel, "at": at}
        for case_id, row in _settled(key, transaction)
    ]
    if kept:
        transaction.execute(_RECEIVED, kept)


def _refused(key: str, reason: str, at: datetime, transaction: Connection) -> None:
    lost = [
        {"case_id": case_id, "key": row.notice, "person": row.person, "channel": row.channel}
        for case_id, row in _settled(key, transaction)
    ]
    if lost:
        transaction.execute(GIVE_UP, [{**one, "reason": reason, "since": at, "alarmed": False} for one in lost])


def _settled(key: str, transaction: Connection) -> list[tuple[str, Recipient]]:
    """Remove what a list letter stood for, and return it: each with its case."""
    found = transaction.execute(select(listed.c.case_id, listed.c.recipient).where(listed.c.letter == key)).all()
    transaction.execute(delete(listed).where(listed.c.letter == key))
    transaction.execute(update(list_letters).where(list_letters.c.key == key).values(sent=True))
    return [(case_id, Recipient.model_validate_json(text)) for case_id, text in found]
