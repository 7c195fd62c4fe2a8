"""Table schemas of Frictionless become drafts: the real ones of TIDES and of the libraries."""

import json

import msgspec
import pytest

from footfall.errors import BadInput
from footfall.sources.frictionless import from_table_schema
from footfall.sources.odcs import read_contract, write_contract
from tests.conftest import DATA

CITY = DATA / "city"
REAL = (
    "transit/tides/fare_transactions.schema.json",
    "transit/tides/passenger_events.schema.json",
    "transit/tides/station_activities.schema.json",
    "transit/tides/stop_visits.schema.json",
    "transit/tides/trips_performed.schema.json",
    "libraries/events.table-schema.json",
)
SCHEMA = {
    "title": "Visits",
    "missingValues": ["", "NA"],
    "foreignKeys": [{"fields": "stop_id"}],
    "fields": [
        {"name": "Event date", "type": "date", "format": "%d/%m/%Y", "constraints": {"required": True, "minimum": "2020-01-01"}},
        {"name": "Outcome", "type": "string", "constraints": {"enum": ["Health", "Culture"]}},
        {"name": "Library", "type": "string", "constraints": {"pattern": "[A-Z].*"}},
        {"name": "Attendees", "type": "integer", "constraints": {"minimum": 0, "maximum": 500}},
        {"name": "contact_email", "type": "string", "format": "email"},
        {"name": "where", "type": "geopoint"},
    ],
}


def drafted(schema=SCHEMA, **rest):
    return from_table_schema(schema, id="visits", **rest)


def test_types_formats_and_constraints_are_taken_over():
    when, outcome, library, attendees, contact, where = drafted().columns
    assert (when.kind, when.use, when.format, when.required, when.minimum) == ("date", "time", "dd/MM/yyyy", True, "2020-01-01")
    assert (outcome.use, outcome.values, outcome.missing) == ("category", ("Health", "Culture"), ("", "NA"))
    assert (library.use, library.place, library.pattern) == ("place", "library", "[A-Z].*")
    assert (attendees.kind, attendees.use, attendees.minimum, attendees.maximum) == ("integer", "measure", 0, 500)
    assert (contact.use, where.use) == ("drop", "drop")


def test_header_that_the_guard_knows_is_dropped():
    assert drafted(looks_like=lambda name: name == "Outcome" or None).columns[1].use == "drop"


@pytest.mark.realdata
@pytest.mark.parametrize("name", REAL)
def test_real_schema_becomes_a_draft_that_holds_once_filled_in(name):
    schema = json.loads((CITY / name).read_text("utf-8"))
    contract = drafted(schema)
    assert [column.name for column in contract.columns] == [field["name"] for field in schema["fields"]]
    assert contract.used("time")
    filled = msgspec.structs.replace(contract, purpose="To plan", legal_basis="Public task", owner="Transport")
    assert read_contract(write_contract(filled)) == filled


@pytest.mark.realdata
def test_fares_of_tides_keep_no_rider_card_or_device():
    contract = drafted(json.loads((CITY / REAL[0]).read_text("utf-8")))
    dropped = {column.name for column in contract.columns if column.use == "drop"}
    assert {"transaction_id", "vehicle_id", "device_id", "fare_media_id", "fare_media_id_purchased", "fare_id"} & {
        column.name for column in contract.columns
    } <= dropped
    assert {"fare_action", "stop_id", "amount"}.isdisjoint(dropped)


@pytest.mark.parametrize("schema", [[], {}, {"fields": []}, {"fields": [{"type": "string"}]}, {"fields": ["a"]}])
def test_what_is_no_table_schema_is_refused(schema):
    with pytest.raises(BadInput, match="table schema"):
        drafted(schema)
