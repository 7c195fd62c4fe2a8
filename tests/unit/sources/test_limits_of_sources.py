"""What a contract may not say, lest it take the floor away or let a driver read this machine."""

import zipfile
from pathlib import Path

import msgspec
import pytest

from footfall.errors import BadInput
from footfall.sources.builtins import builtin_text
from footfall.sources.connectors.databases import _address, settings_of
from footfall.sources.contract import Column
from footfall.sources.odcs import read_contract, write_contract
from footfall.sources.readers import names_of, pieces
from footfall.sources.readers.xml_elements import MOST_PARTS, elements

ANY = msgspec.structs.replace(
    read_contract(builtin_text("service-counters")),
    format="zip",
    options={"member": "stops.txt"},
    columns=(Column(name="a", use="check"), Column(name="b")),
)


def changed(name, **given):
    return write_contract(msgspec.structs.replace(read_contract(builtin_text(name)), **given))


@pytest.mark.parametrize(
    ("name", "given", "match"),
    [
        ("restrictions", {"cohort": "certified", "certificate": "x"}, "certified is not valid for restrictions"),
        ("wifi-radius", {"cohort": "certified", "certificate": "x"}, "certified is not valid for device"),
        ("geodata-points", {"cohort": "certified", "certificate": "x"}, "certified is not valid for latitude"),
        ("restrictions", {"options": {"unnamed": "drop"}}, "refused whole"),
    ],
)
def test_no_certificate_and_no_dropping_where_rows_are_people(name, given, match):
    with pytest.raises(BadInput, match=match):
        read_contract(changed(name, **given))


def test_violations_drop_no_column():
    contract = read_contract(builtin_text("restrictions"))
    with pytest.raises(BadInput, match="drop is not valid"):
        read_contract(changed("restrictions", columns=(*contract.columns, Column(name="person"))))


@pytest.mark.parametrize("option", ["local_infile=1", "read_default_file=secret", "unix_socket=/run/x", "passfile=secret"])
def test_address_of_a_database_tells_its_driver_nothing_of_this_machine(option):
    with pytest.raises(BadInput, match="not valid"):
        _address(f"mysql://reader@db.example/city?{option}", "mysql://db.example")
    assert settings_of("mysql")["local_infile"] is False


def test_name_of_a_file_is_no_pattern(tmp_path: Path):
    path = tmp_path / "v*.csv"
    path.write_text("a\n1\n")
    with pytest.raises(BadInput, match="more files than one"):
        list(pieces(path, read_contract(builtin_text("service-counters")), tmp_path))


def test_one_entry_of_a_document_is_bounded(tmp_path: Path):
    path = tmp_path / "big.xml"
    path.write_text("<Doc><Ntry>" + "<x/>" * (MOST_PARTS + 1) + "</Ntry></Doc>")
    with pytest.raises(BadInput, match="elements"):
        list(elements(path, "Ntry"))


def test_member_of_an_archive_that_is_spoilt_is_a_sentence(tmp_path: Path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stops.txt", "a,b\n" + "".join(f"{number},{number * 7919}\n" for number in range(5_000)))
    spoilt = bytearray(path.read_bytes())
    spoilt[200:240] = b"\xff" * 40
    path.write_bytes(spoilt)
    with pytest.raises(BadInput, match="broken"):
        names_of(path, "zip", {"member": "stops.txt"})
        list(pieces(path, ANY, tmp_path))
