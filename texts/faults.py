"""The office's own texts that failed while they were filled, kept on disk, so that any process can tell of them.

A worker notices, `piyao doctor` tells. What was noticed of a text that has been changed since counts no more.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from contextlib import suppress
from pathlib import Path

from jinja2 import UndefinedError

FOLDER = "faulty-texts"


def described(fault: Exception, template: str) -> str:
    """Return a fault in one line, with the line of the template; only an unknown name is quoted, never what is said."""
    frames = [frame.lineno for frame in traceback.extract_tb(fault.__traceback__) if frame.filename == "<template>"]
    place = f"{template}.j2 line {frames[-1]}" if frames else f"{template}.j2"
    says = f": {fault}" if isinstance(fault, UndefinedError) else ""
    return f"{place}: {type(fault).__name__}{says}"


def keep(folder: Path, template: str, source: str, fault: str) -> None:
    """Keep a fault; a disk that takes nothing stops no text."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        written = json.dumps({"source": _digest(source), "fault": fault}, ensure_ascii=False)
        (folder / f"{template}.json").write_text(written, encoding="utf-8")


def kept(folder: Path, sources: dict[str, str]) -> list[str]:
    """Return the faults of texts that are still as they were when they failed; `sources` are by file name."""
    found = []
    for file in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, KeyError):  # half written: it will fail again
            noticed = json.loads(file.read_text(encoding="utf-8"))
            if noticed["source"] == _digest(sources.get(f"{file.stem}.j2", "")):
                found.append(str(noticed["fault"]))
    return found


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
