"""Files to hand in, made by the real libraries or byte by byte; none is read from anywhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator

from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)


def picture(form: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **how: object) -> bytes:
    """A picture with something to see in it."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def noise(form: str, side: int = 200) -> bytes:
    """A picture that does not pack well, so that a cut goes through its pixels."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(out, form)
    return out.getvalue()


JPEG, PNG, GIF, WEBP, HEIC = (picture(form) for form in ("JPEG", "PNG", "GIF", "WEBP", "HEIF"))
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x08free"
MOV = b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  \x00\x00\x00\x08wide"
M4A = b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A isommp42\x00\x00\x00\x08free"
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x64" + bytes(413)
WAV = b"RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(20)
TEXT = "网传截图里的原话：明天停水三天。\n".encode()


def zipped(name: str = "a.txt", content: bytes = b"a") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def office_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a MiB or two that unpacks into gigabytes."""
    row, at_once = 1 + 3 * side, 100
    blocks = zlib.compressobj(9)
    head = blocks.flush(zlib.Z_FULL_FLUSH)  # what follows a full flush stands alone, so one block is written many times
    block = blocks.compress(bytes(row * at_once)) + blocks.flush(zlib.Z_FULL_FLUSH)
    checksum = struct.pack(">I", (row * side % 65521) << 16 | 1)  # Adler-32 of that many zeros
    pixels = head + block * (side // at_once) + b"\x03\x00" + checksum
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def photographed() -> bytes:
    """A JPEG that lies on its side and says where and with what it was taken, in EXIF, XMP and a comment."""
    image = Image.linear_gradient("L").resize((3000, 1500)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by 90 degrees
    exif[0x010F] = "CAMERA-OF-ZHANG"
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0), 29: "2026:02:03"}
    out = io.BytesIO()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>XMP-OF-ZHANG</x:xmpmeta>"
    image.save(out, "JPEG", exif=exif, xmp=xmp, comment=b"COMMENT-OF-ZHANG")
    return out.getvalue()


async def in_pieces(content: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    for place in range(0, len(content), size):
        yield content[place : place + size]
