"""Checks of an office's own texts against the packaged ones: unreadable ones, and names nothing is filled in for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, TemplateAssertionError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from adapters.office import rehearsal
from adapters.office.parsed import toml
from adapters.office.problems import ConfigProblem, OfficeError, rule, shown
from adapters.office.text_values import slips
from texts.catalogue import LANGUAGE, PACKAGED, SENTENCES, WORDS, Texts, braces, fits, template_files
from texts.system_errors import reason

ALIKE = {"notice_": frozenset(), "draft_": frozenset({"level", "others"})}
"""The families of templates that get the same values, by the beginning of their names, each with the names they get
besides those the packaged ones use."""

UNUSED_VALUES = frozenset({"informs", "kind", "late_by", "n", "offered", "ref"})
"""What notices bring with them and no packaged template of a notice asks for."""


def catalogue(folder: Path, zone: str, *, proven: bool) -> Texts:
    """Return the catalogue of the texts in `folder`.

    With `proven`, an office's own texts are checked against the packaged ones first. Without, a faulty one is noticed
    only when it is to go out, in the middle of a case.

    Raises:
        OfficeError: texts are faulty; all problems of all texts are listed.

    """
    texts = Texts(folder, zone)
    if proven:
        _prove(texts, folder)
    return texts


def _prove(texts: Texts, folder: Path) -> None:
    problems: list[ConfigProblem] = []
    for name in (*WORDS, SENTENCES):
        if (folder / name).is_file():
            own = toml(folder, name, problems)
            usual = own if folder == PACKAGED else toml(PACKAGED, name, problems)
            flat = name == SENTENCES
            problems += _sentences(name, "", own or {}, usual or {}) if flat else _words(name, own or {}, usual or {})
    packaged = Texts()
    files = template_files(folder)
    own_files = [file for file in files if not _packaged(file, packaged)]
    problems += _doubled(folder, files)
    for file in own_files:
        problems += _template(file, texts, packaged)
    if own_files and not problems:  # a packaged template may import from one of the office's own
        problems += [problem for name in sorted(texts.templates) for problem in _borrowed(name, texts)]
    if own_files and not problems:
        problems += rehearsal.faults(texts, [file.name for file in own_files], lambda name: _lenders(name, texts))
    if problems:
        paths = {file.name: file.relative_to(folder) for file in reversed(files)}
        raise OfficeError(
            [problem._replace(file=str(LANGUAGE / paths.get(problem.file, problem.file))) for problem in problems]
        )


def _doubled(folder: Path, files: list[Path]) -> Iterator[ConfigProblem]:
    """Yield a problem per template that is in two folders: which of them goes out nobody could see."""
    for one, other in pairwise(files):
        if one.name == other.name:
            places = "、".join(str(file.relative_to(folder)) for file in (one, other))
            yield ConfigProblem(one.name, "", places, rule("text_twice"))


def _words(file: str, own: Mapping[str, object], usual: Mapping[str, Mapping[str, str]]) -> Iterator[ConfigProblem]:
    for group, table in own.items():
        if isinstance(table, dict):
            yield from _sentences(file, f"{group}.", table, usual.get(group, {}))
        else:
            yield ConfigProblem(file, group, shown(table), rule("words_table"))


def _sentences(file: str, group: str, own: Mapping[str, object], usual: Mapping[str, str]) -> Iterator[ConfigProblem]:
    for code, sentence in own.items():
        if not isinstance(sentence, str):
            yield ConfigProblem(file, f"{group}{code}", shown(sentence), rule("string_type"))
        elif not fits(sentence, usual.get(code)):
            names = "、".join(f"{{{name}}}" for name in sorted(braces(usual.get(code, ""))))
            says = rule("braces", names=names) if names else rule("no_braces")
            yield ConfigProblem(file, f"{group}{code}", shown(sentence), says)


def _packaged(file: Path, packaged: Texts) -> bool:
    try:
        return file.read_text(encoding="utf-8-sig") == packaged.templates.get(file.name)
    except (OSError, UnicodeDecodeError):
        return False


def _template(file: Path, own: Texts, usual: Texts) -> Iterator[ConfigProblem]:
    name = file.name
    try:
        file.read_text(encoding="utf-8")
        own.environment.get_template(name)
        tree = own.environment.parse(own.templates[name])
    except TemplateSyntaxError as problem:
        line = "".join((problem.source or "").split("\n")[problem.lineno - 1 : problem.lineno])
        says = rule("no_name" if isinstance(problem, TemplateAssertionError) else "no_template")
        yield ConfigProblem(name, rule("line", line=problem.lineno), shown(line.strip()), says)
    except UnicodeDecodeError as problem:
        yield ConfigProblem(name, "", "", rule("text_no_utf8", byte=problem.start))
    except OSError as problem:
        yield ConfigProblem(name, "", "", rule("file_unreadable", folder=file.parent, reason=reason(problem)))
    except (SyntaxError, ValueError, RecursionError):  # raised where Python cannot compile the template
        yield ConfigProblem(name, "", "", rule("no_template"))
    else:
        yield from _used(name, tree, own)
        yield from _asked(name, find_undeclared_variables(tree), usual)
        for slip in slips(tree, _values(usual)):
            says = rule("one_of", allowed="、".join(slip.allowed)) if slip.allowed else rule("no_attribute")
            yield ConfigProblem(name, rule("line", line=slip.line), slip.found, says)


def _used(name: str, tree: nodes.Template, own: Texts) -> Iterator[ConfigProblem]:
    """Yield a problem per unknown filter or test.

    In a branch that is not taken, jinja would notice it only when it is needed.
    """
    for kind, known in ((nodes.Filter, own.environment.filters), (nodes.Test, own.environment.tests)):
        for node in tree.find_all(kind):
            if node.name not in known:
                yield ConfigProblem(
                    name, rule("line", line=node.lineno), node.name, rule(f"no_{kind.__name__.lower()}")
                )


def _asked(name: str, asked: set[str], usual: Texts) -> Iterator[ConfigProblem]:
    """Yield a problem for names a template is not filled with.

    A template outside the families may use any name that some packaged template uses.
    """
    family = next((start for start in ALIKE if name.startswith(start)), "")
    alike = [source for one, source in usual.templates.items() if one.startswith(family)]
    given = ALIKE.get(family, frozenset()).union(*(_names(source) for source in alike))
    if asked - given:
        yield ConfigProblem(name, "", "、".join(sorted(asked - given)), rule("names", names="、".join(sorted(given))))


def _values(usual: Texts) -> frozenset[str]:
    """Return what notices bring with them beside their case: what packaged templates ask of `values`, and more."""
    sources = [source for name, source in usual.templates.items() if name.startswith("notice_")]
    return UNUSED_VALUES.union(*(_asked_of_values(source) for source in sources))


def _lenders(name: str, texts: Texts) -> list[str]:
    """Return the templates another one borrows from."""
    return [loan.lender for loan in _loans(texts.templates[name])]


def _borrowed(name: str, texts: Texts) -> Iterator[ConfigProblem]:
    """Yield a problem per template, or macro of a template, that another one imports and that does not exist."""
    for line, lender, wanted in _loans(texts.templates[name]):
        if lender not in texts.templates:
            yield ConfigProblem(name, rule("line", line=line), lender, rule("no_lender"))
        elif wanted:
            for macro in sorted(wanted - _macros(texts.templates[lender])):
                yield ConfigProblem(name, rule("line", line=line), macro, rule("no_macro", lender=lender))


# --- what a template holds: taken apart once, which takes milliseconds; the packaged ones stay what they are ---------


class _Loan(NamedTuple):
    """What a template takes from another one: all of it, or macros."""

    line: int
    lender: str
    macros: frozenset[str] = frozenset()


@cache
def _reader() -> Environment:
    return Texts().environment


@lru_cache(maxsize=512)
def _names(source: str) -> frozenset[str]:
    """Return the names a template has to be filled with."""
    return frozenset(find_undeclared_variables(_reader().parse(source)))


@lru_cache(maxsize=512)
def _asked_of_values(source: str) -> frozenset[str]:
    found = _reader().parse(source).find_all(nodes.Getattr)
    return frozenset(one.attr for one in found if isinstance(one.node, nodes.Name) and one.node.name == "values")


@lru_cache(maxsize=512)
def _macros(source: str) -> frozenset[str]:
    return frozenset(one.name for one in _reader().parse(source).find_all(nodes.Macro))


@lru_cache(maxsize=512)
def _loans(source: str) -> tuple[_Loan, ...]:
    found = []
    for node in _reader().parse(source).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        lender: nodes.Expr = node.template  # type: ignore[attr-defined]  # each of the four has one
        if isinstance(lender, nodes.Const):
            names = node.names if isinstance(node, nodes.FromImport) else []
            wanted = frozenset(one if isinstance(one, str) else one[0] for one in names)
            found.append(_Loan(node.lineno, lender.value, wanted))
    return tuple(found)
