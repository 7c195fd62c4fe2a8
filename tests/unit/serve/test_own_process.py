"""What a process of its own makes is what would have been made here, and it says so where it could not."""

import os
import subprocess
from fractions import Fraction

import pytest

from footfall.serve.own_process import NICE, Apart


def test_work_is_done_elsewhere_at_low_priority():
    apart = Apart(os.nice, 0)
    assert apart.found() == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    assert apart.is_done


def test_much_passes_both_ways():
    assert Apart(sorted, list(range(300_000, 0, -1))).found() == list(range(1, 300_001))


def test_work_that_fails_is_told(capfd):
    with pytest.raises(subprocess.SubprocessError):
        Apart(Fraction, "no number").found()
    assert "ValueError" in capfd.readouterr().err
