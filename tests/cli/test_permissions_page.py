"""The page of who may decide what is the table itself."""

import re

import pytest

from cli.permissions_page import page
from domain.access.permissions import NARROWED
from domain.decider.decide import RULES
from tests.test_floors import ROOT

pytestmark = pytest.mark.people


def test_the_page_in_the_docs_is_the_table_of_today():
    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == page(), "run `make permissions`"


def test_the_page_has_a_row_per_kind_and_no_code_but_the_kind():
    rows = [line for line in page().splitlines() if line.startswith("| ") and "`" in line]

    assert [row.split("`")[1] for row in rows if "`" in row and row.split("`")[1] in RULES] == [
        kind for kind in RULES for _ in range(1 + len(NARROWED.get(kind, {})))
    ]
    for row in rows:
        assert not re.search("[a-z]", re.sub("`.*?`", "", row)), row
