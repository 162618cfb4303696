from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from adapters.evidence import picture_process, pictures
from adapters.evidence.picture_process import SIDE
from domain.errors import Unfit
from tests.adapters.evidence.sample_files import GIF, JPEG, PNG, WEBP, bomb, noise, photographed, picture

pytestmark = pytest.mark.people

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp", "HEIF": "image/heic"}


def stored(folder: Path, content: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(content)
    return path


async def copied(folder: Path, content: bytes, form: str) -> tuple[bytes, Image.Image]:
    target = folder / "target"
    await pictures.copy(stored(folder, content), TYPES[form], target)
    image = Image.open(io.BytesIO(target.read_bytes()))
    image.load()
    return target.read_bytes(), image


def animated(form: str) -> bytes:
    frames = [Image.effect_noise((120, 120), 40 + 10 * n).convert("RGB") for n in range(4)]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "content"), [("JPEG", JPEG), ("PNG", PNG), ("GIF", GIF), ("WEBP", WEBP)], ids=lambda one: str(one)[:4]
)
async def test_a_whole_picture_is_opened(tmp_path: Path, form: str, content: bytes) -> None:
    await pictures.check(stored(tmp_path, content), TYPES[form])


@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
async def test_a_picture_that_ends_too_early_is_refused(tmp_path: Path, form: str, share: float) -> None:
    content = noise(form)
    with pytest.raises(Unfit, match="broken_picture"):
        await pictures.check(stored(tmp_path, content[: int(len(content) * share)]), TYPES[form])


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
async def test_every_frame_is_opened(tmp_path: Path, form: str) -> None:
    content = animated(form)

    await pictures.check(stored(tmp_path, content), TYPES[form])
    with pytest.raises(Unfit, match="broken_picture"):
        await pictures.check(stored(tmp_path, content[: int(len(content) * 0.9)]), TYPES[form])


async def test_a_picture_of_another_format_than_it_says_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="broken_picture"):
        await pictures.check(stored(tmp_path, PNG), "image/jpeg")


MEASURED = """
import resource, subprocess, sys
ended = subprocess.run([sys.executable, "-I", *sys.argv[1:]]).returncode
print(ended, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""
"""Run by a small process: what a child is measured to hold includes what its parent held when it began."""


async def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    content = bomb()
    assert len(content) < 4 * 1024**2
    source = stored(tmp_path, content)

    with pytest.raises(Unfit, match="too_many_pixels"):
        await pictures.check(source, "image/png")
    command = [sys.executable, "-c", MEASURED, picture_process.__file__, "PNG", str(source)]
    told = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True, text=True)
    ended, most = (int(part) for part in told.stdout.split())

    assert ended == picture_process.TOO_MANY_PIXELS
    assert most < 100  # MiB; unpacked it would be 2700


async def test_a_frame_that_is_larger_than_its_picture_says_is_a_bomb_too(tmp_path: Path) -> None:
    frames = bytearray(animated("GIF"))
    second = frames.index(b"\x2c", frames.index(b"\x2c") + 12)  # somewhere a frame may begin
    place = next(n for n in range(second, len(frames)) if frames[n : n + 9] == b"\x2c" + bytes(4) + b"\x78\x00\x78\x00")
    frames[place + 5 : place + 9] = b"\x00\xf0\x00\xf0"

    with pytest.raises(Unfit):
        await pictures.check(stored(tmp_path, bytes(frames)), "image/gif")


async def test_what_is_shown_lies_upright_is_small_and_says_nothing_but_its_pixels(tmp_path: Path) -> None:
    content = photographed()
    for said in (b"OF-ZHANG", b"XMP-OF-ZHANG", b"COMMENT-OF-ZHANG", b"Exif", b"2026:02:03"):
        assert said in content

    shown, image = await copied(tmp_path, content, "JPEG")

    assert (image.format, image.size) == ("JPEG", (SIDE // 2, SIDE))
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for said in (b"ZHANG", b"Exif", b"2026:02:03", b"xmpmeta", b"http"):
        assert said not in shown
    left, right = image.getpixel((10, 1000)), image.getpixel((990, 1000))
    assert left[0] > 200  # what was below
    assert right[0] < 50  # what was above


@pytest.mark.parametrize(
    ("form", "mode", "as_shown"),
    [
        ("PNG", "RGBA", "JPEG"),
        ("PNG", "LA", "JPEG"),
        ("PNG", "1", "JPEG"),
        ("PNG", "P", "JPEG"),
        ("JPEG", "CMYK", "JPEG"),
        ("JPEG", "L", "JPEG"),
        ("GIF", "P", "JPEG"),
        ("WEBP", "RGB", "JPEG"),
        ("HEIF", "RGB", "JPEG"),
    ],
)
async def test_every_way_to_hold_pixels_can_be_shown(tmp_path: Path, form: str, mode: str, as_shown: str) -> None:
    _, image = await copied(tmp_path, picture(form, mode=mode), form)

    assert (image.format, image.size) == (as_shown, (60, 40))
    assert image.convert("L").getextrema()[1] > 150


@pytest.mark.parametrize(
    ("size", "as_shown"), [((1080, 12_000), (1080, 12_000)), ((2160, 15_000), (1080, 7500)), ((9000, 900), (9000, 900))]
)
async def test_a_long_screenshot_stays_wide_enough_to_be_read(
    tmp_path: Path, size: tuple[int, int], as_shown: tuple[int, int]
) -> None:
    _, image = await copied(tmp_path, picture("PNG", size), "PNG")

    assert image.size == as_shown


async def test_a_photograph_of_a_phone_by_apple_is_opened_whole_or_refused(tmp_path: Path) -> None:
    content = noise("HEIF")

    await pictures.check(stored(tmp_path, content), "image/heic")
    with pytest.raises(Unfit, match="broken_picture"):
        await pictures.check(stored(tmp_path, content[: len(content) // 2]), "image/heic")


async def test_sixteen_bits_of_grey_are_not_cut_to_white(tmp_path: Path) -> None:
    image = Image.new("I;16", (30, 20), 0x7F00)
    out = io.BytesIO()
    image.save(out, "PNG")

    _, shown = await copied(tmp_path, out.getvalue(), "PNG")

    assert abs(shown.convert("L").getpixel((3, 3)) - 0x7F) < 3


async def test_what_can_be_seen_through_stays_so(tmp_path: Path) -> None:
    image = Image.new("RGBA", (30, 20), (200, 0, 0, 90))
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=None)

    _, shown = await copied(tmp_path, out.getvalue(), "PNG")

    assert (shown.format, shown.mode, shown.getpixel((3, 3))) == ("PNG", "RGBA", (200, 0, 0, 90))


async def test_what_moves_is_shown_by_its_first_frame(tmp_path: Path) -> None:
    _, image = await copied(tmp_path, animated("GIF"), "GIF")

    assert (image.format, getattr(image, "n_frames", 1)) == ("JPEG", 1)
