"""The entry of the worker: settings -> wiring -> Worker, until SIGTERM or Ctrl-C; then it drains."""

from __future__ import annotations

import time

import wiring
from cli.serving import serve
from settings import Settings


def main() -> None:
    """Run the worker."""
    try:
        serve(lambda stop: wiring.run_worker(Settings(), stop))
    finally:
        # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
        time.sleep(0.05)


if __name__ == "__main__":
    main()
