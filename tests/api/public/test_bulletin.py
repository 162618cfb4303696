from __future__ import annotations

import hashlib
import re
from uuid import uuid5
from xml.etree import ElementTree

import pytest

from api.public.atom import BULLETINS, atom
from domain.ports.delivery import Published
from tests.api.conftest import Office
from texts.headlines import excerpt
from texts.quoting import quotes

ATOM = {"a": "http://www.w3.org/2005/Atom"}


async def test_the_document_behind_a_page_is_exactly_what_was_signed(office: Office, published: str) -> None:
    page = await office.http.get(f"/bulletin/{published}")
    document = await office.http.get(f"/bulletin/{published}/document")

    digest = hashlib.sha256(document.content).hexdigest()
    timeline = (await office.get(f"/v1/cases/{published}/timeline")).json()
    signed = next(entry["event"]["digest"] for entry in timeline if entry["event"]["kind"] == "approved")
    assert digest == signed
    assert digest in page.text
    assert document.headers["content-type"] == "application/json"


async def test_a_page_is_marked_escaped_and_not_indexed_in_a_demo(office: Office, published: str) -> None:
    page = await office.http.get(f"/bulletin/{published}")

    assert page.headers["content-type"].startswith("text/html")
    assert "【演示】" in page.text
    assert "<b>重金属" not in page.text
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_index_leads_to_every_page(office: Office, published: str) -> None:
    index = await office.http.get("/bulletin")

    assert f'href="/bulletin/{published}"' in index.text
    assert "【演示】" in index.text


async def test_the_feed_is_the_same_whenever_it_is_asked_for(office: Office, published: str) -> None:
    first = await office.http.get("/bulletin/feed.atom")
    second = await office.http.get("/bulletin/feed.atom")

    assert first.content == second.content
    assert first.headers["content-type"].startswith("application/atom+xml")
    entry = ElementTree.fromstring(first.content).find(f"a:entry[a:id='{_id(office, published)}']", ATOM)
    assert entry is not None
    assert entry.findtext("a:title", "", ATOM).startswith("【演示】")
    page = await office.world.desk.page(published)
    assert entry.findtext("a:published", "", ATOM) == page.published_at.isoformat()


def _id(office: Office, case: str) -> str:
    return uuid5(BULLETINS, case).urn


async def test_the_style_sheet_is_served(office: Office) -> None:
    answer = await office.http.get("/bulletin/style.css")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")


async def test_a_page_that_is_not_there_is_a_problem(office: Office) -> None:
    for path in ("/bulletin/nosuchcase", "/bulletin/nosuchcase/document"):
        answer = await office.http.get(path)

        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_page")


async def test_nothing_of_the_bulletin_comes_from_elsewhere(office: Office, published: str) -> None:
    page = (await office.http.get(f"/bulletin/{published}")).text

    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


async def test_ids_of_the_feed_do_not_change_with_the_address(office: Office, published: str) -> None:
    pages, terms = await office.world.desk.pages(), office.world.desk.office.terms
    here, there = (
        ElementTree.fromstring(atom(pages, office=terms, base_url=base_url))
        for base_url in ("http://127.0.0.1:8400", "https://piyao.example.gov.cn")
    )

    ids = [[one.text for one in feed.iterfind(".//a:id", ATOM)] for feed in (here, there)]

    assert ids[0] == ids[1]
    assert all(one and one.startswith("urn:uuid:") for one in ids[0])


@pytest.mark.parametrize("path", ["", "/feed.atom", "/style.css", "/{case}", "/{case}/document"])
async def test_who_has_an_answer_already_is_not_sent_it_again(office: Office, published: str, path: str) -> None:
    address = f"/bulletin{path.format(case=published)}"
    first = await office.http.get(address)
    tag = first.headers["etag"]

    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await office.http.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await office.http.get(address, headers={"If-None-Match": '"other"'})).content == first.content


@pytest.mark.parametrize("path", ["/bulletin", "/bulletin/feed.atom", "/bulletin/{case}", "/", "/healthz", "/docs"])
async def test_head_is_answered_like_get_without_the_body(office: Office, published: str, path: str) -> None:
    address = path.format(case=published)
    got, head = await office.http.get(address), await office.http.head(address)

    assert (head.status_code, head.content) == (got.status_code, b"")
    for name in ("content-type", "content-length", "etag", "location"):
        assert head.headers.get(name) == got.headers.get(name)
    assert (await office.http.head("/v1/reports")).status_code == 405


@pytest.mark.parametrize(
    "path", ["/bulletin/xyz", "/bulletin/不在", "/bulletin/xyz/document", "/bulletin?page=x", "/no"]
)
async def test_a_citizen_reads_a_page_where_there_is_none(office: Office, path: str) -> None:
    answer = await office.http.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'href="/bulletin"' in answer.text
    assert "{" not in answer.text
    program = await office.http.get(path, headers={"Accept": "application/json"})
    assert program.headers["content-type"] == "application/problem+json"


async def test_the_index_goes_on_page_by_page(office: Office, published: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (page,) = [one for one in await office.world.desk.pages() if one.case_id == published]
    many = [page.model_copy(update={"case_id": f"c{n}"}) for n in range(120)]

    async def pages(limit: int, skip: int = 0) -> list[Published]:
        return many[skip : skip + limit]

    monkeypatch.setattr(office.world.desk, "pages", pages)
    seen, address = [], "/bulletin"
    while address:
        text = (await office.http.get(address)).text
        seen += re.findall(r'<a href="/bulletin/(c\d+)"', text)
        older = re.search(r'rel="next" href="([^"]+)"', text)
        assert ('rel="prev"' in text) is (address != "/bulletin")
        address = older[1] if older else ""

    assert seen == [one.case_id for one in many]


async def test_a_page_says_the_verdict_first_and_the_claim_once(office: Office, published: str) -> None:
    page = (await office.http.get(f"/bulletin/{published}")).text
    shown = page[page.index("<main>") : page.index("<script")]

    assert shown.index("核查结论：<strong>不实") < shown.index("<h1>")
    assert shown.index("<details") < shown.index((await office.world.desk.page(published)).publication.digest)


def test_a_claim_is_quoted_once_however_a_draft_shortens_it() -> None:
    claim = "紧急通知！今晚八点起全市停水三天，请大家赶快储水并转告亲友，水厂已经被污染了，千万不要喝自来水，速转！" * 3

    for most in (30, 120):
        assert quotes(f"经查不实。网传“{excerpt(claim, most)}”不实。", claim)
    assert not quotes("经查不实。", claim)
    assert not quotes(claim, claim)
