"""Triage baskets in the register: one for each form and window, whatever comes at once; and what leaves them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from adapters.matching.folded_claim import folded_claim
from adapters.matching.short_text import form_of
from adapters.register.store import SqlRegister
from desk.intake.claim_matching import ClaimMatching
from domain.access.reading import EVERYTHING
from domain.case.summary import Record
from domain.decisions import Original
from domain.events import ClaimWorded, Event, ReportsMoved
from domain.events.chain import first_hash, hash_of
from domain.ports.rows import CaseFilter
from domain.reports.report import FiledReport, Match, ReportReceipt
from tests.adapters.register.factories import START, WATER, ask, entry, filing, summary, url

DAY = timedelta(hours=24)
CLAIM = "松坪区今晚八点起停水三天，大家赶快储水"


async def report(
    register: SqlRegister, text: str, at: datetime = START, least: int = 8, window: timedelta = DAY, **changes: object
) -> FiledReport:
    """File a report as the desk does."""
    short = form_of(text)
    until = at + window if short.own < least else None
    known = {"folded": folded_claim(text), "form": short.form, "basket_until": until, "accepted_at": at}
    return await ClaimMatching(register, folded_claim).file(filing(text, **{**known, **changes}))


async def receipt(register: SqlRegister, text: str, **changes: object) -> ReportReceipt:
    return (await report(register, text, **changes)).receipt  # type: ignore[arg-type]


async def happens(register: SqlRegister, case: str, *events: Event, **changes: object) -> None:
    """Append what has happened in a case, as its workflow would say."""
    cursor = await register.cursor(case)
    assert cursor is not None
    head, seq, entries = cursor.position.head or first_hash(case), cursor.position.seq, []
    for event in events:
        seq += 1
        made = entry(seq, event, previous=head)
        entries.append(made)
        head = hash_of(made.stored)
    await register.append(Record(summary=summary(case, seq, **changes), entries=tuple(entries), head=head))


async def test_reports_of_one_form_share_a_case_and_others_have_their_own(
    register: SqlRegister, tmp_path: Path
) -> None:
    first = await report(register, "停水了？")
    again = await report(register, "网传停水了！！", place="松坪区")
    other = await report(register, "停电了？")
    link = await receipt(register, "https://example.com/a")
    linked = await receipt(register, "真的吗 example.com/a?utm_source=x")

    assert (first.receipt.match, first.receipt.joined) == (Match.SHORT, False)
    assert (again.receipt.match, again.receipt.joined) == (Match.BASKET, True)
    assert again.receipt.case_id == first.receipt.case_id != other.receipt.case_id
    assert linked.case_id == link.case_id
    assert first.handover is not None
    assert first.handover.origin.basket is True
    assert again.handover is not None
    assert again.handover.sighting.count == 2
    assert ask(tmp_path, "SELECT count(*) FROM cases") == [(3,)]
    listed = await register.cases(CaseFilter(), EVERYTHING)
    assert {(one.claim, one.sightings, one.basket) for one in listed} == {
        ("停水了？", 2, True), ("停电了？", 1, True), ("https://example.com/a", 2, True),
    }  # fmt: skip


async def test_two_hundred_at_once_open_one_basket_each_from_two_processes(
    register: SqlRegister, tmp_path: Path
) -> None:
    other = await SqlRegister.open(url(tmp_path))
    try:
        forms = ("停水了？", "停电了？")
        filed = await asyncio.gather(*(report((register, other)[n % 2], forms[n // 2 % 2]) for n in range(200)))
    finally:
        await other.close()

    assert len({one.receipt.case_id for one in filed}) == 2
    assert sum(not one.receipt.joined for one in filed) == 2
    assert ask(tmp_path, "SELECT count(*), sum(current) FROM baskets") == [(2, 2)]
    assert ask(tmp_path, "SELECT DISTINCT sightings FROM cases") == [(100,)]
    assert sum(one.handover is not None for one in filed) <= 2 * 8, "milestones only"


async def test_two_hundred_first_reports_of_one_claim_at_once_open_one_case(
    register: SqlRegister, tmp_path: Path
) -> None:
    other = await SqlRegister.open(url(tmp_path))
    try:
        for text in (CLAIM, "Drinking bleach cures the new disease within one day"):
            filed = await asyncio.gather(*(report((register, other)[n % 2], text) for n in range(200)))
            assert len({one.receipt.case_id for one in filed}) == 1
    finally:
        await other.close()

    assert ask(tmp_path, "SELECT sightings FROM cases") == [(200,), (200,)]
    assert ask(tmp_path, "SELECT count(*) FROM baskets") == [(0,)]


async def test_after_its_window_a_form_has_another_basket_whatever_became_of_the_first(
    register: SqlRegister, tmp_path: Path
) -> None:
    first = await receipt(register, "停水了？")
    late = await receipt(register, "停水了？", at=START + DAY - timedelta(seconds=1))
    next_day = await receipt(register, "停水了？", at=START + DAY)
    again = await receipt(register, "停水了？", at=START + DAY + timedelta(hours=1))

    assert (late.case_id, late.match) == (first.case_id, Match.BASKET)
    assert (next_day.match, next_day.joined) == (Match.SHORT, False)
    assert again.case_id == next_day.case_id != first.case_id
    assert ask(tmp_path, "SELECT sum(current), count(*) FROM baskets") == [(1, 2)]


async def test_another_policy_opens_no_second_basket_of_a_form(register: SqlRegister) -> None:
    text = "东区今晚要停水了呀"
    first = await receipt(register, text, least=12)
    shorter = await receipt(register, text, at=START + timedelta(hours=2), least=12, window=timedelta(hours=1))
    fewer = await receipt(register, text, at=START + timedelta(hours=3), least=8)

    assert {one.case_id for one in (first, shorter, fewer)} == {first.case_id}
    after = await receipt(register, text, at=START + DAY, least=8)
    assert (after.match, after.joined) == (Match.NEW, False), "it says enough by the policy of now"


async def test_a_basket_is_joined_by_no_rule_and_found_by_no_likeness(register: SqlRegister) -> None:
    matching = ClaimMatching(register, folded_claim)
    basket = await receipt(register, "今晚停水三天")
    await matching.index_old()
    told = await receipt(register, "听说今晚停水三天，是真的吗？请大家都看一看")

    assert told.case_id != basket.case_id
    assert basket.case_id not in {one.case_id for one in await matching.likest(folded_claim("今晚停水三天"))}


async def test_a_text_that_is_a_known_claim_to_the_letter_joins_its_case(register: SqlRegister) -> None:
    text = "网传东区要停水了是真的吗"
    known = await register.file(filing(text))
    assert known is not None

    again = await receipt(register, text)

    assert (again.case_id, again.match) == (known.receipt.case_id, Match.EXACT)


async def test_urgent_help_goes_in_no_basket(register: SqlRegister) -> None:
    one, other = [await receipt(register, "救命", form="", basket_until=None) for _ in range(2)]

    assert one.case_id != other.case_id


async def test_a_closed_basket_takes_further_reports_of_its_window_and_hears_of_none(register: SqlRegister) -> None:
    basket = await receipt(register, "停水了？")
    await happens(register, basket.case_id, closed_at=START + timedelta(hours=1))

    further = await report(register, "停水了？", at=START + timedelta(hours=2))

    assert (further.receipt.case_id, further.receipt.match) == (basket.case_id, Match.BASKET)
    assert (further.handover, further.receipt.known_rebuttal) == (None, None)
    row = await register.case(basket.case_id)
    assert row is not None
    assert row.sightings == 2


async def test_a_report_that_reaches_a_basket_after_its_end_stays_there(register: SqlRegister, tmp_path: Path) -> None:
    basket = await receipt(register, "停水了？")
    further = await report(register, "停水了？")
    assert further.handover is not None

    anew = await register.reassign(further.receipt.report_id, "canother", 2026, START)

    assert anew is None
    assert ask(tmp_path, "SELECT count(*) FROM cases") == [(1,)]
    stored = await register.report(further.receipt.report_id)
    assert stored is not None
    assert stored[1] == basket.case_id


async def test_after_a_merge_further_reports_of_the_form_go_to_the_case_it_was_merged_into(
    register: SqlRegister,
) -> None:
    claim, basket = await receipt(register, WATER), await receipt(register, "停水了？")
    into = Original(case_id=claim.case_id, number="辟〔2026〕0001", running=True)
    await happens(register, basket.case_id, closed_at=START, original=into)

    further = await report(register, "停水了？", at=START + timedelta(hours=1))

    assert (further.receipt.case_id, further.receipt.match) == (claim.case_id, Match.MOVED)
    assert further.handover is not None
    assert further.handover.sighting.count == 2


async def test_a_worded_basket_is_found_as_its_claim_and_keeps_its_form(register: SqlRegister) -> None:
    matching = ClaimMatching(register, folded_claim)
    basket = await receipt(register, "停水了？")
    await happens(register, basket.case_id, ClaimWorded(claim=CLAIM, before="停水了？"))

    to_the_letter = await receipt(register, CLAIM)
    short = await receipt(register, "停水了？", at=START + timedelta(hours=1))
    [row] = await register.cases(CaseFilter(), EVERYTHING)

    assert (to_the_letter.case_id, to_the_letter.match) == (basket.case_id, Match.EXACT)
    assert (short.case_id, short.match) == (basket.case_id, Match.BASKET)
    assert (row.claim, row.basket) == (CLAIM, False)
    assert [one.case_id for one in await matching.likest(folded_claim(CLAIM))] == [basket.case_id]


async def test_a_wording_that_a_running_case_has_is_said_with_its_number_and_takes_no_key_from_it(
    register: SqlRegister,
) -> None:
    claim, basket = await receipt(register, CLAIM), await receipt(register, "停水了？")
    row = await register.case(claim.case_id)
    assert row is not None

    assert await register.case_of_wording(f"{CLAIM}！", basket.case_id) == row.number
    assert await register.case_of_wording(CLAIM, claim.case_id) is None
    assert await register.case_of_wording("停水", basket.case_id) is None
    await happens(register, basket.case_id, ClaimWorded(claim=CLAIM, before="停水了？"))
    assert (await receipt(register, CLAIM)).case_id == claim.case_id


async def test_reports_that_are_moved_count_for_the_other_case_and_are_answered_by_it(
    register: SqlRegister, tmp_path: Path
) -> None:
    claim, basket = await receipt(register, WATER), await receipt(register, "停水了？", source=("n1",))
    some = [await receipt(register, "停水了？", source=(f"n{n}",), place="松坪区") for n in range(2, 6)]
    into = Original(case_id=claim.case_id, number="辟〔2026〕0001", running=True)
    named = (some[0].report_id, some[2].report_id)

    leaving = await register.leaving(basket.case_id, named, into)
    assert leaving is not None
    assert (leaving.reports, leaving.count, leaving.number) == (named, 3, into.number)
    moved = ReportsMoved(reports=named, into=into, count=3, districts=1, channels=1)
    await happens(register, basket.case_id, moved)
    await happens(register, basket.case_id)

    for report_id in named:
        stored = await register.report(report_id)
        assert stored is not None
        assert stored[1] == claim.case_id
    counted = ask(tmp_path, "SELECT sightings, sources FROM cases ORDER BY position")
    assert counted == [(3, 3), (3, 3)], "of the first report no source is known"
    [owed] = [one for one in await register.owed_of(claim.case_id) if not one.opens]
    assert (owed.origin.report_id, owed.sighting.count) == (named[1], 3)
    assert await register.leaving(basket.case_id, named, into) is None, "they are not here any more"
    assert await register.leaving(basket.case_id, (basket.report_id,), into) is None, "it has opened the basket"
    later = await report(register, "停水了？")
    assert (later.receipt.case_id, later.receipt.match) == (basket.case_id, Match.BASKET)


async def test_a_count_from_after_a_move_says_that_some_have_gone(register: SqlRegister) -> None:
    claim, basket = await receipt(register, WATER), await receipt(register, "停水了？")
    second = await receipt(register, "停水了？")
    into = Original(case_id=claim.case_id, number="辟〔2026〕0001", running=True)
    moved = ReportsMoved(reports=(second.report_id,), into=into, count=1, districts=0, channels=1)
    await happens(register, basket.case_id, moved)

    again = await report(register, "停水了？")

    assert again.handover is not None
    assert (again.handover.sighting.count, again.handover.sighting.splits) == (2, 1)


async def test_the_reports_of_a_basket_are_listed_newest_first_and_a_page_at_a_time(register: SqlRegister) -> None:
    basket = await receipt(register, "停水了？")
    rest = [(await receipt(register, f"停水了{'？' * n}", place=f"{n}区")).report_id for n in range(1, 5)]

    first = await register.basket_reports(basket.case_id, 3)
    then = await register.basket_reports(basket.case_id, 3, first[-1].position)

    assert [one.report_id for one in first] == rest[:0:-1]
    assert [(one.report_id, one.first) for one in then] == [(rest[0], False), (basket.report_id, True)]
    assert (first[0].text, first[0].place) == ("停水了？？？？", "4区")
