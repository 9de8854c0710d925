"""A child that does not outlive its parent, whatever becomes of the parent."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def tethered(command: Sequence[str]) -> tuple[str, ...]:
    """Return *command* behind a launcher that, on Linux, asks the kernel to kill it when this process ends.

    The launcher becomes the command (exec keeps the process id and the request). Elsewhere there is no such request.
    """
    if sys.platform != "linux":
        return tuple(command)
    return (sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), *command)


_LAUNCHER = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
if os.getppid() == int(sys.argv[1]):  # otherwise the parent died before the request
    os.execvp(sys.argv[2], sys.argv[2:])
"""
