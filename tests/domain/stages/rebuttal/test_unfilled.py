"""A text that still holds a placeholder of its template goes to nobody."""

import pytest

from domain.decisions import Interim
from domain.errors import Unfit
from tests.domain.factories import DUTY, EDITOR, Story, draft

pytestmark = pytest.mark.people


@pytest.mark.parametrize(
    ("who", "said", "story"),
    [
        (EDITOR, draft(), lambda: Story().triaged().verified()),
        (DUTY, Interim(), lambda: Story().triaged()),
    ],
)
def test_a_text_with_a_placeholder_of_its_template_is_refused(who, said, story):
    story = story()
    story.unfilled = ("（请补充）",)

    refused = story.refused(who, said, Unfit)

    assert (refused.code, refused.values) == ("unfilled", {"words": "（请补充）"})
