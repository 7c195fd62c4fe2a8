"""A process that has seen visitors leaves no picture of its memory."""

import subprocess
import sys

ASKED = """
import ctypes, resource
from footfall.serve.hardening import keep_memory_private
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
ask = lambda: (resource.getrlimit(resource.RLIMIT_CORE)[0] == 0, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
print(ask()[1], end=" ")
keep_memory_private()
print(*ask())
"""
"""3 is PR_GET_DUMPABLE."""


def test_a_process_that_was_told_so_writes_no_core_and_cannot_be_dumped():
    told = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["1", "True", "0"]
