"""From a command's work to its exit status: a problem becomes a sentence on stderr and 1, never a traceback.

What runs servers is heavy and is loaded by the command that needs it: `piyao report` answers at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import ValidationError

from cli.api_client import ApiError
from cli.messages import message, unserved_channels

if TYPE_CHECKING:
    from domain.office.office import Office
    from settings import Settings


def run_call(call: Coroutine[Any, Any, None]) -> None:
    """Run one call to the API; print a refusal and exit with status 1."""
    try:
        asyncio.run(call)
    except ApiError as error:
        fail(str(error))


def run_up(
    data: Path | None, config: Path | None, api_port: int | None, temporal_port: int, ui_port: int, *, as_json: bool
) -> None:
    """Run `piyao up`."""
    settings, office = load_settings_and_office(data=data, config=config, api_port=api_port)
    from cli.supervisor.free_ports import PortBusy
    from cli.supervisor.process import ProcessDied
    from cli.supervisor.signals import run_until_stopped
    from cli.supervisor.stack import NotReady
    from cli.supervisor.temporal_server import NoServer
    from cli.supervisor.up import InUse, up
    from cli.unfit_data import UNFIT_DATA, unfit_data
    from wiring.delivery import missing_services

    if missing := missing_services(settings, office):
        fail(unserved_channels(missing))
    work = up(settings, office, temporal_port=temporal_port, ui_port=ui_port, as_json=as_json)
    try:
        asyncio.run(run_until_stopped(work))
    except UNFIT_DATA as unfit:
        fail(unfit_data(unfit))
    except (ProcessDied, PortBusy, NotReady, NoServer, InUse) as problem:
        fail(str(problem))


def run_worker() -> None:
    """Run `piyao worker`."""
    settings, office = load_settings_and_office()
    from cli.supervisor.signals import serve
    from cli.unfit_data import UNFIT_DATA, unfit_data
    from wiring.delivery import MissingServices
    from wiring.worker import serve_cases

    try:
        serve(lambda stop: serve_cases(settings, office, stop))
    except UNFIT_DATA as unfit:
        fail(unfit_data(unfit))
    except MissingServices as missing:
        fail(unserved_channels(missing.channels))


def run_api() -> None:
    """Run `piyao api`."""
    settings, office = load_settings_and_office()
    from cli.supervisor.signals import serve
    from cli.unfit_data import UNFIT_DATA, unfit_data
    from wiring.api import serve_api
    from wiring.delivery import MissingServices

    try:
        serve(lambda stop: serve_api(settings, office, stop))
    except UNFIT_DATA as unfit:
        fail(unfit_data(unfit))
    except MissingServices as missing:
        fail(unserved_channels(missing.channels))


def run_demo(
    reports: Path | None, summary: Path | None, data: Path | None, *, exit_when_done: bool, fast: bool
) -> None:
    """Run `piyao demo`."""
    from cli.demo.report_file import BadFile
    from cli.demo.run import DemoOptions, FolderUsed, demo
    from cli.supervisor.process import ProcessDied
    from cli.supervisor.stack import NotReady
    from cli.supervisor.temporal_server import NoServer
    from texts.system_errors import reason

    if summary is not None:
        try:
            summary.touch()  # it fails now, not after everything has been played
        except OSError as problem:
            fail(message("summary_unwritable", file=summary, problem=reason(problem)))
    options = DemoOptions(reports=reports, summary=summary, data=data, exit_when_done=exit_when_done, fast=fast)
    try:
        all_well = demo(options)
    except (ProcessDied, NotReady, NoServer, BadFile, FolderUsed, ApiError) as problem:
        fail(str(problem))
    if not all_well:
        raise SystemExit(1)


def load_settings_and_office(**given: Any) -> tuple[Settings, Office]:
    """Return the settings, with what was given on the command line, and their office; exit if either is wrong.

    The settings of services are read too: what is started would fail by them.
    """
    settings = settings_of(**given)
    office = office_of(settings, proven=True)
    from wiring.services import unfit_services

    if unfit := unfit_services(settings, office):
        fail("\n".join(message("service_unfit", name=name, rule=rule) for name, rule in unfit.items()))
    return settings, office


def office_of(settings: Settings, *, proven: bool = False) -> Office:
    """Return the office of the settings; exit if it is wrong.

    `proven` checks every text too, even those that are needed only later.
    """
    from wiring.office import load_office

    try:
        return load_office(settings, proven=proven)
    except Exception as problem:  # whatever it is, it is about the office's files: nothing else is read here
        fail(message("office_unfit", folder=settings.office_folder, problem=problem))


def settings_of(**given: Any) -> Settings:
    """Return the settings, with what was given on the command line; exit with the names of those that are wrong."""
    from settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as refused:
        fail("\n".join(_unfit(dict(error)) for error in refused.errors(include_url=False)))


def fail(message: str) -> NoReturn:
    """Print a message on stderr, and exit with status 1."""
    print(message, file=sys.stderr)
    raise SystemExit(1)


def _unfit(error: dict[str, Any]) -> str:
    name = f"PIYAO_{error['loc'][0]}".upper()
    rule = message(f"setting_{error['type']}", **error.get("ctx", {}))
    return message("setting_unfit", name=name, value=error["input"], rule=rule)
