"""The office: read, created, edited and checked in the folder that the settings name."""

from __future__ import annotations

import errno
from datetime import date
from pathlib import Path

from adapters.credentials import key_files
from adapters.office import problems, text_checks
from adapters.office.editing.people_file import PeopleFile
from adapters.office.editing.units_file import UnitsFile
from adapters.office.founding import new_office, unit_list
from adapters.office.founding.placeholders import Placeholders, placeholders
from adapters.office.load import read_calendar, read_office
from adapters.office.sample_keys import is_sample_digest, sample_key
from domain.office.office import Office
from settings import Settings
from texts import faults
from texts.catalogue import current, folder_of, install

office_calendar = read_calendar
OfficeError, NotEmpty = problems.OfficeError, new_office.NotEmpty
"""What the command line uses and catches, without knowing which adapter it comes from."""


def load_office(settings: Settings, *, proven: bool = True) -> Office:
    """Return the office of the settings' folder, and install its texts.

    `proven` checks every text of the office at once; otherwise a wrong one shows only when it is to go out.

    Raises:
        OfficeError: a file is wrong; names file, key, value and rule.

    """
    office, folder = read_office(settings.office_folder), folder_of(settings.office_folder)
    texts = text_checks.catalogue(folder, office.policy.zone, proven=proven)
    texts.faults = _faults(settings)
    install(texts)
    return office


def faulty_texts(settings: Settings) -> list[str]:
    """Return the office's own texts that failed while they were filled, each with its fault."""
    return faults.kept(_faults(settings), current().templates)


def _faults(settings: Settings) -> Path:
    return settings.data / faults.FOLDER


def write_sample_keys(settings: Settings, office: Office) -> Path | None:
    """Write the sample persons' keys, and return their folder; None if there are none (live mode refuses them)."""
    persons = sample_persons(office)
    if not persons:
        return None
    folder = settings.data / "keys" / "persons"
    key_files.write_sample_keys(folder, {one: sample_key(one) for one in persons})
    return folder


def sample_persons(office: Office) -> list[str]:
    """Return the ids of the persons who have a public sample key."""
    return [person.id for person in office.people if is_sample_digest(person)]


def people_file(settings: Settings) -> PeopleFile:
    """Return the file of persons in the office's folder, to be edited."""
    return PeopleFile(settings.office_folder)


def units_file(settings: Settings) -> UnitsFile:
    """Return the file of units in the office's folder, to be edited."""
    return UnitsFile(settings.office_folder)


def list_units(given: str) -> list[dict[str, object]]:
    """Return the units that a file lists or a text names; none for an empty text.

    Raises:
        OfficeError: it looks like a file and cannot be read.

    """
    if given and (given.endswith((".toml", ".csv", ".txt")) or _names_a_file(given)):
        return unit_list.read_units(Path(given))
    return unit_list.named(given)


def _names_a_file(given: str) -> bool:
    """Return whether a text is the path of a file, also of one that may not be read.

    Names in a row are longer than any file's, and `~` may begin what names nobody's home: both are no path.
    """
    try:
        return Path(given).expanduser().is_file()
    except RuntimeError:
        return False
    except OSError as fault:
        return fault.errno != errno.ENAMETOOLONG


def create_office(folder: Path, answers: dict[str, object], today: date) -> new_office.Founded:
    """Write the folder of a new office; see `adapters.office.founding.new_office.found`."""
    return new_office.found(folder, answers, today)


def remaining_placeholders(office: Office) -> Placeholders:
    """Return what a newly created office still has from the sample."""
    return placeholders(office)
