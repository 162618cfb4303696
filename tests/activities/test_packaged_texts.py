"""Every notice a case can owe, written with the packaged texts."""

from __future__ import annotations

import pytest

from activities.letters import AddressedLetter, LetterWriter, contents_of
from activities.recipients import PlannedWave
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.ports.delivery import Recipient
from domain.vocabulary import Mode, Vote
from tests.activities.factories import SHORTS, notice, wave
from tests.domain.factories import Story, deputy
from texts.catalogue import Texts, current, install

LINK = "http://127.0.0.1:8400/t/0123456789abcdefg"


@pytest.fixture
def packaged() -> None:
    install(Texts())


def stories() -> list[Notice]:
    """Return what a few lives of cases owe."""
    silent = Story().triaged("jkj", "sjw")
    silent.wait("5d")
    published = Story().triaged().verified().drafted()
    published.vote(deputy("jkj"), Vote.RETURN, "标题再改")
    return [*silent.notices(), *published.drafted().approved().notices()]


def _written(planned: PlannedWave) -> list[AddressedLetter]:
    writer = LetterWriter(SHORTS, "wxb")
    return [writer.write(one, LINK) for one in contents_of([planned], {row.key for row in planned.recipients})]


def letters_of(*notices: Notice) -> list[str]:
    told = wave(*notices)
    rows = [
        Recipient(
            notice=one.key,
            person=f"p{number}",
            name="某同志",
            unit=one.to[0].unit,
            seat=one.to[0],
            wanted=one.to[0],
            channel="mail",
            address="p@mc.example",
        )
        for number, one in enumerate(notices)
    ]
    written = [one.letter for one in _written(PlannedWave(told, rows, set()))]
    for letter in written:
        assert letter.subject.startswith("【演示】【")
        assert "\n" not in letter.subject
    return [letter.text for letter in written]


@pytest.mark.usefixtures("packaged")
def test_every_notice_of_a_life_can_be_written() -> None:
    owed = stories()
    written = letters_of(*owed)
    assert len(written) == len(owed) > 10
    assert {one.message for one in owed} >= {Message.RING, Message.REQUEST, Message.ESCALATION, Message.REVIEW_REQUEST}
    for text in written:
        assert text.startswith("【演示】【")
        assert text.count("【演示】") == 1
        assert "辟〔2026〕0123" in text
        assert "{" not in text


@pytest.mark.usefixtures("packaged")
def test_a_letter_of_several_notices_has_one_mark() -> None:
    told = wave(notice(suffix="r1"), notice(suffix="r2"), mode=Mode.DRILL)
    row = Recipient(
        notice=told.notices[0].key,
        person="li",
        name="李同志",
        unit="wjw",
        seat=None,
        wanted=told.notices[0].to[0],
        channel="mail",
        address="li@wjw.mc.example",
    )
    rows = [row, row.model_copy(update={"notice": told.notices[1].key})]
    (written,) = _written(PlannedWave(told, rows, set()))
    assert written.letter.text.count("【演练】") == 1
    assert written.letter.text.count("http") == 1


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("unavailable", {"who": "台账", "reason": "x"}),
        ("too_late", {"seconds": 6, "allowed": 5}),
        ("no_messenger", {}),
        ("no_answer", {"seconds": 1.5}),
        ("no_such_channel", {"channel": "x"}),
        ("other_text", {"channel": "x"}),
        ("without", {"who": "x", "channel": "x", "reason": "x"}),
        ("undelivered", {"of": 2, "left": 1, "names": "x"}),
        ("bad_address", {}),
        ("mail_refused", {"reply": "550"}),
        ("forbidden_address", {}),
        ("no_connection", {}),
        ("status", {"status": 500}),
        ("disk", {"reason": "x"}),
    ],
)
@pytest.mark.usefixtures("packaged")
def test_every_reason_an_effect_can_give_is_a_sentence(code: str, values: dict[str, object]) -> None:
    said = current().phrase("effect", code, **values)
    assert not said.startswith(code)
