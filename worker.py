"""The worker: one process that serves rumor cases on one task queue until SIGTERM or Ctrl-C, then drains.

It runs the `Worker` that `wiring.worker.build_worker` builds: the workflow `RumorCase`, the activities `notify`,
`publish` and `record`, and the interceptors that check the seal and write the operator's page. `piyao worker` does the
same.
"""

from __future__ import annotations

import gc
import os
import time

from cli.run import run_worker


def main() -> None:
    """Run the worker."""
    os.umask(0o077)  # what any of our processes writes is for its owner only
    gc.disable()  # as `piyao` does
    try:
        run_worker()
    finally:
        # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
        time.sleep(0.05)


if __name__ == "__main__":
    main()
