"""The pages of the bulletin: the fact first, nothing executable, and nobody takes a demo for the real thing."""

from __future__ import annotations

import json
import re

import pytest

from api.html.signed_text import as_typed
from domain.case.obligations import digest_of
from domain.ports.delivery import Published
from domain.vocabulary import Mode
from tests.adapters.office.played_cases import rebutted
from texts.catalogue import Texts

TEXTS = Texts()


def page(mode: Mode = Mode.DEMO) -> tuple[Published, str]:
    pending = ((story.case, owed) for story in rebutted() for owed in story.case.pending_effects)
    case, publication = next((case, owed) for case, owed in pending if owed.kind == "publication")
    published = Published(case_id="c123456789", publication=publication, mode=mode, published_at=case.opened_at)
    values = publication.page.model_dump(mode="json")
    return published, json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def bulletin(mode: Mode) -> str:
    published, canonical = page(mode)
    return TEXTS.say(
        "bulletin_page.html",
        page=published.publication.page,
        text=as_typed(published.publication.page.text),
        digest=published.publication.digest,
        mode=mode,
        published_at=published.published_at,
        base_url="http://127.0.0.1:8400",
        canonical=canonical,
        office="市委网信办",
    )


def test_a_page_says_the_fact_first_and_the_claim_once_and_escaped() -> None:
    html = bulletin(Mode.DEMO)
    text = html[: html.index("<script")]
    assert text.count("<dd>") >= 4
    assert text.index("没有停水计划") < text.index("网传说法")
    assert text.count("紧急通知") == 1
    assert "&lt;b&gt;速看" in text
    assert "<a href" not in text.replace('<a href="/bulletin">', "")
    assert "辟〔2026〕0123　第2版" in text


@pytest.mark.parametrize(("mode", "mark"), [(Mode.DEMO, "【演示】"), (Mode.DRILL, "【演练】")])
def test_a_page_that_is_not_real_says_so_and_is_not_indexed(mode: Mode, mark: str) -> None:
    html = bulletin(mode)
    assert f"<title>{mark}明澄市供水正常" in html
    assert f"<h1>{mark}明澄市供水正常" in html
    assert "noindex" in html
    assert html.count('class="banner"') == 2


def test_a_live_page_carries_no_mark() -> None:
    html = bulletin(Mode.LIVE)
    assert not re.search("演示数据|【演|noindex|banner", html)


def test_the_signed_page_can_be_taken_from_the_html_and_checked() -> None:
    published, canonical = page()
    html = bulletin(Mode.DEMO)
    block = re.search(r'<script type="application/json" id="publication">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    assert "<" not in block[1]
    assert json.loads(block[1]) == json.loads(canonical)
    assert f'content="{digest_of(published.publication.page)}"' in html


def test_the_list_and_the_entry_of_the_feed_are_marked() -> None:
    published, _ = page()
    html = TEXTS.say("bulletin_index.html", pages=[published], mode=Mode.DEMO, base_url="")
    assert 'href="/bulletin/c123456789">【演示】明澄市供水正常' in html
    assert "还没有公告" in TEXTS.say("bulletin_index.html", pages=[], mode=Mode.LIVE, base_url="")
    known = {"page": published.publication.page, "digest": published.publication.digest, "mode": Mode.DEMO}
    assert TEXTS.say("bulletin_entry_title", **known) == "【演示】明澄市供水正常"
    assert "核查结论：不实" in TEXTS.say("bulletin_entry", **known)
