from __future__ import annotations

import gzip
import io

import pytest

from adapters.evidence import file_types
from adapters.evidence.file_types import HEAD, judge, media_type_of
from domain.errors import NotAllowed, Unfit
from domain.evidence import ALLOWED, EXTENSIONS
from tests.adapters.evidence.sample_files import (
    GIF,
    HEIC,
    JPEG,
    M4A,
    MOV,
    MP3,
    MP4,
    PDF,
    PNG,
    TEXT,
    WAV,
    WEBP,
    office_document,
    zipped,
)

TAKEN: dict[str, tuple[bytes, str]] = {
    "jpeg": (JPEG, "image/jpeg"),
    "png": (PNG, "image/png"),
    "gif": (GIF, "image/gif"),
    "webp": (WEBP, "image/webp"),
    "pdf": (PDF, "application/pdf"),
    "mp4": (MP4, "video/mp4"),
    "mp4 of a camera": (MP4.replace(b"ftypmp42", b"ftypM4V "), "video/mp4"),
    "mov": (MOV, "video/quicktime"),
    "mp3 with a tag": (MP3, "audio/mpeg"),
    "mp3 without": (MP3[10:], "audio/mpeg"),
    "m4a, though it is compatible with mp4": (M4A, "audio/mp4"),
    "wav": (WAV, "audio/wav"),
    "text": (TEXT, "text/plain"),
    "a long text": (TEXT * 40_000, "text/plain"),
    "text with a byte order mark": (b"\xef\xbb\xbf" + TEXT, "text/plain"),
    "text that begins as a tag of music": ("ID3 标签是什么".encode(), "text/plain"),
    "text that begins as a bitmap": ("BM 公司声明".encode(), "text/plain"),
    "text with figures compared": ("温度 < 3 度，a<b".encode(), "text/plain"),
    "a table": (b"a,b\r\n1,2\r\n", "text/plain"),
    "text in UTF-16": ("谣言\r\n不实".encode("utf-16"), "text/plain"),
    "text in UTF-16, the large byte first": (b"\xfe\xff" + "谣言".encode("utf-16-be"), "text/plain"),
    "text in GBK": ("网传明天停水，经查不实。".encode("gbk"), "text/plain"),
    "a table of figures in GBK": ("时间,余氯\r\n九时,0.3毫克".encode("gbk"), "text/plain"),
    "a long text in GB 18030": ("网传明天停水𠮷\n".encode("gb18030") * 40_000, "text/plain"),
    "a photograph of a phone by Apple": (HEIC, "image/heic"),
}

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)

REFUSED: dict[str, tuple[bytes, str]] = {
    "a zip": (zipped(), "application/zip"),
    "an office document": (office_document(), "openxmlformats"),
    "an old office document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "application/"),
    "an executable of Linux": (ELF, "application/x-executable"),
    "an executable of Windows": (b"MZ\x90\x00\x03" + bytes(60), "application/x-msdownload"),
    "a packed file": (gzip.compress(b"a"), "application/gzip"),
    "a picture of a type not taken": (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif", "image/avif"),
    "a bitmap": (b"BM" + bytes(60), "image/bmp"),
    "bytes of no kind": (bytes(range(256)), "application/octet-stream"),
    "a script in a text in UTF-16": ("谣言<script>".encode("utf-16"), "text/html"),
    "a script in a text in GBK": ("谣言<script>alert(1)".encode("gbk"), "text/html"),
    "a text in GBK with a mark of no character": ("谣言".encode("gbk") + b"\xff\xff", "application/octet-stream"),
    "a text in GBK that ends in the midst of a character": ("谣言".encode("gbk")[:-1], "application/octet-stream"),
    "bytes that GB 18030 has no characters for": (b"\xaa\xa1\xf8\xa1\xaf\xa1" * 8, "application/octet-stream"),
    "a text with NUL": (b"abc\x00def", "application/octet-stream"),
    "a text that ends in the midst of a character": (TEXT[:-2], "application/octet-stream"),
    "a text whose last page is binary": (TEXT * 1000 + b"\x00\x01", "application/octet-stream"),
    "a page": (b"<!doctype html><p>a", "text/html"),
    "a page after blanks and capitals": (b"\xef\xbb\xbf \n <HTML><p>a", "text/html"),
    "a page without a head": (b"<img src=x onerror=alert(1)>", "text/html"),
    "a script in a text": (b"hello <script>alert(1)</script>", "text/html"),
    "a script far down in a text": (TEXT * 40_000 + b"<ScRiPt >alert(1)", "text/html"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "image/svg+xml"),
    "xml": (b'<?xml version="1.0"?><a/>', "application/xml"),
    "a script of the shell": (b"#!/bin/sh\nrm -rf /\n", "text/x-script"),
    "rich text": (rb"{\rtf1\ansi hello}", "application/rtf"),
    "postscript": (b"%!PS-Adobe-3.0\n", "application/postscript"),
    "a pdf after a byte order mark": (b"\xef\xbb\xbf" + PDF, "text/plain + application/pdf"),
    "a pdf after a text": (b"hello\n" + PDF, "text/plain + application/pdf"),
    "a jpeg with a pdf in its head": (JPEG[:20] + PDF + JPEG[20:], "image/jpeg + application/pdf"),
    "a jpeg with a zip behind it": (JPEG + zipped(), "image/jpeg + application/zip"),
    "a png with a zip and a comment behind it": (PNG + zipped() + b"c" * 60_000, "image/png + application/zip"),
    "a gif with an empty zip behind it": (GIF + b"PK\x05\x06" + bytes(18), "image/gif + application/zip"),
    "a webp with a page behind it": (WEBP + b"<html><p>", "image/webp + text/html"),
    "a jpeg with a script behind it": (JPEG + b"<script>alert(1)</script>", "image/jpeg + text/html"),
    "a jpeg with a script of a server behind it": (JPEG + b"<?php system(1);", "image/jpeg + text/x-php"),
    "a jpeg with a rar behind it": (JPEG + b"Rar!\x1a\x07\x01\x00", "image/jpeg + application/vnd.rar"),
    "a gif that is a script too": (b"GIF89a/*" + GIF[8:] + b"*/=1;alert(1)", "image/gif + text/javascript"),
    "a gif that is an assignment too": (b"GIF89a=1" + GIF[8:], "image/gif + text/javascript"),
    "a jpeg that is a script too": (b"\xff\xd8\xff\xe0/*" + bytes(9000) + JPEG, "image/jpeg + text/javascript"),
    "a film with a page in it": (MP4 + bytes(2_000_000) + b"<html >", "video/mp4 + text/html"),
    "a sound with a zip behind it": (MP3 + zipped(), "audio/mpeg + application/zip"),
    "a pdf that is a zip too": (PDF + zipped(), "application/pdf + application/zip"),
    "a pdf with a page in its head": (PDF[:9] + b"<script>alert(1)</script>" + PDF[9:], "application/pdf + text/html"),
    "a pdf with a page behind it": (PDF + b"<html><script>", "application/pdf + text/html"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_type_is_told_from_the_content_and_again_from_its_head(name: str) -> None:
    content, media_type = TAKEN[name]

    assert judge(io.BytesIO(content)) == media_type
    assert media_type_of(content[:HEAD]) == media_type


def test_every_type_that_is_taken_is_tried() -> None:
    assert {media_type for _, media_type in TAKEN.values()} == set(ALLOWED) == set(EXTENSIONS)


@pytest.mark.parametrize("name", REFUSED)
def test_every_other_content_is_refused_by_its_name(name: str) -> None:
    content, found = REFUSED[name]

    with pytest.raises(NotAllowed) as caught:
        judge(io.BytesIO(content))

    assert found in str(caught.value.values["found"])
    assert caught.value.values["allowed"] == ", ".join(ALLOWED)


@pytest.mark.parametrize("place", range(-8, 2))
def test_a_mark_is_found_where_two_pieces_meet(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_types, "PIECE", 10_000)
    before = 10_000 + place
    page = b"<script>alert(1)"

    with pytest.raises(NotAllowed, match="text/html"):
        judge(io.BytesIO(MP4 + bytes(before - len(MP4)) + page))
    with pytest.raises(NotAllowed, match="text/html"):
        judge(io.BytesIO(b"a" * before + page))


def test_nothing_is_no_file() -> None:
    with pytest.raises(Unfit, match="empty_file"):
        judge(io.BytesIO(b""))
