"""Work in a process of its own, at low priority: requests wait for the interpreter of theirs, and that one's work is not in their way.

What is worked on and what came of it pass as Python objects through memory that both have open: both ends are ours, nothing is on disk.
"""

import ctypes
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import BinaryIO, Generic, TypeVar

__all__ = ["Apart", "main"]

NICE, LONGEST_S = 10, 900
# Not -m: what that process makes would be of a module __main__, which is another one here.
COMMAND = (sys.executable, "-c", "from footfall.serve.own_process import main; main()")
PR_SET_PDEATHSIG = 1

Given = TypeVar("Given")
Found = TypeVar("Found")


class Apart(Generic[Found]):
    """Work that another process does from now on. It ends with the thread that began it."""

    def __init__(self, work: Callable[[Given], Found], given: Given) -> None:
        """``work``: what can be pickled, such as a function that its module has by name; that process reads the module."""
        self._told = _memory()
        with _memory() as asked:
            pickle.dump((work, given), asked, protocol=5)
            asked.seek(0)
            self._process = subprocess.Popen(COMMAND, stdin=asked, stdout=self._told)

    @property
    def is_done(self) -> bool:
        """Whether ``found`` need not wait."""
        return self._process.poll() is not None

    def found(self) -> Found:
        """What came of it; waits, and is asked once.

        Raises:
            subprocess.SubprocessError: the process ended otherwise than it should, or took longer than 15 minutes.
        """
        with self._told as told:
            try:
                status = self._process.wait(LONGEST_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                raise
            if status:
                raise subprocess.CalledProcessError(status, COMMAND)
            told.seek(0)
            found: Found = pickle.load(told)
        return found


def main() -> None:
    """Write what becomes of what stands on stdin to stdout."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(NICE)
    work, given = pickle.load(sys.stdin.buffer)
    pickle.dump(work(given), sys.stdout.buffer, protocol=5)


def _memory() -> BinaryIO:
    return os.fdopen(os.memfd_create("footfall"), "w+b")
