"""The loader works a tenth of the time while little comes in, and nothing waits for it longer than a second."""

import pytest

from footfall.serve.house import rest_s


@pytest.mark.parametrize(("worked_ms", "rest"), [(0, 0.1), (11, 0.1), (50, 0.45), (111, 0.999), (112, 1.0), (60_000, 1.0)])
def test_rest_is_nine_times_the_work_between_a_tenth_of_a_second_and_a_second(worked_ms, rest):
    assert rest_s(worked_ms) == pytest.approx(rest)
