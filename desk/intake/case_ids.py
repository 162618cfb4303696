"""The ids of cases."""

from __future__ import annotations

import secrets


def new_case_id() -> str:
    """Return a new random case id: 10 characters, without look-alikes."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(10))
