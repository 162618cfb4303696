"""A text goes out only as the competent unit has reviewed and the office has signed it, to the letter."""

from __future__ import annotations

import pytest

from domain.decisions import Review
from domain.errors import NotPermitted, Stale, Unfit
from domain.vocabulary import ClockName, PublicationKind, PublicationState, Stage, Verdict, Vote
from tests.office_env import World
from tests.workflows import case_steps

pytestmark = pytest.mark.people


async def test_a_returned_text_comes_back_as_a_new_version_and_only_that_is_voted_on(world: World) -> None:
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    first = await case_steps.drafted(world, case)
    remarks = "请写明水质检测时间"
    await world.refused(case, Review(digest=first, outcome=Vote.RETURN), "swj", "deputy", Unfit)
    returned = await world.decide(case, Review(digest=first, outcome=Vote.RETURN, remarks=remarks), "swj", "deputy")
    await world.refused(case, case_steps.signature(first), "wxb", "deputy", Unfit)

    second = await case_steps.drafted(world, case, text="全市供水正常。今天十时检测，出厂水合格。")
    stale = await world.refused(case, case_steps.approval(first), "swj", "deputy", Stale)
    await world.refused(case, case_steps.approval(second), "wxb", "editor", NotPermitted)
    await world.decide(case, case_steps.approval(second), "swj", "deputy")
    twice = await world.refused(case, case_steps.approval(second), "swj", "deputy", NotPermitted)
    await world.decide(case, case_steps.signature(second), "wxb", "deputy")
    await world.reaches(case, Stage.CLOSURE)
    await world.quiet(case)

    assert (returned.summary.publication, returned.summary.debts[0].clock) == (PublicationState.NONE, ClockName.DRAFT)
    assert stale.values == {"voted": first[:8], "current": second[:8]}
    assert twice.code == "voted_already"
    page = await world.register.page(case)
    assert page is not None
    assert (page.publication.digest, page.publication.page.version) == (second, 2)
    assert [line["key"] for line in world.outbox("partner")] == [f"{case}/publish/v2/partner"]
    asked_again = [line["text"] for line in world.outbox() if "/draft:wxb/g2/start" in line["key"]]
    assert asked_again
    assert any(f"上一稿未通过：{remarks}" in text for text in asked_again)
    assert all("请" in text and "提交文稿" in text for text in asked_again)


async def test_a_true_claim_is_never_called_a_rumor_nor_an_unusual_text_left_without_reason(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj", verdict=Verdict.TRUE)

    rebuttal = await world.refused(case, case_steps.draft(), "wxb", "editor", Unfit)
    alert = await world.refused(case, case_steps.draft(PublicationKind.ALERT), "wxb", "editor", Unfit)
    await case_steps.drafted(world, case, PublicationKind.ALERT, reason="停水在即，先提示风险")

    assert (rebuttal.code, alert.code) == ("no_rebuttal_of_this", "unusual_kind_needs_reason")


async def test_the_office_alone_cannot_bring_out_a_text(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj")
    digest = await case_steps.drafted(world, case)

    early = await world.refused(case, case_steps.signature(digest), "wxb", "deputy", Unfit)
    await world.refused(case, case_steps.approval(digest), "wxb", "deputy", NotPermitted)
    await world.refused(case, case_steps.approval(digest), "wxb", "duty_leader", NotPermitted)
    reviewed = await world.decide(case, case_steps.approval(digest), "swj", "head")
    signed = await world.decide(case, case_steps.signature(digest), "wxb", "head")

    assert early.code == "sign_last"
    assert reviewed.summary.publication is PublicationState.DRAFTED
    assert [(one.kind, one.given) for one in reviewed.summary.signatures] == [("review", True), ("sign", False)]
    assert signed.summary.publication is PublicationState.APPROVED
