"""What an editor begins with: whole sentences, units by their names, placeholders that are found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.decisions import unfilled
from desk.draft_proposals import DraftProposal, propose
from domain.case.summarise import summarise
from domain.decisions import DraftSubmission
from domain.events import FindingReceived
from domain.ports.rows import TimelineEntry
from domain.vocabulary import PublicationKind, Verdict
from tests.adapters.office.played_cases import START, rebutted
from texts.catalogue import PACKAGED, Texts, current
from texts.headlines import excerpt, sentence
from texts.own_names import named

pytestmark = pytest.mark.people

LONG = "经市水务局调度中心连夜核对全市六座水厂的生产运行记录和管网压力监测数据以及维修工单，未发现停水计划。"
SHORT = "全市供水正常。调度记录显示各水厂运行平稳。"


def finding(seq: int, unit: str, explanation: str, verdict: Verdict = Verdict.FALSE, **more: object) -> TimelineEntry:
    event = FindingReceived(unit=unit, verdict=verdict, explanation=explanation, evidence=(), **more)
    return TimelineEntry(epoch=1, seq=seq, at=START, event=event, previous="")


def proposed(
    *entries: TimelineEntry, claim: str = "全市停水三天", kind: PublicationKind | None = None
) -> DraftProposal:
    *_, story = rebutted()
    summary = summarise(story.case).model_copy(
        update={"verdict": Verdict.FALSE, "units": ("swj", "hbj"), "lead": "swj"}
    )
    shorts = {"swj": "市水务局", "hbj": "市生态环境局"}
    return propose(summary, claim, entries, shorts, kind, START)


def test_a_title_is_a_whole_sentence_or_names_the_claim() -> None:
    assert proposed(finding(1, "swj", SHORT)).title == "全市供水正常"
    assert proposed(finding(1, "swj", LONG)).title == "关于“全市停水三天”的核查情况"
    assert proposed(finding(1, "swj", LONG), kind=PublicationKind.EXPLAINER).title == "科普：关于“全市停水三天”"
    assert proposed(finding(1, "swj", "王*明所说不实。其余略。")).title == "王*明所说不实"


@pytest.mark.parametrize("kind", [kind for kind in PublicationKind if kind is not PublicationKind.INTERIM])
def test_no_title_of_any_kind_ends_in_the_middle_of_a_word(kind: PublicationKind) -> None:
    claim = "紧急通知今晚八点起全市停水三天请大家赶快储水并转告亲友，水厂已经被污染了千万不要喝自来水"

    title = proposed(finding(1, "swj", LONG), claim=claim, kind=kind).title

    assert "紧急通知" not in title or "…”" in title or claim in title
    assert LONG[:36] not in title


def test_a_cut_is_made_at_a_pause_and_marked() -> None:
    assert excerpt("一二三四五六，七八九十", 9) == "一二三四五六…"
    assert excerpt("一二三", 3) == "一二三"
    assert len(excerpt("一" * 50, 30)) == 30
    assert sentence("是真的吗？不是。", 10) == "是真的吗"


def test_a_joint_draft_names_the_units_a_finding_speaks_for() -> None:
    text = proposed(
        finding(1, "swj", "经我局核实供水正常。"), finding(2, "hbj", "本局监测水质达标，我中心已复测。")
    ).text

    assert "经市水务局核实供水正常" in text
    assert "市生态环境局监测水质达标，市生态环境局已复测" in text


@pytest.mark.parametrize("said", ["自我局限", "基本单位", "我委托第三方检测", "日本公司", "样本中心", "我市供水正常"])
def test_words_that_only_look_like_ones_own_name_stay(said: str) -> None:
    assert named(f"关于{said}的说明", "市水务局") == f"关于{said}的说明"


def test_what_is_for_the_office_alone_is_in_no_draft() -> None:
    secret = "正在查找首发账号"
    for kind in PublicationKind:
        if kind is not PublicationKind.INTERIM:
            draft = proposed(finding(1, "swj", SHORT, internal=secret), kind=kind)
            assert secret not in draft.title + draft.text


def test_placeholders_of_packaged_and_own_templates_are_found(tmp_path: Path) -> None:
    (tmp_path / "draft_statement.j2").write_text(
        "标题\n网传不实。{# （请填写：注） #}处置：【待填写处置情况】，电话____。（见下）"
    )

    own = Texts(tmp_path).placeholders

    assert current().placeholders == Texts(PACKAGED).placeholders == ("（请补充）",)
    assert set(own) == {"（请补充）", "【待填写处置情况】", "____"}


def test_a_text_that_still_holds_one_is_known_and_a_quoted_claim_is_none() -> None:
    said = DraftSubmission(publication=PublicationKind.STATEMENT, title="情况说明", text="处理情况：（请补充）。")

    assert unfilled(said, "全市停水") == ("（请补充）",)
    quoted = said.model_copy(update={"text": "网传“停水（请补充）”不实。"})
    assert unfilled(quoted, "停水（请补充）") == ()
    assert unfilled(quoted.model_copy(update={"title": "（请补充）停水（请补充）"}), "停水（请补充）") == (
        "（请补充）",
    )


@pytest.mark.parametrize("kind", [PublicationKind.STATEMENT, PublicationKind.ALERT, PublicationKind.EXPLAINER])
def test_what_the_packaged_templates_leave_open_is_refused_until_it_is_written(kind: PublicationKind) -> None:
    draft = proposed(finding(1, "swj", SHORT), kind=kind)

    said = DraftSubmission(publication=kind, title=draft.title, text=draft.text)

    assert unfilled(said, "全市停水三天") == ("（请补充）",)
