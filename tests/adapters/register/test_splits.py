"""Splits in the register: what leaves a case, where it goes, and that nothing is lost, doubled or joined again."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matching.claim_key import claim_key
from adapters.matching.folded_claim import folded_claim
from adapters.register.store import SqlRegister
from desk.intake.claim_matching import ClaimMatching
from domain.case.answer import Answer
from domain.case.summary import Record
from domain.decisions import Original
from domain.errors import Refused, Unfit, Unknown
from domain.events import Event, Noted, ReportSplit
from domain.events.chain import first_hash, hash_of
from domain.ports.rows import WantedSplit
from domain.reports.report import FiledReport, Match
from domain.vocabulary import Stage
from tests import empty_register
from tests.adapters.register.factories import OFFICER, START, ask, decision, entry, filing, issue, summary

CLAIM = "东湖公园的孔雀昨晚全部飞走了，管理处正在寻找"
AGAIN = "听说东湖公园的孔雀昨晚全部都飞走了，管理处正在寻找，是真的吗"
THIRD = "据说东湖公园的孔雀昨晚全部已经飞走了，管理处正在寻找"


class Cases:
    """Reports filed as the desk does, and what their cases would answer to decisions."""

    def __init__(self, register: SqlRegister) -> None:
        self.register = register
        self.matching = ClaimMatching(register, folded_claim)
        self.events: dict[str, list[Event]] = {}
        self.updates = 0

    async def report(self, text: str, **changes: object) -> FiledReport:
        return await self.matching.file(filing(text, folded=folded_claim(text), **changes))

    def wanted(self, case: str, report: str, text: str, update: str = "") -> WantedSplit:
        self.updates += 1
        return WantedSplit(
            update_id=update or f"u{self.updates}",
            case_id=case,
            report_id=report,
            reason="不是一回事",
            to_case=f"own{self.updates}",
            year=2026,
            folded=folded_claim(text),
            at=START + timedelta(hours=1),
        )

    async def split(self, case: str, report: str, text: str) -> ReportSplit:
        """Reserve a split, let the case take it, and store its answer."""
        wanted = self.wanted(case, report, text)
        await self.register.begin(decision(wanted.update_id, case))
        try:
            own = await self.register.reserve_split(wanted)
        except Refused as refusal:
            await self.register.finish(wanted.update_id, type(refusal).__name__, None)
            raise
        event = ReportSplit(**dict(own), reason=wanted.reason)
        record = self.says(case, event)
        await self.register.finish(wanted.update_id, "done", self.answer(case, record))
        return event

    def answer(self, case: str, record: Record) -> Answer:
        return Answer(case_id=case, seq=len(self.events[case]), since=len(self.events[case]) - 1, record=record)

    def says(self, case: str, event: Event, **changes: object) -> Record:
        """Return what a case answers after one more event, with all its entries."""
        self.events.setdefault(case, []).append(event)
        head, entries = first_hash(case), []
        for seq, one in enumerate(self.events[case], start=1):
            entries.append(entry(seq, one, OFFICER, head))
            head = hash_of(entries[-1].stored)
        return Record(summary=summary(case, len(entries), **changes), entries=tuple(entries), head=head)

    async def ends(self, case: str, into: str | None = None) -> None:
        """Close a case, merged into another one or not."""
        original = Original(case_id=into, number="辟〔2026〕0001") if into else None
        record = self.says(
            case, Noted(text="办结"), stage=Stage.CLOSURE, closed_at=START + timedelta(hours=2), original=original
        )
        await self.register.append(record)


@pytest.fixture
def cases(register: SqlRegister) -> Cases:
    return Cases(register)


async def two_wordings(cases: Cases) -> tuple[str, FiledReport, FiledReport]:
    case = (await cases.report(CLAIM, place="东区")).receipt.case_id
    joined = await cases.report(AGAIN, place="西区", channel="platform:pt1")
    again = await cases.report(AGAIN, place="西区", channel="platform:pt1")
    assert {joined.receipt.case_id, again.receipt.case_id} == {case}
    return case, joined, again


async def test_reports_of_one_wording_leave_together_and_are_counted_where_they_are(
    register: SqlRegister, cases: Cases, tmp_path: Path
) -> None:
    case, joined, again = await two_wordings(cases)

    split = await cases.split(case, joined.receipt.report_id, AGAIN)

    assert split.reports == (joined.receipt.report_id, again.receipt.report_id)
    assert (split.moved, split.count, split.districts, split.channels) == (2, 1, 1, 1)
    counted = "SELECT case_id, sightings, districts, channels, number FROM cases ORDER BY position"
    assert ask(tmp_path, counted) == [(case, 1, 1, 1, "辟〔2026〕0001"), (split.case_id, 2, 1, 1, split.number)]
    further = await cases.report(AGAIN)
    assert (further.receipt.case_id, further.receipt.match) == (split.case_id, Match.EXACT)


async def test_the_new_case_is_handed_its_first_report_with_what_it_has_waited(
    register: SqlRegister, cases: Cases
) -> None:
    case, joined, _ = await two_wordings(cases)
    split = await cases.split(case, joined.receipt.report_id, AGAIN)

    first, second = await register.owed_of(split.case_id)

    assert (first.opens, first.origin.report_id) == (True, joined.receipt.report_id)
    assert first.accepted_at == START + timedelta(hours=1)
    assert first.origin.split is not None
    assert (first.origin.split.case_id, first.origin.split.waited) == (case, timedelta(hours=1))
    assert (second.opens, second.sighting.count) == (False, 2)


async def test_a_wording_taken_out_never_joins_the_old_case_by_rule_again(register: SqlRegister, cases: Cases) -> None:
    case, joined, _ = await two_wordings(cases)
    split = await cases.split(case, joined.receipt.report_id, AGAIN)
    await cases.ends(split.case_id)

    again = await cases.report(AGAIN)

    assert again.receipt.case_id not in (case, split.case_id)


async def test_a_report_compared_before_a_split_goes_with_the_wording_it_is_like(
    register: SqlRegister, cases: Cases
) -> None:
    case, joined, _ = await two_wordings(cases)
    text = AGAIN + "求辟谣"
    filing_ = filing(text, folded=folded_claim(text), claim_key=claim_key(text))
    likest = next(one for one in await cases.matching.likest(filing_.folded) if one.case_id == case)
    assert likest.folded == folded_claim(AGAIN)
    like = await cases.matching._like(filing_)
    split = await cases.split(case, joined.receipt.report_id, AGAIN)

    filed = await register.file(filing_.model_copy(update={"compared": True, **like}))

    assert filed is not None
    assert filed.receipt.case_id == split.case_id


async def test_what_is_merged_back_by_a_person_is_one_case_again(register: SqlRegister, cases: Cases) -> None:
    case, joined, _ = await two_wordings(cases)
    split = await cases.split(case, joined.receipt.report_id, AGAIN)
    assert await register.reserve_merge("m", split.case_id, case)
    await cases.ends(split.case_id, into=case)

    again = await cases.report(AGAIN)
    near = await cases.report(THIRD)

    assert (again.receipt.case_id, near.receipt.case_id) == (case, case)


async def test_the_first_report_and_its_wording_stay(register: SqlRegister, cases: Cases) -> None:
    first = await cases.report(CLAIM)
    same = await cases.report(CLAIM)
    case = first.receipt.case_id

    with pytest.raises(Unfit) as opener:
        await cases.split(case, first.receipt.report_id, CLAIM)
    with pytest.raises(Unfit) as worded:
        await cases.split(case, same.receipt.report_id, CLAIM)
    with pytest.raises(Unknown) as nowhere:
        await cases.split(case, "nobody", CLAIM)

    codes = [one.value.code for one in (opener, worded, nowhere)]
    assert codes == ["split_first_report", "split_same_words", "no_such_report_here"]


async def test_of_two_splits_of_one_wording_at_once_the_second_waits_for_the_first(
    register: SqlRegister, cases: Cases
) -> None:
    case, joined, again = await two_wordings(cases)
    await register.begin(decision("u", case))
    own = await register.reserve_split(cases.wanted(case, joined.receipt.report_id, AGAIN, "u"))

    with pytest.raises(Unfit) as under_way:
        await cases.split(case, again.receipt.report_id, AGAIN)
    assert await register.reserve_split(cases.wanted(case, joined.receipt.report_id, AGAIN, "u")) == own
    await register.finish("u", "NotPermitted", None)
    made = await cases.split(case, again.receipt.report_id, AGAIN)
    with pytest.raises(Unfit) as twice:
        await cases.split(case, joined.receipt.report_id, AGAIN)

    assert (under_way.value.code, twice.value.code) == ("split_under_way", "split_already")
    assert made.number == own.number, "the number of a split that is refused is not lost"


async def test_a_split_on_a_timeline_the_register_has_lost_sight_of_is_made_from_its_entry(
    register: SqlRegister, cases: Cases, tmp_path: Path
) -> None:
    case, joined, _ = await two_wordings(cases)
    await register.begin(decision("u", case))
    own = await register.reserve_split(cases.wanted(case, joined.receipt.report_id, AGAIN, "u"))
    await register.finish("u", "CaseLost", None)
    other = await cases.report("北门菜市场的鸡蛋都是人造的，煮熟以后会弹起来")

    record = cases.says(case, ReportSplit(**dict(own), reason="不是一回事"))
    await register.append(record)
    await register.append(record)

    found = ask(tmp_path, f"SELECT sightings, number FROM cases WHERE case_id = '{own.case_id}'")
    assert found == [(2, "辟〔2026〕0003")], "its number has gone to another case meanwhile"
    assert other.receipt.case_id != own.case_id
    assert (await cases.report(AGAIN)).receipt.case_id == own.case_id


async def test_a_sighting_counted_before_a_split_says_so_and_joins_are_named_by_the_next(
    register: SqlRegister, cases: Cases
) -> None:
    case, joined, _ = await two_wordings(cases)
    assert joined.handover is not None
    await cases.split(case, joined.receipt.report_id, AGAIN)

    third = await cases.report(THIRD)

    assert joined.handover.sighting.splits == 0
    assert third.handover is not None
    assert (third.handover.sighting.splits, third.handover.sighting.count) == (1, 2)
    assert [one.report_id for one in third.handover.sighting.joins] == [third.receipt.report_id]


# --- any sequence --------------------------------------------------------------------------------------------------

WORDS = ("", "听说", "据说", "求证", "请问", "有网友称")
TEXTS = tuple(
    f"{word}{claim}"
    for claim in (CLAIM, "东湖公园的孔雀昨晚全部飞走了", "南山步道的路灯上周全部换成了红色灯泡", "短消息")
    for word in WORDS
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["report", "report", "report", "split", "merge", "end", "answer"]), st.integers(0, 10**6)
    ),
    min_size=30,
    max_size=30,
)


@settings(max_examples=12, deadline=None)
@given(steps=STEPS)
def test_any_joins_splits_and_merges_keep_every_report_in_one_case_and_every_count_right(
    steps: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_lived(Path(folder), steps))


async def _lived(folder: Path, steps: list[tuple[str, int]]) -> None:
    empty_register.lay(folder)
    register = await SqlRegister.open(f"sqlite:///{folder / 'register.db'}")
    try:
        life = _Life(Cases(register), folder)
        for kind, pick in steps:
            await life.step(kind, pick)
            life.must_add_up()
    finally:
        await register.close()


class _Life:
    """A register that is reported to, split and merged at random."""

    def __init__(self, cases: Cases, folder: Path) -> None:
        self.cases, self.folder = cases, folder
        self.texts: dict[str, str] = {}

    async def step(self, kind: str, pick: int) -> None:
        running = self._ids("SELECT case_id FROM cases WHERE running ORDER BY position")
        reports = ask(self.folder, "SELECT report_id, case_id FROM reports ORDER BY position")
        match kind:
            case "split" if reports:
                report, case = reports[pick % len(reports)]
                before = set(self._ids("SELECT case_id FROM cases"))
                try:
                    await self._split(case, report)
                except Refused:
                    assert set(self._ids("SELECT case_id FROM cases")) == before
            case "merge" if len(running) > 1:
                one, other = running[pick % len(running)], running[(pick // 7) % len(running)]
                if one != other and await self.cases.register.reserve_merge(f"m{pick}", one, other):
                    await self.cases.ends(one, into=other)
            case "end" if running:
                await self.cases.ends(running[pick % len(running)])
            case "answer" if running:
                await self.cases.register.put(issue(running[pick % len(running)]))
                await self.cases.ends(running[pick % len(running)])
            case _:
                text = TEXTS[pick % len(TEXTS)]
                place, channel = ("东区", "西区", None)[pick % 3], ("public", "platform:pt1")[pick % 2]
                filed = await self.cases.report(text, place=place, channel=channel)
                self.texts[filed.receipt.report_id] = text

    async def _split(self, case: str, report: str) -> None:
        text = self.texts[report]
        if case in self._ids("SELECT case_id FROM cases WHERE running"):
            split = await self.cases.split(case, report, text)
            to_case = split.case_id
        else:
            wanted = self.cases.wanted(case, report, text)
            to_case = (await self.cases.register.reserve_split(wanted)).case_id
            await self.cases.register.split_closed(wanted.update_id)
        again = await self.cases.report(text)
        self.texts[again.receipt.report_id] = text
        assert again.receipt.case_id != case, "the same words go back to the case they were taken out of"
        [moved] = self._ids(f"SELECT case_id FROM reports WHERE report_id = '{report}'")
        assert moved == to_case

    def must_add_up(self) -> None:
        found = ask(self.folder, "SELECT case_id, place, channel FROM reports")
        stored = ask(self.folder, "SELECT case_id, sightings, districts, channels FROM cases")
        counts = Counter(case for case, _, _ in found)
        for case, sightings, districts, channels in stored:
            own = [(place, channel) for of, place, channel in found if of == case]
            expected = (counts[case], len({place for place, _ in own if place}), len({channel for _, channel in own}))
            assert (sightings, districts, channels) == expected
        assert sum(counts.values()) == len(self.texts)
        assert set(counts) <= {case for case, *_ in stored}
        opened = Counter(self._ids("SELECT case_id FROM reports WHERE opens"))
        assert opened == Counter({case: 1 for case, *_ in stored}), "each case has one report that opened it"
        split = "SELECT to_case, from_case FROM splits WHERE made"
        owned = {(case, digest) for case, digest in ask(self.folder, "SELECT case_id, digest FROM claim_texts")}
        assert len(owned) == ask(self.folder, "SELECT count(*) FROM claim_texts")[0][0]
        assert all(to_case in {case for case, *_ in stored} for to_case, _ in ask(self.folder, split))

    def _ids(self, question: str) -> list[str]:
        return [row[0] for row in ask(self.folder, question)]
