"""The table of forms: every form can be sent, every word of it stands, and what is sent becomes the model's JSON."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.forms.catalogue import BY_NAME, FORMS, SEND_CODE
from api.forms.model import PARTS, ROWS, SURE, WHOLE, Widget
from api.forms.parse import filled
from api.forms.render import Drawing
from api.forms.submission import NOTHING, FormSubmission
from api.tasks.open_link import LinkRefused
from api.tasks.reading.timeline import DONE
from domain.decider.decide import RULES
from domain.tasks.action import AvailableAction
from domain.tasks.available_actions import OFFERED
from domain.tasks.task import ALWAYS, KINDS, OF_A_CLOCK, Task
from tests.adapters.office.played_cases import office
from tests.api.scriptless_browser import Paper
from texts.catalogue import Texts

pytestmark = pytest.mark.people

ZONE = ZoneInfo("Asia/Shanghai")
TEXTS = Texts()
REFUSED = ("unreadable", "expired", "left_seat", "other_person", "other_kind", "no_case", "unavailable", "too_large")


def made(name: str, **typed: Any) -> Any:
    sent = FormSubmission({key: value if isinstance(value, list) else [value] for key, value in typed.items()}, {})
    return filled(BY_NAME[name], sent, ZONE)


def test_every_kind_of_every_task_has_a_form_and_every_form_a_task() -> None:
    of_tasks = {kind for kinds in KINDS.values() for kind in kinds} | {*OF_A_CLOCK, *ALWAYS}

    assert {form.kind for form in FORMS} == of_tasks
    assert of_tasks <= set(RULES)
    assert of_tasks <= set(OFFERED)
    assert set(DONE) == set(KINDS) == set(Task)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_asks_for_fields_its_model_has_and_says_everything_in_words(form: Any) -> None:
    model = RULES[form.kind].model.model_fields
    words = TEXTS.words

    chosen = (
        {"clock", "unit"} if any(one.widget is Widget.RUNG and one.name == "clock" for one in form.fields) else set()
    )
    asks = {one.name for one in form.fields if not one.beside} | {*form.carries} | chosen
    assert asks <= set(model)
    needed = {name for name, one in model.items() if one.is_required()}
    assert form.name == SEND_CODE or needed <= {one.name for one in form.fields if one.required} | {
        *form.carries,
        *chosen,
    }
    for group in ("form", "send", "sent"):
        assert words[group][form.name]
    for one in form.fields:
        assert form.name in words["sure"] if one is SURE else one.name in words["field"]
        assert set(one.codes) <= set(words.get(one.words, {}))


def test_every_task_and_every_refused_link_has_its_words() -> None:
    for task in Task:
        assert TEXTS.words["task"][task]
        assert TEXTS.words["task_ask"][task]
    for code in REFUSED:
        assert LinkRefused(410, code).code in TEXTS.words["link_refused"]
    assert set(TEXTS.words["link_refused"]) == set(TEXTS.words["link_advice"])


def test_what_was_left_empty_is_not_said_and_lists_are_lists() -> None:
    typed = {"level": "red", "topic": " 供水 ", "lead": "swj", "co_units": ["hbj", "", "swu"], "sure": "yes"}
    said = made("triage", **typed, reason="  ").decision

    assert said == RULES["triage"].model(level="red", topic="供水", lead="swj", co_units=("hbj", "swu"))


def test_rows_of_evidence_keep_their_place_when_one_between_them_is_empty() -> None:
    seen = {"url": "https://swj.mc.example/1", "captured_at": "2026-11-23T09:00"}
    rows = {"evidence-0-kind": "甲", "evidence-0-source": "乙", "evidence-2-kind": "丙"}
    rows |= {f"evidence-{row}-{part}": text for row in (0, 2) for part, text in seen.items()}

    assert made("finding", expected_round="1", verdict="false", explanation="x", **rows).faults == {
        "evidence-2-source": "请填写"
    }


def test_evidence_that_can_be_looked_at_nowhere_is_wrong_at_its_address() -> None:
    row = {"evidence-0-kind": "甲", "evidence-0-source": "乙", "evidence-0-captured_at": "2026-11-23T09:00"}

    assert set(made("finding", expected_round="1", verdict="false", explanation="x", **row).faults) == {
        "evidence-0-url"
    }
    kept = {**row, "evidence-0-digest": "0" * 64}
    assert (
        made("finding", expected_round="1", verdict="false", explanation="x", **kept).decision.evidence[0].digest
        == "0" * 64
    )


def test_no_evidence_at_all_is_missed_in_the_first_row() -> None:
    assert set(made("finding", expected_round="1", verdict="false", explanation="x").faults) == {"evidence-0-kind"}


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("2026-11-24T09:30", "2026-11-24T09:30:00+08:00"),
        ("2026-11-24 09:30", "2026-11-24T09:30:00+08:00"),
        ("2026-11-24T09:30:00Z", "2026-11-24T09:30:00+00:00"),
        ("2026-02-30T09:30", None),
        ("9999999999", None),
    ],
)
def test_a_time_is_read_in_the_office_s_zone_and_must_be_one(typed: str, taken: str | None) -> None:
    row = {"evidence-0-kind": "甲", "evidence-0-source": "乙", "evidence-0-captured_at": typed}
    row["evidence-0-url"] = "https://swj.mc.example/1"

    found = made("finding", expected_round="1", verdict="false", explanation="x", **row)

    if taken is None:
        assert set(found.faults) == {"evidence-0-captured_at"}
    else:
        assert found.decision.evidence[0].captured_at.isoformat() == taken


def test_what_is_wrong_with_no_field_of_the_form_belongs_to_it_as_a_whole() -> None:
    assert set(made("acknowledge", clock="midnight", unit="swj", sure="yes").faults) == {WHOLE}


def test_units_that_fit_stand_in_front_and_only_those_that_may_lead_can_be_chosen_to() -> None:
    drawing = Drawing(office(), ["hbj", "skx"])

    shown = drawing.show(0, BY_NAME["triage"], AvailableAction(kind="triage"), NOTHING, {})

    (lead,) = [control for control in shown.controls if control.widget is Widget.LEAD]
    assert [option.code for option in lead.suggested] == ["hbj"]
    assert {option.code for option in lead.options} == {
        code for code, unit in office().units.items() if unit.can_lead
    } - {"hbj"}


def test_an_offer_that_is_narrowed_draws_only_what_it_allows() -> None:
    offer = AvailableAction(kind="relevel", only={"level": ("red",)})

    (level, _) = Drawing(office()).show(0, BY_NAME["relevel"], offer, NOTHING, {}).controls

    assert [option.code for option in level.options] == ["red"]
    assert not BY_NAME["let_out"].fits(AvailableAction(kind="triage", only={"exit": ()}))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_is_drawn_with_everything_that_was_typed_and_what_is_wrong(form: Any) -> None:
    typed: dict[str, list[str]] = {}
    for one in form.fields:
        if one.widget in PARTS:
            typed |= {
                f"{one.name}-{row}-{part}": [f'{part} {row} "<&']
                for row in range(ROWS[one.widget])
                for part in PARTS[one.widget]
            }
        else:
            typed[one.name] = {
                Widget.LINE: ["甲 <b> \"'&"],
                Widget.WEB: ['https://swj.mc.example/?a=1&b="2'],
                Widget.WHEN: ["2026-11-23T09:00"],
                Widget.TEXT: ["\n甲\n\n 乙 </textarea>"],
                Widget.LEAD: ["hbj"],
                Widget.UNIT: ["skx"],
                Widget.UNITS: ["skx", "hbj"],
                Widget.QUESTIONS: ["", "panic", "crowd"],
            }.get(one.widget, [one.codes[-1] if one.codes else "swj"])
    faults = dict.fromkeys(typed, "不行")
    open_to = next((one.codes for one in form.fields if one.name == form.chooses), ()) or ("swj", "hbj")
    offer = AvailableAction(kind=form.kind, only={form.chooses: open_to} if form.chooses else {})

    shown = Drawing(office(), ["hbj"], involved=["swj"]).show(
        3, form, offer, FormSubmission(typed, {}), faults, "k" * 24
    )
    html = str(TEXTS.environment.get_template("task_fields.html.j2").module.draw(shown))
    paper = Paper()
    paper.feed(html)

    (sent,) = paper.forms.values()
    typed |= {one.name: ["yes"] if one is SURE else [""] for one in form.fields if one.beside}  # a code is a secret
    assert {name: sorted(sent[name]) for name in typed} == {name: sorted(held) for name, held in typed.items()}
    assert sent["key"] == ["k" * 24]
    assert html.count(">不行</p>") == len(typed)
    for place, _ in shown.faults:
        assert f'id="{place}"' in html


@pytest.mark.parametrize("name", ["let_out", "close", "close_beside", "supervise", "escalate"])
def test_what_cannot_be_undone_is_asked_once_before_however_much_is_filled_in(name: str) -> None:
    filled_in = {"exit": "opinion", "remarks": "已核对", "clock": "answer/swj//1", "reason": "催办无果"}

    unasked, asked = (
        made(name, **filled_in, expected_level="answer/swj/0/1", **more).faults for more in ({}, {"sure": "yes"})
    )

    assert unasked == {"sure": "请勾选"}
    assert asked == {}
