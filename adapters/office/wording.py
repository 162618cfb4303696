"""An office's own texts, held against the packaged ones: what cannot be read, or asks for what nobody gives it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from jinja2 import TemplateSyntaxError

from adapters.office.parsed import toml
from adapters.office.problems import OfficeError, Problem, shown
from texts import LANGUAGE, PACKAGED, WORDS, Texts


def catalogue(folder: Path, zone: str, *, proven: bool) -> Texts:
    """Return the catalogue of the texts in `folder`.

    `proven`: an office's own were held against the packaged ones; else a wrong one is known only when it is to go out,
    in the middle of a case.

    Raises:
        OfficeError: all problems of all texts are listed.

    """
    texts = Texts(folder, zone)
    if proven:
        _prove(texts, folder)
    return texts


def _prove(texts: Texts, folder: Path) -> None:
    problems: list[Problem] = []
    for name in WORDS:
        if (folder / name).is_file():
            own, usual = toml(folder, name, problems), toml(PACKAGED, name, problems)
            problems += _words(name, own or {}, usual or {})
    if folder != PACKAGED:
        packaged = Texts()
        for file in sorted(folder.glob("*.j2")):
            problems += _template(file, texts, packaged)
    if problems:
        raise OfficeError([problem._replace(file=str(LANGUAGE / problem.file)) for problem in problems])


def _words(file: str, own: dict[str, object], usual: dict[str, dict[str, str]]) -> Iterator[Problem]:
    for group, table in own.items():
        if not isinstance(table, dict):
            yield Problem(file, group, shown(table), "allowed: a table of words")
            continue
        for code, sentence in table.items():
            if not isinstance(sentence, str):
                yield Problem(file, f"{group}.{code}", shown(sentence), "allowed: a text in quotes")
            elif (packaged := usual.get(group, {}).get(code)) is not None:
                yield from _braces(file, f"{group}.{code}", sentence, _filled(packaged))


def _braces(file: str, key: str, sentence: str, given: set[str]) -> Iterator[Problem]:
    try:
        asked = _filled(sentence)
    except ValueError as problem:
        yield Problem(file, key, shown(sentence), f"is no sentence to be filled: {problem}")
        return
    if asked - given:
        names = ", ".join(f"{{{name}}}" for name in sorted(given)) or "no braces"
        yield Problem(file, key, shown(sentence), f"allowed: {names}")


def _filled(sentence: str) -> set[str]:
    """Return the names in the braces of a sentence; raises ValueError when braces do not match."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def _template(file: Path, own: Texts, usual: Texts) -> Iterator[Problem]:
    name = file.name
    try:
        if file.read_text(encoding="utf-8") == usual.templates.get(name):
            return
        asked, given = own.compile(name), usual.compile(name) if name in usual.templates else None
        if given is not None and asked - given:
            allowed = ", ".join(sorted(given)) or "none"
            yield Problem(name, "", ", ".join(sorted(asked - given)), f"allowed names: {allowed}")
    except TemplateSyntaxError as problem:
        line = "".join((problem.source or "").splitlines()[problem.lineno - 1 : problem.lineno])
        yield Problem(name, f"line {problem.lineno}", shown(line.strip()), f"is no template: {problem.message}")
    except UnicodeDecodeError as problem:
        yield Problem(name, "", "", f"is no UTF-8 at byte {problem.start}; allowed: a template in UTF-8")
    except OSError as problem:
        yield Problem(name, "", "", f"cannot be read in {file.parent} ({problem.strerror})")
