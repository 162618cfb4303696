"""Become another command that dies with its parent: `python -I -S tied.py PARENT COMMAND ...`.

A supervisor that is killed with -9 can stop nobody any more, so on Linux the kernel does it. A wrapper, because what
`Popen` could run between fork and exec is not safe in a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel to be killed when the parent goes, then become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:  # it went before we could ask
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  (the supervisor made this command, no shell is involved)


if __name__ == "__main__":
    main()
