"""The examples in the docstrings hold."""

import doctest

import pytest

from footfall import unchanged
from footfall.interests import dates, fading, markup


@pytest.mark.parametrize("module", [dates, fading, markup, unchanged], ids=lambda module: module.__name__)
def test_examples_hold(module):
    found = doctest.testmod(module)
    assert (found.failed, found.attempted > 0) == (0, True)
