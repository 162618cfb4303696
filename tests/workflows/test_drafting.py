"""A draft from the findings: fact first, the claim once, who verified; an editor only has to finish it."""

from __future__ import annotations

import pytest

from domain.access.reading import EVERYTHING
from domain.errors import Unfit
from domain.vocabulary import PublicationKind, Verdict
from tests.office_env import CLAIM, World
from tests.workflows import case_steps

pytestmark = pytest.mark.people

FACT = "经查，供水正常。"


async def test_a_rebuttal_is_proposed_with_the_fact_first_and_the_claim_once(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=("hbj",))
    with pytest.raises(Unfit) as early:
        await world.desk.proposed_draft(case, EVERYTHING)
    await case_steps.found(world, case, "hbj", "swj")

    draft = await world.desk.proposed_draft(case, EVERYTHING)

    assert early.value.code == "no_verdict_yet"
    assert draft.publication is PublicationKind.REBUTTAL
    assert draft.text.startswith(FACT)
    assert (draft.title + draft.text).count(CLAIM[:20]) == 1
    assert draft.text.index(FACT) < draft.text.index(CLAIM[:20])
    assert "检测记录（出厂水逐时检测）" in draft.text
    await world.decide(case, case_steps.draft(title=draft.title, text=draft.text), "wxb", "editor")


@pytest.mark.parametrize("verdict", list(Verdict))
async def test_every_verdict_has_its_kind_and_every_kind_its_template(warm_world: World, verdict: Verdict) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await case_steps.triaged(world, case, co_units=())
    await case_steps.found(world, case, "swj", verdict=verdict)

    usual = await world.desk.proposed_draft(case, EVERYTHING)
    texts = [
        await world.desk.proposed_draft(case, EVERYTHING, kind)
        for kind in PublicationKind
        if kind is not PublicationKind.INTERIM
    ]

    # Not the texts, which say the minute they were written in.
    assert (usual.publication, usual.title) in [(one.publication, one.title) for one in texts]
    assert all(one.title and one.text and "{{" not in one.text for one in texts)
    assert len({one.title for one in texts}) == len(texts)
    with pytest.raises(Unfit):
        await world.desk.proposed_draft(case, EVERYTHING, PublicationKind.INTERIM)
