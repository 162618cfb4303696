"""Hostile words in every field people fill in: on the operator's page, in notices and letters, in feed and bulletin."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from api.html.signed_text import as_typed
from domain.case.obligations import Notice, Page, Publication, canonical, digest_of
from domain.case.summarise import summarise
from domain.case.summary import Summary
from domain.decisions import (
    Action,
    Confirm,
    Consult,
    Decision,
    Decline,
    DraftSubmission,
    Finding,
    Interim,
    Note,
    PhoneLog,
    RecordPublication,
    ReturnFinding,
    Review,
    Transfer,
    TriageDecision,
)
from domain.ports.delivery import Published
from domain.vocabulary import ClockName, Level, Mode, PublicationKind, Stage, Verdict, Vote
from tests.adapters.office.played_cases import START, Story, office
from tests.injection.corpus import EVIL, TEXTS
from texts.catalogue import Texts
from texts.disarming import visible

pytestmark = pytest.mark.people

WORDS = Texts()
OURS = "http://127.0.0.1:8400"
CONTROLS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u00ad]")


MEANT = {
    "html", "head", "meta", "title", "link", "body", "p", "main", "article", "h1", "h2", "h3", "div", "dl", "dt", "dd",
    "time", "nav", "a", "script", "ul", "ol", "li", "br", "details", "summary", "span", "strong",
}  # fmt: skip


class Elements(HTMLParser):
    """Gather what a browser would make of a page: its elements, where they lead, and that none acts by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()
        self.scripts: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.add(tag)
        assert not [name for name in named if name.startswith("on") or name in ("style", "src", "srcdoc", "action")]
        if tag == "script":
            self.scripts.append(named)
        if named.get("href"):
            self.addresses.add(str(named["href"]))


def test_the_corpus_has_more_than_a_hundred_texts_and_none_twice() -> None:
    assert len(TEXTS) == len(set(TEXTS)) > 100


def short(text: str) -> str:
    """As much of a text as a short field takes; a field that would be blank gets a word in front."""
    return f"说{text}"[:200]


def told(text: str) -> Story:
    """A case in which whoever writes anything writes `text`."""
    story = Story(Level.RED)
    story.case.opening = story.case.opening.model_copy(update={"claim": short(text), "place": short(text)})
    evidence = ({"kind": short(text), "source": short(text), "digest": "0" * 64, "captured_at": START},)
    end = START + timedelta(hours=1)
    asked = {"topic": short(text), "district": short(text), "ask": short(text), "reason": short(text)}
    said: list[tuple[str, Decision]] = [
        ("wxb-duty", TriageDecision(level=Level.RED, lead="swj", co_units=("hbj", "wjw"), **asked)),
        ("wjw-duty", Decline(reason=short(text))),
        ("hbj-duty", Transfer(to="jkj", reason=short(text))),
        ("jkj-duty", Decline(reason=short(text))),
        ("wxb-duty", PhoneLog(clock=ClockName.ACCEPT, unit="swj", outcome="reached", remarks=short(text))),
        ("wxb-duty", Note(text=short(text))),
        ("wxb-duty", Interim(known=short(text), unknown=short(text), advice=short(text))),
        ("hbj-duty", Consult(act="position", text=text)),
        ("hbj-duty", Finding(verdict=Verdict.TRUE, explanation=text, evidence=evidence, party_statement=text)),
        ("wxb-duty", ReturnFinding(unit="hbj", missing=short(text))),
        ("hbj-duty", Finding(verdict=Verdict.TRUE, explanation=text, evidence=evidence)),
        ("swj-duty", Finding(verdict=Verdict.FALSE, explanation=text, evidence=evidence)),
        (
            "wxb-duty-leader",
            Consult(
                act="ruling",
                verdict=Verdict.FALSE,
                text=text,
                actions=(Action(do="label", unit="pt1", end=end, what=short(text)),),
            ),
        ),
        ("wxb-deputy", Consult(act="actions", text=text, actions=(Action(do="warn", unit="hbj", end=end),))),
        ("wxb-deputy", Consult(act="position", text=text, done=(5,))),
        ("wxb-editor", DraftSubmission(publication=PublicationKind.REBUTTAL, title=short(text), text=text)),
    ]
    for who, decision in said:
        story.say(who, decision)
    assert story.case.draft is not None
    digest = story.case.draft.digest
    story.say("swj-deputy", Review(digest=digest, outcome=Vote.RETURN, remarks=short(text)))
    proposal = story.case.proposals[0]
    story.say("wxb-duty-leader", Confirm(ref=proposal.ref, outcome=Vote.REJECT, remarks=short(text)))
    story.say(
        "wxb-editor",
        RecordPublication(
            unit="swj",
            publication=PublicationKind.STATEMENT,
            title=short(text),
            text=text,
            url="https://swj.mc.example/1",
            captured_at=START,
            reason=short(text),
        ),
    )
    story.say("wxb-duty", Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE))
    assert story.case.stage is Stage.REBUTTAL
    return story


def filled(text: str) -> str:
    """What the models make of a text: a blank one is no text."""
    return text.strip() or "–"


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_notices_timeline_and_board_stay_plain_whatever_people_write(text: str) -> None:
    story = told(filled(text))
    summary = summarise(story.case)
    board = WORDS.say("board.md", case=story.case, summary=summary, short=story.case.short)
    lines = [WORDS.say("timeline_entry", entry=entry, short=story.case.short) for entry in story.entries]
    notices = [said(story, summary, notice, f"notice_{notice.message}") for notice in story.notices]
    subjects = [said(story, summary, notice, "notice_subject") for notice in story.notices]

    signed = f"《{visible(short(filled(text)))}》"  # a title that goes to the public is told as it is signed
    for one in (board, *lines, *(notice.replace(signed, "") for notice in notices), *subjects):
        assert EVIL not in one
        assert not re.search(r"https?://(?!127|swj)", one), one
        assert not CONTROLS.search(one), one
        assert not re.search(r"<(?:script|img|svg|iframe|a|style)\b", one, re.IGNORECASE), one
        assert "](" not in one
    for line in (*lines, *subjects):
        assert not re.search(r"[\r\n\u2028\u2029]", line), line


def said(story: Story, summary: Summary, notice: Notice, template: str) -> str:
    units = office().units
    values: dict[str, Any] = {
        "number": summary.number,
        "claim": story.case.opening.claim,
        "summary": summary,
        "stage": summary.stage,
        "level": summary.level,
        "notice": notice,
        "clock": notice.clock,
        "due": notice.due,
        "late": False,
        "asked": notice.asks(notice.to[0]),
        "values": notice.values,
        "seat": notice.to[0].seat,
        "called": notice.calls,
        "of_office": notice.to[0].unit == "wxb",
        "unit_short": units[notice.to[0].unit].short,
        "short": lambda code: units[code].short,
        "owner_short": units[notice.owner or "wxb"].short,
    }
    return WORDS.say(template, **values)


def page(text: str) -> Published:
    of = Page(
        number="辟〔2026〕0123",
        version=1,
        publication=PublicationKind.REBUTTAL,
        title=short(text),
        text=text,
        claim=text,
        verdict=Verdict.FALSE,
        units=("市水务局",),
        issuer="明澄市联合辟谣工作机制（演示）",
        as_of=START,
    )

    publication = Publication(key="k/publish/v1/bulletin", channel="bulletin", page=of, digest=digest_of(of))
    return Published(case_id="c123456789", publication=publication, mode=Mode.DEMO, published_at=START)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_page_of_the_bulletin_holds_no_element_people_did_not_mean(text: str) -> None:
    published = page(filled(text))
    of = published.publication.page
    html = WORDS.say(
        "bulletin_page.html",
        page=of,
        text=as_typed(of.text),
        digest=published.publication.digest,
        canonical=canonical(of),
        mode=Mode.DEMO,
        published_at=START,
        case_id="c123456789",
        base_url=OURS,
    )

    found = Elements()
    found.feed(html)

    assert found.tags <= MEANT
    assert found.scripts == [{"type": "application/json", "id": "publication"}]
    ours = {"/bulletin/style.css", "/bulletin/feed.atom", "/bulletin", "/bulletin/c123456789/document"}
    assert all(one in ours or one.startswith(("https://", "http://")) for one in found.addresses)
