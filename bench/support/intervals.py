"""How sure a share is: its interval of 95 % (Wilson 1927)."""

from __future__ import annotations

import math

_Z = 1.96


def wilson(right: int, made: int) -> tuple[float, float]:
    """Return between which shares the true one lies with 95 % confidence; (0, 1) if nothing was made."""
    if not made:
        return 0.0, 1.0
    share, square = right / made, _Z * _Z / made
    middle = (share + square / 2) / (1 + square)
    spread = _Z * math.sqrt(share * (1 - share) / made + square / (4 * made)) / (1 + square)
    return round(max(0.0, middle - spread), 4), round(min(1.0, middle + spread), 4)
