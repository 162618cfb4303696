"""Open one picture, in a process of its own: whatever it makes a decoder do, only this process pays for it.

Run as a script: `picture_process.py FORMAT SOURCE` opens every frame; with a third argument TARGET it writes there the
copy that may be shown. It imports nothing of ours, so that it starts fast. The exit code tells what came of it.
"""

from __future__ import annotations

import itertools
import resource
import sys
from contextlib import suppress

from PIL import Image, ImageOps

DONE, BROKEN, TOO_MANY_PIXELS = 0, 3, 4

MOST_PIXELS = 8192 * 6144
"""The pictures of phones with 50 megapixels; four bytes each while they are open."""

SIDE = 2000
"""Pixels of the longer side of what is shown, at most."""

MEMORY = 1024**3
CPU_SECONDS = 20


class _TooManyPixels(Exception):
    """Say that a picture would unpack into more than may be held."""


def main(form: str, source: str, target: str | None) -> int:
    """Open, or copy; return what came of it."""
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    Image.MAX_IMAGE_PIXELS = None  # the bound is ours, and held before anything is unpacked
    try:
        if target is None:
            _open_all(form, source)
        else:
            _copy(form, source, target)
    except (_TooManyPixels, MemoryError):
        return TOO_MANY_PIXELS
    except Exception:  # decoders raise what they like
        return BROKEN
    return DONE


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # not every system knows every limit
        resource.setrlimit(what, (most, most + 5))


def _opened(form: str, source: str) -> Image.Image:
    image = Image.open(source, formats=[form])
    _measure(image)
    return image


def _measure(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _TooManyPixels


def _open_all(form: str, source: str) -> None:
    """Check the sums where the format has them, and unpack every frame: what ends too early is found at its end."""
    with _opened(form, source) as image:
        image.verify()
    with _opened(form, source) as image:
        image.draft(None, (1, 1))  # a JPEG is read whole and unpacked small
        image.load()
        if form == "JPEG":  # what follows in its file are other pictures of the same, and often odd
            return
        for frame in itertools.count(1):
            try:
                image.seek(frame)
            except EOFError:
                return
            _measure(image)
            image.load()


def _copy(form: str, source: str, target: str) -> None:
    """Write the first frame anew, upright, at most `SIDE` long; a fresh picture has nothing beside its pixels."""
    with _opened(form, source) as image:
        image.thumbnail((SIDE, SIDE))
        upright = image
        with suppress(Exception):  # an orientation that cannot be read leaves the picture as it lies
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
