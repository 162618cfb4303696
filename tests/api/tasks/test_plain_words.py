"""Pages are plain Chinese, without a word of the program's, and what to do stands beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from api.tasks.routes import FIELD_CODE
from domain.tasks.task import Task
from tests.api.conftest import Office
from tests.api.scriptless_browser import FOUND, Paper, asked, filled_in, link, send
from tests.api.tasks.test_untouched_forms import PEOPLE, STORIES
from texts.catalogue import Texts

pytestmark = pytest.mark.people

TEXTS = Texts()
NAMES = re.compile(
    r"https?://\S+|[0-9a-f]{8,}…?|[AB]角|PDF|JPG|PNG|GIF|WebP|MP[34]|MOV|M4A|WAV|Word|Excel|PPT|\d+MB|\d+KB|MB|KB",
    re.ASCII,
)
"""What is written in letters in plain Chinese, too: addresses, check codes, seats, formats of files, sizes."""
QUOTED = re.compile("“[^”]*”|^(?:{near_common}|{near_differing})：.*".format_map(TEXTS.words["page"]), re.MULTILINE)
"""What a page quotes: words of whoever reported it, other tests' cases included."""
LATIN = re.compile(r"[A-Za-z]{2,}")
TO_PROGRAMS = ("channel_needs_key", "channel_of_other_unit")
"""Refusals no page can meet: a report comes over the API."""


class Reader(HTMLParser):
    """Everything a page says, hints that are read aloud included."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value for name, value in attrs if name in ("aria-label", "alt", "label", "title") and value]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def foreign(page: str) -> set[str]:
    """The words of a page that are no plain Chinese."""
    reader = Reader()
    reader.feed(page)
    return {found for text in reader.said for found in LATIN.findall(NAMES.sub("", QUOTED.sub("", text)))}


@pytest.mark.parametrize("name", STORIES)
async def test_no_page_has_a_word_of_the_programs(office: Office, name: str) -> None:
    world, case = office.world, await office.reported(f"网传第{list(STORIES).index(name)}号大坝今夜溃坝大家快跑")
    await STORIES[name](office, case)
    await world.quiet(case)
    visit = (await world.view(case)).visit

    for unit, seat in PEOPLE:
        inbox = await office.http.get("/desk/inbox", headers=office.bearer(unit, seat))
        assert foreign(inbox.text) == set(), (unit, seat)
        for task in Task:
            path = link(world, case, task, unit, seat, visit=visit)
            page = await office.http.get(path)
            assert foreign(page.text) == set(), (unit, seat, task)
            for form in Paper.of(page).untouched[:2]:
                refused = await office.http.post(path, data=form)
                assert foreign(refused.text) == set(), (unit, seat, task, form["form"])


def sentences() -> Iterator[tuple[str, str]]:
    """What a page may say of a refusal, as it says it."""
    for code, sentence in TEXTS.words["refused"].items():
        if code not in TO_PROGRAMS:
            yield code, FIELD_CODE.sub("", re.sub(r"\{\w+\}", "", sentence))


@pytest.mark.parametrize(("code", "sentence"), list(sentences()))
def test_no_refusal_names_a_field_by_its_code(code: str, sentence: str) -> None:
    assert LATIN.findall(NAMES.sub("", sentence)) == []


@pytest.mark.parametrize(
    ("typed", "place", "says"),
    [
        ({"explanation": "字" * 4001}, "explanation", "请缩短：至多4000个字"),
        ({"evidence-0-url": "swj.mc.example"}, "evidence-0-url", "请填写完整的网址，以http://或https://开头"),
        ({"evidence-0-url": ""}, "evidence-0-url", "请填写网址或上传附件"),
        ({"evidence-0-captured_at": "昨天"}, "evidence-0-captured_at", "请填写日期和时间，如2026-11-24 09:00"),
        ({"evidence-0-source": ""}, "evidence-0-source", "请填写"),
        ({"verdict": ""}, "verdict", "请选择"),
        ({"verdict": "perhaps"}, "verdict", "请重新选择"),
        ({"explanation": "经查\x00正常"}, "explanation", "请删去无法显示的字符"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_with_what_to_do(
    office: Office, typed: dict[str, str], place: str, says: str
) -> None:
    case = await asked(office, f"网传{place}{len(says)}{says[:3]}街道水管全部爆裂")

    page = await send(
        office, link(office.world, case, Task.VERIFY, "swj", "liaison_a"), "finding", **{**FOUND, **typed}
    )

    assert page.status_code == 422
    (fault,) = re.findall(rf'<p class="fault" id="f\d-{place}-fault">([^<]+)</p>', page.text)
    assert fault == says


async def test_a_refusal_about_one_field_stands_beside_it(office: Office) -> None:
    case = await office.reported("网传跨江隧道渗水三处随时要塌")
    triage = link(office.world, case, Task.TRIAGE, "wxb", "duty")

    page = await send(office, triage, "triage", level="yellow", topic="交通", lead="skx")

    (fault,) = re.findall(r'<p class="fault" id="f\d-lead-fault">([^<]+)</p>', page.text)
    assert (page.status_code, fault) == (422, "请改选牵头单位：市科协不能作牵头单位。")


async def test_a_length_of_time_is_taken_as_officers_write_it(office: Office) -> None:
    world, case = office.world, await asked(office, "网传全市明天起限行单双号")
    path = link(world, case, Task.COORDINATE, "wxb", "duty")
    form: dict[str, Any] = filled_in(await office.http.get(path), "extend", reason="检测要过夜")
    generation = next(one.level for one in (await world.view(case)).debts if one.clock == "answer")
    form |= {"clock": f"answer/swj//{generation + 1}"}

    wrong = await office.http.post(path, data={**form, "longer": "很久"})
    taken = await office.http.post(path, data={**form, "longer": "6小时"})

    assert "请填写数字和单位，如24小时、2个工作日" in wrong.text
    assert taken.status_code == 303, taken.text


async def test_every_field_that_must_be_filled_in_is_marked_where_it_is(office: Office) -> None:
    case = await asked(office, "网传新建小区地基下沉要拆除")

    page = (await office.http.get(link(office.world, case, Task.VERIFY, "swj", "liaison_a"))).text

    for label in ("材料名称", "来源", "取证时间"):
        assert re.search(f'>{label} <span class="mark">必填</span>', page), label
    for label in ("网址", "附件"):
        assert re.search(f'>{label} <span class="mark">两栏至少填一栏</span>', page), label
    for label in ("核查结论", "查证情况（供公开）", "佐证材料"):
        assert re.search(f'{label} <span class="mark">必填</span>', page), label
