"""A real office's folder, made from the sample: its own city, names and first administrator, and no sample person."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import tomlkit
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from adapters.credentials import key_files
from adapters.egress.loopback import require_loopback
from adapters.messengers.smtp import SmtpMessenger
from adapters.office.editing.edited_file import appended
from adapters.office.founding.placeholders import DEMO, DOMAIN
from adapters.office.founding.unit_choice import ChosenUnits, choose
from adapters.office.load import read_office
from adapters.office.problems import CALENDAR, PEOPLE, POLICY, UNITS, ConfigProblem, OfficeError, take
from adapters.office.rules.units import NEEDED_IN_THE_OFFICE
from adapters.office.schema.people import PersonId
from adapters.synced_folder import sync_folder
from domain.decisions import UnitCode
from domain.values import Frozen
from domain.vocabulary import Mode
from settings import ENV_FILE, PACKAGED, root_address
from texts.catalogue import current

CITY, CITY_SHORT = "明澄市", "明澄"
SAMPLE_DOMAIN = "mc.example"
"""The domain of the sample's addresses, which is replaced."""
DISTRICT = 'kind = "district"'
"""The line by which a unit of the sample is a district."""

NAMED = re.compile(r'"unit:([a-z][a-z0-9_]*)\.')
"""The units that a policy names."""

_QUOTABLE = StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f'\"\\]+$")


def _quotable(path: Path) -> Path:
    if not str(path).isprintable() or any(mark in str(path) for mark in ("'", "\\", "${")):
        raise PydanticCustomError("quotable_path", "a path that a file of settings cannot hold")
    return path.absolute()


Line = Annotated[str, _QUOTABLE]
"""A name on one line that needs no escaping, neither in TOML nor in a shell."""


class District(Frozen):
    """One district of the city; cases show its unit's code."""

    name: Line
    code: UnitCode


class Founding(Frozen):
    """What is given about a new office."""

    city: Line
    office: Line
    office_short: Line
    zone: Line
    public_url: Annotated[Line, AfterValidator(root_address)]
    mode: Mode
    data: Annotated[Path, AfterValidator(_quotable)]
    person: PersonId
    name: Line
    addresses: Annotated[dict[str, Line], Field(min_length=1)]
    districts: tuple[District, ...] = ()
    domain: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")] | None = None
    smtp_url: Line | None = None
    units: tuple[dict[str, Any], ...] = ()


class Founded(NamedTuple):
    """Where a new office's files are: its folder, the first administrator's key, and the settings.

    `stayed` are the short names of units nobody chose and that the policy or other units need.
    """

    folder: Path
    key: Path
    env: Path
    stayed: list[str]


class NotEmpty(Exception):
    """Raised when the folder for the new office already holds something."""


def found(folder: Path, given: dict[str, object], today: date) -> Founded:
    """Write the folder of a new office, whole or not at all.

    `given` holds the values of `Founding`.

    Raises:
        NotEmpty: the folder exists and holds something.
        OfficeError: the given values do not make an office.
        OSError: a folder cannot be written.
        KeyFileUnfit: an existing key of the seal is no key.

    """
    problems: list[ConfigProblem] = []
    founding = take(Founding, given, "", "", problems)
    if founding is None:
        raise OfficeError(problems)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(folder)
    _check_mail(founding)
    with _draft_of(folder) as draft:
        stayed = _write(draft, founding, today)
        read_office(draft)
        key_files.seal_key(founding.data / "keys" / "seal.key")
        draft.rename(folder)  # the system refuses if somebody has put a file there meanwhile
        sync_folder(folder.parent)
    return Founded(folder, folder / "keys" / f"{founding.person}.key", folder / ENV_FILE, stayed)


@contextmanager
def _draft_of(folder: Path) -> Iterator[Path]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_mail(founding: Founding) -> None:
    if founding.smtp_url is not None:
        try:
            SmtpMessenger(founding.smtp_url)
            require_loopback(founding.smtp_url, founding.mode, "smtp_url")
        except ValueError as unfit:
            raise OfficeError([ConfigProblem("", "smtp_url", "", str(unfit))]) from unfit


def _write(draft: Path, founding: Founding, today: date) -> list[str]:
    say = current().say
    values = {"city": founding.city, "domain": founding.domain}
    units, stayed = _units((PACKAGED / UNITS).read_text(encoding="utf-8"), founding, today)
    policy = _policy((PACKAGED / POLICY).read_text(encoding="utf-8"), founding, today)
    (draft / UNITS).write_text(f"{say('office_units', **values)}\n{units}", encoding="utf-8")
    (draft / POLICY).write_text(f"{say('office_policy', **values)}\n{policy}", encoding="utf-8")
    (draft / CALENDAR).write_text((PACKAGED / CALENDAR).read_text(encoding="utf-8"), encoding="utf-8")
    _keep(draft / ENV_FILE, say("office_env", **_settings(founding)) + "\n", 0o600)
    (draft / ".gitignore").write_text(f"keys/\n{ENV_FILE}\n", encoding="utf-8")
    shutil.copytree(PACKAGED / "texts", draft / "texts", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    (draft / "keys").mkdir(mode=0o700)
    key, digest = key_files.new_personal_key()
    with key_files.written_when_done(draft / "keys" / f"{founding.person}.key", key):
        people = tomlkit.parse(say("office_people", **values) + "\n")
        _keep(draft / PEOPLE, appended(people, "person", _administrator(units, founding, digest)), 0o640)
    draft.chmod(0o750)
    return stayed


def _settings(founding: Founding) -> dict[str, object]:
    return {"public_url": founding.public_url, "data": founding.data, "smtp_url": founding.smtp_url}


def _keep(file: Path, text: str, mode: int) -> None:
    file.touch(mode=mode)
    file.write_text(text, encoding="utf-8")


def _administrator(units: str, founding: Founding, digest: str) -> dict[str, object]:
    """Return the first person, who holds the seats that the rules call by name, so that a case can be begun."""
    return {
        "id": founding.person,
        "name": founding.name,
        "unit": tomlkit.parse(units)["office"],
        "seats": [seat.value for seat in NEEDED_IN_THE_OFFICE],
        "addresses": founding.addresses,
        "key_digest": digest,
        "administrator": True,
    }


def _policy(text: str, founding: Founding, today: date) -> str:
    policy = tomlkit.parse(_uncommented(text))
    policy["version"] = today.isoformat()
    policy["mode"] = founding.mode.value
    policy["zone"] = founding.zone
    if founding.mode is Mode.LIVE:  # what has no service yet is left out by the office's word, not silently
        policy["channel"] |= {name: "none" for name, service in policy["channel"].items() if service == "webhook"}
        for level in policy["level"].values():
            level["publish_to"] = ["bulletin"]
    return tomlkit.dumps(policy)


def _units(text: str, founding: Founding, today: date) -> ChosenUnits:
    text = _with_districts(_uncommented(text), founding.districts).replace(DEMO, "")
    for old, new in (
        (CITY, founding.city),
        (CITY_SHORT, founding.city.removesuffix("市") or founding.city),
        (SAMPLE_DOMAIN, founding.domain or DOMAIN),
    ):
        text = text.replace(old, new)
    stayed: list[str] = []
    if founding.units:
        needed = {*NAMED.findall((PACKAGED / POLICY).read_text(encoding="utf-8")), str(tomlkit.parse(text)["office"])}
        text, stayed = choose(text, founding.units, frozenset(needed), founding.domain or DOMAIN)
    units = tomlkit.parse(text)
    units["version"] = today.isoformat()
    for unit in units["unit"]:
        if unit["code"] == units["office"]:
            unit["name"], unit["short"] = founding.office, founding.office_short
    return ChosenUnits(tomlkit.dumps(units), stayed)


def _uncommented(text: str) -> str:
    """Return the text without comment lines about the sample's city."""
    return "".join(line for line in re.findall(r"[^\n]*\n|[^\n]+", text) if not (line[0] == "#" and CITY in line))


def _with_districts(text: str, districts: Sequence[District]) -> str:
    """Return the text with the city's districts in place of the sample's; the sample's first one is the pattern."""
    if not districts:
        return text
    head, *blocks = re.split(r"(?m)^(?=\[\[unit\]\]$)", text)
    at = next(n for n, block in enumerate(blocks) if DISTRICT in block)
    pattern = blocks[at]
    others = [block for block in blocks if DISTRICT not in block]
    return "".join([head, *others[:at], *(_of_district(pattern, one) for one in districts), *others[at:]])


def _of_district(pattern: str, district: District) -> str:
    sample = tomlkit.parse(pattern)["unit"][0]
    name, code = str(sample["topics"][0]), str(sample["code"])
    written = pattern.replace(name, district.name).replace(f"@{code}.", f"@{district.code}.")
    return written.replace(f"code = {json.dumps(code)}", f"code = {json.dumps(district.code)}")
