"""What may be handed in is said before it is chosen, what is not taken in words, and what is taken can be looked at."""

from __future__ import annotations

import io
import re

import httpx2
import pytest
from PIL import Image

from domain.evidence import EXTENSIONS
from domain.tasks.task import Task
from tests.adapters.evidence.sample_files import HEIC, office_document, picture, zipped
from tests.api.conftest import Office
from tests.api.scriptless_browser import FOUND, asked, filled_in, link

pytestmark = pytest.mark.people


async def handed_in(office: Office, claim: str, name: str, content: bytes) -> tuple[str, httpx2.Response]:
    """The answer to a finding with a file, and the link of somebody who reads it."""
    case = await asked(office, claim)
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "finding", **{**FOUND, "evidence-0-url": ""})
    answer = await office.http.post(path, data=typed, files={"evidence-0-file": (name, content, "x/y")})
    return link(office.world, case, Task.COORDINATE, "wxb", "duty"), answer


async def test_the_formats_are_said_and_asked_for_before_a_file_is_chosen(office: Office) -> None:
    case = await asked(office, "网传旧机场要改成垃圾填埋场")

    page = await office.http.get(link(office.world, case, Task.VERIFY, "swj", "liaison_a"))

    (first, *_) = re.findall(r'<input[^>]* type="file"[^>]*>', page.text)
    assert {f".{ending}" for ending in EXTENSIONS.values()} <= set(re.findall(r'accept="([^"]+)"', first)[0].split(","))
    (hint,) = re.findall(r'aria-describedby="([^" ]+)"', first)
    assert re.search(f'id="{hint}">图片、PDF、视频、录音或文本，至多20MB；Word文件请另存为PDF<', page.text)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("说明.docx", office_document(), "这是Word文件，不支持。"),
        ("材料.zip", zipped(), "这是压缩包，不支持。"),
        ("程序", b"\x7fELF\x02\x01\x01" + bytes(60), "这是其他格式的文件，不支持。"),
    ],
)
async def test_what_is_not_taken_is_said_in_words_beside_its_field_with_what_to_do(
    office: Office, name: str, content: bytes, says: str
) -> None:
    _, answer = await handed_in(office, f"网传{name}里写着全市明天停课", name, content)

    assert answer.status_code == 422
    (fault,) = re.findall(r'<p class="fault" id="f\d-evidence-0-file-fault">([^<]+)<', answer.text)
    assert says in fault
    assert "Word、Excel、PPT文件请另存为PDF" in fault
    assert not re.search("application/|image/|openxml", fault)


async def test_a_photograph_of_a_phone_by_apple_is_shown_as_any_other(office: Office) -> None:
    path, answer = await handed_in(office, "网传江心洲大桥护栏全部被偷", "IMG_0001.HEIC", HEIC)
    page = await office.http.get(path)

    (shown,) = re.findall(r'<img src="([^"]+)"', page.text)
    copy = await office.http.get(shown)

    assert answer.status_code == 303, answer.text
    image = Image.open(io.BytesIO(copy.content))
    assert (copy.headers["content-type"], image.format, image.size) == ("image/jpeg", "JPEG", (60, 40))


async def test_a_long_screenshot_opens_as_wide_as_the_screen(office: Office) -> None:
    path, _ = await handed_in(office, "网传某医院排队两公里挂不上号", "长图.png", picture("PNG", (1080, 12_000)))
    page = await office.http.get(path)

    (opened,) = re.findall(r'<a class="picture" href="([^"]+)"', page.text)
    whole = await office.http.get(opened)
    (shown,) = re.findall(r'<img class="whole" src="([^"]+)"', whole.text)

    copy = await office.http.get(shown)
    assert Image.open(io.BytesIO(copy.content)).size == (1080, 12_000)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8"])
async def test_a_text_in_any_usual_encoding_is_taken_kept_to_the_byte_and_read_as_it_is_written(
    office: Office, encoding: str
) -> None:
    written = "巡查记录：九时，水质正常。\r\n".encode(encoding)
    path, answer = await handed_in(office, f"网传{encoding}编码的通知说停水", "记录.txt", written)
    page = await office.http.get(path)

    (read,) = re.findall(r'<a href="([^"]+/shown)">查看文本', page.text)
    shown = await office.http.get(read)
    saved = await office.http.get(read.removesuffix("/shown"))

    assert answer.status_code == 303, answer.text
    assert (shown.headers["content-type"], shown.text) == (
        "text/plain; charset=utf-8",
        "巡查记录：九时，水质正常。\r\n",
    )
    assert shown.headers["content-security-policy"].startswith("sandbox")
    assert (saved.headers["content-type"], saved.content) == ("text/plain", written)
