"""The examples in the docstrings hold."""

import doctest

import pytest

from footfall.trends import discovery, records, robust, spread, tails


@pytest.mark.parametrize("module", [discovery, records, robust, spread, tails], ids=lambda module: module.__name__)
def test_examples_hold(module):
    found = doctest.testmod(module)
    assert (found.failed, found.attempted > 0) == (0, True)
