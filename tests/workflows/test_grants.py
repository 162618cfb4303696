"""What was granted when, and what ends it: each cell of the table in docs/design.md, on the real thing."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.office.sample_keys import sample_key
from api.app import create_app
from desk import sweep
from desk.case_reader import CaseReader
from domain.decisions import Accept, Acknowledge, Confirm, Decline, Extend, Relevel
from domain.errors import Refused
from domain.office.office import Office, Person
from domain.tasks.task import Task
from domain.vocabulary import ClockName, Level, Seat, Vote
from domain.worktime.working_time import Span
from tests.api.scriptless_browser import Paper, link
from tests.office_env import World
from tests.soft_authenticator import SoftAuthenticator
from tests.workflows import case_steps

pytestmark = pytest.mark.people

Works = Callable[[], Awaitable[bool]]
NEW_KEY = "a-new-key-of-the-same-person"
SIGN = {"kind": "sign", "digest": "0" * 64, "outcome": "approve"}
EXTEND = Extend(clock=ClockName.ANSWER, unit="swj", longer=Span.of("6h"), reason="检测需复核")


class Scene:
    """A case that 市水务局 leads, and the person whose standing changes."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch, seat: str) -> None:
        self.world, self.monkeypatch = world, monkeypatch
        self.person = world.officer("swj", seat)
        self.key = sample_key(self.person.id)
        self.case = ""
        self.span = timedelta(hours=73)
        """How much time passes, if time is what passes."""

    async def begin(self) -> None:
        self.case = (await self.world.report()).case_id
        await case_steps.triaged(self.world, self.case, co_units=())

    async def call(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Call the API of the house as it stands now, with the key the person has now."""
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        async with self.browser() as http:
            return await http.request(method, path, headers=headers, **more)

    def browser(self, cookies: Any = None) -> httpx2.AsyncClient:
        wire = httpx2.ASGITransport(app=create_app(self.world.desk))
        return httpx2.AsyncClient(transport=wire, base_url="http://127.0.0.1", cookies=cookies)

    def office_is(self, office: Office) -> None:
        """The office's files were edited, and the house was started again."""
        self.world.office = office
        self.world.desk = self.world.desk_over(self.world.client)

    def person_is(self, **changes: Any) -> None:
        changed = self.person.model_copy(update=changes)
        people = tuple(changed if one.id == self.person.id else one for one in self.world.office.people)
        self.office_is(self.world.office.model_copy(update={"people": people}))


# --- what happens --------------------------------------------------------------------------------------------------


async def leaves(scene: Scene) -> None:
    scene.person_is(until=datetime(2026, 1, 1, tzinfo=UTC).date())


async def seat_changes(scene: Scene) -> None:
    scene.person_is(seats=(Seat.LIAISON_B,))


async def key_replaced(scene: Scene) -> None:
    scene.person_is(key_digest=hashlib.sha256(NEW_KEY.encode()).hexdigest())
    scene.key = NEW_KEY


async def unit_removed(scene: Scene) -> None:
    office, gone = scene.world.office, scene.person.unit
    units = {code: unit for code, unit in office.units.items() if code != gone}
    people = tuple(one for one in office.people if one.unit != gone)
    scene.office_is(office.model_copy(update={"units": units, "people": people}))


async def case_moves_on(scene: Scene) -> None:
    await scene.world.decide(scene.case, Decline(reason="不归我们管"), "swj", "head")


async def time_passes(scene: Scene) -> None:
    real = datetime.now(UTC)
    scene.monkeypatch.setattr(CaseReader, "now", lambda _: real + scene.span)
    await scene.world.forward(scene.case, scene.span)
    await scene.world.quiet(scene.case)


HAPPENS = {
    "person leaves": leaves,
    "seat changes": seat_changes,
    "key replaced": key_replaced,
    "unit removed": unit_removed,
    "case moves on": case_moves_on,
    "time": time_passes,
}

# --- what was granted ----------------------------------------------------------------------------------------------


async def personal_key(scene: Scene) -> Works:
    key = scene.key

    async def works() -> bool:
        return scene.world.desk.person(key) is not None

    return works


async def session(scene: Scene) -> Works:
    async with scene.browser() as http:
        form = Paper.of(await http.get("/desk/login")).forms["-"]
        await http.post("/desk/login", data={**form, "key": scene.key})
        cookie = http.cookies["piyao"]

    async def works() -> bool:
        async with scene.browser({"piyao": cookie}) as http:
            return (await http.get("/desk/inbox")).status_code == 200

    return works


async def passkey(scene: Scene) -> Works:
    world, device = scene.world, SoftAuthenticator()
    world.settings = world.settings.model_copy(update={"public_url": "http://localhost"})
    world.desk = world.desk_over(world.client)
    question = await world.desk.passkeys.ask_to_register(scene.person, world.desk.now())
    made = device.made(json.loads(question.options))
    await world.desk.passkeys.register(scene.person, question.ticket, made, world.desk.now())

    async def works() -> bool:
        desk = scene.world.desk
        asked = desk.passkeys.ask_to_log_in(desk.now())
        try:
            await desk.passkeys.log_in(asked.ticket, device.proved(json.loads(asked.options)), desk.now())
        except Refused:
            return False
        return True

    return works


async def task_link(scene: Scene) -> Works:
    due = int((datetime.now(UTC) + timedelta(hours=72)).timestamp())
    path = link(scene.world, scene.case, Task.VERIFY, "swj", "liaison_a", expires=due)

    async def works() -> bool:
        async with scene.browser() as http:
            page = await http.get(path)
        return page.status_code == 200 and "accept" in Paper.of(page).forms

    return works


async def signing_code(scene: Scene) -> Works:
    asked = await scene.call("POST", f"/v1/cases/{scene.case}/codes")
    assert asked.status_code == 202, asked.text
    texts = [line["text"] for line in scene.world.outbox() if f"{scene.case}/code/" in line["key"]]
    code = re.findall(r"：(\d{6})", texts[-1])[0]

    async def works() -> bool:
        headers = {"Idempotency-Key": "sign", "Piyao-Code": code}
        answer = await scene.call("POST", f"/v1/cases/{scene.case}/decisions", json=SIGN, headers=headers)
        return answer.status_code == 409  # the code was taken; the case has no text to sign yet

    return works


async def pending_proposal(scene: Scene) -> Works:
    ref = await proposed(scene, scene.person)

    async def works() -> bool:
        return await accepted(scene, Confirm(ref=ref, outcome=Vote.APPROVE), scene.world.officer("wxb", "duty_leader"))

    return works


async def confirmation(scene: Scene) -> Works:
    blue = Relevel(level=Level.BLUE, reason="已平息")  # where a unit's own deputy may grant its time
    await case_steps.confirmed(scene.world, scene.case, blue, "wxb", "duty")
    more = EXTEND.model_copy(update={"longer": Span.of("1wd")})
    asked = await scene.world.desk.decide(scene.case, more, by=scene.world.officer("swj", "liaison_a"), key="extend")
    ref = asked.summary.waiting[0].ref
    body = {"kind": "confirm", "ref": ref, "outcome": "approve"}

    async def works() -> bool:
        headers = {"Idempotency-Key": "confirm"}
        answer = await scene.call("POST", f"/v1/cases/{scene.case}/decisions", json=body, headers=headers)
        return answer.status_code == 200

    return works


async def acknowledgement(scene: Scene) -> Works:
    await scene.world.decide(scene.case, Acknowledge(clock=ClockName.ANSWER, unit="swj"), "swj", "liaison_a")

    async def works() -> bool:
        debts = (await scene.world.view(scene.case)).debts
        return any(debt.clock is ClockName.ANSWER and debt.acknowledged for debt in debts)

    return works


async def idempotency_key(scene: Scene) -> Works:
    async def said() -> httpx2.Response:
        path, headers = f"/v1/cases/{scene.case}/decisions", {"Idempotency-Key": "once"}
        return await scene.call("POST", path, json={"kind": "note", "text": "已核对"}, headers=headers)

    first = (await said()).json()["seq"]

    async def works() -> bool:
        again = await said()
        return again.status_code == 200 and again.json()["seq"] == first

    return works


async def restored_decision(scene: Scene) -> Works:
    world = scene.world
    row = world.desk._submitter.row(scene.case, Accept(), scene.person, "left", datetime.now(UTC))
    scene.span = timedelta(hours=1)  # after three days the request it accepts has expired, and the case has moved on
    await world.register.begin(row)  # the process dies before it speaks to the case
    scene.monkeypatch.setattr(sweep, "UNSETTLED", timedelta(seconds=-1))

    async def works() -> bool:
        await world.desk.sweep()
        with closing(sqlite3.connect(world.settings.data / "register.db")) as store:
            asked = "SELECT outcome FROM decisions WHERE update_id = ?"
            (outcome,) = store.execute(asked, (row.update_id,)).fetchone()
        return bool(outcome == "done")

    return works


async def proposed(scene: Scene, by: Person) -> int:
    answer = await scene.world.desk.decide(scene.case, EXTEND, by=by, key="extend")
    return answer.summary.waiting[0].ref


async def accepted(scene: Scene, said: Any, by: Person) -> bool:
    try:
        await scene.world.desk.decide(scene.case, said, by=by, key="later")
    except Refused:
        return False
    return True


GRANTED: dict[str, tuple[Callable[[Scene], Awaitable[Works]], str]] = {
    "personal key": (personal_key, "liaison_a"),
    "session": (session, "liaison_a"),
    "passkey": (passkey, "liaison_a"),
    "task link": (task_link, "liaison_a"),
    "signing code": (signing_code, "liaison_a"),
    "pending proposal": (pending_proposal, "liaison_a"),
    "confirmation": (confirmation, "deputy"),
    "acknowledgement": (acknowledgement, "liaison_a"),
    "idempotency key": (idempotency_key, "liaison_a"),
    "restored decision": (restored_decision, "liaison_a"),
}
"""What was granted, and in which seat."""


def table() -> dict[tuple[str, str], bool]:
    """Whether a grant holds on, by what was granted and what happened, as docs/design.md says."""
    page = (Path(__file__).parents[2] / "docs" / "design.md").read_text(encoding="utf-8")
    lines = page[page.index("| granted |") :].split("\n\n")[0].splitlines()
    heads = [cell.strip() for cell in lines[0].strip("|").split("|")][1:]
    assert heads == list(HAPPENS)
    cells = {}
    for line in lines[2:]:
        name, *said = (cell.strip() for cell in line.strip("|").split("|"))
        for head, word in zip(heads, said, strict=True):
            assert word.startswith(("holds", "ends")), word
            cells[name, head] = word.startswith("holds")
    return cells


def test_the_table_has_every_grant() -> None:
    assert {name for name, _ in table()} == set(GRANTED)


@pytest.mark.parametrize("happened", HAPPENS)
@pytest.mark.parametrize("granted", GRANTED)
async def test_a_grant_ends_when_the_table_says_so_and_not_before(
    warm_world: World, monkeypatch: pytest.MonkeyPatch, granted: str, happened: str
) -> None:
    grant, seat = GRANTED[granted]
    scene = Scene(warm_world, monkeypatch, seat)
    await scene.begin()
    works = await grant(scene)

    await HAPPENS[happened](scene)

    assert await works() is table()[granted, happened]


@pytest.mark.parametrize("granted", [name for name in GRANTED if name != "restored decision"])
async def test_a_grant_holds_while_nothing_happens(
    warm_world: World, monkeypatch: pytest.MonkeyPatch, granted: str
) -> None:
    grant, seat = GRANTED[granted]
    scene = Scene(warm_world, monkeypatch, seat)
    await scene.begin()

    assert await (await grant(scene))()


async def test_a_decision_refused_once_is_judged_by_the_seats_of_now_when_its_key_comes_again(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(warm_world, monkeypatch, "liaison_a")
    scene.case = (await scene.world.report()).case_id
    path, headers = f"/v1/cases/{scene.case}/decisions", {"Idempotency-Key": "again"}
    duty = scene.world.officer("wxb", "duty")
    scene.person, scene.key = duty, sample_key(duty.id)
    body = {"kind": "add_unit", "unit": "hbj"}
    early = await scene.call("POST", path, json=body, headers=headers)
    await case_steps.triaged(scene.world, scene.case, co_units=())

    scene.person_is(seats=(Seat.LIAISON_A,))
    late = await scene.call("POST", path, json=body, headers=headers)

    assert (early.status_code, early.json()["code"]) == (409, "wrong_stage")
    assert (late.status_code, late.json()["code"]) == (403, "not_permitted")
    assert [e["unit"] for e in await scene.world.events(scene.case, "request_sent")] == ["swj"]


async def test_what_somebody_asked_for_who_has_left_is_turned_down_and_asked_for_again(warm_world: World) -> None:
    scene = Scene(warm_world, pytest.MonkeyPatch(), "liaison_a")
    await scene.begin()
    ref = await proposed(scene, scene.person)
    await leaves(scene)
    leader = scene.world.officer("wxb", "duty_leader")
    yes = Confirm(ref=ref, outcome=Vote.APPROVE)
    with pytest.raises(Refused) as refused:
        await scene.world.desk.decide(scene.case, yes, by=leader, key="yes")
    no = Confirm(ref=ref, outcome=Vote.RETURN, remarks="请重新提出")
    await scene.world.desk.decide(scene.case, no, by=leader, key="no")
    again = await scene.world.desk.decide(scene.case, EXTEND, by=scene.world.officer("swj", "liaison_b"), key="b")

    assert refused.value.code == "proposer_left"
    assert len(again.summary.waiting) == 1


async def test_a_link_of_the_inbox_ends_with_the_key_it_was_opened_by(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(warm_world, monkeypatch, "liaison_a")
    await scene.begin()
    page = await scene.call("GET", "/desk/inbox")
    (path,) = re.findall(r'href="(/t/[^"]{20,})"', page.text)
    async with scene.browser() as http:
        before = (await http.get(path)).status_code
    await key_replaced(scene)
    async with scene.browser() as http:
        after = (await http.get(path)).status_code

    assert (before, after) == (200, 410)


async def test_a_code_spent_on_a_refused_signature_is_not_carried_to_its_repetition(
    warm_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(warm_world, monkeypatch, "liaison_a")
    await scene.begin()
    works = await signing_code(scene)
    assert await works()
    with closing(sqlite3.connect(scene.world.settings.data / "register.db")) as store:
        before = store.execute("SELECT second_factor FROM decisions WHERE kind = 'sign'").fetchall()
        answer = await scene.call(
            "POST",
            f"/v1/cases/{scene.case}/decisions",
            json=SIGN,
            headers={"Idempotency-Key": "sign"},
        )
        after = store.execute("SELECT second_factor FROM decisions WHERE kind = 'sign'").fetchall()

    assert (before, answer.status_code, after) == ([(1,)], 409, [(0,)])
