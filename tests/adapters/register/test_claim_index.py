"""The index of claims: found by rare terms, never by a scan, once for each wording, and old reports too."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.matching.folded_claim import folded_claim
from adapters.register.intake import claim_index
from adapters.register.store import SqlRegister
from desk.intake.claim_matching import ClaimMatching
from domain.matching.candidates import rank
from tests.adapters.register.factories import ask, filing

CLAIMS = ("河湾公园的孔雀昨晚全部飞走了", "中心小学明天开始停课一周", "北门菜市场的鸡蛋都是人造的")


@pytest.fixture
async def register(tmp_path: Path):
    opened = await SqlRegister.open(tmp_path / "register.db")
    yield opened
    await opened.close()


async def test_the_likest_of_many_claims_is_found_first(register: SqlRegister) -> None:
    others = [(f"o{number}", folded_claim(f"第{number}号楼今天停电{number}小时")) for number in range(300)]
    await register.index_claims([*others, *((f"c{place}", folded_claim(one)) for place, one in enumerate(CLAIMS))])

    folded = folded_claim("听说河湾公园的孔雀昨晚飞走了")
    found = rank(folded, await register.claims_like(folded))

    assert found[0].case_id == "c0"


async def test_a_wording_is_indexed_once_for_a_case(register: SqlRegister, tmp_path: Path) -> None:
    for _ in range(3):
        await register.index_claims([("c0", folded_claim(CLAIMS[0])), ("c1", folded_claim(CLAIMS[0]))])

    assert ask(tmp_path, "SELECT count(*) FROM claim_texts") == [(2,)]
    assert ask(tmp_path, "SELECT max(texts) FROM known_terms") == [(2,)]


async def test_no_query_of_the_index_is_a_scan(register: SqlRegister, tmp_path: Path) -> None:
    await register.index_claims([(f"c{place}", folded_claim(one)) for place, one in enumerate(CLAIMS)])
    plans = []
    for statement, values in (
        (claim_index._RARE, {"terms": ["孔雀", "停课"]}),
        (claim_index._POSTINGS, {"terms": ["孔雀", "停课"]}),
        (claim_index._TEXTS, {"ids": [1, 2]}),
        (claim_index._KNOWN, {}),
        (claim_index._FOUND, {"case_id": "c0", "digest": "d"}),
    ):
        made = str(statement.params(values).compile(compile_kwargs={"literal_binds": True}))
        plans += [row[-1] for row in ask(tmp_path, f"EXPLAIN QUERY PLAN {made}")]

    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN") and "claim_t" in plan] == []


async def test_old_reports_are_indexed_by_and_by_and_only_once(register: SqlRegister, tmp_path: Path) -> None:
    for place, claim in enumerate(CLAIMS):
        await register.file(filing(claim, name=f"old{place}"))
    assert ask(tmp_path, "SELECT count(*) FROM claim_texts") == [(0,)]
    matching = ClaimMatching(register, folded_claim)

    assert [await matching.index_old(), await matching.index_old()] == [3, 0]

    assert ask(tmp_path, "SELECT count(*) FROM claim_texts") == [(3,)]
    assert (await matching.likest(folded_claim(CLAIMS[1])))[0].case_id == "cold1"


async def test_a_text_without_terms_is_like_nothing(register: SqlRegister) -> None:
    assert list((await register.claims_like("")).found) == []
