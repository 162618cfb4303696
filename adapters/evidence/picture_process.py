"""The script that opens one picture in a process of its own, so that a malicious picture harms only this process.

`picture_process.py FORMAT SOURCE` opens every frame; with a third argument TARGET it writes there the copy that may be
shown. It imports none of Piyao's modules, so that it starts fast. The exit status is 0 (done), 3 (cannot be opened) or
4 (too many pixels).
"""

from __future__ import annotations

import itertools
import resource
import sys
from contextlib import suppress

from PIL import Image, ImageOps

DONE, BROKEN, TOO_MANY_PIXELS = 0, 3, 4

MOST_PIXELS = 8192 * 6144
"""The pictures of phones with 50 megapixels; each pixel takes four bytes while a picture is open."""

SIDE = 2000
"""Pixels of the longer side of a shown copy, at most."""

LONG, WIDE, LENGTH = 3, 1080, 20_000
"""A picture this many times as long as wide is a long screenshot: its copy keeps so many pixels of the shorter side, or
nobody could read it, and at most so many of the longer one."""

MEMORY = 1024**3
"""Bytes of memory the process may use."""
CPU_SECONDS = 20


class _TooManyPixels(Exception):
    """Raised when a picture would unpack into more pixels than allowed."""


def main(form: str, source: str, target: str | None) -> int:
    """Open a picture, or copy it to `target`; return the exit status."""
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    Image.MAX_IMAGE_PIXELS = None  # this module's own bound is checked before anything is unpacked
    try:
        if target is None:
            _open_all(form, source)
        else:
            _copy(form, source, target)
    except (_TooManyPixels, MemoryError):
        return TOO_MANY_PIXELS
    except Exception:  # decoders raise errors of any kind
        return BROKEN
    return DONE


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # not every system has every limit
        resource.setrlimit(what, (most, most + 5))


def _bounds(width: int, height: int) -> tuple[int, int]:
    """Return how large the shown copy of a picture may be."""
    if height >= LONG * width:
        return WIDE, LENGTH
    return (LENGTH, WIDE) if width >= LONG * height else (SIDE, SIDE)


def _opened(form: str, source: str) -> Image.Image:
    if form == "HEIF":
        _learn_heif()
    image = Image.open(source, formats=[form])
    _measure(image)
    return image


def _learn_heif() -> None:
    """Teach Pillow the pictures of phones by Apple; a decoder is loaded for them alone."""
    import pillow_heif  # noqa: PLC0415  (it takes a tenth of a second, which other pictures need not wait)

    pillow_heif.register_heif_opener(thumbnails=False)


def _measure(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _TooManyPixels


def _open_all(form: str, source: str) -> None:
    """Check the checksums where the format has them, and unpack every frame: only so is a cut file found."""
    with _opened(form, source) as image:
        image.verify()
    with _opened(form, source) as image:
        image.draft(None, (1, 1))  # a JPEG is read whole but unpacked small
        image.load()
        if form == "JPEG":  # further frames are other versions of the picture, and often malformed
            return
        for frame in itertools.count(1):
            try:
                image.seek(frame)
            except EOFError:
                return
            _measure(image)
            image.load()


def _copy(form: str, source: str, target: str) -> None:
    """Write the first frame as a new picture, upright, at most `SIDE` long; it holds nothing but pixels."""
    with _opened(form, source) as image:
        image.thumbnail(_bounds(*image.size))
        upright = image
        with suppress(Exception):  # without a readable orientation the picture stays as it is
            upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):  # 16 bits of grey
            upright = upright.convert("I").point([step // 256 for step in range(65536)], "L")
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        pixels = upright.convert(mode)
        fresh = Image.new(mode, pixels.size)
        fresh.paste(pixels)
    if mode == "RGBA" and fresh.getchannel("A").getextrema() != (255, 255):
        fresh.save(target, "PNG")
    else:
        fresh.convert("RGB").save(target, "JPEG", quality=85)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))
