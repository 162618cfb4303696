"""The entry point of the worker: settings -> wiring -> Worker, until SIGTERM or Ctrl-C; then it drains."""

from __future__ import annotations

import time

from cli.run import run_worker


def main() -> None:
    """Run the worker."""
    try:
        run_worker()
    finally:
        # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
        time.sleep(0.05)


if __name__ == "__main__":
    main()
