"""Whose word it is: a unit's finding says "our bureau", a text for the public names the unit."""

from __future__ import annotations

import re

from texts.catalogue import current


def named(text: str, unit: str) -> str:
    """Return a unit's words with what it calls itself (我局, 本中心) replaced by its short name.

    The words are `[own_unit]` of words.toml; in those of `[not_own_unit]` the same characters mean something else.
    """
    words = current().words
    own = {*words.get("own_unit", {}).values()} - {""}
    other = {*words.get("not_own_unit", {}).values()} - {""}
    if not own:
        return text
    either = "|".join(map(re.escape, sorted(own | other, key=len, reverse=True)))
    return re.sub(either, lambda found: unit if found[0] in own else found[0], text)
