"""The key that reports of one claim share; the text itself is kept as handed in.

Digits, negation, place names, 疑似 and 确诊 are not folded: with another of these it would be another claim.
"""

from __future__ import annotations

import hashlib
import re
from string import ascii_letters, digits

from adapters.matching.text_folding import AFTER_DIGIT, BEFORE_DIGIT, fold, visible, without_marks
from domain.matching.short_texts import own_characters

FEWEST_CHARACTERS = 8
"""The fewest Chinese characters for a key, or as much in another script; shorter texts ("声明", "紧急通知") would join
unrelated reports under one key."""

WRAPPERS = (
    "紧急通知", "重要通知", "通知", "紧急提醒", "重要提醒", "提醒", "注意", "注意了", "紧急", "突发", "重磅", "所有人",
    "速看", "快看", "必看", "都看看", "速速看", "转发", "请转发", "求转发", "速转", "速速转发", "快转", "急转",
    "紧急转发", "赶紧转发", "赶快转发", "看到请转发", "看到的请转发", "收到请转发", "转起来", "转发起来", "都转起来",
    "大家转起来", "扩散", "求扩散", "请扩散", "紧急扩散", "转发扩散", "扩散周知", "转发周知", "互相转告", "相互转告",
    "请互相转告", "请相互转告", "转告家人", "转给家人", "转发给家人", "转发微博",
)  # fmt: skip
"""Words put around a claim to make it spread; they say nothing about the claim."""

LINK = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
LINK_WORD = re.compile(r"链[a-p]{20}接")
"""A link in a normalised text."""
_TRACKING = re.compile(
    r"(?<=[?&])(?:utm_\w+|spm|scm|from|isappinstalled|share_?\w*|nsukey|wfr|fbclid|gclid)=[\w.%~+-]*&?",
    re.IGNORECASE | re.ASCII,
)
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""Letters in place of digits: a link stands beside numbers and is none."""
_WIDE = str.maketrans({chr(0xFEE0 + ord(one)): one for one in f"{ascii_letters}{digits}./:?=&%-_"})
"""Characters of a link in wide form; the rest of a text is folded later."""
_HASHTAG = re.compile(r"#+[^#]+#+")
_WRAPPER = "|".join(sorted(WRAPPERS, key=len, reverse=True))
_LEADING = re.compile(rf"^\W*(?:{_WRAPPER})[^\w{re.escape(BEFORE_DIGIT)}]+")
_TRAILING = re.compile(rf"(?<=[^\w{re.escape(AFTER_DIGIT)}])(?:{_WRAPPER})\W*$")


def claim_key(text: str) -> str | None:
    """Return the key of a claim (SHA-256, hex), the same for every way of writing it; None if the text is too short."""
    if own_characters(bare_words(text)) < FEWEST_CHARACTERS:
        return None
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def normalise(text: str) -> str:
    """Return a text with everything folded away that does not change its claim."""
    linked = LINK.sub(lambda link: as_word(link[0]), visible(text).translate(_WIDE))
    return without_marks(unwrapped(fold(linked)))


def as_word(link: str) -> str:
    """Return a link as one word: two are the same to the letter, but for scheme, case of the host, tracking and ends.

    The path keeps its case and every mark: /a/b is not /ab.
    """
    untracked = _TRACKING.sub("", link).rstrip(".,;:!?)]}\"'&/")
    host, slash, path = untracked.rpartition("://")[2].partition("/")
    digest = hashlib.sha256(f"{host.casefold()}{slash}{path}".encode()).hexdigest()
    return f" 链{digest[:20].translate(_LETTERS)}接 "


def bare_words(text: str) -> str:
    """Return a folded text without hashtags, links and what makes it spread.

    Unrelated texts share these, so they do not count as its own; in the key they help to tell claims apart.
    """
    return unwrapped(_HASHTAG.sub(" ", fold(LINK.sub(" ", visible(text)))))


def unwrapped(text: str) -> str:
    """Return a text without the words put around it to make it spread."""
    while (inner := _TRAILING.sub("", _LEADING.sub("", text))) != text:
        text = inner
    return text
