"""Texts an office writes itself: what would fail in the middle of a case keeps everything from starting."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adapters.office import rehearsal
from adapters.office.problems import OfficeError
from adapters.office.text_checks import _values, catalogue
from adapters.office.text_values import slips
from domain.case.notice_kinds import Message
from tests.adapters.office.played_cases import argued, delayed, passed_on, rebutted, settled, silent
from tests.adapters.office.test_words import kinds_of_events
from texts import faults
from texts.catalogue import LANGUAGE, PACKAGED, Texts


def problems(folder: Path) -> list[str]:
    with pytest.raises(OfficeError) as caught:
        catalogue(folder, "Asia/Shanghai", proven=True)
    return [str(problem).removeprefix(f"{LANGUAGE}/") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("title.j2", "{% if %}", 'title.j2: 第 1 行: 现在是 "{% if %}"；不是有效的模板'),
        (
            "title.j2",
            "标题\n{{ case | nosuch }}",
            'title.j2: 第 2 行: 现在是 "{{ case | nosuch }}"；用了没有的过滤器或判断',
        ),
        ("code.j2", "{{ code }} {{ nobody }}", "code.j2: 现在是 nobody；可以用的名称："),
        (
            "notice_ring.j2",
            "{{ minutes }}",
            "notice_ring.j2: 现在是 minutes；可以用的名称：asked、called、claim、clock、due、late",
        ),
        (
            "timer.j2",
            "{% if level %}{{ level|w }}{% endif %}",
            "timer.j2: 第 1 行: 现在是 w；没有这个过滤器",
        ),
        ("timer.j2", "{{ 1 if level is great else 2 }}", "timer.j2: 第 1 行: 现在是 great；没有这个判断"),
        ("title.j2", "{% include 'no.j2' %}", "title.j2: 第 1 行: 现在是 no.j2；没有这个模板"),
        ("title.j2", "{% from 'events.j2' import no %}", "title.j2: 第 1 行: 现在是 no；events.j2 里没有这个宏"),
        ("title.j2", "{% macro f(a, a) %}{% endmacro %}", "title.j2: 不是有效的模板"),
        ("cli.toml", 'clocks_still = "{x}"', 'cli.toml: clocks_still: 现在是 "{x}"；这里不能用花括号'),
        ("cli.toml", "clocks_still = 3", "cli.toml: clocks_still: 现在是 3；应为引号里的文字"),
        ("words.toml", '[span]\nh = "{n:d}小时"', 'words.toml: span.h: 现在是 "{n:d}小时"；花括号里可以写：{n}'),
        ("words.toml", '[span]\nh = "{n!x}小时"', 'words.toml: span.h: 现在是 "{n!x}小时"；花括号里可以写：{n}'),
        ("words.toml", "[stage", "words.toml: 不是有效的 TOML"),
        ("task.toml", "a = ", "task.toml: 不是有效的 TOML"),
        ("words.toml", 'stage = "研判"', 'words.toml: stage: 现在是 "研判"；应为一个词语表'),
        ("words.toml", "[stage]\ntriage = 3", "words.toml: stage.triage: 现在是 3；应为引号里的文字"),
        ("words.toml", '[span]\nh = "{x}小时"', 'words.toml: span.h: 现在是 "{x}小时"；花括号里可以写：{n}'),
        ("words.toml", '[stage]\ntriage = "{x}"', 'words.toml: stage.triage: 现在是 "{x}"；这里不能用花括号'),
        ("words.toml", '[span]\nh = "{n小时"', 'words.toml: span.h: 现在是 "{n小时"；花括号里可以写：{n}'),
    ],
)
def test_a_wrong_text_is_told_with_file_place_and_what_is_allowed(
    name: str, written: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")

    [problem] = problems(tmp_path)

    assert problem.startswith(told)
    usable = catalogue(tmp_path, "Asia/Shanghai", proven=False)
    assert (usable.word("stage", "triage"), usable.span("4h")) == (Texts().word("stage", "triage"), "4小时")


@pytest.mark.parametrize("name", ["title.j2", "words.toml"])
def test_a_text_in_another_encoding_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes("研判".encode("gb18030"))

    [problem] = problems(tmp_path)

    assert problem.startswith(f"{name}: 第 0 个字节不是 UTF-8；应为")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "title.j2").write_text("{% if %}", encoding="utf-8")
    (tmp_path / "words.toml").write_text('[stage]\ntriage = 3\n[span]\nh = "{x}"\n', encoding="utf-8")

    assert [problem.split(":")[0] for problem in problems(tmp_path)] == ["words.toml", "words.toml", "title.j2"]


def test_a_packaged_text_that_borrows_from_an_own_one_finds_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "draft.j2").write_text("{% macro facts(x) %}{% endmacro %}", encoding="utf-8")

    assert {problem.split("现在是 ")[1] for problem in problems(tmp_path)} == {
        "basis；draft.j2 里没有这个宏",
        "asof；draft.j2 里没有这个宏",
    }


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("notice_ring.j2", '{{ stage|word("stage") }} {{ number }}'),
        ("draft_rebuttal.j2", "{{ claim }} {{ level }} {{ others|length }}"),
        ("task_page.html.j2", "{{ short }}"),
        ("title.j2", "{% set x = level %}{% for one in (1, 2) %}{{ loop.index }}{{ x }}{% endfor %}"),
    ],
)
def test_a_text_may_ask_for_all_its_like_is_given(name: str, written: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")

    catalogue(tmp_path, "Asia/Shanghai", proven=True)


def test_an_office_that_rewrites_its_texts_rightly_is_well(tmp_path: Path) -> None:
    shutil.copytree(PACKAGED, tmp_path / "texts")
    (tmp_path / "texts" / "notices" / "code.j2").write_text("验证码 {{ code }}", encoding="utf-8")
    (tmp_path / "texts" / "words.toml").write_text('[span]\nh = "{n}个钟头"\n[ours]\nx = "{y}"\n', encoding="utf-8")

    texts = catalogue(tmp_path / "texts", "Asia/Shanghai", proven=True)

    assert (texts.span("2h"), texts.span("2m")) == ("2个钟头", Texts().span("2m"))
    assert texts.say("code", code="123456") == "验证码 123456"


def test_a_template_in_two_folders_is_named_with_both(tmp_path: Path) -> None:
    (tmp_path / "operator").mkdir()
    (tmp_path / "title.j2").write_text("{{ claim }}", encoding="utf-8")
    (tmp_path / "operator" / "title.j2").write_text("{{ claim }}", encoding="utf-8")

    assert problems(tmp_path) == ["operator/title.j2: 现在是 operator/title.j2、title.j2；同名的文本有两个；只留一个"]


def test_a_template_is_found_in_a_folder_of_its_kind_and_beside_it(tmp_path: Path) -> None:
    (tmp_path / "operator").mkdir()
    (tmp_path / "operator" / "title.j2").write_text("甲{{ claim }}", encoding="utf-8")
    (tmp_path / "code.j2").write_text("乙{{ code }}", encoding="utf-8")

    texts = Texts(tmp_path)

    assert (texts.say("title", claim="x"), texts.say("code", code=1)) == ("甲x", "乙1")


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("timer.j2", "{% if debt.acknowledged %}\n{{ debt.shortname }}{% endif %}", "第 2 行: 现在是 debt.shortname；"),
        ("board.md.j2", "{% for one in summary.debts %}{{ one.whose }}{% endfor %}", "第 1 行: 现在是 one.whose；"),
        ("board.md.j2", "{{ (case.timeline|last).evnt.kind }}", "第 1 行: 现在是 evnt；应为其中之一："),
        ("timeline_entry.j2", "{% if 0 %}{{ entry.event.colour }}{% endif %}", "第 1 行: 现在是 colour；"),
        ("notice_ring.j2", "{{ notice.to[0].chair }}", "第 1 行: 现在是 chair；应为其中之一：seat、unit"),
        ("notice_request.j2", "{{ values.reson }}", "第 1 行: 现在是 values.reson；应为其中之一：accept_due、"),
        ("bulletin_index.html.j2", "{% for p in pages %}{{ p.mood }}{% endfor %}", "第 1 行: 现在是 p.mood；"),
        ("events.j2", "{% macro line(entry, short) %}{{ entry.whom }}{% endmacro %}", "第 1 行: 现在是 entry.whom；"),
        ("run_alarm.j2", "{% set s = row.summary %}{{ s.staage }}", "第 1 行: 现在是 s.staage；应为其中之一："),
    ],
)  # fmt: skip
def test_a_misspelled_attribute_is_told_in_whatever_branch_it_stands(
    name: str, written: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")

    assert [problem for problem in problems(tmp_path) if problem.startswith(f"{name}: {told}")] != []


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("title.j2", "标题\n{{ claim.nosuch }}", 'title.j2: 第 2 行: 现在是 "{{ claim.nosuch }}"；填不出来'),
        ("timer.j2", "{% if debt %}\n{{ debt.due + 1 }}{% endif %}", 'timer.j2: 第 2 行: 现在是 "{{ debt.due + 1 }}'),
        ("notice_subject.j2", "{{ due.strftime('%H') }}", "notice_subject.j2: 第 1 行: 现在是"),
        ("board.md.j2", "{{ summary.verdicts.cross.label }}", "board.md.j2: 第 1 行: 现在是"),
        ("notice_breach.j2", "{{ values['nobody'].x }}", "notice_breach.j2: 第 1 行: 现在是"),
        ("activity_notify.j2", "{{ notices[0].due.isoformat() }}", "activity_notify.j2: 第 1 行: 现在是"),
        (
            "events.j2",
            "{% macro seats(to, short) %}{% endmacro %}"
            "{% macro line(entry, short) %}\n{{ entry.event.kind + 1 }}{% endmacro %}",
            "events.j2: 第 2 行: 现在是",
        ),
    ],
)
def test_a_text_that_cannot_be_filled_from_a_played_case_keeps_everything_from_starting(
    name: str, written: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")

    found = problems(tmp_path)

    assert [problem for problem in found if problem.startswith(told) and "内置文本填得出来" in problem] != []
    assert all(problem.startswith(f"{name}: ") for problem in found), "the office's own text is blamed"


def test_the_packaged_cases_send_every_message_and_tell_every_event() -> None:
    owed = {notice.message for turn in rehearsal.turns() for notice in turn.notices}
    told = {entry.event.kind for turn in rehearsal.turns() for entry in turn.entries}

    assert owed == set(Message)
    assert told == set(kinds_of_events())


def test_no_packaged_text_fails_where_a_played_case_fills_it() -> None:
    texts = Texts()
    filled = [name for name in texts.templates for values in rehearsal.samples(name)
              if texts.environment.get_template(name).render(values)]  # fmt: skip

    assert len(set(filled)) > len(Message)


def test_no_packaged_text_asks_for_what_is_not_there() -> None:
    texts = Texts()
    found = {
        name: slip
        for name, source in texts.templates.items()
        for slip in slips(texts.environment.parse(source), _values(texts))
    }

    assert found == {}


def test_every_value_a_notice_brings_may_be_asked_for() -> None:
    given = {key for tell in (rebutted, argued, silent, settled, delayed, passed_on) for story in tell()
             for notice in story.notices for key in notice.values}  # fmt: skip

    assert given - _values(Texts()) == set()


def test_a_text_that_failed_is_told_until_it_is_changed(tmp_path: Path) -> None:
    file, kept = tmp_path / "code.j2", tmp_path / "kept"
    file.write_text("验证码\n{{ code.digits }}", encoding="utf-8")
    texts = Texts(tmp_path)
    texts.faults = kept

    assert "123456" in texts.say("code", code="123456", number="x", minutes=5)
    assert [one.split(": ")[:2] for one in faults.kept(kept, texts.templates)] == [["code.j2 line 2", "UndefinedError"]]

    file.write_text("验证码\n{{ code }}", encoding="utf-8")
    assert faults.kept(kept, Texts(tmp_path).templates) == []
