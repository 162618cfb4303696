"""Pictures are opened in a process of their own, with limits on memory and time: a decompression bomb ends there."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from adapters.evidence import picture_process
from domain.errors import Unavailable, Unfit

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/heic": "HEIF"}
"""The name each media type has in Pillow."""

PATIENCE = 60.0
"""Seconds to wait for a process that may use 20 of processor time: more means that the machine is overloaded."""

PASSED_ON = ("PATH", "LD_LIBRARY_PATH")
"""The environment variables the process gets: no setting, no key."""


async def check(source: Path, media_type: str) -> None:
    """Open a picture with every frame.

    Raises:
        Unfit: it cannot be opened whole, or would unpack into too many pixels.
        Unavailable: the machine cannot run the process now.

    """
    await _run(FORMATS[media_type], source)


async def copy(source: Path, media_type: str, target: Path) -> None:
    """Write the copy of a picture that may be shown to `target`; raise as `check` does."""
    await _run(FORMATS[media_type], source, target)


async def _run(*arguments: str | Path) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            picture_process.__file__,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )
    except OSError as fault:
        raise Unavailable(f"no process for a picture could be started: {fault.strerror}") from fault
    try:
        ended = await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        raise Unavailable(f"a picture was not opened within {PATIENCE:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    _tell(ended)


def _tell(ended: int) -> None:
    """Raise the error that the process's exit status means; a signal means its limits or a fault of the decoder."""
    if ended == picture_process.TOO_MANY_PIXELS:
        raise Unfit("too_many_pixels", most=picture_process.MOST_PIXELS // 1_000_000)
    if ended == -signal.SIGKILL:
        raise Unavailable("the process of a picture was killed from outside")
    if ended == picture_process.BROKEN or ended < 0:
        raise Unfit("broken_picture")
    if ended != picture_process.DONE:
        raise RuntimeError(f"the process of a picture ended with {ended}")
