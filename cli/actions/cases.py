"""What the commands on cases do: hand in, list, show, decide; they print a table or JSON."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Any

from cli.actions.decision_fields import UNITS
from cli.actions.written import case_id, coded, unit_codes
from cli.api_client import LATER, ApiClient, ApiError, personal_key
from cli.messages import message
from cli.render import case as render_case
from cli.render import clocks as render_clocks

LARGEST = 500
"""The most cases the API lists at once."""


async def report(
    url: str, key_file: Path | None, body: dict[str, Any], *, idempotency_key: str | None, as_json: bool
) -> None:
    """Hand in a report and print where it went."""
    given = {name: value for name, value in body.items() if value is not None}
    _print(await _post(url, key_file, "/v1/reports", given, idempotency_key), as_json, render_case.taken)


async def list_cases(
    url: str, key_file: Path | None, where: dict[str, Any], limit: int | None, *, as_json: bool
) -> None:
    """Print the cases that match, `limit` of them at most, and whether there are more; all without a limit."""
    for name, groups in (("level", ("level", "level_short")), ("stage", ("stage",))):
        if where[name] is not None:
            where[name] = coded(groups, where[name])
    async with ApiClient(url, personal_key(key_file)) as api:
        found = await _listed(api, await unit_codes(api, where, ("unit", "owner")), limit)
    shown = found if limit is None else found[:limit]
    _print(shown, as_json, render_case.case_list)
    if len(shown) < len(found):
        print(message("there_are_more", count=len(shown)), file=sys.stderr if as_json else sys.stdout)


async def _listed(api: ApiClient, where: dict[str, Any], limit: int | None) -> list[dict[str, Any]]:
    """Return the cases that match, newest first, and one more than `limit` if there is one."""
    found: list[dict[str, Any]] = []
    while limit is None or len(found) <= limit:
        wanted = LARGEST if limit is None else min(LARGEST, limit + 1 - len(found))
        before = found[-1]["number"] if found else None
        rows = await api.get("/v1/cases", **where, limit=wanted, before=before)
        found += rows
        if len(rows) < wanted:
            break
    return found


async def show(url: str, key_file: Path | None, case: str, *, as_json: bool) -> None:
    """Print one case with its timeline."""
    async with ApiClient(url, personal_key(key_file)) as api:
        case = await case_id(api, case)
        view = await api.get(f"/v1/cases/{case}")
        timeline = await api.get(f"/v1/cases/{case}/timeline")
    _print({"case": view, "timeline": timeline}, as_json, render_case.case_page)


async def restore(url: str, key_file: Path | None, case: str, *, as_json: bool) -> None:
    """Start a case again, and print from which entry it goes on."""
    async with ApiClient(url, personal_key(key_file)) as api:
        case = await case_id(api, case)
        restored = await api.post(f"/v1/cases/{case}/restore", {}, idempotency_key=secrets.token_urlsafe(18))
    _print(restored, as_json, render_case.restored)


async def clocks(url: str, key_file: Path | None, case: str, *, as_json: bool) -> None:
    """Print every clock of a case: its account, its rungs, the rule behind each."""
    async with ApiClient(url, personal_key(key_file)) as api:
        found = await api.get(f"/v1/cases/{await case_id(api, case)}/clocks")
    _print(found, as_json, render_clocks.page)


async def decide(
    url: str,
    key_file: Path | None,
    case: str,
    body: dict[str, Any],
    *,
    idempotency_key: str | None,
    code: str | None = None,
    as_json: bool,
) -> None:
    """Take a decision and print how the case stands now."""
    async with ApiClient(url, personal_key(key_file)) as api:
        case, body = await case_id(api, case), await unit_codes(api, body, UNITS)
    answer = await _post(url, key_file, f"/v1/cases/{case}/decisions", body, idempotency_key, code)
    _print(answer, as_json, render_case.answer)


async def code(url: str, key_file: Path | None, case: str, *, as_json: bool) -> None:
    """Ask for a signing code, and print by which channel it went and until when it is good."""
    async with ApiClient(url, personal_key(key_file)) as api:
        sent = await api.post(
            f"/v1/cases/{await case_id(api, case)}/codes", {}, idempotency_key=secrets.token_urlsafe(18)
        )
    _print(sent, as_json, render_case.code_sent)


async def _post(
    url: str,
    key_file: Path | None,
    path: str,
    body: dict[str, Any],
    idempotency_key: str | None,
    code: str | None = None,
) -> Any:
    """Post `body`; if the outcome is unknown, the error says how to send it again without a second effect."""
    idempotency_key = idempotency_key or secrets.token_urlsafe(18)
    async with ApiClient(url, personal_key(key_file)) as api:
        try:
            return await api.post(path, body, idempotency_key=idempotency_key, code=code)
        except ApiError as error:
            if error.status in LATER:
                raise ApiError(error.status, [str(error), message("again_with_key", key=idempotency_key)]) from None
            raise


def _print(found: Any, as_json: bool, page: Any) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        page(found)
