"""When datasets are loaded by themselves: by the clock of the contract's zone, the last of several missed runs, never before it was put."""

from datetime import UTC, datetime

import msgspec
import pytest

from footfall.errors import BadInput
from footfall.serve.source_schedule import last_due, next_due
from footfall.sources.builtins import builtin_text
from footfall.sources.odcs import read_contract

COUNTERS = read_contract(builtin_text("service-counters"))


def ms(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def at(schedule, zone="Etc/UTC"):
    return msgspec.structs.replace(COUNTERS, schedule=schedule, timezone=zone)


@pytest.mark.parametrize(
    ("zone", "now", "last", "following"),
    [
        ("Etc/UTC", "2026-03-10T04:00:00", "2026-03-10T04:00:00", "2026-03-11T04:00:00"),
        ("Etc/UTC", "2026-03-10T03:59:59", "2026-03-09T04:00:00", "2026-03-10T04:00:00"),
        ("Asia/Kathmandu", "2026-03-10T00:00:00", "2026-03-09T22:15:00", "2026-03-10T22:15:00"),
        ("Europe/Berlin", "2026-03-28T12:00:00", "2026-03-28T03:00:00", "2026-03-29T02:00:00"),
        ("Europe/Berlin", "2026-10-24T12:00:00", "2026-10-24T02:00:00", "2026-10-25T03:00:00"),
    ],
)
def test_four_in_the_morning_is_that_of_the_zone(zone, now, last, following):
    contract = at("0 4 * * *", zone)
    assert (last_due(contract, ms(now)), next_due(contract, ms(now))) == (ms(last), ms(following))


def test_what_was_due_before_the_contract_was_put_is_not_missed():
    contract = at("0 4 * * *")
    now = ms("2026-03-10T12:00:00")
    assert last_due(contract, now, since_ms=ms("2026-03-10T04:00:01")) == 0
    assert last_due(contract, now, since_ms=ms("2026-03-01T00:00:00")) == ms("2026-03-10T04:00:00")


def test_without_a_schedule_it_is_never_due():
    assert (last_due(COUNTERS, ms("2026-03-10T12:00:00")), next_due(COUNTERS, ms("2026-03-10T12:00:00"))) == (0, 0)


@pytest.mark.parametrize("schedule", ["61 4 * * *", "0 4 31 2 *"])
def test_schedule_that_never_comes_round_is_refused(schedule):
    level = "slaProperties:\n- {property: frequency, unit: cron, value: "
    text = builtin_text("service-counters").replace("slaProperties:\n", f'{level}"{schedule}"}}\n')
    with pytest.raises(BadInput, match="five fields of cron"):
        read_contract(text)
