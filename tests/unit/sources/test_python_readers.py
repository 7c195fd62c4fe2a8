"""Formats that Python reads: what comes out of them, what never does, and files made to do harm."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from footfall.errors import BadInput
from footfall.sources.contract import Column
from footfall.sources.readers import READERS, archives, calendars, names_of, pieces
from tests.support.reading import contract

SECRETS = ("anna", "AA-BB", "NL26", "192.0.2.", "remittance", "@")


def rows_of(tmp_path, content, format, columns=None, **options):
    path = tmp_path / "x"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    names = names_of(path, format, options)
    given = {"columns": columns} if columns else {}
    read = contract([] if columns else names, format, options=options, **given)
    found = []
    for piece in pieces(path, read, tmp_path):
        text = Path(piece.parameters["piece_path"]).read_text()
        assert not any(secret in text for secret in SECRETS)
        for line in text.splitlines():
            number, *values = json.loads(line)
            found.append((number, dict(zip(names, values, strict=False))))
    return found


RADIUS = """Wed Nov 25 10:00:00 2026
\tUser-Name = "anna@example.org"
\tAcct-Status-Type = Start
\tTimestamp = 1800000000

Wed Nov 25 11:00:00 2026
\tUser-Name = "+70000000000@"
\tAcct-Status-Type = Stop
\tCalled-Station-Id = "00-11-22-33-44-55:metro"
\tFramed-IP-Address = 192.0.2.7
\tAcct-Session-Time = 60
\tAcct-Input-Octets = 5
\tAcct-Input-Gigawords = 2
\tAcct-Delay-Time = 10
\tTimestamp = 1800000010
"""


def test_radius_gives_ended_sessions_with_whole_octets_and_no_user(tmp_path):
    kept = tuple(Column(name=name, use="device" if name == "Calling-Station-Id" else "check") for name in names_of(tmp_path, "radius", {}))
    ((number, row),) = rows_of(tmp_path, RADIUS, "radius", kept)
    assert (number, row["Event-Timestamp"], row["station"], row["Acct-Session-Time"]) == (6, "2027-01-15T08:00:00Z", "metro", "60")
    assert row["Acct-Input-Octets"] == str(2 * 2**32 + 5)


def test_line_that_is_none_of_a_detail_file_is_named(tmp_path):
    with pytest.raises(BadInput, match="Line 2 is none"):
        rows_of(tmp_path, "\nAcct-Status-Type = Stop\n", "radius", (Column(name="station", use="check"),))


def test_device_of_radius_is_kept_as_a_device_alone(tmp_path):
    with pytest.raises(BadInput, match="use device"):
        rows_of(tmp_path, RADIUS, "radius")


ENTRY = """<D xmlns="urn:x"><S><Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-01-02</Dt></BookgDt><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Amt Ccy="EUR">1.10</Amt><RltdPties><Dbtr><Nm>anna</Nm></Dbtr></RltdPties></TxDtls>
<TxDtls><Amt Ccy="EUR">2.20</Amt><RmtInf><Ustrd>remittance NL26</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></S></D>"""


def test_payments_of_an_entry_are_rows_where_they_add_up_to_it(tmp_path):
    found = rows_of(tmp_path, ENTRY.format(amount="3.30"), "camt")
    assert [(row["Amt"], row["Signed"], row["BkTxCd"], row["NbOfTxs"]) for _, row in found] == [
        ("1.10", "-1.10", "PMNT/ICDT", "1"),
        ("2.20", "-2.20", "PMNT/ICDT", "1"),
    ]


def test_entry_whose_payments_do_not_add_up_is_one_row(tmp_path):
    ((_, row),) = rows_of(tmp_path, ENTRY.format(amount="5"), "camt")
    assert (row["Amt"], row["NbOfTxs"], row["Sts"]) == ("5", "2", "BOOK")


ICS = """BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u1@x\r\nDTSTART;TZID=Europe/Moscow:20260301T190000
DTEND;TZID=Europe/Moscow:20260301T210000\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;TZID=Europe/Moscow:20260308T190000
SUMMARY:Concert\r\nORGANIZER;CN=anna:mailto:anna@example.org\r\nGEO:55.7;37.6\r\nCATEGORIES:music,free\r\nEND:VEVENT
BEGIN:VEVENT\r\nUID:u1@x\r\nRECURRENCE-ID;TZID=Europe/Moscow:20260315T190000\r\nDTSTART;TZID=Europe/Moscow:20260316T200000
SUMMARY:Moved\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""


def test_calendar_gives_every_occurrence_once(tmp_path):
    found = rows_of(tmp_path, ICS.replace("\r\n", "\n").replace("\n", "\r\n"), "icalendar")
    assert sorted((row["DTSTART"], row["SUMMARY"]) for _, row in found) == [
        ("2026-03-01T16:00:00Z", "Concert"),
        ("2026-03-16T17:00:00Z", "Moved"),
        ("2026-03-22T16:00:00Z", "Concert"),
    ]
    assert (found[0][1]["DTEND"], found[0][1]["CATEGORIES"], found[0][1]["latitude"]) == ("2026-03-01T18:00:00Z", "music, free", "55.7")


def test_endless_event_is_followed_to_the_bound_and_no_oftener_than_daily(tmp_path, monkeypatch):
    daily = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert [row["DTSTART"] for _, row in rows_of(tmp_path, daily, "icalendar", until="2026-01-03")] == [
        "2026-01-01",
        "2026-01-02",
        "2026-01-03",
    ]
    with pytest.raises(BadInput, match="more than once a day"):
        rows_of(tmp_path, daily.replace("DAILY", "SECONDLY"), "icalendar")
    monkeypatch.setattr(calendars, "MOST_OCCURRENCES", 100)
    with pytest.raises(BadInput, match="more than 100 times"):
        rows_of(tmp_path, daily, "icalendar")


def test_schema_org_event_is_read_without_people(tmp_path):
    event = {"@type": ["MusicEvent"], "startDate": "2026-01-02T19:00+03:00", "eventStatus": "https://schema.org/EventScheduled"}
    event |= {"location": {"name": "Hall", "geo": {"latitude": 55.7, "longitude": 37}}, "organizer": {"name": "anna"}}
    ((number, row),) = rows_of(tmp_path, json.dumps({"@graph": [event, {"@type": "Person", "name": "anna"}]}), "json-ld")
    assert (number, row["type"], row["location"], row["longitude"], row["eventStatus"]) == (1, "MusicEvent", "Hall", "37", "EventScheduled")


def test_points_of_gpx_belong_to_the_track_of_their_segment(tmp_path):
    point = '<trkpt lat="1" lon="2"><time>2026-01-02T03:04:05Z</time></trkpt>'
    track = f"<trk><name>anna</name><trkseg>{point * 2}</trkseg><trkseg>{point}</trkseg></trk>"
    text = f"<gpx><metadata><author>anna</author></metadata>{track}</gpx>"
    assert [row["track_id"] for _, row in rows_of(tmp_path, text, "gpx")] == ["1", "1", "2"]


def test_mds_gives_places_and_times_and_no_device(tmp_path):
    trip = {"device_id": "AA-BB", "start_time": 0, "end_time": 1500, "start_location": {"lat": 1.5, "lng": 2}, "duration": 90}
    ((_, row),) = rows_of(tmp_path, json.dumps({"trips": [trip]}), "mds")
    assert row | {"distance": None} == row
    assert (row["end_time"], row["start_latitude"], row["end_latitude"], row["duration"]) == (
        "1970-01-01T00:00:01.500000Z",
        "1.5",
        None,
        "90",
    )
    point = {"trip_ids": ["t"], "timestamp": 0, "location": {"lat": 1, "lng": 2}}
    assert rows_of(tmp_path, json.dumps({"telemetry": [point]}), "mds", list="telemetry")[0][1]["track_id"] == "t"


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("format", "content", "said"),
    [
        ("camt", LAUGHS, "document type or entities"),
        ("camt", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "document type or entities"),
        ("camt", "<a>" * 100 + "</a>" * 100, "more than 64 levels"),
        ("camt", ENTRY[:200], "broken off"),
        ("gpx", "<gpx><trk>", "broken off"),
        ("geojson", '{"features":[{"properties":{"a":1}}', "broken off"),
        ("geojson", gzip.compress(b'{"features":[]}', mtime=0), "Unpack it first"),
        ("geojson", '{"features":' + "[" * 100 + "]" * 100 + "}", "more than 64 levels"),
        ("mds", '{"trips":[{"start_time":', "broken off"),
        ("json-ld", "[" * 100_000, "nests too deep"),
        ("json-ld", '{"a":', "broken off"),
        ("icalendar", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:2026", "no iCalendar"),
        ("parquet", b"PAR1xxxx", "no Parquet"),
        ("zip", b"PK\x03\x04xxxx", "broken"),
        ("csv", 'a,b\n1,2\n3,"x\n4,5\n', "never closed"),
        ("csv", "a,b\n\xff,1\n".encode("latin-1"), "not utf-8"),
        ("csv", "a,a\n1,2\n", "two columns called a"),
        ("csv", "x" * 2_000_000, "no table"),
        ("ndjson", "[1]\n", "no object"),
    ],
)
def test_harmful_and_half_files_are_refused_in_one_sentence(tmp_path, format, content, said):
    with pytest.raises(BadInput, match=said):
        rows_of(tmp_path, content, format)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def zipped(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_zip_bombs_and_names_that_lead_out_are_refused(tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="unpacks to"):
        rows_of(tmp_path, zipped(**{"a.txt": b"0" * 3_000_000}), "zip", member="a.txt")
    with pytest.raises(BadInput, match="leads out"):
        rows_of(tmp_path, zipped(**{"../a.txt": "a\n1\n"}), "zip", member="../a.txt")
    with pytest.raises(BadInput, match=r"Valid: a\.txt"):
        rows_of(tmp_path, zipped(**{"a.txt": "a\n1\n"}), "zip", member="b.txt")
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    with pytest.raises(BadInput, match="2 members"):
        rows_of(tmp_path, zipped(a="", b=""), "zip", member="a")


def test_gzip_of_several_members_is_whole_and_a_half_one_is_not(tmp_path):
    packed = gzip.compress(b"a,b\n1,", mtime=0) + gzip.compress(b"2\n")
    path = tmp_path / "x.gz"
    path.write_bytes(packed)
    assert len(list(pieces(path, contract(["a", "b"]), tmp_path))) == 1
    path.write_bytes(packed[:-9])
    with pytest.raises(BadInput, match="broken"):
        list(pieces(path, contract(["a", "b"]), tmp_path))


def test_inch_signs_are_no_open_quotation_marks(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n5" pipe,1\n')
    assert len(list(pieces(path, contract(["a", "b"]), tmp_path))) == 1


def test_header_that_differs_is_named_with_both_lists(tmp_path):
    (tmp_path / "x.csv").write_text("a,c\n")
    with pytest.raises(BadInput) as refused:
        list(pieces(tmp_path / "x.csv", contract(["a", "b"]), tmp_path))
    assert str(refused.value) == (
        "The file's columns are not those of the contract. Not in the file: b. Not in the contract: c. "
        "The file has: a, c. The contract has: a, b."
    )


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (
            "Anna Petrova,Lenina 5,sick leave",
            "None of the file's 3 columns is in the contract: it is another file, or its first line is no header. The contract has: a, b.",
        ),
        ("a,Петров Иван Иванович", "The first line is no header: a name is empty, stands there twice or looks like a value."),
        ("Anna,Anna", "None of the file's 2 columns is in the contract"),
    ],
    ids=["a row", "beside a name", "twice"],
)
def test_first_row_of_a_file_without_a_header_is_quoted_in_no_error(tmp_path, first, said):
    (tmp_path / "x.csv").write_text(f"{first}\n{first}\n")
    with pytest.raises(BadInput) as refused:
        list(pieces(tmp_path / "x.csv", contract(["a", "b"]), tmp_path))
    assert str(refused.value).startswith(said)
    assert not any(value in str(refused.value) for value in first.split(",") if value != "a")


@pytest.mark.parametrize("format", ["camt", "icalendar", "radius", "gpx", "mds", "access-log", "json-ld", "gtfs-realtime"])
def test_contract_cannot_keep_what_a_format_never_reads(tmp_path, format):
    with pytest.raises(BadInput, match="not read of the format"):
        list(pieces(tmp_path, contract(["Nm"], format), tmp_path))


def test_formats_are_in_the_docs():
    page = (Path(__file__).parents[3] / "docs" / "sources-readers.md").read_text()
    assert [name for name in READERS if f"`{name}`" not in page] == []
    with pytest.raises(BadInput, match="Valid: csv, ndjson"):
        names_of(Path("x"), "doc", {})
