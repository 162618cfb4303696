"""The bulletin as an Atom feed: the same publications give the same bytes, at any time and on any machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from feedgenerator import Atom1Feed  # type: ignore[import-untyped]

from api.html.signed_text import on_its_lines
from domain.ports.delivery import Published
from domain.terms import Terms
from texts.catalogue import current
from texts.disarming import visible
from texts.quoting import quotes

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold or advises against; a single one would make the whole feed unreadable."""

BULLETINS = UUID("8f0f4c52-6a0e-5d0b-9a57-2f6d5d3f6c11")
"""The namespace of the ids of bulletins and their entries."""

BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)


class _SteadyFeed(Atom1Feed):  # type: ignore[misc]
    """A feed dated by its entries only; the library dates an empty feed by the clock."""

    def latest_post_date(self) -> datetime:
        return max((item["pubdate"] for item in self.items), default=BEFORE_ALL)


def atom(pages: Sequence[Published], *, office: Terms, base_url: str) -> str:
    """Return the feed of `pages`; an entry's id stays the same when its text is corrected."""
    texts = current()
    feed = _SteadyFeed(
        title=texts.word("mode", office.mode) + texts.phrase("ui", "bulletin_of", city=office.city),
        link=f"{base_url}/bulletin",
        description=None,
        language="zh-CN",
        feed_url=f"{base_url}/bulletin/feed.atom",
        feed_guid=_id(office.city),
        author_name=office.city,
    )
    for published in pages:
        _add(feed, published, base_url=base_url)
    written: str = feed.writeString("utf-8")
    return written


def _add(feed: Atom1Feed, published: Published, *, base_url: str) -> None:
    page, digest, mode = published.publication.page, published.publication.digest, published.mode
    say = current().say
    told = say("bulletin_entry", page=page, quoted=quotes(page.text, page.claim), digest=digest, mode=mode)
    feed.add_item(
        title=_plain(visible(say("bulletin_entry_title", page=page, mode=mode))),
        link=f"{base_url}/bulletin/{published.case_id}",
        description=None,
        content=_plain(on_its_lines(told)),
        pubdate=published.published_at,
        updateddate=published.published_at,
        unique_id=_id(published.case_id),
        author_name=_plain(visible(page.issuer)),
    )


def _id(of: str) -> str:
    """Return a permanent id (RFC 4287) that is the same wherever the bulletin is served from."""
    return uuid5(BULLETINS, of).urn


def _plain(text: str) -> str:
    return _NO_XML.sub("", text)
