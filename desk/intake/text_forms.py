"""The forms to which a text is reduced before it is looked up, compared or counted; `adapters.matching` makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.matching.short_texts import ShortForm


@dataclass(frozen=True)
class TextForms:
    """What reduces texts: `key` to what reports of one claim share, `plain` to what differs in writing alone.

    `claim` makes the form that is compared with claims. `short` is given the address beside a text, too, and makes the
    form by which texts that say too little wait together.
    """

    key: Callable[[str], str | None]
    plain: Callable[[str], str]
    claim: Callable[[str], str]
    short: Callable[[str, str | None], ShortForm]
