"""Markdown as safe HTML: what an editor writes may be emphasised, listed and linked, and nothing else."""

from __future__ import annotations

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h2", "h3", "a", "hr", "code", "pre"}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "*": set()}  # the cleaner's own "*" lets title and lang through
SCHEMES = {"http", "https"}


def rendered(text: str) -> Markup:
    """Return `text` as HTML: raw HTML stays text, pictures never arise, links are http(s) and marked nofollow."""
    html = nh3.clean(
        _markdown().render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(html)  # noqa: S704  (cleaned in the line above)


@cache
def _markdown() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    return found.disable(["image", "html_block", "html_inline"])
