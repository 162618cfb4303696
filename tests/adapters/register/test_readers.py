"""Who may read what, asked of the register: the same as the rule says, for every right and every case."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.register.engine.sqlite import WritingConnection, register_url
from adapters.register.engine.upgrade import PATIENCE, migrations
from adapters.register.store import SqlRegister
from domain.access.reading import EVERYTHING, ReadingRight, may_read
from domain.decisions import Action
from domain.decisions.verification import Evidence
from domain.events import (
    ActionsGiven,
    Drafted,
    FindingReceived,
    Notified,
    RequestDeclined,
    RequestSent,
    RungRang,
    SessionOpened,
    TransferOffered,
)
from domain.ports.rows import CaseFilter
from domain.terms import Addressee
from domain.vocabulary import (
    ActionKind,
    ClockName,
    PublicationKind,
    Role,
    RungKind,
    Seat,
    SessionReason,
    SlotKind,
    Verdict,
)
from tests import empty_register
from tests.adapters.register.factories import START, ask, debt, filing, record, url

FILE = "ab" * 32
UNITS = ("swj", "jkj", "gaj", "dt")
DISTRICTS = ("东汀区", "西汀区")
SEAT = Addressee(unit="zfb", seat=Seat.DUTY)
EVENTS = (
    RequestSent(unit="swj", short="市水务局", role=Role.LEAD, due=START),
    RequestDeclined(unit="swj", reason="不归我们管"),
    TransferOffered(unit="swj", to="hbj", short="市生态环境局", reason="归他们管", accept_due=START),
    SessionOpened(number=1, reason=SessionReason.CALLED, units=("jkj",)),
    ActionsGiven(number=1, text="分工", actions=(Action(unit="pt1", do=ActionKind.LABEL, end=START),)),
    Drafted(
        version=1,
        publication=PublicationKind.REBUTTAL,
        title="供水正常",
        text="供水正常。",
        digest="d" * 64,
        slots={SlotKind.CONSENT: (Addressee(unit="wjw", seat=Seat.DEPUTY),)},
    ),
    RungRang(clock=ClockName.ANSWER, unit="swj", generation=1, rung=RungKind.BREACH, n=1, to=(SEAT,), planned=START),
    Notified(to=(Addressee(unit="xcb", seat=Seat.DUTY),), by=("mail",)),
    FindingReceived(
        unit="swj",
        verdict=Verdict.FALSE,
        explanation="水质正常",
        evidence=(Evidence(kind="检测记录", source="水厂", digest=FILE, captured_at=START),),
    ),
)
NAMED = {"swj", "hbj", "jkj", "pt1", "wjw", "zfb", "xcb"}


async def asking(register: SqlRegister) -> str:
    """A case whose timeline asks units in every way there is."""
    case_id = (await register.file(filing())).receipt.case_id
    await register.append(record(case_id, *range(1, len(EVENTS) + 1), events=EVENTS))
    return case_id


async def test_a_case_knows_every_unit_it_ever_asked(register: SqlRegister) -> None:
    row = await register.case(await asking(register))

    assert row is not None
    assert set(row.asked) == NAMED


@pytest.mark.parametrize("unit", sorted(NAMED))
async def test_a_unit_that_was_asked_in_any_way_finds_the_case_in_its_list(register: SqlRegister, unit: str) -> None:
    case_id = await asking(register)
    await register.file(filing("网传另外一件完全不相干的事情没有问过任何人"))

    rows = await register.cases(CaseFilter(), ReadingRight(unit=unit))

    assert [row.case_id for row in rows] == [case_id]
    assert await register.cases(CaseFilter(), ReadingRight(unit="gaj")) == []
    assert len(await register.cases(CaseFilter(), EVERYTHING)) == 2


async def test_a_file_is_for_who_handed_it_in_and_who_reads_a_case_that_names_it(register: SqlRegister) -> None:
    other = "cd" * 32
    await asking(register)
    await register.handed_in(other, "gaj")
    await register.handed_in(other, "gaj")

    async def may(digest: str, unit: str) -> bool:
        return await register.may_read_file(digest, ReadingRight(unit=unit))

    assert [await may(FILE, unit) for unit in ("swj", "zfb", "gaj")] == [True, True, False]
    assert [await may(other, unit) for unit in ("gaj", "swj")] == [True, False]
    assert await register.may_read_file(other, EVERYTHING)


async def test_a_register_of_before_learns_it_from_its_timelines(tmp_path: Path) -> None:
    register = await SqlRegister.open(url(tmp_path))
    case_id = await asking(register)
    await register.append(
        record(case_id, *range(1, len(EVENTS) + 2), events=EVENTS, units=("rsj",), debts=(debt("ybj"),))
    )
    await register.close()
    tables = ("asked_units", "named_files")
    before = [ask(tmp_path, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]

    def migrate() -> None:
        writing = WritingConnection(register_url(url(tmp_path)), PATIENCE)
        with writing.transaction() as connection:
            command.downgrade(migrations(connection), "0005")
        writing.close()

    await asyncio.to_thread(migrate)
    await (await SqlRegister.open(url(tmp_path))).close()

    assert [ask(tmp_path, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == before
    assert len(before[0]) == len(NAMED) + 2


RIGHTS = st.builds(
    ReadingRight,
    unit=st.sampled_from(("", *UNITS)),
    districts=st.lists(st.sampled_from(DISTRICTS), unique=True).map(tuple),
    whole=st.booleans(),
    case_id=st.sampled_from((None, "c-0", "c-1", "c-none")),
)
CASES = st.lists(
    st.tuples(st.lists(st.sampled_from(UNITS), unique=True), st.sampled_from((None, *DISTRICTS))), max_size=4
)


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases=CASES, rights=st.lists(RIGHTS, min_size=1, max_size=6))
def test_the_list_holds_exactly_what_the_rule_lets_one_read(tmp_path_factory, cases, rights):
    async def compared() -> None:
        folder = tmp_path_factory.mktemp("readers")
        empty_register.lay(folder)
        register = await SqlRegister.open(url(folder))
        try:
            for place, (units, district) in enumerate(cases):
                text = f"第{place}件网传的事情和别的都不一样的说法"
                await register.file(filing(text, case_id=f"c-{place}"))
                sent = tuple(RequestSent(unit=unit, short=unit, role=Role.CO, due=START) for unit in units)
                numbers = range(1, len(sent) + 2)
                await register.append(record(f"c-{place}", *numbers, events=sent, district=district))
            rows = await register.cases(CaseFilter(), EVERYTHING)
            assert {row.case_id: (row.asked, row.district) for row in rows} == {
                f"c-{place}": (tuple(sorted(units)), district) for place, (units, district) in enumerate(cases)
            }
            for right in rights:
                listed = {row.case_id for row in await register.cases(CaseFilter(), right)}
                ruled = {
                    row.case_id
                    for row in rows
                    if may_read(right, case_id=row.case_id, asked=row.asked, district=row.district)
                }
                assert listed == ruled, right
        finally:
            await register.close()

    asyncio.run(compared())
