"""What must not get in: each refused in time as a problem that names the field, and nothing stored."""

from __future__ import annotations

import gzip
import time

import pytest

from tests.api.conftest import Office

JSON = {"Content-Type": "application/json"}
UTF_16 = {"Content-Type": "application/json; charset=utf-16"}

HOSTILE: dict[str, tuple[bytes, dict[str, str], int, str | None]] = {
    "no text": (b"{}", JSON, 422, "/text"),
    "empty text": (b'{"text":""}', JSON, 422, "/text"),
    "only a zero-width space": ('{"text":"\u200b"}'.encode(), JSON, 422, "/text"),
    "4,001 characters": (b'{"text":"' + "水".encode() * 4001 + b'"}', JSON, 422, "/text"),
    "70 KiB": (b'{"text":"' + b"a" * 70 * 1024 + b'"}', JSON, 413, None),
    "a figure for a text": (b'{"text":1}', JSON, 422, "/text"),
    "a boolean for a text": (b'{"text":true}', JSON, 422, "/text"),
    "a figure for a time": (b'{"text":"abc","at":1700000000}', JSON, 422, "/at"),
    "digits for a time": (b'{"text":"abc","at":"1700000000"}', JSON, 422, "/at"),
    "a list for a body": (b"[]", JSON, 422, ""),
    "an unknown field": (b'{"text":"abc","author":"x"}', JSON, 422, "/author"),
    "NUL": (b'{"text":"a\\u0000b"}', JSON, 422, "/text"),
    "a lone surrogate": (b'{"text":"a\\ud800b"}', JSON, 400, "/text"),
    "NaN": (b'{"text":NaN}', JSON, 400, "/text"),
    "1e999": (b'{"text":1e999}', JSON, 400, "/text"),
    "5,000 digits": (b'{"text":' + b"1" * 5000 + b"}", JSON, 400, "/text"),
    "a duplicate key": (b'{"text":"a","text":"b"}', JSON, 400, "/text"),
    "20,000 deep": (b'{"text":' + b"[" * 20_000 + b"]" * 20_000 + b"}", JSON, 400, ""),
    "UTF-16": ('{"text":"abc"}'.encode("utf-16"), JSON, 400, ""),
    "UTF-16 as its type says": ('{"text":"a"}'.encode("utf-16"), UTF_16, 415, None),
    "a byte order mark": (b'\xef\xbb\xbf{"text":"abc"}', JSON, 400, ""),
    "broken UTF-8": (b'{"text":"\xff\xfe"}', JSON, 400, ""),
    "no JSON": (b"text=abc", JSON, 400, ""),
    "nothing": (b"", JSON, 400, ""),
    "an impossible date": (b'{"text":"abc","at":"2026-02-30T10:00:00+08:00"}', JSON, 422, "/at"),
    "a time without zone": (b'{"text":"abc","at":"2026-02-20T10:00:00"}', JSON, 422, "/at"),
    "a bad channel": (b'{"text":"abc","channel":"A;DROP"}', JSON, 422, "/channel"),
    "a script for a link": (b'{"text":"abc","url":"javascript:alert(1)"}', JSON, 422, "/url"),
    "a packed body": (gzip.compress(b'{"text":"abc"}'), {**JSON, "Content-Encoding": "gzip"}, 415, None),
    "another media type": (b'{"text":"abc"}', {"Content-Type": "text/plain"}, 415, None),
    "a form": (b"text=abc", {"Content-Type": "application/x-www-form-urlencoded"}, 415, None),
    "no media type": (b'{"text":"abc"}', {}, 415, None),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_report_is_refused_by_name_and_leaves_no_trace(office: Office, name: str) -> None:
    content, headers, status, pointer = HOSTILE[name]
    before = office.rows()
    began = time.perf_counter()

    answer = await office.http.post("/v1/reports", content=content, headers=headers)

    took = time.perf_counter() - began
    problem = answer.json()
    assert answer.status_code == status == problem["status"], answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert took < 2
    assert problem["title"] != problem["code"]
    assert [error["pointer"] for error in problem.get("errors", [])][:1] == ([] if pointer is None else [pointer])
    assert office.rows() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"kind":"note"}', "/text"),
        (b'{"kind":"note","text":"a","actor":"somebody-else"}', "/actor"),
        (b'{"kind":"note","text":"a\\u0000"}', "/text"),
        (b'{"kind":"finding","verdict":"maybe","explanation":"a","evidence":[{"kind":"a","source":"b"}]}', "/verdict"),
        (b'{"kind":"finding","verdict":"false","explanation":"a","evidence":[{"kind":"a"}]}', "/evidence/0/source"),
        (b'{"kind":"finding","verdict":"false","explanation":"a","evidence":[]}', "/evidence"),
        (b'{"kind":"escalate","expected_level":"1","reason":"a"}', "/expected_level"),
        (b'{"kind":"escalate","expected_level":true,"reason":"a"}', "/expected_level"),
        (b'{"kind":["note"],"text":"a"}', "/kind"),
        (b'{"text":"a"}', "/kind"),
        (b'"note"', ""),
    ],
)
async def test_an_unfit_decision_is_refused_at_its_field_and_nothing_is_stored(
    office: Office, body: bytes, pointer: str
) -> None:
    case = await office.reported("超市里的盐都被抢光了，大家快去囤盐")
    before = office.rows()
    headers = {**office.bearer(), **JSON, "Idempotency-Key": "unfit"}

    answer = await office.http.post(f"/v1/cases/{case}/decisions", content=body, headers=headers)

    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert office.rows() == before


async def test_a_fault_repeats_codes_and_says_what_is_allowed_but_never_repeats_free_text(office: Office) -> None:
    body = {"text": "\u200b", "channel": "Nowhere", "note": "张三，电话 13800000000"}

    errors = {error["pointer"]: error for error in (await office.post("/v1/reports", body)).json()["errors"]}

    assert errors["/channel"]["value"] == "Nowhere"
    assert errors["/channel"]["allowed"]
    assert "value" not in errors["/text"]
    assert "value" not in errors["/note"]
