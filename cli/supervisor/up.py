"""`piyao up`: Temporal, the worker and the API together, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cli.messages import message
from cli.supervisor.free_ports import choose_ports
from cli.supervisor.stack import Stack, StackPlan
from domain.office.office import Office
from domain.vocabulary import Seat
from settings import Settings
from wiring.office import write_sample_keys
from wiring.storage import Locked, check_register, locked, private_data_folder

LOCKS = "lock"
"""The folder of the lock in the data folder: it is made for its owner only, whatever the data folder once was."""


class InUse(Exception):
    """Raised when another supervisor uses the data folder."""


async def up(settings: Settings, office: Office, *, temporal_port: int, ui_port: int, as_json: bool) -> None:
    """Run everything until stopped; print the addresses once all parts are ready."""
    data = settings.data.resolve()
    private_data_folder(settings)
    with lock_data_folder(data):
        check_register(settings)
        ports = choose_ports(api=settings.api_port, temporal=temporal_port, ui=ui_port)
        keys = write_sample_keys(settings, office)
        environment = {"PIYAO_CONFIG": str(settings.office_folder.resolve())}
        queue = settings.task_queue
        plan = StackPlan(data=data, ports=ports, host=settings.api_host, task_queue=queue, environment=environment)
        async with Stack(plan) as stack:
            _print_addresses(plan, stack.listening(), as_json=as_json)
            if not as_json:
                _print_first_steps(office, keys)
            await stack.run_while_alive(_for_ever())


@contextmanager
def lock_data_folder(data: Path) -> Iterator[None]:
    """Lock the data folder: two supervisors on one folder would run two servers on one database.

    Raises:
        InUse: another supervisor has locked it.

    """
    try:
        with locked(data / LOCKS, "up.lock"):
            yield
    except Locked:
        raise InUse(message("data_in_use", data=data)) from None


def _print_addresses(plan: StackPlan, listens: dict[str, list[str]], *, as_json: bool) -> None:
    addresses = plan.addresses()
    if as_json:
        print(json.dumps({**addresses, "listening": listens}), flush=True)
        return
    print(message("up_ready", **addresses, data=plan.data), flush=True)
    for name, places in listens.items():
        if places:
            print(message("up_listens", part=message(f"part_{name}"), places="、".join(places)), flush=True)


def _print_first_steps(office: Office, keys: Path | None) -> None:
    """Print whose key opens the inbox: with the sample's persons, that of the duty officer."""
    now = datetime.now(UTC)  # noqa: TID251  (the day decides who sits where)
    code = office.terms.office.code
    duty = [one.id for one in office.seated(code, Seat.DUTY, office.day(now))]
    files = [file for one in duty if keys is not None and (file := keys / f"{one}.key").is_file()]
    if keys is None:
        print(message("up_own_key"), flush=True)
    elif files:
        print(message("up_duty_key", keys=keys, file=shlex.quote(str(files[0]))), flush=True)
    else:
        print(message("up_keys", keys=keys), flush=True)
    print(message("up_stop"), flush=True)


async def _for_ever() -> None:
    await asyncio.Event().wait()
