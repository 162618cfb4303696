"""The forms texts are reduced to, with the adapters that make them."""

from __future__ import annotations

from adapters.matching.claim_key import claim_key
from adapters.matching.folded_claim import folded_claim
from adapters.matching.short_text import form_of
from adapters.matching.text_folding import folded
from desk.intake.text_forms import TextForms

TEXT_FORMS = TextForms(key=claim_key, plain=folded, claim=folded_claim, short=form_of)
