from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import pytest
from temporalio.exceptions import ApplicationError

from activities.page_proof import stands_behind
from activities.publishing import Publishing
from domain.case.obligations import PageSource, digest_of
from domain.case.payloads import Issue, Issued, NotIssued
from domain.decisions import Confirm, Interim, Note, RecordPublication, Sign, Wording
from domain.errors import Unavailable
from domain.ports.rows import DecisionRow
from domain.values import TimelinePosition
from domain.vocabulary import PublicationKind, Vote
from temporal.converter import data_converter
from tests.activities.factories import AT, POSITION, Memory, attempt, issue, page, row, votes


@dataclass
class Channel:
    outcome: Issued | NotIssued | Exception
    seen: list[Issue] = field(default_factory=list)

    async def issue(self, of: Issue) -> Issued | NotIssued:
        self.seen.append(of)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


async def test_a_page_goes_to_its_channel_and_the_case_is_asked_until_it_has_the_answer() -> None:
    register, channel = Memory(votes=votes()), Channel(Issued(where="http://127.0.0.1/bulletin/1"))
    told = issue()
    outcome = await attempt(
        Publishing(entries=register, delayed=register, publishers={"bulletin": channel}).publish, told
    )
    assert outcome == Issued(where="http://127.0.0.1/bulletin/1", recorded=POSITION)
    assert channel.seen == [told]
    assert register.expected == [told.publication.key]


class Away(Memory):
    """A register that is away after so many calls."""

    def __init__(self, after: int) -> None:
        super().__init__(votes=[*votes(), ASKED, ANSWERED])
        self.left = after

    async def expect(self, case_id: str, effects: Sequence[str]) -> TimelinePosition | None:
        self.left -= 1
        if self.left < 0:
            raise Unavailable("register: down")
        return await super().expect(case_id, effects)


async def test_what_a_channel_has_said_to_an_interim_notice_is_kept_though_the_register_is_away_since() -> None:
    register, channel = Away(after=1), Channel(Issued(where="x"))
    publishing = Publishing(entries=register, delayed=register, publishers={"bulletin": channel})

    assert await attempt(publishing.publish, interim_issue()) == Issued(where="x", recorded=POSITION)


async def test_an_interim_notice_waits_for_a_register_that_is_to_expect_its_answer() -> None:
    register, channel = Away(after=0), Channel(Issued(where="x"))
    publishing = Publishing(entries=register, delayed=register, publishers={"bulletin": channel})

    with pytest.raises(ApplicationError):
        await attempt(publishing.publish, interim_issue())
    assert channel.seen == []


async def test_an_answer_that_nobody_calls_off_waits_for_the_register() -> None:
    register, channel = Away(after=0), Channel(Issued(where="x"))
    publishing = Publishing(entries=register, delayed=register, publishers={"bulletin": channel})

    with pytest.raises(ApplicationError):
        await attempt(publishing.publish, issue())
    assert len(channel.seen) == 1


def interim_issue() -> Issue:
    told = issue()
    page = told.publication.page.model_copy(update={"publication": PublicationKind.INTERIM, "version": 0})
    changes = {"page": page, "digest": digest_of(page), "key": f"{told.case_id}/publish/interim3/bulletin"}
    publication = told.publication.model_copy(update=changes)
    return told.model_copy(update={"publication": publication})


async def test_a_text_that_is_not_the_signed_one_goes_nowhere() -> None:
    channel = Channel(Issued(where="x"))
    told = issue()
    changed = told.publication.page.model_copy(update={"text": "通风会传播流感。"})
    forged = told.model_copy(update={"publication": told.publication.model_copy(update={"page": changed})})
    outcome = await attempt(
        Publishing(entries=Memory(), delayed=Memory(), publishers={"bulletin": channel}).publish, forged
    )
    assert isinstance(outcome, NotIssued)
    assert "签发" in outcome.reason
    assert not channel.seen


async def test_a_channel_nobody_serves_refuses_for_good() -> None:
    outcome = await attempt(Publishing(entries=Memory(), delayed=Memory(), publishers={}).publish, issue("labels"))
    assert isinstance(outcome, NotIssued)


async def test_a_channel_that_does_not_answer_is_tried_again_with_a_readable_reason() -> None:
    channel = Channel(Unavailable("1.5 秒内无应答"))
    with pytest.raises(ApplicationError) as failed:
        await attempt(
            Publishing(entries=Memory(votes=votes()), delayed=Memory(), publishers={"partner": channel}).publish,
            issue("partner"),
        )
    assert failed.value.message == "合作媒体暂不可用：1.5 秒内无应答"
    assert not failed.value.non_retryable


@pytest.mark.parametrize("outcome", [Issued(where="x"), NotIssued(reason="y")])
async def test_both_outcomes_come_back_to_the_workflow_as_what_they_are(outcome: Issued | NotIssued) -> None:
    hint = get_type_hints(Publishing.publish)["return"]
    payloads = await data_converter.encode([outcome])
    assert await data_converter.decode(payloads, [hint]) == [outcome]


UNDECIDED: dict[str, list[DecisionRow]] = {
    "nobody": [],
    "drafted only": votes()[:1],
    "reviewed only": votes()[:2],
    "signed without review": [votes()[0], votes()[2]],
    "signed by the drafter": votes(sign="wxb-draft"),
    "reviewed by the drafter": votes(review="wxb-draft"),
    "signed by the reviewer": votes(sign="wxb-review"),
    "another text": votes(page(text="另一份文稿")),
    "another digest": [votes()[0], *votes(page(version=2))[1:]],
    "a vote against": [*votes()[:2], row("sign", Sign(digest="0" * 64, outcome=Vote.REJECT), "wxb-head")],
    "a note": [row("note", Note(text="请发布"), "wxb-head")],
}


@pytest.mark.parametrize("decided", UNDECIDED.values(), ids=UNDECIDED)
async def test_a_page_without_the_decisions_it_needs_goes_nowhere_and_the_administrators_hear_of_it(
    decided: list[DecisionRow],
) -> None:
    channel, register = Channel(Issued(where="x")), Memory(votes=decided)
    publishing = Publishing(entries=register, delayed=register, publishers={"bulletin": channel})

    for _ in range(2):
        with pytest.raises(ApplicationError) as failed:
            await attempt(publishing.publish, issue())

    assert failed.value.type == "Undecided"
    assert not channel.seen
    assert len(register.lost) == 1
    register.votes = votes()
    assert isinstance(await attempt(publishing.publish, issue()), Issued), "it goes out once they are there"


CAPTURED = PageSource(unit="市水务局", url="https://swj.example.org/1", captured_at=AT)
RECORDED = RecordPublication(
    unit="swj",
    publication=PublicationKind.REBUTTAL,
    title=page().title,
    text=page().text,
    url="https://swj.example.org/1",
    captured_at=AT,
)
NOTED = row("record_publication", RECORDED, "wxb-editor").model_copy(update={"seq": 3})
ELSEWHERE = CAPTURED.model_copy(update={"url": "https://swj.example.org/2"})
ASKED = row("interim", Interim(), "wxb-duty").model_copy(update={"seq": 3})
WORDED = Wording(title=page().title, text=page().text).digest
OTHER_WORDS = Wording(title=page().title, text="别的话").digest
ANSWERED = row("confirm", Confirm(ref=3, outcome=Vote.APPROVE), "wxb-head")


def worded(*digests: str) -> DecisionRow:
    """The notice asked for, with the texts the desk has sent with it."""
    return ASKED.model_copy(update={"wording": "".join(f"{one}\n" for one in digests)})


@pytest.mark.parametrize(
    ("changes", "decided", "goes"),
    [
        ({"source": CAPTURED}, [NOTED, ANSWERED], True),
        ({"source": CAPTURED}, [NOTED], False),
        ({"source": CAPTURED}, [NOTED, row("confirm", Confirm(ref=3, outcome="approve"), "wxb-editor")], False),
        ({"source": CAPTURED}, [NOTED, row("confirm", Confirm(ref=3, outcome="reject"), "wxb-head")], False),
        ({"source": CAPTURED}, [NOTED, row("confirm", Confirm(ref=9, outcome="approve"), "wxb-head")], False),
        ({"source": CAPTURED, "text": "别的话"}, [NOTED, ANSWERED], False),
        ({"source": ELSEWHERE}, [NOTED, ANSWERED], False),
        ({"source": CAPTURED}, votes(), False),
        ({"publication": "interim"}, [ASKED, row("confirm", Confirm(ref=3, outcome="approve"), "wxb-head")], True),
        ({"publication": "interim"}, [ASKED, row("confirm", Confirm(ref=3, outcome="approve"), "wxb-duty")], False),
        ({"publication": "interim"}, [ASKED, row("confirm", Confirm(ref=3, outcome="reject"), "wxb-head")], False),
        ({"publication": "interim"}, [worded(WORDED), ANSWERED], True),
        ({"publication": "interim"}, [worded(OTHER_WORDS, WORDED), ANSWERED], True),
        ({"publication": "interim"}, [worded(OTHER_WORDS), ANSWERED], False),
        ({"publication": "interim", "title": "别的题目"}, [worded(WORDED), ANSWERED], False),
        ({"publication": "interim"}, votes(), False),
        ({"publication": "interim"}, [ASKED, row("confirm", Confirm(ref=9, outcome="approve"), "wxb-head")], False),
    ],
)
def test_reposted_pages_and_interim_notices_need_decisions_of_their_own(
    changes: dict[str, Any], decided: list[DecisionRow], goes: bool
) -> None:
    publication = issue(**changes).publication
    if publication.page.publication is PublicationKind.INTERIM:
        publication = publication.model_copy(update={"key": "k7m2p9x4qa/publish/interim3/bulletin"})
    assert stands_behind(publication, decided) is goes
