"""A letter is one sentence of what to do by when, and one link; a short message holds both, whatever goes into it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.letters import LetterWriter, contents_of
from activities.recipients import PlannedWave
from adapters.office.rehearsal import turns
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.case.payloads import Wave
from domain.ports.delivery import Letter, Recipient
from domain.tasks.short_messages import BESIDE_LINK, MOST, units
from domain.tasks.task import Task
from domain.terms import Addressee
from domain.vocabulary import ClockName, Mode, Seat
from settings import Settings
from tests.activities.factories import AT, CASE, notice, seat, wave
from texts.catalogue import Texts, install

pytestmark = pytest.mark.people

CODE = "/t/0123456789abcdefg"
URL = f"http://127.0.0.1:8400{CODE}"
CLAIM = "自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水"
ME = Addressee(unit="swj", seat=Seat.DUTY)


@pytest.fixture(autouse=True)
def packaged() -> None:
    install(Texts())


def letter(
    of: Wave, channel: str = "sms", url: str = URL, shorts: dict[str, str] | None = None, **row: object
) -> Letter:
    """The letter in which one person gets every notice of a wave."""
    rows = [
        Recipient(
            notice=one.key, person="li", name="李同志", unit=one.to[0].unit, seat=one.to[0], wanted=one.to[0],
            channel=channel, address="1", **row,
        )
        for one in of.notices
    ]  # fmt: skip
    (contents,) = contents_of([PlannedWave(of, rows, set())], {row.key for row in rows})
    return LetterWriter(shorts or {}, "wxb").write(contents, url).letter


@cache
def played() -> list[Wave]:
    """What the played cases owed, each kind of notice as often as it brings other values."""
    found: dict[tuple[object, ...], Wave] = {}
    for turn in turns():
        for one in turn.notices:
            known = (one.message, one.clock, *sorted(name for name, value in one.values.items() if value))
            at = turn.case.timeline[-1].at
            found[known] = Wave(
                case_id=CASE, at=at, claim=turn.case.opening.claim, mode=Mode.DEMO, notices=(one,), view=turn.summary
            )
    return list(found.values())


def test_every_kind_of_notice_has_been_played() -> None:
    never = {Message.PAUSED, Message.RESUMED, Message.PAUSE_ENDING, Message.NUDGE, Message.SUPERVISE}
    kinds = {of.notices[0].message for of in played()}

    assert set(Message) - kinds - never <= {Message.STAND_DOWN, Message.PASSED_ON, Message.LEAD_ALONE, Message.RELEASED}


@pytest.mark.parametrize("of", played(), ids=lambda of: of.notices[0].message)
def test_the_first_sentence_asks_for_something_or_is_marked_as_information(of: Wave) -> None:
    (one,), short, whole = of.notices, letter(of).text, letter(of, "mail").text
    asked = one.asks(one.to[0])

    for text in (short, whole):
        heading, sentence = re.fullmatch(r"【演示】【(.+?)】(?:辟〔\d+〕\d+\n)?(.+)", text, re.DOTALL).groups()  # type: ignore[union-attr]
        assert sentence.startswith("请") is asked, text
        assert heading.endswith("知悉") is not asked
        assert text.count("http://127.0.0.1") + text.count("/bulletin/") >= 1
        assert text.count("://") == 1, "what a stranger wrote is no link"
        assert text.endswith(URL)
    assert "无需答复" not in short + whole


def test_an_sms_asks_by_when_quotes_the_claim_once_and_ends_with_the_link() -> None:
    asked = notice(message=Message.RING).model_copy(update={"clock": ClockName.TRIAGE, "owner": "wxb"})

    text = letter(wave(asked, claim=CLAIM), shorts={"wxb": "市委网信办"}).text

    assert text == (
        "【演示】【黄色·请研判】请市委网信办于11-25 09:00前完成研判分派：“自来水厂水源被污染了，"
        f"今晚八点起全市停水三天，大家赶快接水囤水” 办理：{URL}"
    )


def test_a_mail_has_the_claim_whole_and_once_and_every_detail_once() -> None:
    claim = "水" * 200
    values: dict[str, str | int] = {"role": "lead", "ask": "是否停水", "accept_due": AT.isoformat(), "assigned": 0}
    asked = notice(message=Message.REQUEST).model_copy(update={"values": values})
    session = notice(message=Message.SESSION, suffix="s").model_copy(
        update={"values": {"reason": "level", "question": "是否停水", "number": 1, "unit": "市卫生健康委"}}
    )

    text = letter(wave(asked, session, claim=claim), "mail").text

    assert text.count(claim) == 1
    assert text.count("需答：是否停水") == 1
    assert text.count(URL) == 1


def test_what_asks_stands_before_what_informs_and_the_most_urgent_first() -> None:
    told = notice(message=Message.INFORM, suffix="inform").model_copy(update={"clock_key": "v1/response:wxb/g"})
    later = notice(message=Message.REQUEST).model_copy(
        update={"values": {"role": "co", "ask": "", "accept_due": "", "assigned": 0}, "clock_key": "v1/answer:wjw/g"}
    )
    first = notice(message=Message.RING, suffix="ring").model_copy(
        update={"clock": ClockName.TRIAGE, "clock_key": "v1/triage:wxb/g", "due": AT + timedelta(minutes=15)}
    )

    short = letter(wave(told, later, first, claim=CLAIM)).text
    whole = letter(wave(told, later, first, claim=CLAIM), "mail").text

    assert short.startswith("【演示】【黄色·请研判】请")
    assert "另有1项" in short
    assert "知悉" not in short
    assert whole.index("请研判") < whole.index("查证转办") < whole.index("知悉")


def test_a_rung_that_a_later_one_has_overtaken_is_not_said() -> None:
    reminded = notice(suffix="r1")
    breached = notice(message=Message.BREACH, suffix="r2")

    text = letter(wave(reminded, breached), "mail").text

    assert "提醒" not in text
    assert "超时：" in text


def of_call(*calls: Addressee, minutes: int, **changes: object) -> Notice:
    asked = notice(seat("wxb"), message=Message.CALL, suffix="r3/by0")
    values = {"again": 0, "n": 3}
    about = {"calls": calls, "values": values, "clock": ClockName.ACCEPT, "due": AT + timedelta(minutes=minutes)}
    return asked.model_copy(update=about | changes)


HEALTH = {"wjw": "市卫生健康委", "wxb": "市委网信办"}


@pytest.mark.parametrize(
    ("calls", "minutes", "says"),
    [
        ((seat("wjw"),), 15, "请现在打电话给市卫生健康委值班员，请市卫生健康委于11-24 09:15前签收或退回"),
        (
            (seat("wxb", Seat.HEAD),),
            15,
            "请现在打电话给市委网信办主要负责人，请其督促市卫生健康委于11-24 09:15前签收或退回",
        ),
        (
            (seat("wxb", Seat.HEAD),),
            -15,
            "请现在打电话给市委网信办主要负责人，市卫生健康委应于11-24 08:45前签收或退回，现已超时，请其督促",
        ),
        (
            (seat("wjw"),),
            0,
            "请现在打电话给市卫生健康委值班员，市卫生健康委应于11-24 09:00前签收或退回，现已超时，请其立即办理",
        ),
    ],
)
def test_whoever_is_to_call_reads_who_owes_it_and_whether_it_is_late(
    calls: tuple[Addressee, ...], minutes: int, says: str
) -> None:
    assert says in letter(wave(of_call(*calls, minutes=minutes)), shorts=HEALTH).text


def test_whoever_is_to_call_the_next_person_reads_who_that_is() -> None:
    asked = of_call(seat("wxb", Seat.DUTY_LEADER), seat("wjw", Seat.DEPUTY), minutes=15, passed_on=1)

    text = letter(wave(asked), shorts=HEALTH).text

    assert "请现在打给下一联系人市委网信办带班领导、市卫生健康委分管负责人，请市卫生健康委于" in text


def test_a_call_that_a_later_one_has_taken_the_place_of_is_not_said() -> None:
    first, other = (notice(message=Message.CALL, suffix=f"r1/by{n}") for n in (0, 1))
    calls = [
        one.model_copy(update={"calls": (seat("wjw"),), "passed_on": n, "values": {"again": 0, "n": 1}})
        for n, one in enumerate((first, other))
    ]

    text = letter(wave(*calls)).text

    assert "另有" not in text
    assert "下一联系人" in text


def test_one_link_opens_everything_a_letter_asks_for() -> None:
    asked = notice(message=Message.REQUEST).model_copy(
        update={"values": {"role": "co", "ask": "", "accept_due": "", "assigned": 0}}
    )
    confirm = notice(message=Message.CONFIRM_REQUEST, suffix="c").model_copy(update={"clock": None, "clock_key": None})
    other = notice(message=Message.BREACH, suffix="b").model_copy(
        update={"clock": ClockName.SESSION, "clock_key": "v1/session:wxb/g", "owner": "wxb"}
    )
    of = wave(asked, confirm, other)
    rows = [
        Recipient(
            notice=one.key, person="li", name="李", unit="wjw", seat=seat("wjw"), wanted=seat("wjw"), channel="sms",
            address="1",
        )
        for one in of.notices
    ]  # fmt: skip
    (contents,) = contents_of([PlannedWave(of, rows, set())], {row.key for row in rows})

    link = contents.link("wxb")

    assert {"finding", "confirm", "acknowledge", "return_finding"} <= set(link.kinds)
    assert len(link.kinds) == len(set(link.kinds))
    assert link.speaks_of("session", "wxb")
    assert not link.speaks_of("answer", "wjw")
    assert {link.task, *link.also} == {Task.VERIFY, Task.CONFIRM, Task.SESSION}


def test_an_information_about_what_the_same_letter_asks_for_is_left_out() -> None:
    asked, told = notice(message=Message.ESCALATION, suffix="r4"), notice(message=Message.INFORM, suffix="inform")

    assert "知悉" not in letter(wave(told, asked), "mail").text


texts = st.text(min_size=1, max_size=200)
hosts = st.integers(1, 64 - len("https://.cn")).map(lambda n: f"https://{'a' * n}.cn")


@settings(deadline=None)
@given(of=st.sampled_from(range(len(played()))), claim=texts, unit=texts, host=hosts, mode=st.sampled_from(Mode))
def test_an_sms_holds_134_characters_with_its_link_whatever_it_is_about(
    of: int, claim: str, unit: str, host: str, mode: Mode
) -> None:
    install(Texts())
    told = played()[of].model_copy(update={"claim": claim, "mode": mode})
    values = {
        name: unit if name in ("unit", "from", "to", "owner", "title", "by") else value
        for name, value in told.notices[0].values.items()
    }
    if told.notices[0].message is Message.CONFIRM_REQUEST:
        values = dict(told.notices[0].values)
    asked: Notice = told.notices[0].model_copy(update={"values": values})
    shorts = {one.to[0].unit: unit for one in told.notices} | {str(asked.owner): unit}

    for more in ({}, {"incoming": True}):
        text = letter(told.model_copy(update={"notices": (asked,)}), url=host + CODE, shorts=shorts, **more).text

        assert units(text) <= MOST, text
        assert text.endswith(host + CODE)
        assert "\n" not in text


def test_a_claim_is_cut_between_whole_characters_and_says_so() -> None:
    claim = "停水三天👨‍👩‍👧‍👦🇨🇳é" * 20

    text = letter(wave(notice(), claim=claim)).text
    said = re.search(r"“(.+)”", text)

    assert said is not None
    assert said[1].endswith("…")
    assert units(text) in range(MOST - 4, MOST + 1)


def test_an_address_no_text_message_can_hold_is_refused_at_the_start() -> None:
    longest = "https://" + "a" * 53 + ".cn"

    assert Settings(public_url=longest).base_url == longest
    assert len(longest) + len(CODE) + BESIDE_LINK <= MOST
    with pytest.raises(ValueError, match="64"):
        Settings(public_url="https://" + "a" * 54 + ".cn")
