"""What the commands for people do: hand in, list, show, decide; answers as a table or as JSON."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from cli.api_client import LATER, ApiClient, ApiError, personal_key
from cli.messages import message
from cli.render import case as render_case
from cli.render import clocks as render_clocks


async def report(url: str, key_file: Path | None, body: dict[str, Any], *, once: str | None, as_json: bool) -> None:
    """Hand in a report and tell where it went."""
    given = {name: value for name, value in body.items() if value is not None}
    _out(await _hand_in(url, key_file, "/v1/reports", given, once), as_json, render_case.taken)


async def list_cases(url: str, key_file: Path | None, where: dict[str, Any], *, as_json: bool) -> None:
    """List cases."""
    async with ApiClient(url, personal_key(key_file)) as api:
        found = await api.get("/v1/cases", **where)
    _out(found, as_json, render_case.case_list)


async def show(url: str, key_file: Path | None, case: str, *, as_json: bool) -> None:
    """Show one case with its timeline."""
    async with ApiClient(url, personal_key(key_file)) as api:
        view = await api.get(f"/v1/cases/{case}")
        timeline = await api.get(f"/v1/cases/{case}/timeline")
    _out({"case": view, "timeline": timeline}, as_json, render_case.case_page)


async def clocks(url: str, key_file: Path | None, case: str, *, as_json: bool) -> None:
    """Explain every clock of a case: its account, its rungs, the rule behind each."""
    async with ApiClient(url, personal_key(key_file)) as api:
        found = await api.get(f"/v1/cases/{case}/clocks")
    _out(found, as_json, render_clocks.page)


async def decide(
    url: str,
    key_file: Path | None,
    case: str,
    body: dict[str, Any],
    *,
    once: str | None,
    code: str | None = None,
    as_json: bool,
) -> None:
    """Take a decision and tell how the case stands now."""
    answer = await _hand_in(url, key_file, f"/v1/cases/{case}/decisions", body, once, code)
    _out(answer, as_json, render_case.answer)


async def code(url: str, key_file: Path | None, case: str, *, as_json: bool) -> None:
    """Have a code sent, and tell by which channel and until when it is good."""
    async with ApiClient(url, personal_key(key_file)) as api:
        sent = await api.post(f"/v1/cases/{case}/codes", {}, once=secrets.token_urlsafe(18))
    _out(sent, as_json, render_case.code_sent)


async def _hand_in(
    url: str, key_file: Path | None, path: str, body: dict[str, Any], once: str | None, code: str | None = None
) -> Any:
    """Hand in once; when the outcome is unknown, say how the same is handed in again without a second effect."""
    once = once or secrets.token_urlsafe(18)
    async with ApiClient(url, personal_key(key_file)) as api:
        try:
            return await api.post(path, body, once=once, code=code)
        except ApiError as trouble:
            if trouble.status in LATER:
                raise ApiError(trouble.status, [str(trouble), message("again_with_key", key=once)]) from None
            raise


def _out(found: Any, as_json: bool, page: Any) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        page(found)
