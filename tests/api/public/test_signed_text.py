"""What was signed is what every reader reads, character by character; nobody makes formatting of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.messengers.smtp import SmtpMessenger
from adapters.publishers.partner import announcement
from api.html.signed_text import as_typed
from api.public.atom import atom
from domain.case.obligations import Page, PageSource, Publication, canonical, digest_of
from domain.case.payloads import Issue
from domain.ports.delivery import Letter, Published
from domain.vocabulary import Mode, PublicationKind, Verdict
from tests.adapters.office.played_cases import office
from texts.catalogue import Texts

pytestmark = pytest.mark.people

WORDS = Texts()
AT = datetime(2026, 11, 29, tzinfo=UTC)
ATOM = {"a": "http://www.w3.org/2005/Atom"}
TYPED = st.text(
    st.characters(categories=["L", "M", "N", "P", "S", "Zs"]) | st.sampled_from("\n\n*_#>-.`&<[\\"), min_size=1
)
SEEN = (
    "当事人王*明、李*华的说法",
    "电话138****1234、139****5678",
    "3. 号楼停水\n5. 号楼停水",
    "2026. 11. 29 起恢复",
    "> 50毫米",
    "    四个空格\n    再四个",
    "**不实。**请勿转发\n\n# 一、情况\n- 一\n***\n===",
    "[公告](https://swj.mc.example/1)见https://swj.mc.example/2。<b>&amp;\\*",
)


class Words(HTMLParser):
    """Gather the words of each element that has a class or is a heading, as somebody reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, str] = {}
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.handle_data("\n")
        elif tag not in ("meta", "link"):
            self.inside.append(dict(attrs).get("class") or tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_data("\n" if tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        for name in {*self.inside, ""}:
            self.of[name] = self.of.get(name, "") + data


def read(html: str) -> dict[str, str]:
    reader = Words()
    reader.feed(str(html))
    reader.close()
    return reader.of


def folded(text: str) -> str:
    return " ".join(text.split())


def published(title: str, text: str) -> Published:
    page = Page(
        number="辟〔2026〕0123",
        version=1,
        publication=PublicationKind.REBUTTAL,
        title=title,
        text=text,
        claim="停水三天",
        verdict=Verdict.FALSE,
        units=("市水务局",),
        issuer="市水务局",
        as_of=AT,
    )
    publication = Publication(key="k", channel="bulletin", page=page, digest=digest_of(page))
    return Published(case_id="c1", publication=publication, mode=Mode.LIVE, published_at=AT)


def bulletin(of: Published) -> dict[str, str]:
    page = of.publication.page
    values: dict[str, Any] = {"page": page, "text": as_typed(page.text), "canonical": canonical(page)}
    known = {"digest": of.publication.digest, "mode": of.mode, "published_at": AT, "case_id": "c1", "base_url": ""}
    return read(WORDS.say("bulletin_page.html", **values, **known))


def mail(title: str) -> str:
    """The body of the mail that asks for the last signature, as its receiver's program reads it."""
    values = {"title": title, "version": 1, "publication": "rebuttal", "issuer": "市水务局", "digest": "0" * 64}
    known: dict[str, Any] = {"number": "辟〔2026〕0123", "claim": "停水三天", "level": "blue", "unit_short": "市水务局"}
    summary = {"verdict": "false", "case_id": "c1", "signatures": []}
    text = WORDS.say(
        "notice_sign_request", values=values, summary=summary, notice={"message": "sign_request"}, seat="head", due=AT,
        late=False, asked=True, **known,
    )  # fmt: skip
    letter = Letter(
        key="k", case_id="c1", number="辟〔2026〕0123", person="li", unit="swj", channel="mail",
        address="li@example.org", name="李", subject="请签发", text=text, mode=Mode.LIVE,
    )  # fmt: skip
    sent = SmtpMessenger("smtp://127.0.0.1:25?from=office@example.org")._message(letter)
    read_as: str = message_from_bytes(sent.as_bytes(), policy=default).get_content()  # type: ignore[attr-defined]
    return read_as


@settings(deadline=None)
@example(title="王*明 138****1234", text=SEEN[0])
@given(title=TYPED, text=TYPED)
def test_every_reader_reads_the_signed_characters(title: str, text: str) -> None:
    of = published(title, text)

    page = bulletin(of)
    assert (folded(page["h1"]), folded(page["text"])) == (folded(title), folded(text))
    index = read(WORDS.say("bulletin_index.html", pages=[of], mode=Mode.LIVE, base_url="", older=None))
    assert folded(title) in folded(index["list"])

    entry = ElementTree.fromstring(atom([of], office=office().terms, base_url="http://127.0.0.1")).find("a:entry", ATOM)
    assert entry is not None
    assert folded(entry.findtext("a:title", "", ATOM)) == folded(title)
    assert folded(text) in folded(read(entry.findtext("a:content", "", ATOM))[""])

    assert f"《{folded(title)}》" in folded(mail(title))

    issue = Issue(case_id="c1", publication=of.publication, mode=Mode.LIVE, at=AT, chain="r")
    partner = json.loads(json.dumps(announcement(issue, "http://127.0.0.1"), ensure_ascii=False))
    assert (partner["title"], partner["text"]) == (title, text)
    document = json.loads(canonical(of.publication.page))
    assert (document["title"], document["text"]) == (title, text)


@pytest.mark.parametrize("text", SEEN)
def test_nothing_that_looks_like_markup_becomes_formatting(text: str) -> None:
    html = as_typed(text)

    assert folded(read(html)[""]) == folded(text)
    assert not set(read(html)) & {"ul", "ol", "li", "blockquote", "strong", "em", "code", "pre", "h1", "h2", "hr"}


def test_lines_and_paragraphs_stay() -> None:
    assert as_typed("一\r\n二\n \n\n三") == "<p>一<br>二</p>\n<p>三</p>"


def test_a_bare_address_is_a_link_that_reads_as_itself_and_nothing_else_is() -> None:
    link = '<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>'

    assert f"<p>见{link.format('https://swj.mc.example/1?a=1&amp;b=2')}。</p>" in as_typed(
        "见https://swj.mc.example/1?a=1&b=2。"
    )
    assert as_typed("<https://b.example>.") == f"<p>&lt;{link.format('https://b.example')}&gt;.</p>"
    assert 'href="http://a"' in as_typed("http://a@evil.example")  # what hides behind an @ is no part of the address
    assert "<a" not in as_typed("[x](javascript:alert(1)) ftp://a.example")


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_page_stored_with_an_instant_no_zone_can_show_takes_no_list_down(instant: str) -> None:
    good, bad = published("好的", "正文"), published("坏的", "正文")
    source = PageSource(unit="市水务局", url="https://swj.mc.example/1", captured_at=datetime.fromisoformat(instant))
    page = bad.publication.page.model_copy(update={"as_of": datetime.fromisoformat(instant), "source": source})
    bad = bad.model_copy(update={"publication": bad.publication.model_copy(update={"page": page})})

    feed = atom([bad, good], office=office().terms, base_url="http://127.0.0.1")
    index = WORDS.say("bulletin_index.html", pages=[bad, good], mode=Mode.LIVE, base_url="", older=None)

    assert "好的" in feed
    assert "好的" in index
    assert instant[:10] in bulletin(bad)["dd"]
