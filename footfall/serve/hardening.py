"""What is said to the system before a process sees its first visitor: its memory holds addresses and salts, and stays here."""

import ctypes
import resource

__all__ = ["keep_memory_private"]

PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """From now on no core dump is written of this process, and no other process of the same user may read its memory.

    The limit stops files. Where the system pipes dumps to a handler it does not look at the limit, only at whether the process is dumpable.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
