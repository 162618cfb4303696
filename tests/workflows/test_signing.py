"""Nobody publishes alone: consents, substitutes, codes, and whose name a kind of information carries."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from desk import CaseDesk
from domain.decisions import Confirm, Consent, Interim, Override, RecordPublication
from domain.errors import NotPermitted, Stale, Unfit
from domain.office.office import Office, Person
from domain.vocabulary import Issuer, Level, PublicationState, Seat, Stage, Vote
from tests.office_env import World
from tests.workflows import case_steps

pytestmark = pytest.mark.people

TOUCHES = "水源地监测数据稳定，没有污染。"
"""A text that states what 市生态环境局 answers for."""


def consent(digest: str) -> Consent:
    return Consent(digest=digest, outcome=Vote.APPROVE)


async def in_rebuttal(world: World, level: Level = Level.YELLOW, co_units: tuple[str, ...] = ("hbj",)) -> str:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, level, co_units=co_units)
    await case_steps.found(world, case, *([*co_units, "swj"] if level is Level.YELLOW else ["swj"]))
    return case


async def test_an_edit_voids_the_votes_and_nobody_signs_twice_or_signs_what_they_wrote(world: World) -> None:
    case = await in_rebuttal(world)
    first = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(first), "swj", "deputy")
    second = await case_steps.drafted(world, case, text="全市供水正常。今天十时检测合格。", reason="补充时间")
    stale = await world.refused(case, case_steps.signature(first), "wxb", "deputy", Stale)
    early = await world.refused(case, case_steps.signature(second), "wxb", "deputy", Unfit)
    await world.refused(case, case_steps.approval(second), "wxb", "editor", NotPermitted)
    await world.decide(case, case_steps.approval(second), "swj", "deputy")
    twice = await world.refused(case, case_steps.approval(second), "swj", "deputy", NotPermitted)
    done = await world.decide(case, case_steps.signature(second), "wxb", "deputy")
    await world.quiet(case)

    assert (stale.code, early.code, twice.code) == ("other_text", "sign_last", "voted_already")
    assert done.summary.publication is PublicationState.APPROVED


async def test_the_drafter_of_the_lead_unit_cannot_review_the_own_text(world: World) -> None:
    case = await in_rebuttal(world)
    drafted = await world.decide(case, case_steps.draft(), "swj", "deputy")
    digest = next(entry.event.digest for entry in drafted.entries if entry.event.kind == "drafted")

    own = await world.refused(case, case_steps.approval(digest), "swj", "deputy", NotPermitted)
    stood_in = await world.decide(case, case_steps.approval(digest), "swj", "head")

    assert own.code == "own_text"
    assert [one.given for one in stood_in.summary.signatures] == [True, False]


async def test_silence_is_not_consent_and_an_override_needs_the_duty_leader(world: World) -> None:
    case = await in_rebuttal(world)
    digest = await case_steps.drafted(world, case, text=TOUCHES)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    waits = await world.refused(case, case_steps.signature(digest), "wxb", "deputy", Unfit)
    skip = Override(unit="hbj", reason="已超时两次，电话无人接听")
    early = await world.refused(case, skip, "wxb", "duty", Unfit)
    await world.forward(case, timedelta(hours=2))
    asked = await world.decide(case, skip, "wxb", "duty")
    yes = Confirm(ref=asked.summary.waiting[0].ref, outcome=Vote.APPROVE)
    await world.refused(case, yes, "wxb", "duty", NotPermitted)
    await world.refused(case, yes, "wxb", "editor", NotPermitted)
    gone_on = await world.decide(case, yes, "wxb", "duty_leader")
    signed = await world.decide(case, case_steps.signature(digest), "wxb", "deputy")
    await world.quiet(case)

    assert early.code == "consent_just_asked"
    assert (waits.code, waits.values["waiting"]) == ("sign_last", "市生态环境局")
    assert [(one.kind, one.unit, one.skipped) for one in gone_on.summary.signatures][1] == ("consent", "hbj", True)
    assert signed.summary.publication is PublicationState.APPROVED


async def test_a_consenting_unit_stands_beside_the_reviewer_and_before_the_signer(world: World) -> None:
    case = await in_rebuttal(world)
    digest = await case_steps.drafted(world, case, text=TOUCHES)
    await world.refused(case, consent(digest), "hbj", "liaison_a", NotPermitted)
    await world.decide(case, consent(digest), "hbj", "head")
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    await world.decide(case, case_steps.signature(digest), "wxb", "deputy")
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)

    asked = {kind: world.told(f"/sign/d1/{kind}") for kind in ("review", "consent", "sign")}
    assert {kind: {person for person, _ in people} for kind, people in asked.items()} == {
        "review": {"swj-deputy"}, "consent": {"hbj-deputy"}, "sign": {"wxb-deputy"},
    }  # fmt: skip


async def test_information_of_one_unit_goes_out_in_that_unit_s_name_only(world: World) -> None:
    case = await in_rebuttal(world)
    refusal = await world.refused(case, case_steps.draft(text="市气象局今晨发布暴雪预警。"), "wxb", "editor", Unfit)
    named = await world.refused(case, case_steps.draft(information="警情通报"), "wxb", "editor", Unfit)
    unknown = case_steps.draft(information="没有这种信息")
    with pytest.raises(Exception, match="unknown_information"):
        await world.decide(case, unknown, "wxb", "editor")
    own = case_steps.draft(text="市气象局今晨发布暴雪预警。", issuer="unit", unit="qxj")
    taken = await world.decide(case, own, "wxb", "editor")

    assert (refusal.code, refusal.values) == ("releases", {"information": "暴雪预警", "unit": "市气象局"})
    assert (named.code, named.values["unit"]) == ("releases", "市公安局")
    assert [(one.kind, one.unit, one.seat) for one in taken.summary.signatures] == [
        ("review", "swj", "deputy"), ("sign", "qxj", "head"),
    ]  # fmt: skip


async def test_a_red_text_is_signed_with_a_code_that_is_nowhere_in_the_history(world: World) -> None:
    case = await in_rebuttal(world, Level.RED)
    digest = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    sign = case_steps.signature(digest)
    without = await world.refused(case, sign, "wxb", "duty_leader", NotPermitted)
    code = await world.code(case, "wxb", "duty_leader")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    before = await world.length(case)
    refusals = []
    for _ in range(5):
        with pytest.raises(NotPermitted) as caught:
            await world.decide(case, sign, "wxb", "duty_leader", code=wrong)
        refusals.append(caught.value.code)
    with pytest.raises(NotPermitted) as used_up:
        await world.decide(case, sign, "wxb", "duty_leader", code=code)
    with pytest.raises(NotPermitted) as another:
        await world.decide(case, sign, "wxb", "deputy", code=code)
    assert await world.length(case) == before

    fresh = await world.code(case, "wxb", "deputy")
    signed = await world.decide(case, sign, "wxb", "deputy", key="the signature", code=fresh)
    again = await world.decide(case, sign, "wxb", "deputy", key="the signature", code=fresh)
    with pytest.raises(NotPermitted):
        await world.decide(case, sign, "wxb", "deputy", code=fresh)
    assert (again.seq, again.entries) == (signed.seq, ())
    assert await world.register.unfinished(datetime.max.replace(tzinfo=UTC), 100) == []
    await world.quiet(case)

    assert (without.code, refusals) == ("code_needed", ["wrong_code"] * 5)
    assert (used_up.value.code, another.value.code) == ("no_code", "no_code")
    assert signed.summary.publication is PublicationState.APPROVED
    history = json.dumps((await world.history(case)).to_json_dict(), ensure_ascii=False)
    assert not re.search(rf"\b{code}\b|\b{fresh}\b", history)
    assert {line["channel"] for line in world.outbox() if "/code/" in line["key"]} == {"sms"}


async def test_a_signer_who_leaves_has_voted_and_the_open_signature_is_the_successor_s(world: World) -> None:
    case = await in_rebuttal(world)
    digest = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    gone, new = world.officer("wxb", "deputy"), _successor(world.officer("wxb", "deputy"))
    reviewer = world.officer("swj", "deputy")
    people = [one for one in world.office.people if one.id not in (gone.id, reviewer.id)]
    changed = world.office.model_copy(update={"people": (*people, new)})
    desk = _desk(world, changed)

    answer = await desk.decide(case, case_steps.signature(digest), by=new, key="successor")
    await world.quiet(case)

    assert desk.person("piyao-demo-wxb-deputy") is None
    assert answer.summary.publication is PublicationState.APPROVED
    votes = [event["by"]["person"] for event in await world.events(case, "reviewed")]
    assert votes == ["swj-deputy", "wxb-deputy-2"]


async def test_the_desk_counts_who_can_sign_by_the_roster_of_now(world: World) -> None:
    case = await in_rebuttal(world)
    deputy, head = world.officer("swj", "deputy"), world.officer("swj", "head")
    both = deputy.model_copy(update={"seats": (Seat.DEPUTY, Seat.HEAD)})
    people = [one for one in world.office.people if one.id not in (deputy.id, head.id)]
    office = world.office
    changed = Office(units=office.units, people=(*people, both), policy=office.policy, working=office.working)
    desk = _desk(world, changed)

    with pytest.raises(Unfit) as refused:
        await desk.decide(case, case_steps.draft(issuer=Issuer.UNIT), by=world.officer("wxb", "editor"), key="one")

    assert refused.value.code == "cannot_be_signed"
    await world.decide(case, case_steps.draft(issuer=Issuer.UNIT), "wxb", "editor")


def _successor(of: Person) -> Person:
    return of.model_copy(update={"id": f"{of.id}-2", "name": "继任者", "seats": (Seat.DEPUTY,), "key_digest": None})


def _desk(world: World, office: object) -> CaseDesk:
    before, world.office = world.office, office
    try:
        return world.desk_over(world.client)
    finally:
        world.office = before


async def test_words_of_the_quoted_claim_and_another_s_words_through_any_door(world: World) -> None:
    case = (await world.report("网传市气象局已发暴雪预警，全市停课")).case_id
    await world.decide(case, case_steps.triage(lead="swj"), "wxb", "duty")
    interim = await world.refused(case, Interim(known="暴雪预警已发"), "wxb", "duty", Unfit)
    seen = {"url": "https://pt1.mc.example/1", "captured_at": await world.now(case)}
    posted = RecordPublication(unit="pt1", publication="alert", title="通报", text="今晚暴雪预警已发。", **seen)
    elsewhere = await world.refused(case, posted, "wxb", "editor", Unfit)
    quoted = posted.model_copy(update={"text": "网传“暴雪预警”不实。"})
    await world.decide(case, quoted, "wxb", "editor")

    assert (interim.code, elsewhere.code) == ("releases_interim", "releases_elsewhere")
