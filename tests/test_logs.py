"""No line of a log holds what people wrote: not ours, not a library's, not Temporal's native part's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CANARY = "canary-7f3a"
WRITES = f"""
import asyncio, gc, logging, warnings
import structlog
from pydantic import BaseModel
import logs
from domain.decisions import Note

CANARY = {CANARY!r}
logs.configure(json=JSON)

async def forgotten():
    async def fails(): raise ValueError(CANARY)
    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    del task
    gc.collect()

class Model(BaseModel):
    number: int

try:
    try:
        Model(number=CANARY)
    except ValueError as first:
        raise RuntimeError(CANARY) from first
except RuntimeError as fault:
    structlog.get_logger("ours").exception("ours.failed", long="x" * 5000)
    for name in ("temporalio.worker._workflow", "asyncio", "uvicorn.error", "another.package"):
        library = logging.getLogger(name)
        library.exception("Failed handling %s", CANARY)
        library.error(f"Failed activation: {{fault}}")
        library.error("Failed (" + CANARY + ")", exc_info=fault, stack_info=True)
        library.warning(CANARY if name == "another.package" else f"completion {{{{ data: '{{CANARY}}' }}}}")
asyncio.run(forgotten())
warnings.warn(CANARY)
try:
    Note.model_validate_json('{{"text": 1, "more": "' + CANARY + '"}}', strict=True, extra="forbid")
except ValueError as told:
    assert CANARY not in str(told)
logs.serving()
raise LookupError(CANARY)
"""


def written(*, as_json: bool) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", WRITES.replace("JSON", str(as_json))],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert ran.returncode == 1
    return ran.stderr


@pytest.mark.parametrize("as_json", [True, False])
def test_no_text_of_an_exception_or_of_a_library_stands_in_a_line(as_json: bool) -> None:
    found = written(as_json=as_json)
    assert CANARY not in found
    assert "ours.failed" in found
    assert "process.failed" in found


def test_a_line_says_what_failed_and_where() -> None:
    lines = [json.loads(line) for line in written(as_json=True).splitlines()]
    ours = next(line for line in lines if line["event"] == "ours.failed")
    assert ours["error"] == "RuntimeError < ValidationError"
    assert ours["where"]
    assert len(ours["long"]) <= 1001
    sdk = [line for line in lines if line["logger"] == "temporalio.worker._workflow"]
    assert [line["event"] for line in sdk] == ["Failed handling %s", "Failed activation", "Failed", "completion"]
    assert all(line["at"].startswith("<string>:") for line in sdk)


FAILS = """
import logs
logs.configure(json=True)
raise PermissionError("seal.key: others can use this key")
"""


def test_a_failed_start_says_why() -> None:
    ran = subprocess.run([sys.executable, "-c", FAILS], check=False, capture_output=True, text=True, cwd=ROOT)
    assert json.loads(ran.stderr)["reason"] == "seal.key: others can use this key"
