"""What follows for a report that is like a known claim: it joins only where nothing but words differs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.matching.candidates import Candidate, Candidates, rank
from domain.matching.canonical import canonical, terms
from domain.matching.differences import Guard, guards
from domain.matching.outcome import MatchOutcome

OTHERS = (
    "鸡蛋明天涨到十块钱一斤",
    "地铁三号线明天停运",
    "某医院出现大量病人",
    "高速公路封闭七天不让通行",
    "食盐将全面断货",
)


def outcome(report: str, claim: str) -> MatchOutcome:
    texts = [claim, *OTHERS]
    held: dict[str, int] = {}
    for text in texts:
        for term in terms(text):
            held[term] = held.get(term, 0) + 1
    found = [Candidate(case_id=f"c{place}", folded=text) for place, text in enumerate(texts)]
    first = rank(report, Candidates(known=len(texts), texts=held, found=found))[0]
    assert first.case_id == "c0"
    return first.outcome


@pytest.mark.parametrize(
    ("report", "claim"),
    [
        ("网传喝茶可以预防新型冠状病毒是真的吗", "喝茶能预防新冠病毒"),
        ("今晚八点起全市停水三天请大家赶快接水", "今晚八点起全市要停水三天大家赶快接水"),
        ("轻症患者手粘唾液触碰眼口鼻会转化为重症了吗", "轻症患者手粘唾液触碰眼口鼻会转化为重症"),
        (
            "转给家人看看朋友刚发来的消息说蒙古国支援的三万只羊终于走过来了一个先遣团今天下午抵达",
            "蒙古国支援的三万只羊终于走过来了一个先遣团今天下午抵达",
        ),
    ],
)
def test_the_same_claim_in_other_words_joins(report: str, claim: str) -> None:
    assert outcome(report, claim) is MatchOutcome.JOIN
    assert outcome(claim, report) is MatchOutcome.JOIN


@pytest.mark.parametrize(
    ("report", "claim", "guard"),
    [
        ("今晚八点起全市停水两天大家赶快接水", "今晚八点起全市停水三天大家赶快接水", Guard.NUMBER),
        ("今晚八点起全市不停水大家不用接水", "今晚八点起全市停水大家赶快接水", Guard.NEGATION),
        ("温州有人新冠病毒核酸检测呈阳性", "商丘有人新冠病毒核酸检测呈阳性", Guard.REPLACED),
        ("北京自来水加大氯气大家不要饮用", "南昌自来水加大氯气大家不要饮用", Guard.PLACE),
        ("金银花和绿茶能防控新冠病毒感染", "金银花能防控新冠病毒感染", Guard.LIST),
        ("金银花有望防控新冠病毒感染吗", "金银花能防控新冠病毒感染", Guard.HEDGE),
        ("闻洋葱可以预防新冠肺炎传染给家人", "吃洋葱可以预防新冠肺炎传染给家人", Guard.USE),
        ("这种蘑菇可以治愈高血压和糖尿病人", "这种蘑菇可以抑制高血压和糖尿病人", Guard.PREDICATE),
        ("vaccines do not cause this illness in children", "vaccines do cause this illness in children", Guard.LETTERS),
        ("国产g20手机充电的时候会自己起火燃烧", "国产k20手机充电的时候会自己起火燃烧", Guard.LETTERS),
        ("张三打了李四并且已经被抓起来了", "李四打了张三并且已经被抓起来了", Guard.MOVED),
    ],
)
def test_another_number_place_negation_or_deed_is_another_claim(report: str, claim: str, guard: Guard) -> None:
    assert outcome(report, claim) is not MatchOutcome.JOIN
    assert outcome(claim, report) is not MatchOutcome.JOIN
    assert guard in guards(canonical(report), canonical(claim))


def test_a_chain_message_told_of_another_town_is_not_joined() -> None:
    message = "学校开学时间高三三月二日开学高一高二三月九日开学小学三月十六日开学幼儿园继续延时"

    assert outcome(f"我们这里也收到了{message}大家看看", message) is MatchOutcome.JOIN
    assert outcome(f"重庆市{message}", message) is not MatchOutcome.JOIN


LONG = "城南这家店的羊肉都是老鼠肉做的大家千万不要再去吃了赶快转告家里的老人和孩子"


@pytest.mark.parametrize(
    "other",
    [
        LONG.replace("城南这家店", "城北那家店"),
        LONG.replace("都是老鼠肉", "都不是老鼠肉"),
        LONG.replace("这家店", "这两家店"),
        f"经过调查并没有发现{LONG}",
        f"{LONG}不是事实",
        LONG.replace("羊肉", "羊肉和牛肉"),
    ],
)
def test_a_long_message_with_another_subject_or_its_opposite_is_not_quoted(other: str) -> None:
    assert outcome(other, LONG) is not MatchOutcome.JOIN
    assert outcome(LONG, other) is not MatchOutcome.JOIN


SCHOOL = "小学门口有人开面包车抢孩子已经抢走三个家长都转起来"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("中湖", "东湖"),
        ("上湖", "北湖"),
        ("后桥", "南桥"),
        ("湖滨", "东湖滨"),
        ("实验", "第二实验"),
        ("新星", "三新星"),
    ],
)
def test_a_long_message_that_begins_with_another_name_is_not_quoted(name: str, other: str) -> None:
    assert outcome(name + SCHOOL, other + SCHOOL) is not MatchOutcome.JOIN
    assert outcome(other + SCHOOL, name + SCHOOL) is not MatchOutcome.JOIN


@pytest.mark.parametrize(
    ("end", "other"),
    [("送往中院", "送往东院"), ("地点在", "地点北"), ("送往医院", "送往医院东"), ("共抢走", "共抢走九")],
)
def test_a_long_message_that_ends_with_another_name_or_number_is_not_quoted(end: str, other: str) -> None:
    assert outcome(SCHOOL + end, SCHOOL + other) is not MatchOutcome.JOIN
    assert outcome(SCHOOL + other, SCHOOL + end) is not MatchOutcome.JOIN


@pytest.mark.parametrize(("report", "claim"), [("停水通知", "停水通知"), ("真的吗", "谣言")])
def test_a_text_that_says_too_little_joins_nothing(report: str, claim: str) -> None:
    assert outcome_or_none(report, claim) is not MatchOutcome.JOIN


def outcome_or_none(report: str, claim: str) -> MatchOutcome | None:
    found = rank(report, Candidates(known=1, texts={}, found=[Candidate(case_id="c0", folded=claim)]))
    return found[0].outcome if found else None


_WORDS = st.text(st.sampled_from("停水电三天今晚八点全市不没北京上海医院学校吃喝的了吗"), min_size=1, max_size=40)


@settings(max_examples=300, deadline=None)
@given(_WORDS, _WORDS)
def test_what_joins_one_way_joins_the_other_way_with_the_same_guards(one: str, other: str) -> None:
    a, b = canonical(one), canonical(other)
    assert guards(a, a) == []
    assert (guards(a, b) == []) == (guards(b, a) == [])
