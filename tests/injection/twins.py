"""Is a page of a hostile text the page of its harmless twin, with the text where the twin has a mark, and no more?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tests.injection.field_filler import MARK, SITE
from texts.disarming import inert, visible
from texts.headlines import excerpt, sentence

_HOST = SITE.removeprefix("https://").replace(".", "[.．]")
ADDRESS = re.compile(rf"https[:：]//{_HOST}/[^\s\"”<>]*")
"""An address as its field takes it: on the site it was given with, and without a blank."""

OWN = re.compile(
    r"/t/(?:typed/)?[\w.~-]+|/bulletin/[a-z]+\d+|辟〔\d+〕\d+"
    r"|[0-9a-f]{64}|[0-9a-f]{16}…|校验码 [0-9a-f]{8}(?![0-9a-f])"
)
"""What every case has of its own: its number, its links, its pages, the digests of its texts."""

CUTS = (8, 30, 36, 40, 60, 80, 90, 120, 200)
"""Where templates cut a long text."""

TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
PUNCTUATION = "“”《》（）、，。；：…　 "


@dataclass(frozen=True)
class Forms:
    """How a text may stand where it was written: to the letter, made inert, cut, or inside JSON."""

    texts: tuple[str, ...]

    @classmethod
    def of(cls, *written: str) -> Forms:
        """Every form of texts."""
        found = {form for one in written for form in cls._of(one)}
        return cls(tuple(sorted(found, key=len, reverse=True)))

    @staticmethod
    def _of(written: str) -> set[str]:
        whole = {written, inert(written), visible(written), " ".join(written.split())}
        cut = {one[:most] for one in whole for most in CUTS}
        cut |= {excerpt(one, most) for one in whole for most in CUTS}
        cut |= {one[: most - 1] + "…" for one in whole for most in CUTS if len(one) > most}
        read = {"\n".join(one.splitlines()) for one in whole | cut} | whole | cut  # as any page is read
        read |= {one.replace("\r\n", "\n").replace("\r", "\n") for one in whole | cut}
        titles = {sentence(written, most) for most in CUTS} - {""}
        titles.add(f"关于“{excerpt(inert(written), 30)}”的核查情况")  # where no sentence is short enough
        return read | titles | set(_in_json(written))


def _in_json(written: str) -> Iterator[str]:
    for one in {written, inert(written)}:
        text = json.dumps(one, ensure_ascii=False)[1:-1]
        for mark in "&<>\u2028\u2029":
            text = text.replace(mark, f"\\u{ord(mark):04x}")
        yield text


@cache
def pieces(twin: str) -> tuple[str, ...]:
    """Cut a twin's text at its addresses and marks: even places are its own words, odd ones what was written."""
    return tuple(re.split(f"({ADDRESS.pattern}|{MARK.pattern})", OWN.sub("*", twin)))


def fits(twin: str, hostile: str, forms: Forms) -> bool:
    """Tell whether a text is the twin's, with a form of what was written in the place of each mark."""
    parts = pieces(twin)
    return twin == hostile if len(parts) == 1 and twin == hostile else _fits(parts, OWN.sub("*", hostile), forms)


def _fits(parts: Sequence[str], rest: str, forms: Forms) -> bool:
    if not rest.startswith(parts[0]):
        return False
    rest = rest[len(parts[0]) :]
    if len(parts) == 1:
        return not rest
    if ADDRESS.fullmatch(parts[1]):
        found = ADDRESS.match(rest)
        ends = range(found.end(), len(SITE), -1) if found else range(0)
        return any(_fits(parts[2:], rest[end:], forms) for end in ends)
    return any(rest.startswith(one) and _fits(parts[2:], rest[len(one) :], forms) for one in forms.texts)


@dataclass(frozen=True)
class Element:
    """One element of a page, with the texts and comments directly in it.

    `turned` tells of each text that turns the reading direction which one it is, what follows it in its block, and
    whether lines of it stand apart.
    """

    depth: int
    tag: str
    attributes: Mapping[str, str]
    texts: Sequence[str]
    comments: int
    turned: Sequence[tuple[int, str, bool]]


SNAPSHOT = r"""() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  const turns = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/, rows = [];
  const style = (one) => getComputedStyle(one);
  const inline = (one) => style(one).display === 'inline' && !/isolate|plaintext/.test(style(one).unicodeBidi);
  const after = (here) => {
    for (let said = ''; ; here = here.parentNode) {
      for (let next = here.nextSibling; next; next = next.nextSibling) {
        if (next.nodeName === 'BR' || (next.nodeType === 1 && style(next).display === 'block')) return said;
        said += next.textContent;
      }
      if (!inline(here.parentNode)) return said;
    }
  };
  const walk = (one, depth) => {
    const nodes = [...one.childNodes], texts = nodes.filter(node => node.nodeType === 3);
    const turned = texts.flatMap((node, at) =>
      turns.test(node.nodeValue) ? [[at, after(node), /pre/.test(style(one).whiteSpace)]] : []);
    const attributes = Object.fromEntries([...one.attributes].map(a => [a.name, a.value]));
    const comments = nodes.filter(node => node.nodeType === 8).length;
    rows.push([depth, one.localName, attributes, texts.map(node => node.nodeValue), comments, turned]);
    for (const child of one.children) walk(child, depth + 1);
  };
  walk(document.documentElement, 0);
  return JSON.stringify(rows);
}"""
"""Write down a page, every fold of it open."""

UNSHOWN = ("script", "title")
LINES = {"p", "br", "a"}
"""The elements a signed text is shown with."""
UNFOLLOWED = {"nofollow", "noopener", "noreferrer"}


def elements(snapshot: str) -> list[Element]:
    """Read what `SNAPSHOT` wrote down."""
    return [Element(*row) for row in json.loads(snapshot)]


def faults(twin: Sequence[Element], hostile: Sequence[Element], forms: Forms) -> Iterator[str]:
    """Name everything in which a page is more than its twin; a signed text may have lines and links of its own."""
    plain, said = _without_texts(twin)[0], _without_texts(hostile)
    yield from (f"in the text: {one}" for one in said[1] if not _allowed_in_a_text(one))
    if [(one.depth, one.tag) for one in plain] != [(one.depth, one.tag) for one in said[0]]:
        yield "another tree of elements"
        return
    for mine, other in zip(plain, said[0], strict=True):
        yield from _faults(mine, other, forms)


def _without_texts(page: Sequence[Element]) -> tuple[list[Element], list[Element]]:
    """Part a page into what the template wrote and what stands inside a signed text."""
    ours: list[Element] = []
    inside: list[Element] = []
    depth: int | None = None
    for one in page:
        depth = None if depth is not None and one.depth <= depth else depth
        (ours if depth is None else inside).append(one)
        if depth is None and one.attributes.get("class") == "text":
            depth = one.depth
    return ours, inside


def _allowed_in_a_text(one: Element) -> bool:
    if one.tag != "a":
        return one.tag in LINES and not one.attributes and not one.comments
    held = one.attributes
    away = held.get("href", "https://").startswith(("https://", "http://"))
    return away and held.keys() <= {"href", "rel"} and held.get("rel", "").split() == sorted(UNFOLLOWED, key=_order)


def _order(word: str) -> int:
    return ("nofollow", "noopener", "noreferrer").index(word)


def _faults(twin: Element, hostile: Element, forms: Forms) -> Iterator[str]:
    if twin.attributes.keys() != hostile.attributes.keys() or hostile.comments:
        yield f"other attributes: {hostile}"
        return
    for name, value in twin.attributes.items():
        fresh = name == "value" and twin.attributes.get("name") in ("key", "csrf") and not MARK.search(value)
        if not fresh and not fits(value, hostile.attributes[name], forms):
            yield f"another {name} of {twin.tag}: {value!r} became {hostile.attributes[name]!r}"
    if twin.attributes.get("class") == "text":
        return
    if len(twin.texts) != len(hostile.texts):
        yield f"other texts: {hostile}"
        return
    for mine, other in zip(twin.texts, hostile.texts, strict=True):
        if not fits(mine, other, forms):
            yield f"another text in {twin.tag}: {mine!r} became {other!r}"
    if twin.tag not in UNSHOWN:
        for at, after, lines in hostile.turned:
            if led := _led_astray(hostile.texts[at], after, forms, lines=lines):
                yield f"turned around in {twin.tag}: {led!r} after {hostile.texts[at]!r}"


def _led_astray(said: str, after: str, forms: Forms, *, lines: bool) -> str:
    """Return what a text that turns the direction would turn with it: all that follows on its line."""
    whole = said.split("\n") if lines else [said]
    whole[-1] += after
    for line in whole:
        turning = next((one for one in forms.texts if TURNS.search(one) and one in line), None)
        if turning and (led := line.partition(turning)[2].strip(PUNCTUATION + "\n")):
            return led
    return ""
