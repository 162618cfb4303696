"""The pairs of cases that no rule joins: a person has taken a wording of one of them out of the other."""

from __future__ import annotations

from sqlalchemy import bindparam, case, literal_column, not_, select

from adapters.register.engine.claim_tables import claim_texts, splits
from adapters.register.engine.tables import cases

_PAIRS = (
    select(splits.c.from_case, splits.c.to_case, claim_texts.c.case_id.label("owner"))
    .join(claim_texts, claim_texts.c.case_id.in_((splits.c.from_case, splits.c.to_case)))
    .where(claim_texts.c.digest == bindparam("of_wording"), splits.c.made)
    .cte("pairs")
)
_BOTH = (
    select(_PAIRS.c.from_case.label("origin"), _PAIRS.c.from_case.label("case_id"))
    .union(select(_PAIRS.c.to_case, _PAIRS.c.to_case))
    .cte("both")
)
_ENDS = select(_BOTH.c.origin, _BOTH.c.case_id).cte("ends", recursive=True)
_ENDS = _ENDS.union(
    select(_ENDS.c.origin, cases.c.merged_into)
    .join(cases, cases.c.case_id == _ENDS.c.case_id)
    .where(cases.c.merged_into.is_not(None))
)
_ONE, _OTHER = _ENDS.alias("one"), _ENDS.alias("other")
_MERGED_AGAIN = (
    select(literal_column("1"))
    .select_from(_ONE.join(_OTHER, _ONE.c.case_id == _OTHER.c.case_id))
    .where(_ONE.c.origin == _PAIRS.c.from_case, _OTHER.c.origin == _PAIRS.c.to_case)
    .exists()
)
APART = select(
    case((_PAIRS.c.owner == _PAIRS.c.from_case, _PAIRS.c.to_case), else_=_PAIRS.c.from_case).label("case_id")
).where(not_(_MERGED_AGAIN))
"""The cases that a wording does not join by rule; a pair that a person has merged again is one case."""
