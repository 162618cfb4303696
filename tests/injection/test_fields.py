"""Every text in every field: none is forgotten, and letters, the operator's page and the feed are their twin's."""

from __future__ import annotations

import html
import re
import typing
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import cache
from uuid import UUID
from xml.etree import ElementTree

import httpx2
import pytest
import pytest_asyncio

from activities.letters import LetterWriter, contents_of
from activities.recipients import PlannedWave, reached_at
from adapters.messengers.smtp import SmtpMessenger
from adapters.office.schema.levels import LevelIn
from adapters.office.schema.people import PersonIn
from adapters.office.schema.policy import PolicyIn
from adapters.office.schema.units import UnitIn, UnitsIn
from api.public.atom import atom
from domain.case.notice_kinds import Message
from domain.case.payloads import Issued, NotIssued
from domain.decisions import AnyDecision
from domain.errors import Unavailable
from domain.events import Event
from domain.ports.delivery import Letter, Published
from domain.reports.report import Report
from domain.terms import Addressee
from domain.vocabulary import Mode, Seat
from tests.adapters.office.played_cases import START
from tests.adapters.receivers import mail_server
from tests.injection.case_scripts import told
from tests.injection.corpus import TEXTS
from tests.injection.field_filler import Pen, free_texts
from tests.injection.hostile_office import WORDS, Telling, claim, named
from tests.injection.running_office import KEY, house
from tests.injection.twins import TURNS, Forms, fits

pytestmark = pytest.mark.people

OURS = "http://127.0.0.1:8400"
ATOM = "{http://www.w3.org/2005/Atom}"

CLOSED = {
    "CallIn.by": "names of channels",
    "CallIn.to": "names of seats",
    "Consult.expected_findings": "compared, never shown",
    "FigureIn.basis": "for whoever reads the file",
    "InterimIn.sign": "names of seats",
    "LevelIn.name": "no page says it: levels are named by words.toml",
    "PersonIn.addresses": "stand in the envelope of a letter, and in no text",
    "PersonIn.unit": "a code, checked when the office is loaded",
    "PolicyIn.basis": "for whoever reads the file",
    "PolicyIn.level": "tables, read as LevelIn",
    "PolicyIn.version": "kept with the case, never shown",
    "PolicyIn.zone": "checked when the office is loaded",
    "Report.url": "stored, and given back as JSON alone",
    "Response.basis": "for whoever reads the file",
    "RungIn.by": "names of channels",
    "RungIn.to": "names of seats",
    "SigningIn.review": "names of seats",
    "MoveReports.into": "looked up: what is shown is the number that was found",
    "TriageDecision.duplicate_of": "looked up: what is shown is the number that was found",
    "SigningIn.sign": "names of seats",
    "SigningIn.sign_urgent": "names of seats",
    "TimelinePosition.head": "a hash, compared and never shown",
    "UnitIn.duty": "for whoever reads the file",
    "UnitIn.exclusive": "looked for, never shown",
    "UnitIn.parent": "a code, checked when the office is loaded",
    "UnitsIn.version": "never shown",
}
"""Fields with room for words that no page, letter or feed shows, and why."""

NOT_SHOWN = {
    "DraftSubmission.information": "weighed by the rules; shown only where it is sent back",
    "IssuersIn.city": "signs in another issuer's place",
    "UnitIn.name": "pages name units by their short names",
    "UnitIn.releases": "weighed by the rules",
}
"""Fields the tellings fill in though nothing shows what they hold."""


@cache
def tellings(text: str | None) -> tuple[Pen, dict[str, Telling]]:
    """Every case of a text, and the pen that wrote it; None: the twin's."""
    pen = Pen(text)
    return pen, told(named(pen), pen, 0)


@cache
def forms(text: str) -> Forms:
    pen = Pen(text)
    return Forms.of(pen("any"), claim(pen), pen.name("any"))


@pytest.fixture(scope="module", autouse=True)
def _forgotten() -> Iterator[None]:
    """Half a gigabyte of tellings lives no longer than the tests of them."""
    yield
    for kept in (tellings, forms, feed):
        kept.cache_clear()


def test_every_field_with_room_for_words_is_filled_in_or_named_as_never_shown() -> None:
    pen, _ = tellings(None)
    models = (AnyDecision, Report, Issued, NotIssued, UnitsIn, UnitIn, PersonIn, PolicyIn, LevelIn)

    written = {field for field in pen.written if field != "wave_failed.reason"}

    assert written == free_texts(*models) - CLOSED.keys()


def test_every_event_happens_and_every_notice_is_owed() -> None:
    _, cases = tellings(None)

    happened = {entry.event.kind for case in cases.values() for entry in case.entries}
    sent = {notice.message for case in cases.values() for notice in case.notices}

    assert happened == {model.model_fields["kind"].default for model in typing.get_args(typing.get_args(Event)[0])}
    assert sent == set(Message)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pages(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """All the twin's pages."""
    with pytest.MonkeyPatch.context() as patch:
        async with house(tmp_path_factory.mktemp("twin"), [], patch) as opened:
            transport = httpx2.ASGITransport(app=opened.app)
            async with httpx2.AsyncClient(transport=transport, base_url=OURS) as http:
                asked = [
                    await http.get(address, headers={"Authorization": KEY} if name == "inbox" else {})
                    for name, address in opened.rooms[0].pages().items()
                ]
            yield "".join(page.text for page in asked)


ELSEWHERE = {"AddUnit.ask": "in the letter to that unit", "UnitsIn.city": "in the feed"}
"""Fields no page shows, but a letter or the feed does."""

# --- letters and the operator's page ---------------------------------------------------------------------------------


def letter(case: Telling) -> Letter:
    """One letter that says everything a case ever told anybody, each sentence once."""
    me = Addressee(unit="wxb", seat=Seat.DUTY)
    sentences = {(one.message, *(name for name, value in one.values.items() if value)): one for one in case.notices}
    notices = tuple(
        notice.model_copy(update={"to": (me,), "by": ("mail",), "passed_on": 0}) for notice in sentences.values()
    )
    wave = case.wave().model_copy(update={"notices": notices})
    writer = LetterWriter({code: unit.short for code, unit in case.office.units.items()}, "wxb")
    recipients = reached_at(wave, case.office, ["mail"], wave.at)
    (contents,) = contents_of([PlannedWave(wave, recipients, set())], {row.key for row in recipients})
    return writer.write(contents, f"{OURS}/t/0123456789abcdefg").letter


def board(case: Telling) -> str:
    return WORDS.say("board.md", case=case.case, summary=case.summary, short=case.case.short)


def other_lines(twin: str, hostile: str, text: str) -> Iterator[tuple[str, str]]:
    """The lines in which a text is more than its twin."""
    found, allowed = (twin.split("\n"), hostile.split("\n")), forms(text)
    if len(found[0]) != len(found[1]):
        yield twin, hostile
        return
    yield from (pair for pair in zip(*found, strict=True) if not fits(*pair, allowed))


def test_every_field_is_shown_somewhere(pages: str) -> None:
    pen, cases = tellings(None)
    beside = [ElementTree.tostring(feed(None), encoding="unicode")]
    beside += [said for case in cases.values() for said in (letter(case).text, board(case))]

    def missing(shown: str) -> set[str]:
        found = set(re.findall(r"甲\d+乙", shown))
        return {field for field, mark in pen.written.items() if mark not in found and not field.endswith(".url")}

    assert missing(pages + "".join(beside)) == NOT_SHOWN.keys()
    assert missing(pages) == NOT_SHOWN.keys() | ELSEWHERE.keys()


@pytest.fixture(scope="module")
def twins() -> dict[str, tuple[str, ...]]:
    """What is said of the twin's cases."""
    return {name: said_of(case) for name, case in tellings(None)[1].items()}


def said_of(case: Telling) -> tuple[str, ...]:
    """Subject and text of the one letter, the operator's page, and what has scrolled off it, each sentence once."""
    sent = letter(case)
    return sent.subject, _unlinked(sent.text), board(case), "\n".join(lines(case))


def lines(case: Telling) -> list[str]:
    events = {(one.event.kind, *(name for name, value in one.event if value)): one for one in case.entries}
    return [WORDS.say("timeline_entry", entry=entry, short=case.case.short) for entry in events.values()]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_letters_and_the_operators_page_say_line_by_line_what_their_twins_say(
    text: str, twins: dict[str, tuple[str, ...]]
) -> None:
    for name, case in tellings(text)[1].items():
        said = said_of(case)
        assert [
            pair for one, other in zip(twins[name], said, strict=True) for pair in other_lines(one, other, text)
        ] == []
        assert not re.search(r"[\r\u2028\u2029]", "".join(said))
        assert not TURNS.search("".join(said))


def _unlinked(text: str) -> str:
    return re.sub(r"(?<=：)http://127\.0\.0\.1:8400/t/\S+", "*", text)


async def test_a_mail_server_gets_letters_whole_and_no_header_more() -> None:
    letters = [letter(tellings(text)[1]["argued"]) for text in TEXTS]
    with mail_server() as (server, url):
        messages, messenger = [], SmtpMessenger(url)
        for one in letters:
            await insisted(messenger, one)
            messages.append(server.messages[-1])
        envelopes = server.envelopes

    headers = ["Message-ID", "From", "To", "Subject", "Date", "Auto-Submitted"]
    standard = {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert len(messages) == len(TEXTS)
    assert {address for one in envelopes for address in one.rcpt_tos} == {"duty@wxb.mc.example"}
    for text, sent, message in zip(TEXTS, letters, messages, strict=True):
        assert [name for name in message if name not in standard] == headers
        assert message.get_content_type() == "text/plain"
        assert not message.defects
        assert message["Subject"] == re.sub("=(?=\\?)", "= ", sent.subject)
        (to,) = message["To"].addresses
        assert to.addr_spec == "duty@wxb.mc.example"
        assert _packed(to.display_name) == _packed(Pen(text).name("PersonIn.name"))
        assert message.get_content().replace("\r\n", "\n").rstrip("\n") == sent.text


async def insisted(messenger: SmtpMessenger, letter: Letter) -> None:
    """Send a letter as the engine does: again, where a busy machine was too slow to take it."""
    for _ in range(5):
        with suppress(Unavailable):
            return await messenger.send(letter)
    raise AssertionError(f"{letter.key} was not taken")


def _packed(name: str) -> str:
    """A name without blanks: folding a long header may put one in."""
    return "".join(name.split())


# --- the feed --------------------------------------------------------------------------------------------------------


@cache
def feed(text: str | None) -> ElementTree.Element:
    """The feed of a text's publications, as a reader of feeds takes it in."""
    _, cases = tellings(text)
    pages = [
        Published(case_id=name, publication=one, mode=Mode.DEMO, published_at=START)
        for name, case in cases.items()
        for one in case.publications
        if one.channel == "bulletin"
    ]
    office = next(iter(cases.values())).office
    return ElementTree.fromstring(atom(pages, office=office.terms, base_url=OURS))


def tree(root: ElementTree.Element) -> list[tuple[str, list[str]]]:
    return [(one.tag, sorted(one.attrib)) for one in root.iter()]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_feed_is_its_twins_element_by_element(text: str) -> None:
    twin, hostile, allowed = feed(None), feed(text), forms(text)

    assert tree(hostile) == tree(twin)
    for mine, other in zip(twin.iter(), hostile.iter(), strict=True):
        if mine is twin.find(f"{ATOM}id"):  # made of the name of the city
            assert UUID(other.text)
            continue
        assert fits(_said(mine), _said(other), allowed), (_said(mine), _said(other))
        assert other.attrib == mine.attrib
        if other.tag in (f"{ATOM}title", f"{ATOM}name"):
            assert not TURNS.search(other.text or "")
            assert "\n" not in (other.text or "")


def _said(element: ElementTree.Element) -> str:
    """What a reader shows: of escaped HTML the words, which is all it may hold beside line breaks."""
    text = element.text or ""
    if element.get("type") != "html":
        return text
    plain = text.replace("\n<br/>", "<br/>").replace("<br/>", "\n")  # a carriage return stands there as a blank
    assert "<" not in plain
    return html.unescape(plain)
