"""The catalogue of the texts people read, from `config/texts/zh-CN`: words in `words.toml`, whole texts in `*.j2`.

One catalogue is installed per process at start, as with gettext (docs/decisions/0004). What is needed earlier (the
descriptions of Updates, made when the workflow is imported) comes from the same folder, found by the settings.
Templates get filters: `word(group)` turns a code into what officers read, `when` formats an instant in the office's
zone, `span` a length of time, `inert` disarms a stranger's words, `visible` keeps the characters of a signed line,
`sentence` and `excerpt` shorten without cutting a word in two.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from jinja2 import BytecodeCache, DictLoader, Environment, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from pydantic import ValidationError

import settings
from texts import faults
from texts.disarming import inert, visible
from texts.headlines import excerpt, sentence, truncate
from texts.placeholders import placeholders

log = structlog.get_logger(__name__)

LANGUAGE = Path("texts") / "zh-CN"
PACKAGED = settings.PACKAGED / LANGUAGE
WORDS = ("config.toml", "task.toml", "words.toml")
"""The files with words, in an office's folder and in the packaged one."""
SENTENCES = "cli.toml"
FOLDERS = ("bulletin", "drafts", "notices", "office", "operator", "pages")
"""The folders templates are sorted into; those beside them are read as well, any other folder is not."""
"""The file with the sentences of the command line."""


class _Compiled(BytecodeCache):
    """A cache of compiled templates by source: a process reads the same catalogue several times, tests hundreds."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self._kept.get((bucket.key, bucket.checksum))) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Texts:
    """One language's catalogue, read once; a template is compiled at its first use.

    Where the office's folder lacks a text, or the text there cannot be read, the packaged one is used. Such a fault is
    reported before anything is served (`adapters.office.text_checks`), and texts are needed to report it.
    """

    def __init__(self, folder: Path = PACKAGED, zone: str = "Asia/Shanghai") -> None:
        self.zone = ZoneInfo(zone)
        self.words = _words(folder)
        self.templates = _packaged_templates() | _templates(folder)
        self.environment = Environment(
            loader=DictLoader(self.templates),
            undefined=StrictUndefined,
            auto_reload=False,
            autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            bytecode_cache=_COMPILED,
        )
        self.faulty: dict[str, str] = {}
        """The office's own templates that could not be filled, with the fault; the packaged ones stood in."""
        self.faults: Path | None = None
        """The folder in which these faults are kept for `piyao doctor`; None: nowhere."""
        self._usual = Texts(PACKAGED, zone) if self.templates != _packaged_templates() else None
        self.environment.globals.clear()  # none is used, and jinja compares them at every import of a macro
        self.environment.filters.update(
            word=lambda code, group: self.word(group, code),
            when=self.when,
            span=self.span,
            inert=inert,
            visible=visible,
            sentence=sentence,
            excerpt=excerpt,
            truncate=truncate,
        )

    @cached_property
    def placeholders(self) -> tuple[str, ...]:
        """The placeholders of the office's draft templates and of the packaged ones: nobody means them to go out."""
        asking = self.words.get("placeholder", {}).values()
        return placeholders([*_packaged_templates().items(), *self.templates.items()], asking)

    def word(self, group: str, code: object) -> str:
        """Return what officers read for a code of a vocabulary; the code itself if there is no word."""
        return self.words.get(group, {}).get(str(code), str(code))

    def phrase(self, group: str, code: str, /, **values: object) -> str:
        """Return a sentence of the words' files with its braces filled; code and values if there is no sentence."""
        sentence = self.words.get(group, {}).get(code)
        return sentence.format(**values) if sentence else f"{code} {values}"

    def when(self, instant: datetime | str | None, form: str = "%m-%d %H:%M") -> str:
        """Return an instant as text in the office's zone; a dash for None. A string is read as ISO 8601.

        One that no zone can show is returned as it is written.
        """
        if instant is None:
            return "–"
        try:
            moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
            return moment.astimezone(self.zone).strftime(form)
        except (ValueError, OverflowError):  # one that was stored before it was refused at the door hides nothing else
            return str(instant)

    def span(self, length: object) -> str:
        """Return a length of time such as `24h` or `2wd` in words; one of minutes as hours and minutes."""
        number, unit = str(length).rstrip("mhdw"), str(length).lstrip("0123456789")
        if unit == "m" and number.isdecimal() and int(number) >= 60:
            hours, minutes = divmod(int(number), 60)
            return self.phrase("span", "hm" if minutes else "h", n=hours, h=hours, m=minutes)
        return self.phrase("span", unit, n=number)

    def compile_folder(self, name: str) -> None:
        """Compile the templates of one of the packaged folders, each as the office has it, before their first use."""
        for file in template_files(PACKAGED / name):
            self.environment.get_template(file.name)

    def say(self, template: str, **values: Any) -> str:
        """Return `<template>.j2` filled; a value that the template needs and does not get is an error.

        If the office's own template cannot be filled, the packaged one is, and the fault is logged once: a slip in a
        text must not stop a case or a letter.
        """
        try:
            return self.environment.get_template(f"{template}.j2").render(values).strip()
        except Exception as fault:
            if self._usual is None:
                raise
            if template not in self.faulty:
                kind = type(fault).__name__  # its text may be a report's
                log.error("texts.own_template_failed", template=template, fault=kind)  # noqa: TRY400
                self.faulty[template] = faults.described(fault, template)
                if self.faults is not None:
                    faults.keep(self.faults, template, self.templates[f"{template}.j2"], self.faulty[template])
            return self._usual.say(template, **values)


def folder_of(office: Path) -> Path:
    """Return the folder of an office's texts; the packaged one if it has none of its own."""
    own = office / LANGUAGE
    return own if own.is_dir() and own.resolve() != PACKAGED else PACKAGED


def own_folder() -> Path:
    """Return the folder of the texts that the settings of this machine name; the packaged one if they are wrong."""
    try:
        return folder_of(settings.Settings().office_folder)
    except ValidationError:
        return PACKAGED


def template_files(folder: Path) -> list[Path]:
    """Return the templates of a folder and of the folders in it; a template is known by its file's name alone."""
    places = (folder, *(folder / name for name in FOLDERS))
    return sorted((file for place in places for file in place.glob("*.j2")), key=lambda file: (file.name, file))


def _templates(folder: Path) -> dict[str, str]:
    """Return the sources of the templates that can be read, by file name."""
    return {file.name: source for file in template_files(folder) if (source := _read(file)) is not None}


@cache
def _packaged_templates() -> dict[str, str]:
    return _templates(PACKAGED)


def fits(sentence: object, usual: str | None) -> bool:
    """Return whether an office's own sentence uses no braces but those of the packaged one, formatted the same way."""
    try:
        asked = braces(sentence) if isinstance(sentence, str) else None
    except ValueError:
        return False
    return asked is not None and (usual is None or asked <= braces(usual))


def braces(sentence: str) -> set[str]:
    """Return the placeholders of a sentence, as `name` or `name:form`; raise ValueError if its braces do not match."""
    return {_written(*part) for part in Formatter().parse(sentence) if part[1] is not None}


def _written(_: str, name: str | None, form: str | None, how: str | None) -> str:
    return f"{name}{f'!{how}' if how else ''}{f':{form}' if form else ''}"


def _words(folder: Path) -> dict[str, dict[str, str]]:
    """Return the words that can be read; those of `folder` replace the packaged ones."""
    words: dict[str, dict[str, str]] = {}
    own = [tables(folder / name) for name in WORDS] if folder != PACKAGED else []
    for found in [*_packaged_tables(), *own]:
        for group, table in found.items():
            if isinstance(table, dict):
                usual = words.setdefault(group, {})
                usual.update({code: word for code, word in table.items() if fits(word, usual.get(code))})
    return words


@cache
def _packaged_tables() -> list[dict[str, Any]]:
    return [tables(PACKAGED / name) for name in WORDS]


def tables(file: Path) -> dict[str, Any]:
    """Return the tables of a TOML file; none if it cannot be read."""
    try:
        return tomllib.loads(_read(file) or "")
    except tomllib.TOMLDecodeError:
        return {}


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8-sig")  # an editor may have put a mark of byte order before the text
    except (OSError, UnicodeDecodeError):
        return None


_installed: Texts | None = None


def install(texts: Texts) -> None:
    """Make `texts` the catalogue of this process."""
    global _installed  # noqa: PLW0603  (one catalogue per process, as with gettext)
    _installed = texts


def current() -> Texts:
    """Return the catalogue of this process; if none is installed yet, the one of the office's folder.

    Where a setting is wrong, that is said in the packaged words by whoever starts.
    """
    if _installed is None:
        install(Texts(own_folder()))
    assert _installed is not None  # noqa: S101  (install has just set it)
    return _installed
