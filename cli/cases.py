"""What the commands for people do: hand in, list, show, decide; answers as a table or as JSON."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from cli import pages
from cli.calling import Api, personal_key


async def report(
    url: str, key_file: Path | None, body: dict[str, Any], *, once: str | None, as_json: bool
) -> None:
    """Hand in a report and tell where it went."""
    given = {name: value for name, value in body.items() if value is not None}
    async with Api(url, personal_key(key_file)) as api:
        taken = await api.insist("/v1/reports", given, once=once or secrets.token_urlsafe(18))
    _out(taken, as_json, pages.taken)


async def list_cases(url: str, key_file: Path | None, where: dict[str, Any], *, as_json: bool) -> None:
    """List cases."""
    async with Api(url, personal_key(key_file)) as api:
        found = await api.get("/v1/cases", **where)
    _out(found, as_json, pages.case_list)


async def show(url: str, key_file: Path | None, case: str, *, as_json: bool) -> None:
    """Show one case with its timeline."""
    async with Api(url, personal_key(key_file)) as api:
        view = await api.get(f"/v1/cases/{case}")
        timeline = await api.get(f"/v1/cases/{case}/timeline")
    _out({"case": view, "timeline": timeline}, as_json, pages.case_page)


async def decide(
    url: str, key_file: Path | None, case: str, body: dict[str, Any], *, once: str | None, as_json: bool
) -> None:
    """Take a decision and tell how the case stands now."""
    async with Api(url, personal_key(key_file)) as api:
        path = f"/v1/cases/{case}/decisions"
        answer = await api.insist(path, body, once=once or secrets.token_urlsafe(18))
    _out(answer, as_json, pages.answer)


def _out(found: Any, as_json: bool, page: Any) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        page(found)
