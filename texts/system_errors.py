"""What the system says when a file cannot be used, in words."""

from __future__ import annotations

import errno

from texts.catalogue import current


def reason(fault: OSError) -> str:
    """Return why the system refused, as people read it; the name of the error where there are no words for it."""
    return current().word("system", errno.errorcode.get(fault.errno or 0, type(fault).__name__))
