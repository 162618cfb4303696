"""Become another command that dies with its parent: `python -I -S die_with_parent.py PARENT COMMAND ...`.

A supervisor that is killed with -9 can stop no process any more, so on Linux the kernel does it. This is a wrapper,
because what `Popen` could run between fork and exec is not safe in a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel to kill this process when the parent ends, then become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:  # the parent ended before we could ask
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  (the supervisor made this command, no shell is involved)


if __name__ == "__main__":
    main()
