"""Short and bare texts: how much one says of its own, and the form under which those that say too little wait."""

from __future__ import annotations

import hashlib
import re

from adapters.matching.claim_key import LINK, as_word, bare_words, unwrapped
from adapters.matching.text_folding import fold, visible, without_marks
from domain.matching.canonical import canonical, unframed
from domain.matching.short_texts import ENDINGS, ShortForm, own_characters

_HOST = re.compile(r"(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?(?:/[!-~]*)?", re.IGNORECASE | re.ASCII)
"""An address without a scheme; `LINK` finds those with one."""


def form_of(text: str, url: str | None = None) -> ShortForm:
    """Return how much a text says of its own, and its form.

    The form are its own words; where it has none, those of its hashtags; where there are none either, the addresses of
    its links, and last `url`, which a report gives beside its text.
    """
    plain = _HOST.sub(" ", LINK.sub(" ", visible(text)))
    words = without_marks(bare_words(plain))
    form = _compared(words) or _compared(without_marks(unwrapped(fold(plain)))) or _links(text) or _links(url or "")
    return ShortForm(form=hashlib.sha256(form.encode()).hexdigest()[:32], own=own_characters(unframed(words)))


def _compared(words: str) -> str:
    return ENDINGS.sub("", " ".join(canonical(words).split()))


def _links(text: str) -> str:
    """Return the links of a text, each as one word that is the same for the same address; empty without any."""
    found = [*LINK.findall(visible(text)), *_HOST.findall(LINK.sub(" ", visible(text)))]
    return " ".join(dict.fromkeys(as_word(link).strip() for link in found))
