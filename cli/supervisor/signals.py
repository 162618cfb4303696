"""Running until stopped: Ctrl-C, SIGTERM and SIGHUP mean the same, once."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import logs

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(service: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run a service that drains by itself when its event is set."""
    logs.configure()
    asyncio.run(_serve(service))


async def run_until_stopped(work: Coroutine[Any, Any, T]) -> T | None:
    """Run `work` and return its result; a signal cancels it, its contexts close what it opened, and None is returned.

    A second signal while they close changes nothing: what closes has a limit of its own.
    """
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()

    def stop() -> None:
        if not stopped.is_set():
            stopped.set()
            task.cancel()

    for one in SIGNALS:
        loop.add_signal_handler(one, stop)
    _begin_to_collect()
    with suppress(asyncio.CancelledError):
        return await task
    return None


async def _serve(service: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in SIGNALS:
        loop.add_signal_handler(one, stop.set)
    _begin_to_collect()
    await service(stop)


def _begin_to_collect() -> None:
    gc.freeze()  # what was imported lives as long as the process: no collection needs to look at it again
    gc.enable()
