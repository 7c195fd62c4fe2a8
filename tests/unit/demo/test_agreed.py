"""What devices of the demo tell fits together, and the same seed tells the same."""

from datetime import date

import msgspec

from footfall.demo.agreed import with_agreed
from footfall.demo.city import CITY

PORTAL = CITY[0]


def lines(days=40):
    for number in range(days):
        day = date.fromordinal(date(2026, 9, 1).toordinal() + number)
        for index in range(0, 60, 2):
            event = {"name": "pageview", "timestamp": f"{day}T10:00:00Z", "visitor": f"regular-{index}", "pathname": "/"}
            yield msgspec.json.encode(event) + b"\n"


def test_devices_tell_classes_that_the_report_counts():
    whole = b"".join(lines())
    found = [msgspec.json.decode(line) for line in with_agreed(PORTAL, whole, seed=3)]
    told = [line["props"] for line in found if line["name"] == "Returning"]
    assert [line for line in found if line["name"] == "pageview"] == [msgspec.json.decode(line) for line in whole.splitlines()]
    assert len(told) > 50
    assert all(line["interactive"] is False for line in found if line["name"] == "Returning")
    assert {one["age"] for one in told if one["since"] == "new"} == {"0"}
    assert {one["week"] for one in told if one["since"] in ("new", "7-13", "14-29", "30+")} == {"first"}
    assert list(with_agreed(PORTAL, whole, seed=3)) == list(with_agreed(PORTAL, whole, seed=3))
