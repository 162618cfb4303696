"""The entry point of the command line: `piyao`, or `python starter.py`."""

from __future__ import annotations

import gc
import os
import time


def main() -> None:
    """Run the command line."""
    os.umask(0o077)  # what any of our processes writes is for its owner only
    gc.disable()  # what is imported stays; what goes on running collects from then on (`cli.supervisor.signals`)
    from cli.main import run  # noqa: PLC0415  (nothing of ours is imported before it is needed: --help is quick)

    try:
        run()
    finally:
        # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
        time.sleep(0.05)


if __name__ == "__main__":
    main()
