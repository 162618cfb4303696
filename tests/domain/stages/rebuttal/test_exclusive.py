"""What only one unit may give goes out in its name, whatever the door; what is only quoted is not given."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Consent, Interim, Override, Sign
from domain.errors import Unfit
from domain.office.quoted_claim import without_quoted_claim
from domain.tasks.available_actions import offers
from domain.vocabulary import Issuer, PublicationState, Seat, SlotKind
from tests.domain.factories import (
    DUTY,
    EDITOR,
    UNITS,
    Story,
    deputy,
    draft,
    of,
)
from tests.domain.stages.rebuttal.test_published_elsewhere import elsewhere

pytestmark = pytest.mark.people

QUAKE, FORECAST = "震情通报", "地震预报"
CITY = UNITS["zfb"]


def verified() -> Story:
    story = Story().triaged("jkj", "sjw").verified()
    story.exclusive = {QUAKE: UNITS["swj"], FORECAST: CITY}
    return story


def consenting(story: Story) -> list[str]:
    return [slot.to[0].unit for slot in story.case.draft.slots if slot.kind is SlotKind.CONSENT]


# --- several givers --------------------------------------------------------------------------------------------------


def test_of_several_givers_one_issues_and_the_others_consent():
    by_unit = verified().drafted(issuer=Issuer.UNIT, unit="swj")
    by_city = verified().drafted(issuer=Issuer.CITY)

    assert (consenting(by_unit), consenting(by_city)) == (["zfb"], ["swj"])
    assert by_unit.notices(Message.CONSENT_REQUEST)[-1].to[0].unit == "zfb"
    by_unit.vote(deputy("jkj"))
    by_unit.vote(deputy("zfb"), kind=Consent)
    by_unit.vote(of("swj", Seat.HEAD), kind=Sign)
    assert by_unit.case.publication is PublicationState.APPROVED


@pytest.mark.parametrize("said", [{}, {"issuer": Issuer.UNIT}, {"issuer": Issuer.UNIT, "unit": "jyw"}])
def test_nobody_else_issues_what_several_may_give(said):
    refusal = verified().refused(EDITOR, draft(**said), Unfit)

    assert (refusal.code, refusal.values["unit"]) == ("releases_several", "市水务局、市政府办公室")


def test_nobody_goes_on_without_the_consent_of_a_giver():
    story = verified().drafted(issuer=Issuer.UNIT, unit="swj")
    story.wait("8h")

    refusal = story.refused(DUTY, Override(unit="zfb", reason="时限将至"), Unfit)

    assert (refusal.code, refusal.values["unit"]) == ("giver_consents", "市政府办公室")
    assert "override" not in [offer.kind for offer in offers(story.case, DUTY, story.now)]


# --- every door ------------------------------------------------------------------------------------------------------


def test_a_platform_that_repeats_what_another_alone_may_say_is_not_re_posted():
    story = Story().triaged("jkj", "sjw").verified()
    story.exclusive = {"暴雪预警": UNITS["swj"]}

    refusal = story.refused(EDITOR, elsewhere(unit="sjw"), Unfit)

    assert (refusal.code, refusal.values["unit"]) == ("releases_elsewhere", "市水务局")
    story.say(EDITOR, elsewhere(unit="swj"))


def test_an_interim_notice_gives_nothing_that_another_alone_may_say():
    story = Story().triaged("jkj", "sjw")
    story.exclusive = {"暴雪预警": UNITS["swj"]}

    assert story.refused(DUTY, Interim(known="已发布暴雪预警"), Unfit).code == "releases_interim"
    story.exclusive = {}
    story.say(DUTY, Interim())


# --- the quoted claim ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("网传“今晚有地震预报”不实。", "今晚有地震预报"),
        ("网传「地震预报 说今晚」不实。", "市里的地震预报说今晚有"),
        ('网传"地震预报"一说不实。', "地震预报，今晚"),
        ("网传“市里说“地震预报”已出”不实。", "市里说“地震预报”已出"),
    ],
)
def test_words_inside_the_quoted_claim_do_not_count(text, claim):
    assert FORECAST not in without_quoted_claim(text, claim)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("地震预报由政府统一发布，网传“今晚有地震”不实。", "今晚有地震"),
        ("请以“地震预报”为准。", "今晚有地震"),
        ("今晚有地震预报，网传不实。", "今晚有地震预报"),
    ],
)
def test_words_the_text_says_itself_count(text, claim):
    assert FORECAST in without_quoted_claim(text, claim)
