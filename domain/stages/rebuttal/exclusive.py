"""Exclusive information 专属信息: what only one unit may give goes out in its name, through whatever door.

Where a text holds information of several givers, one of them issues and the others consent. The desk finds it; words
inside the quoted claim do not count (docs/design.md, rule 12).
"""

from __future__ import annotations

from domain.case.case import Case
from domain.decisions import DraftSubmission, Proven
from domain.errors import Unfit
from domain.terms import UnitRef
from domain.vocabulary import Issuer


def givers(case: Case, decision: DraftSubmission, issuing: UnitRef, proven: Proven) -> tuple[str, ...]:
    """Return the units whose information a text holds beside its issuer's: they consent.

    Raises:
        Unfit: none of the givers issues the text.

    """
    found = {unit.code: unit for unit in proven.exclusive.values()}
    if not found:
        return ()
    issues = [code for code in found if _issues(case, decision, issuing, code)]
    if not issues:
        code = "releases" if len(found) == 1 else "releases_several"
        raise Unfit(code, information="、".join(proven.exclusive), unit="、".join(one.short for one in found.values()))
    case.names |= {code: unit.short for code, unit in found.items()}
    return tuple(code for code in found if code not in issues)


def refuse_in_anothers_name(proven: Proven, unit: UnitRef, code: str) -> None:
    """Refuse what goes out in the name of `unit` if it holds information of another; `code` is that of the refusal."""
    for information, giver in proven.exclusive.items():
        if giver.code != unit.code:
            raise Unfit(code, information=information, unit=giver.short, issuer_unit=unit.short)


def _issues(case: Case, decision: DraftSubmission, issuing: UnitRef, giver: str) -> bool:
    """Return whether a text goes out in the name of a giver; the office's is the joint one, the city's its unit's."""
    if giver == case.office.code:
        return decision.issuer is Issuer.JOINT
    if giver == case.terms.signing[Issuer.CITY].sign[0].unit:
        return decision.issuer is Issuer.CITY
    return decision.issuer is Issuer.UNIT and issuing.code == giver
