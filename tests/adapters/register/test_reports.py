from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from adapters.register.intake.case_assignment import presentable
from adapters.register.store import SqlRegister
from domain.errors import KeyReused
from domain.reports.milestones import FIRST_PLACES, is_milestone
from domain.reports.report import Match
from domain.vocabulary import Level
from tests.adapters.register.factories import START, WATER, WOLVES, ask, closing_record, filing, issue, record, url


async def test_a_new_claim_opens_a_case_with_the_next_number_of_the_year(register: SqlRegister) -> None:
    first = await register.file(filing(WATER, place="东汀区", channel="platform:pt1", level=Level.RED))
    second = await register.file(filing(WOLVES))
    last_year = await register.file(filing("去年有人说过的另一件完全不同的事情", year=2025))

    assert (first.receipt.match, first.receipt.joined, first.receipt.known_rebuttal) == (Match.NEW, False, None)
    assert first.handover is not None
    assert first.handover.opens
    assert (first.handover.origin.number, first.handover.origin.level) == ("辟〔2026〕0001", Level.RED)
    assert (first.handover.origin.place, first.handover.origin.channel) == ("东汀区", "platform:pt1")
    assert (first.handover.sighting.count, first.handover.sighting.districts, first.handover.sighting.channels) == (
        1,
        1,
        1,
    )
    assert second.handover is not None
    assert second.handover.origin.number == "辟〔2026〕0002"
    assert last_year.handover is not None
    assert last_year.handover.origin.number == "辟〔2025〕0001"


async def test_a_report_of_a_running_claim_joins_it(register: SqlRegister) -> None:
    opened = await register.file(filing(WATER))
    joined = await register.file(filing(WATER.replace("，", ",").replace("！", "!!")))

    assert joined.receipt.case_id == opened.receipt.case_id
    assert (joined.receipt.match, joined.receipt.joined) == (Match.EXACT, True)
    assert joined.handover is not None
    assert not joined.handover.opens
    assert joined.handover.sighting.count == 2


async def test_a_short_text_opens_a_case_of_its_own(register: SqlRegister) -> None:
    first = await register.file(filing("紧急通知"))
    second = await register.file(filing("紧急通知"))

    assert first.receipt.match is Match.SHORT
    assert second.receipt.match is Match.SHORT
    assert first.receipt.case_id != second.receipt.case_id


async def test_a_closed_case_with_a_page_keeps_the_sighting_and_answers(register: SqlRegister) -> None:
    opened = await register.file(filing(WATER))
    case_id = opened.receipt.case_id
    await register.put(issue(case_id, 1))
    await register.put(issue(case_id, 2, at=START + timedelta(hours=1)))
    await register.append(closing_record(case_id))

    known = await register.file(filing(WATER))

    assert (known.receipt.case_id, known.receipt.match, known.receipt.joined) == (case_id, Match.KNOWN, True)
    assert known.handover is None
    assert known.receipt.known_rebuttal is not None
    assert known.receipt.known_rebuttal.url == f"/bulletin/{case_id}"
    assert known.receipt.known_rebuttal.number == "辟〔2026〕0001"
    assert known.receipt.known_rebuttal.title == "供水正常（第2版）"
    assert known.receipt.known_rebuttal.published_at == START + timedelta(hours=1)
    row = await register.case(case_id)
    assert row is not None
    assert row.sightings == 2


async def test_a_running_case_with_a_page_is_joined_and_answers(register: SqlRegister) -> None:
    opened = await register.file(filing(WATER))
    await register.put(issue(opened.receipt.case_id))

    joined = await register.file(filing(WATER))

    assert joined.receipt.match is Match.EXACT
    assert joined.receipt.known_rebuttal is not None
    assert joined.handover is not None


async def test_an_interim_notice_is_no_answer_and_ends_with_its_case(register: SqlRegister) -> None:
    checking = (await register.file(filing(WATER))).receipt.case_id
    await register.put(issue(checking, 0))
    running, joined = await register.case(checking), await register.file(filing(WATER))
    shown = [page.case_id for page in await register.pages(10)]
    late = await register.file(filing(WATER, place="东汀区"))
    await register.append(closing_record(checking))

    anew = await register.file(filing(WATER))
    moved = await register.reassign(late.receipt.report_id, "c-late", 2026, START)

    assert (joined.receipt.match, joined.receipt.known_rebuttal) == (Match.EXACT, None)
    assert (anew.receipt.match, anew.receipt.known_rebuttal) == (Match.NEW, None)
    assert anew.receipt.case_id != checking
    assert moved is not None
    assert moved.origin.case_id == anew.receipt.case_id
    ended = await register.case(checking)
    assert running is not None
    assert ended is not None
    assert (running.published, ended.published) == (True, False)
    assert shown == [checking]
    assert await register.pages(10) == []
    assert await register.page(checking) is not None, "what was public stays at its address"


async def test_a_case_closed_without_a_page_gives_its_claim_to_a_new_case(register: SqlRegister) -> None:
    opened = await register.file(filing(WATER))
    await register.append(closing_record(opened.receipt.case_id))

    anew = await register.file(filing(WATER))

    assert anew.receipt.match is Match.NEW
    assert anew.receipt.case_id != opened.receipt.case_id


async def test_the_same_key_and_body_answers_the_same(register: SqlRegister, tmp_path: Path) -> None:
    first = await register.file(filing(WATER, key="k"))
    before = await register.file(filing(WATER, key="k"))
    await register.handed_over(first.receipt.report_id)
    await register.put(issue(first.receipt.case_id))
    after = await register.file(filing(WATER, key="k"))

    assert not first.repeated
    assert before.repeated
    assert before.receipt == after.receipt == first.receipt
    assert before.handover == first.handover
    assert after.handover is None
    assert ask(tmp_path, "SELECT count(*) FROM reports") == [(1,)]


async def test_the_same_key_with_another_body_is_refused(register: SqlRegister, tmp_path: Path) -> None:
    await register.file(filing(WATER, key="k"))

    with pytest.raises(KeyReused):
        await register.file(filing(WOLVES, key="k"))
    assert ask(tmp_path, "SELECT count(*) FROM cases") == [(1,)]


async def test_the_workflow_hears_of_milestones_and_of_new_places_and_channels_only(register: SqlRegister) -> None:
    heard = []
    for n in range(1, 61):
        place = "西汀区" if n == 33 else "东汀区"
        channel = "hotline:zwb" if n == 44 else "public"
        filed = await register.file(filing(WATER, place=place, channel=channel))
        if filed.handover:
            heard.append(
                (filed.handover.sighting.count, filed.handover.sighting.districts, filed.handover.sighting.channels)
            )

    assert heard == [
        *((n, 1, 1) for n in (1, 2, 5, 10, 20)), (33, 2, 1), (44, 2, 2), (50, 2, 2),
    ]  # fmt: skip


async def test_a_flood_of_invented_places_is_heard_of_at_milestones_too(register: SqlRegister) -> None:
    filed = [await register.file(filing(WATER, place=f"第{n}号地方")) for n in range(1, 121)]

    heard = [one.handover.sighting.count for one in filed if one.handover]
    assert heard == [*range(1, FIRST_PLACES + 1), 100]


def test_milestones_are_one_two_five_and_their_tens() -> None:
    assert [n for n in range(1, 1001) if is_milestone(n)] == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


async def test_what_is_owed_is_pending_oldest_first_until_handed_over(register: SqlRegister) -> None:
    filed = [await register.file(filing(text)) for text in (WATER, WOLVES, WATER, WATER)]

    owed = [one.handover for one in filed if one.handover]
    assert await register.pending(10) == owed
    assert len(owed) == 3
    assert await register.pending(1) == owed[:1]
    await register.handed_over(owed[0].origin.report_id)
    assert await register.pending(10) == owed[1:]


async def test_what_units_report_is_handed_over_first_and_nobodys_flood_stands_before_the_others(
    register: SqlRegister,
) -> None:
    flood = [filing(f"{WATER}{n}", level=Level.RED) for n in range(50)]
    others = [
        filing(f"{WOLVES}红", channel="platform:pt1", level=Level.RED),
        filing(f"{WOLVES}黄", channel="platform:pt1"),
        filing(f"{WOLVES}众"),
        *(filing(f"{WOLVES}{n}", channel="hotline:zwb", level=Level.RED) for n in range(50)),
    ]
    for one in (*flood, *others):
        await register.file(one)

    first = [one.origin.claim for one in await register.pending(7)]

    assert first[:3] == [f"{WOLVES}红", f"{WOLVES}0", f"{WOLVES}黄"]
    assert set(first[3:]) == {f"{WATER}0", f"{WOLVES}众", f"{WOLVES}1", f"{WATER}1"}
    assert len(await register.pending(200)) == 103


async def test_a_report_that_came_too_late_moves_to_a_new_case(register: SqlRegister, tmp_path: Path) -> None:
    opened = await register.file(filing(WATER))
    late = await register.file(filing(WATER))

    moved = await register.reassign(late.receipt.report_id, "c-new", 2026, START)

    assert moved is not None
    assert (moved.origin.case_id, moved.origin.number, moved.opens, moved.sighting.count) == (
        "c-new",
        "辟〔2026〕0002",
        True,
        1,
    )
    assert [one.origin.case_id for one in await register.pending(10)] == [opened.receipt.case_id, "c-new"]
    assert ask(tmp_path, "SELECT case_id, running, sightings FROM cases ORDER BY position") == [
        (opened.receipt.case_id, 0, 1), ("c-new", 1, 1),
    ]  # fmt: skip


async def test_a_report_that_leaves_takes_its_place_and_channel_along(register: SqlRegister, tmp_path: Path) -> None:
    opened = await register.file(filing(WATER, place="东汀区"))
    await register.file(filing(WATER, place="东汀区", channel="hotline:zwb"))
    late = [
        await register.file(filing(WATER, place="西澄区", channel="platform:pt1")),
        await register.file(filing(WATER, place="东汀区")),
    ]
    await register.append(closing_record(opened.receipt.case_id))
    spread = f"SELECT sightings, districts, channels FROM cases WHERE case_id = '{opened.receipt.case_id}'"
    assert ask(tmp_path, spread) == [(4, 2, 3)]

    moved = await register.reassign(late[0].receipt.report_id, "c-new", 2026, START)

    assert ask(tmp_path, spread) == [(3, 1, 2)]
    assert moved is not None
    assert (moved.sighting.count, moved.sighting.districts, moved.sighting.channels) == (1, 1, 1)


async def test_a_report_counted_after_an_end_the_register_did_not_know_is_to_be_handed_over(
    register: SqlRegister,
) -> None:
    opened = await register.file(filing(WATER))
    await register.handed_over(opened.receipt.report_id)
    second = await register.file(filing(WATER, accepted_at=START + timedelta(hours=1)))
    await register.handed_over(second.receipt.report_id)
    late = await register.file(filing(WATER, accepted_at=START + timedelta(hours=3)))
    assert late.handover is None, "no milestone"

    await register.append(closing_record(opened.receipt.case_id))

    assert [one.origin.report_id for one in await register.pending(10)] == [late.receipt.report_id]
    moved = await register.reassign(late.receipt.report_id, "c-new", 2026, START)
    assert moved is not None
    assert moved.origin.case_id == "c-new"


async def test_moving_a_report_twice_moves_it_once(register: SqlRegister) -> None:
    await register.file(filing(WATER))
    late = await register.file(filing(WATER))

    first = await register.reassign(late.receipt.report_id, "c-a", 2026, START)
    second = await register.reassign(late.receipt.report_id, "c-b", 2026, START)

    assert second == first
    assert await register.case("c-b") is None


async def test_two_late_reports_of_a_claim_meet_in_one_new_case(register: SqlRegister) -> None:
    opened = await register.file(filing(WATER))
    late = [await register.file(filing(WATER, place=place)) for place in ("东汀区", "西汀区")]
    await register.append(closing_record(opened.receipt.case_id))

    first = await register.reassign(late[0].receipt.report_id, "c-a", 2026, START)
    second = await register.reassign(late[1].receipt.report_id, "c-b", 2026, START)
    again = await register.reassign(late[1].receipt.report_id, "c-c", 2026, START)

    assert first is not None
    assert second is not None
    assert (first.origin.case_id, second.origin.case_id) == ("c-a", "c-a")
    assert (second.opens, second.sighting.count, second.sighting.districts) == (False, 2, 2)
    assert again == second


async def test_a_late_report_of_an_answered_claim_moves_nowhere(register: SqlRegister) -> None:
    opened = await register.file(filing(WATER))
    late = await register.file(filing(WATER, key="late"))
    await register.put(issue(opened.receipt.case_id))

    assert await register.reassign(late.receipt.report_id, "c-new", 2026, START) is None
    assert [one.origin.report_id for one in await register.pending(10)] == [opened.receipt.report_id]
    row = await register.case(opened.receipt.case_id)
    assert row is not None
    assert row.sightings == 2
    repeat = await register.file(filing(WATER, key="late"))
    assert repeat.receipt.match is Match.KNOWN


async def test_a_report_the_workflow_has_heard_of_is_not_moved(register: SqlRegister) -> None:
    await register.file(filing(WATER))
    told = await register.file(filing(WATER))
    await register.handed_over(told.receipt.report_id)

    assert await register.reassign(told.receipt.report_id, "c-new", 2026, START) is None
    assert (await register.file(filing(WATER))).receipt.case_id == told.receipt.case_id


async def test_moving_an_unknown_report_is_an_error(register: SqlRegister) -> None:
    with pytest.raises(LookupError):
        await register.reassign("r-unknown", "c-new", 2026, START)


async def test_a_stored_report_comes_back_to_the_letter(register: SqlRegister) -> None:
    told = datetime(2026, 11, 24, 8, 30, tzinfo=timezone(timedelta(hours=8)))
    kept = filing(
        "  " + WATER + "\n👨‍👩‍👧", place="东汀区", at=told, url="https://example.com/a?b=1", channel="hotline:zwb"
    )
    await register.file(kept)

    assert await register.report(kept.report_id) == (kept, kept.case_id)
    assert await register.report("r-unknown") is None


async def test_a_joined_report_is_found_under_the_case_it_joined(register: SqlRegister) -> None:
    opened = await register.file(filing(WATER))
    joined = await register.file(filing(WATER))

    stored = await register.report(joined.receipt.report_id)
    assert stored is not None
    assert stored[1] == opened.receipt.case_id


async def test_times_come_back_in_utc(register: SqlRegister) -> None:
    late = datetime(2026, 11, 24, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    filed = await register.file(filing(WATER, at=late, accepted_at=late))
    row = await register.case(filed.receipt.case_id)

    assert row is not None
    assert row.opened_at == late
    assert row.opened_at.tzinfo is UTC
    assert filed.handover is not None
    assert filed.handover.origin.reported_at == late


def test_a_claim_is_shown_as_one_line_of_at_most_200_characters() -> None:
    assert presentable("  今晚\n\t停水\u200b \u202e三天 ") == "今晚 停水 三天"
    assert presentable("水" * 200) == "水" * 200
    assert presentable("水" * 201) == "水" * 199 + "…"


async def test_of_many_who_file_at_once_one_opens_the_case_and_none_is_lost(register: SqlRegister) -> None:
    filed = await asyncio.gather(*(register.file(filing(WATER)) for _ in range(100)))

    assert len({one.receipt.case_id for one in filed}) == 1
    assert sum(one.receipt.match is Match.NEW for one in filed) == 1
    row = await register.case(filed[0].receipt.case_id)
    assert row is not None
    assert row.sightings == 100


async def test_one_who_is_refused_in_a_group_takes_nobody_along(register: SqlRegister, tmp_path: Path) -> None:
    await register.file(filing(WATER, key="k"))

    others = [register.file(filing(WATER)) for _ in range(10)]
    answers = await asyncio.gather(
        *others[:5], register.file(filing(WOLVES, key="k")), *others[5:],
        register.append(record("c-unknown", 1)), return_exceptions=True,
    )  # fmt: skip

    assert isinstance(answers[5], KeyReused)
    assert isinstance(answers[-1], LookupError)
    assert sum(isinstance(one, Exception) for one in answers) == 2
    assert ask(tmp_path, "SELECT sightings, (SELECT count(*) FROM reports) FROM cases") == [(11, 11)]


async def test_a_caller_who_goes_away_leaves_nothing_half_done(register: SqlRegister, tmp_path: Path) -> None:
    calls = [asyncio.create_task(register.file(filing(WATER))) for _ in range(20)]
    await asyncio.sleep(0)
    for call in calls[::2]:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await register.file(filing(WATER))

    ((sightings, stored),) = ask(tmp_path, "SELECT sightings, (SELECT count(*) FROM reports) FROM cases")
    assert sightings == stored >= 11


async def test_what_was_filed_is_there_after_reopening(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    filed = await register.file(filing(WATER))
    await register.close()
    reopened = await SqlRegister.open(url(tmp_path))
    try:
        assert await reopened.pending(10) == [filed.handover]
    finally:
        await reopened.close()
