"""Files over HTTP, on the real server with its limits."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from adapters.evidence.clamd import Clamd
from adapters.evidence.store import DiskFiles
from api.http.security_headers import FILES as FILES_POLICY
from api.http.server import LimitedProtocol
from domain.evidence import ALLOWED, LIMIT
from tests.adapters.evidence.sample_files import (
    JPEG,
    MP4,
    PDF,
    PNG,
    TEXT,
    bomb,
    noise,
    office_document,
    photographed,
    zipped,
)
from tests.adapters.evidence.test_clamd import SIGNATURE, scanning
from tests.api.conftest import Office
from tests.api.http.test_server import connected, exchange, status_of

pytestmark = pytest.mark.people

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class Wire:
    """An officer's HTTP client of the real server."""

    def __init__(self, office: Office, port: int, http: httpx2.AsyncClient) -> None:
        self.office, self.port, self.http = office, port, http
        self.folder = office.world.settings.data / "files"

    async def send(self, content: bytes, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post("/v1/files", content=content, headers={**self.office.bearer(), **named})

    async def get(self, digest: str, shown: str = "") -> httpx2.Response:
        return await self.http.get(f"/v1/files/{digest}{shown}", headers=self.office.bearer())

    def stored(self) -> set[Path]:
        return {path for path in self.folder.rglob("*") if path.is_file()}

    def head(self, *lines: str) -> bytes:
        """The head of an upload, written by hand."""
        key = self.office.bearer()["Authorization"]
        return "\r\n".join(
            ["POST /v1/files HTTP/1.1", "Host: piyao.test", f"Authorization: {key}", *lines, "", ""]
        ).encode()


@pytest_asyncio.fixture(loop_scope="session")
async def wire(office: Office, port: int) -> AsyncIterator[Wire]:
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        yield Wire(office, port, http)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def film(size: int, mark: bytes = b"") -> bytes:
    return MP4 + mark + bytes(size - len(MP4) - len(mark))


# --- taken -------------------------------------------------------------------------------------------------------


async def test_a_file_is_taken_by_its_content_and_told_where_it_is(wire: Wire) -> None:
    answer = await wire.send(PDF, Content_Type="image/jpeg")

    digest = digest_of(PDF)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "digest": digest,
        "size": len(PDF),
        "media_type": "application/pdf",
        "url": f"{wire.office.world.settings.base_url}/v1/files/{digest}",
    }


async def test_the_same_file_again_is_known_and_stored_once(wire: Wire) -> None:
    first = await wire.send(PNG)
    before = wire.stored()
    again = await wire.send(PNG)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert wire.stored() == before


async def test_two_at_once_are_one_file(wire: Wire) -> None:
    content = film(2_000_000, b"two at once")

    answers = await asyncio.gather(wire.send(content), wire.send(content))

    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert [path.name for path in wire.stored()].count(digest_of(content)) == 1


async def test_a_name_the_client_gives_is_never_used(wire: Wire) -> None:
    name = "../../../../tmp/evil.jpg"
    answer = await wire.http.post(
        "/v1/files",
        params={"name": name, "filename": "/etc/passwd"},
        content=b"a text whose sender gives it a path for a name",
        headers={**wire.office.bearer(), "Content-Disposition": f'attachment; filename="{name}"'},
    )

    assert (answer.status_code, answer.json()["media_type"]) == (201, "text/plain")
    assert all("evil" not in str(path) for path in wire.stored())
    assert wire.folder / answer.json()["digest"][:2] / answer.json()["digest"] in wire.stored()


async def test_20_mib_are_taken_and_given_back(wire: Wire) -> None:
    content = film(LIMIT, b"20 MiB")

    answer = await wire.send(content)
    given = await wire.get(digest_of(content))

    assert (answer.status_code, answer.json()["size"]) == (201, LIMIT)
    assert given.content == content


async def test_20_mib_in_chunks_are_taken(wire: Wire) -> None:
    content = film(LIMIT, b"20 MiB in chunks")

    async def pieces() -> AsyncIterator[bytes]:
        for place in range(0, LIMIT, 65536):
            yield content[place : place + 65536]

    answer = await wire.http.post("/v1/files", content=pieces(), headers=wire.office.bearer())

    assert (answer.status_code, answer.json()["digest"]) == (201, digest_of(content))


# --- refused for its size ----------------------------------------------------------------------------------------


async def test_a_byte_over_20_mib_is_refused_by_its_declared_length_before_it_is_read(wire: Wire) -> None:
    async with connected(wire.port) as (reader, writer):
        writer.write(wire.head(f"Content-Length: {LIMIT + 1}"))
        said = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)

    assert status_of(said) == 413  # though nothing of the body was ever sent


async def test_a_byte_over_20_mib_in_chunks_is_refused_while_it_is_read(wire: Wire) -> None:
    before = wire.stored()
    piece = b"10000\r\n" + bytes(65536) + b"\r\n"
    sent = 0
    async with connected(wire.port) as (reader, writer):
        writer.write(wire.head("Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (len(MP4), MP4))
        answered = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
        while not answered.done() and sent < 4 * LIMIT:
            writer.write(piece)
            await writer.drain()
            sent += 65536
        said = await asyncio.wait_for(answered, 5)

    assert status_of(said) == 413
    assert LIMIT - len(MP4) < sent < 2 * LIMIT  # what the buffers of two sockets hold comes on top
    assert wire.stored() == before


async def test_the_last_byte_decides_without_a_length(wire: Wire) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield film(LIMIT)
        yield b"\0"

    answer = await wire.http.post("/v1/files", content=pieces(), headers=wire.office.bearer())

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "20 MB" in answer.json()["detail"]


async def test_no_other_route_takes_more_than_before(wire: Wire) -> None:
    key = wire.office.bearer()["Authorization"]
    head = f"POST /v1/reports HTTP/1.1\r\nHost: piyao.test\r\nAuthorization: {key}\r\n".encode()
    said = await exchange(
        wire.port, head + b"Content-Type: application/json\r\nContent-Length: 3000000\r\n\r\n", *[bytes(65536)] * 46
    )

    assert status_of(said) == 413


# --- refused for its sender --------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nobody"}])
async def test_without_a_personal_key_nothing_is_taken_given_or_shown(wire: Wire, headers: dict[str, str]) -> None:
    digest = (await wire.send(JPEG)).json()["digest"]
    before = wire.stored()

    answers = [
        await wire.http.post("/v1/files", content=TEXT, headers=headers),
        await wire.http.get(f"/v1/files/{digest}", headers=headers),
        await wire.http.get(f"/v1/files/{digest}/shown", headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [401] * 3
    assert wire.stored() == before


async def test_a_stranger_is_refused_before_the_file_is_read(wire: Wire) -> None:
    sent = 0
    async with connected(wire.port) as (reader, writer):
        writer.write(b"POST /v1/files HTTP/1.1\r\nHost: piyao.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        said = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        ended = asyncio.create_task(reader.read())
        while not ended.done() and sent < LIMIT:
            writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
            sent += 65536
            try:
                await writer.drain()
            except ConnectionError:
                break
            await asyncio.sleep(0)
        rest = await asyncio.wait_for(ended, 5)

    assert status_of(said) == 401
    assert rest.count(b"HTTP/1.1") == 0  # nobody answers twice


async def test_an_upload_has_a_minute_and_everything_else_ten_seconds() -> None:
    assert (LimitedProtocol.deadline, LimitedProtocol.upload_deadline) == (10.0, 60.0)


async def test_an_upload_may_be_slower_than_other_requests_but_not_for_ever(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedProtocol, "deadline", 0.3)
    monkeypatch.setattr(LimitedProtocol, "upload_deadline", 1.5)
    content = b"a text that comes slowly "
    head = wire.head(f"Content-Length: {len(content)}", "Connection: close")

    taken = await exchange(wire.port, head, *(bytes([byte]) for byte in content), pause=0.03)
    cut = await exchange(wire.port, head, *(bytes([byte]) for byte in content[:-1]), pause=0.09)
    stranger = await exchange(
        wire.port, b"POST /v1/files HTTP/1.1\r\nHost: piyao.test\r\nContent-Length: 9\r\n\r\n", b"a", b"b", pause=0.3
    )

    assert status_of(taken) == 201
    assert status_of(cut) == 408
    assert status_of(stranger) == 401
    assert stranger.count(b"HTTP/1.1") == 1


async def test_an_upload_that_breaks_off_leaves_nothing(wire: Wire) -> None:
    before = wire.stored()
    async with connected(wire.port) as (_, writer):
        writer.write(wire.head("Content-Length: 5000000") + film(600_000))
        await writer.drain()
        for _ in range(200):
            if wire.stored() != before:
                break
            await asyncio.sleep(0.01)
        assert wire.stored() != before
    for _ in range(200):
        if wire.stored() == before:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the half stayed")


# --- refused for its content -------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 422, "empty_file"),
    "a zip named .jpg": (zipped(), 415, "type_not_allowed"),
    "an svg with a script": (SVG, 415, "type_not_allowed"),
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", 415, "type_not_allowed"),
    "an office document": (office_document(), 415, "type_not_allowed"),
    "an executable": (b"\x7fELF\x02\x01\x01" + bytes(100), 415, "type_not_allowed"),
    "a jpeg that is a zip too": (JPEG + zipped(), 415, "type_not_allowed"),
    "a pdf that is a page too": (PDF + b"<html><script>", 415, "type_not_allowed"),
    "a truncated picture": (noise("JPEG")[:-2000], 422, "broken_picture"),
    "a bomb": (bomb(), 422, "too_many_pixels"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_taken_is_refused_with_its_reason_and_leaves_nothing(wire: Wire, name: str) -> None:
    content, status, code = REFUSED[name]
    before = wire.stored()

    answer = await wire.send(content, Content_Type="image/jpeg", Content_Disposition='attachment; filename="a.jpg"')

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["title"] not in (problem["code"], "unsupported_file")
    assert problem["detail"] != code
    assert wire.stored() == before


async def test_a_type_that_is_not_taken_is_named_beside_those_that_are(wire: Wire) -> None:
    problem = (await wire.send(zipped(), Content_Type="image/jpeg")).json()

    assert problem["errors"] == [
        {"pointer": "", "message": problem["detail"], "value": "application/zip", "allowed": list(ALLOWED)}
    ]
    assert "压缩包" in problem["detail"]


# --- given and shown ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "name"), [(JPEG, "jpg"), (PDF, "pdf"), (TEXT, "txt"), (MP4, "mp4")])
async def test_an_original_is_given_to_be_saved_and_can_neither_run_nor_be_guessed(
    wire: Wire, content: bytes, name: str
) -> None:
    digest = (await wire.send(content)).json()["digest"]

    given = await wire.get(digest)

    assert (given.status_code, given.content) == (200, content)
    assert given.headers["content-disposition"] == f'attachment; filename="{digest}.{name}"'
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"] == FILES_POLICY
    assert given.headers["content-length"] == str(len(content))
    assert given.headers["cache-control"] == "no-store"


async def test_a_photograph_is_shown_without_its_place_and_given_with_it(wire: Wire) -> None:
    content = photographed()
    digest = (await wire.send(content)).json()["digest"]

    shown, given = await wire.get(digest, "/shown"), await wire.get(digest)

    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["content-disposition"] == f'inline; filename="{digest}.jpg"'
    assert shown.headers["content-security-policy"] == FILES_POLICY
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert b"ZHANG" not in shown.content
    assert b"Exif" not in shown.content
    assert given.content == content
    assert b"ZHANG" in given.content


async def test_there_is_nothing_to_show_of_other_files_and_nothing_at_all_of_unknown_ones(wire: Wire) -> None:
    digest = (await wire.send(PDF)).json()["digest"]

    for path in (f"{digest}/shown", "0" * 64, "0" * 64 + "/shown", "ABC", "..%2f..%2fetc%2fpasswd", digest.upper()):
        answer = await wire.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"


# --- parts that do not serve -------------------------------------------------------------------------------------


async def test_a_disk_that_cannot_be_written_asks_to_come_back(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "files").write_bytes(b"in the way")
    monkeypatch.setattr(wire.office.world.desk.files, "_files", DiskFiles(tmp_path / "files"))

    answer = await wire.send(TEXT)

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert str(tmp_path) not in answer.text


async def test_what_the_scanner_knows_is_infected_and_without_it_nothing_is_taken(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scanning() as (_, url):
        monkeypatch.setattr(wire.office.world.desk.files, "_files", DiskFiles(tmp_path, scan=Clamd(url).scan))
        clean, hit = await wire.send(TEXT), await wire.send(TEXT + SIGNATURE)
    away = await wire.send(b"a text that comes too late")

    assert [clean.status_code, hit.status_code, away.status_code] == [201, 422, 503]
    assert hit.json()["code"] == "infected"
    assert "retry-after" in away.headers
    assert names_in(tmp_path) == [digest_of(TEXT)]


async def test_a_refusal_says_nothing_of_the_content(wire: Wire) -> None:
    answer = await wire.send("<html>张三的电话 13800000000".encode())

    assert "13800000000" not in json.dumps(answer.json(), ensure_ascii=False)


async def test_a_damaged_file_alarms_the_administrators_once_and_is_mended_by_handing_it_in_again(wire: Wire) -> None:
    digest = (await wire.send(PDF + b"% once whole")).json()["digest"]
    (wire.folder / digest[:2] / digest).write_bytes(PDF + b"% now other")

    refused = [await wire.get(digest) for _ in range(2)]
    for _ in range(2):
        await wire.office.world.desk.alarm()
    letters = [line for line in wire.office.world.outbox() if line["key"].startswith(f"files/{digest}/")]

    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(410, "damaged_file")}
    assert digest in refused[0].json()["detail"]
    people = {person.id for person in wire.office.world.office.people if person.administrator}
    assert {line["person"] for line in letters} == people
    assert len({line["key"] for line in letters}) == len(letters)
    assert all(digest in line["text"] for line in letters)
    assert (await wire.send(PDF + b"% once whole")).status_code == 201
    assert (await wire.get(digest)).content == PDF + b"% once whole"
