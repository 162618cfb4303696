"""Placeholders of draft templates, such as （请补充）: where an editor has still to write something."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

DRAFTS = ("draft_", "interim.")
"""How the names of the templates begin whose text may go to the public."""

_NOTE = re.compile(r"\{#.*?#\}", re.DOTALL)
_BRACKETED = re.compile(r"[（(【\[〔《<][^（()）【】\[\]〔〕《》<>{}%\n]{1,80}[）)】\]〕》>]")
_LINE = re.compile(r"[_＿]{3,}")


def placeholders(sources: Iterable[tuple[str, str]], asking: Collection[str]) -> tuple[str, ...]:
    """Return the placeholders in draft templates, of which `sources` are the names and the texts, each once.

    They are lines to write on, and brackets around one of the words `asking` to write something.
    """
    drafts = [_NOTE.sub("", source) for name, source in sources if name.startswith(DRAFTS)]
    bracketed = (
        found for draft in drafts for found in _BRACKETED.findall(draft) if any(one in found for one in asking)
    )
    return tuple(dict.fromkeys([*bracketed, *(found for draft in drafts for found in _LINE.findall(draft))]))
