from __future__ import annotations

import hashlib
import re
from xml.etree import ElementTree

from tests.api.conftest import Office

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
    return f"tag:127.0.0.1,2026:bulletin/{case}"


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
