"""Lines that another process made are the simulator's own."""

from datetime import date

from footfall.demo.ahead import made_ahead
from footfall.demo.city import CITY
from footfall.demo.simulator import Span, make_lines

SPAN = Span(first_day=date(2026, 10, 19), days=1, until_s=1_792_432_800)


def test_portals_come_in_order_each_with_its_lines():
    found = list(made_ahead(CITY[:2], SPAN, seed=4))
    assert found == [(portal, b"".join(make_lines(portal, SPAN, seed=4))) for portal in CITY[:2]]
    assert all(lines.count(b"\n") > 100 for _, lines in found)
