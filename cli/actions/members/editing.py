"""What every command that edits the office's files shares: never the sample, and nothing is written that is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli.messages import message
from cli.run import fail, office_of, settings_of
from domain.office.office import Office
from settings import PACKAGED, Settings
from texts.system_errors import reason
from wiring.office import OfficeError


def editable(config: Path | None, data: Path | None = None) -> tuple[Settings, Office]:
    """Return the settings and the office that may be edited; exit for the packaged sample, and for an unfit one."""
    settings = settings_of(config=config, data=data)
    if settings.office_folder.resolve() == PACKAGED.resolve():
        fail(message("sample_untouched", folder=settings.office_folder))
    return settings, office_of(settings)


def edited(settings: Settings, edit: Callable[[], Any]) -> Any:
    """Return what an edit changed; if it is refused, exit with the reason, and nothing was written."""
    try:
        return edit()
    except OfficeError as refused:
        fail(message("edit_refused", folder=settings.office_folder, problem=refused))
    except OSError as problem:
        fail(message("folder_unwritable", folder=settings.office_folder, problem=reason(problem)))
