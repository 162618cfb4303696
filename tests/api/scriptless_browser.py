"""Reading a page as a browser without scripts does: its forms with what stands in them, and sending one."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx2
from PIL import Image

from domain.tasks.task import Task
from domain.tasks.task_links import TaskLink
from domain.vocabulary import Seat
from tests.api.conftest import Office
from tests.office_env import World
from tests.workflows import case_steps

FAR = 2_000_000_000
FOUND = {
    "verdict": "false",
    "explanation": "经查，供水正常。\n没有停水计划。",
    "evidence-0-kind": "检测记录",
    "evidence-0-source": "出厂水逐时检测",
    "evidence-0-url": "https://swj.mc.example/1",
    "evidence-0-captured_at": "2026-11-23T09:00",
}


@dataclass
class Paper(HTMLParser):
    """The forms of a page by name, and each form as it stands there."""

    forms: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    untouched: list[dict[str, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._form: dict[str, list[str]] = {}
        self._select = self._area = ""

    @classmethod
    def of(cls, answer: httpx2.Response) -> Paper:
        paper = cls()
        paper.feed(answer.text)
        return paper

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self._form = {}
            case "input" if a.get("type") not in ("file", "submit"):
                if a.get("type") not in ("radio", "checkbox") or "checked" in a:
                    self._form.setdefault(a["name"], []).append(a.get("value", ""))
            case "select":
                self._select = a["name"]
            case "option" if "selected" in a:
                self._form.setdefault(self._select, []).append(a["value"])
            case "textarea":
                self._area = a["name"]
                self._form[self._area] = [""]

    def handle_data(self, data: str) -> None:
        if self._area:
            self._form[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._form[self._area] = [self._form[self._area][0].removeprefix("\n")]
            self._area = ""
        elif tag == "form":
            self.untouched.append(self._form)
            self.forms[self._form["form"][0] if "form" in self._form else "-"] = self._form


def link(world: World, case: str, task: Task, unit: str, seat: str, **changes: Any) -> str:
    """The address of a task page for whoever sits there."""
    values: dict[str, Any] = {
        "case_id": case,
        "visit": 1,
        "person": world.officer(unit, seat).id,
        "task": task,
        "unit": unit,
        "seat": Seat(seat),
        "channel": "mail",
        "expires": FAR,
    }
    return world.desk.links.path(TaskLink(**(values | changes)))


async def send(office: Office, path: str, name: str, /, **typed: Any) -> httpx2.Response:
    """Open a page, fill in one of its forms, and send it."""
    page = await office.http.get(path)
    assert page.status_code == 200, page.text
    return await office.http.post(path, data=filled_in(page, name, **typed))


def filled_in(page: httpx2.Response, name: str, **typed: Any) -> dict[str, Any]:
    """What a browser would send of one form after something was typed, and its box ticked."""
    return {**Paper.of(page).forms[name], "sure": ["yes"], **typed}


async def events_of(office: Office, case: str) -> tuple[int, int, dict[str, int]]:
    """What must be as before when nothing was done: history, entries, rows."""
    await office.world.quiet(case)
    return await office.world.length(case), (await office.world.view(case)).seq, office.rows()


async def asked(office: Office, claim: str) -> str:
    """A case in verification: 市水务局 leads, 市生态环境局 helps; returns its id."""
    case = await office.reported(claim)
    await case_steps.triaged(office.world, case, co_units=("hbj",))
    return case


def drawn() -> bytes:
    """A small picture, as a phone would send one."""
    held = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(held, "PNG")
    return held.getvalue()
