"""The text of a short message: it fits two parts of a text message with its link, whatever goes into it."""

from __future__ import annotations

from collections.abc import Callable

from domain.bounds import Bound

ONE, MOST = 70, 134
"""How many characters one part of a text message holds, and two together."""

BESIDE_LINK = 48
"""How many characters of a short message are left for words at least: the address of a link may not be longer."""

LEAST = {ONE: 10, MOST: 6}
"""How many characters of the claim are worth showing; with fewer, it is left out, or another part is begun."""


SHORT = ("sms", "wecom")
"""The channels of short messages: one sentence and one link."""


def first_line(text: str, channel: str, link: str = "") -> str:
    """Return a text as a channel takes it: of one too long for a short message, its first line, which says it all.

    The line has the `link`, if there is one, whole: where both do not fit, its words are cut.
    """
    if channel not in SHORT or units(text) <= MOST:
        return text
    line = text.partition("\n")[0].strip()
    words, has, _ = line.partition(link) if link else (line, "", "")
    if units(line) <= MOST and bool(has) is bool(link):
        return line
    room = max(0, MOST - units(link) - 1) if link else MOST
    if units(words) <= room and has:
        return words + link
    return f"{cut(words.rstrip(), room)} {link}".strip()


def units(text: str) -> int:
    """Return how many characters a text counts in a text message: those outside the BMP count two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """Return as much of a text as counts at most `most`: whole characters, with a mark at its end."""
    if units(text) <= most:
        return text
    shorter = (Bound(size=len(text) * 12 + 64, characters=n).cut(text) for n in range(min(len(text), most), 0, -1))
    return next((one for one in shorter if units(one) <= most), "")


def short_text(write: Callable[[str, str], str], sentence: str, claim: str) -> str:
    """Return what `write` makes of a sentence and a claim, with the claim as long as one part has room, else two.

    Where two parts do not even hold the sentence, it is cut, never the link.
    """
    whole = units(write(sentence, claim))
    for most in (ONE, MOST):
        room = most - (whole - units(claim))
        if room >= min(units(claim), LEAST[most]):
            return write(sentence, cut(claim, room))
    over = units(write(sentence, "")) - MOST
    return write(cut(sentence, max(0, units(sentence) - over)) if over > 0 else sentence, "")
