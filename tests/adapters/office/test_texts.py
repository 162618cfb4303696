"""Every text is filled from real cases: nothing missing, nothing clickable, nothing that is not said in this office."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice

import pytest

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.case.summarise import summarise
from domain.case.summary import Summary
from domain.clocks.clock import Clock
from domain.clocks.time_account import TimeAccount
from domain.events import Entry
from domain.matching.differences import Guard
from domain.matching.outcome import VERSION, MatchOutcome
from domain.reports.explanation import Placement
from domain.reports.report import Match
from domain.risk.proposal import Judgement
from domain.terms import Addressee
from domain.vocabulary import Seat
from tests.adapters.office.played_cases import (
    CLAIM,
    START,
    TOLD,
    Story,
    office,
    rebutted,
)
from tests.adapters.office.test_words import kinds_of_events
from texts.catalogue import PACKAGED, Texts
from texts.disarming import inert

TEXTS = Texts()
MARKUP = re.compile(r"https?://(?!127)|\*\*全市|<b>|shui\.example")


def short(code: str) -> str:
    return office().units[code].short


@cache
def told() -> tuple[list[Entry], list[tuple[Notice, Summary]], list[str]]:
    """Return the entries, the notices and the boards of all stories."""
    entries: list[Entry] = []
    notices: dict[str, tuple[Notice, Summary]] = {}
    boards = []
    for tell in TOLD:
        for story in tell():
            summary = summarise(story.case)
            for notice in story.notices:
                notices.setdefault(f"{tell.__name__}/{notice.key}", (notice, summary))
            boards.append(TEXTS.say("board.md", case=story.case, summary=summary, short=story.case.short))
        entries += story.entries
    return entries, list(notices.values()), boards


def written(notice: Notice, summary: Summary, template: str) -> str:
    owner = notice.owner or "wxb"
    return TEXTS.say(
        template,
        number=summary.number,
        claim=CLAIM,
        summary=summary,
        stage=summary.stage,
        level=summary.level,
        notice=notice,
        clock=notice.clock,
        due=notice.due,
        late=False,
        asked=notice.asks(notice.to[0]),
        values=notice.values,
        seat=notice.to[0].seat,
        called=notice.calls,
        of_office=notice.to[0].unit == "wxb",
        unit_short=short(notice.to[0].unit),
        short=short,
        owner_short=short(owner),
    )


def story(tell: Callable[[], Iterator[Story]], turn: int) -> Story:
    return next(islice(tell(), turn, None))


def test_no_text_shouts_or_speaks_of_criminal_cases() -> None:
    for file in (file for file in PACKAGED.rglob("*") if file.is_file()):
        text = file.read_text(encoding="utf-8")
        assert not re.search("！|案件|网民|造谣者", text), file.name


def test_every_message_is_written_and_short() -> None:
    _, notices, _ = told()
    assert {notice.message for notice, _ in notices} == set(Message)
    for notice, summary in notices:
        text = written(notice, summary, f"notice_{notice.message}")
        assert not MARKUP.search(text)
        values = [str(value) for value in notice.values.values()]
        assert len(text) - sum(len(value) for value in values if value in text) < 400


def test_the_first_line_of_a_notice_is_one_sentence_without_claim_link_or_full_stop() -> None:
    for notice, summary in told()[1]:
        first = written(notice, summary, f"notice_{notice.message}").splitlines()[0]
        assert first == first.strip() != ""
        assert not first.endswith(("。", "：", "，"))
        assert not re.search(r"[。：]|http", first), first
        assert len(first) <= 60, first


@pytest.mark.parametrize("message", Message)
def test_a_template_of_a_notice_has_under_two_hundred_characters_of_its_own(message: Message) -> None:
    text = (PACKAGED / "notices" / f"notice_{message}.j2").read_text(encoding="utf-8")
    assert len("".join(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", text).split())) < 200


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("guard", Guard),
        ("match_outcome", MatchOutcome),
        ("matching_rule", [VERSION]),
        ("placement", Placement),
        ("match", Match),
        ("judgement", Judgement),
    ],
)
def test_why_a_report_joined_and_how_a_proposal_was_judged_is_said_in_words(table: str, codes: Iterable[str]) -> None:
    assert set(codes) - TEXTS.words[table].keys() == set()


def test_the_subject_is_one_line_with_level_kind_number_and_the_beginning_of_the_claim() -> None:
    _, notices, _ = told()
    subjects = {written(notice, summary, "notice_subject") for notice, summary in notices}
    assert all("\n" not in subject and len(subject) < 70 for subject in subjects)
    assert any(subject.startswith("【黄色·请研判】辟〔2026〕0123　紧急通知") for subject in subjects)
    assert any(subject.startswith("【橙色·提级（第") for subject in subjects)
    assert any(subject.startswith("【红色·知悉】") for subject in subjects)


def test_a_breach_says_which_rung_comes_next() -> None:
    _, notices, _ = told()
    texts = [written(notice, summary, "notice_breach") for notice, summary in notices if notice.message == "breach"]
    assert any("下一步：" in text and "提级至市委网信办带班领导" in text for text in texts)


def test_a_line_without_a_value_is_dropped() -> None:
    _, notices, _ = told()
    request, summary = next((notice, s) for notice, s in notices if notice.message == "request")
    bare = request.model_copy(update={"values": {**request.values, "ask": "", "accept_due": ""}})
    assert "需答" in written(request, summary, "notice_request")
    assert "需答" not in written(bare, summary, "notice_request")
    assert "签收" in written(request, summary, "notice_request")
    assert "签收" not in written(bare, summary, "notice_request")


def test_every_event_makes_a_sentence_from_the_model_and_from_its_json() -> None:
    entries, _, _ = told()
    assert {entry.event.kind for entry in entries} == set(kinds_of_events())
    for entry in entries:
        line = TEXTS.say("timeline_entry", entry=entry, short=short_or_code)
        assert line == TEXTS.say("timeline_entry", entry=entry.model_dump(mode="json"), short=short_or_code)
        assert line.startswith(("11-2", "12-0"))
        assert entry.event.kind not in line
        assert "\n" not in line
        assert not MARKUP.search(line)


def short_or_code(code: str) -> str:
    return office().units[code].short if code in office().units else code


def test_the_board_tells_claim_stage_debts_next_rung_units_and_what_happened() -> None:
    _, _, boards = told()
    first = boards[0]
    assert "辟〔2026〕0123" in first
    assert "**环节** 研判分派" in first
    assert "黄色（三级）（暂定）" in first
    assert "| 市委网信办 | 受理研判 | 11-24 11:00 | 计时中 | 11-24 10:00 提醒 → 市委网信办联络员A角 |" in first
    assert any("| 市水务局 | 牵头 | 待签收 | – | – |" in board for board in boards)
    assert any("**已超时**" in board for board in boards)
    assert any("校验码" in board and "市水务局分管负责人 同意" in board for board in boards)
    assert any("公告第2稿 → 合作媒体" in board for board in boards)
    assert any("另有" in board for board in boards)
    assert any("不属谣言（投诉）" in board and "没有待办时限" in board for board in boards)
    assert any("市公安局已接收转交（电话确认）" in board for board in boards)


def test_nothing_on_the_board_can_be_clicked_or_breaks_its_tables() -> None:
    _, _, boards = told()
    for board in boards:
        assert not MARKUP.search(board)
        rows = [line for line in board.splitlines() if line.startswith("|")]
        assert {row.count("|") for row in rows} <= {6}
        assert len(board.encode()) < 20_000


def test_the_timer_says_which_rung_rings_whom_and_when() -> None:
    summary = summarise(story(rebutted, 0).case)
    debt = summary.debts[0]
    say = lambda at, debt: TEXTS.say("timer", debt=debt, at=at, units=1, pause=None, short=short)  # noqa: E731
    assert say(debt.next_at, debt) == "提醒 → 市委网信办联络员A角，11-24 10:00"
    assert say(debt.due, debt) == "到期：市委网信办的受理研判，11-24 11:00"
    assert say(START, debt.model_copy(update={"acknowledged": True})) == "认领到期：市委网信办的受理研判，11-24 09:00"
    assert say(START, None) == "等待，11-24 09:00"


def test_a_wave_is_summed_up_in_one_line() -> None:
    case = story(rebutted, 1).case
    notices = [owed for owed in case.pending_effects if isinstance(owed, Notice)]
    story_of_requests = story(rebutted, 0)
    assert (
        TEXTS.say("activity_notify", notices=story_of_requests.notices, short=short)
        == "请市委网信办研判，11-24 11:00前"
    )
    assert len(TEXTS.say("activity_notify", notices=notices, short=short)) <= 120
    everything = [notice for notice, _ in told()[1]]
    assert len(TEXTS.say("activity_notify", notices=everything, short=short)) <= 120


def test_requests_of_one_moment_name_the_units_together() -> None:
    _, notices, _ = told()
    requests = [notice for notice, _ in notices if notice.message == "request"][:3]
    assert (
        TEXTS.say("activity_notify", notices=requests, short=short)
        == "请市水务局、市生态环境局、市卫生健康委查证，11-25 09:02前"
    )


def test_the_title_fits_and_cannot_be_clicked() -> None:
    title = TEXTS.say("title", level="red", claim=CLAIM * 5)
    assert title.startswith("暂定红色｜紧急通知！自来水厂")
    assert len(title) <= 100
    assert len(title.encode()) <= 400
    assert not MARKUP.search(title)


def test_strangers_words_become_one_line_without_links_or_markup() -> None:
    assert inert("a|b\n`c` <d> www.e.example http://f.example/g?h=1.2 i@j") == (
        "a｜b ｀c｀ ＜d＞ www．e．example http：//f．example/g?h=1．2 i＠j"
    )


def test_a_clock_of_every_name_can_be_reminded_of() -> None:
    case = story(rebutted, 0).case
    for name in case.terms.at(case.level).budgets:
        account = TimeAccount.begun(case.terms.at(case.level).budgets[name], START)
        clock = Clock(name=name, unit="wxb", level=case.level, visit=1, account=account, due=START)
        clock.reschedule(case.terms.at(case.level), case.time)
        notice = Notice(
            key=f"c123456789/{clock.key}/r1",
            message=Message.REMINDER,
            to=(Addressee(unit="wxb", seat=Seat.DUTY),),
            by=("mail",),
            clock=name,
            due=clock.due,
            values={"kind": "remind", "n": 1, "late_by": 0},
        )
        text = written(notice, summarise(case), "notice_reminder")
        assert TEXTS.word("todo", name) in text
