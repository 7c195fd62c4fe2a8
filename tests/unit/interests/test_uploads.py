"""Files of items: which lines are taken, and what is said of the others."""

import io

import pytest

from footfall.errors import BadInput
from footfall.interests.uploads import read_lines, refuse_binary


def read(text, format="csv"):
    return [(line.number, line.given, str(line.fault or "")) for line in read_lines(io.StringIO(text, newline=""), format)]


def test_csv_cells_become_values_and_empty_ones_empty_them():
    text = "url,title,summary,weight,districts,topics\nhttps://a.example/,A,,,d1;d2,parks:0.9 housing:0.5\n"
    given = {"url": "https://a.example/", "title": "A", "summary": "", "districts": ["d1", "d2"], "topics": {"parks": 0.9, "housing": 0.5}}
    assert read(text) == [(2, given, "")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("url,title\nhttps://a.example/\n", "It has 1 cells; the header has 2."),
        ('url,title\nhttps://a.example/,"A"B"\n', "From here on the file is no CSV"),
        ("url,topics\nhttps://a.example/,parks:high\n", "topics 'parks:high' are not valid"),
    ],
)
def test_line_that_cannot_be_read_says_why_and_the_next_one_is_read(text, said):
    ((number, given, fault), *_) = read(text)
    assert (number, given) == (2, None)
    assert said in fault
    good = text.split("\n")[0] + "\n" + ("https://b.example/,x:1" if "topics" in text else "https://b.example/,B") + "\n"
    assert read(good)[0][2] == ""


@pytest.mark.parametrize("header", ["", "title,summary", "url,titel", "url,url"])
def test_csv_without_a_header_that_is_known_is_refused_whole(header):
    with pytest.raises(BadInput, match="The first line of CSV names columns"):
        read(f"{header}\nx,y\n")


def test_lines_of_json_are_objects_and_blank_ones_are_passed_over():
    lines = read('{"url": "https://a.example/", "weight": 2}\n\n[1]\n{"url":\n', "ndjson")
    assert [(number, given) for number, given, _ in lines] == [(1, {"url": "https://a.example/", "weight": 2}), (3, None), (4, None)]
    assert all("It is no JSON object" in fault for _, _, fault in lines[1:])


@pytest.mark.parametrize("rest", ["Парк\n".encode("cp1251"), b"\xd0"], ids=["in between", "cut short"])
def test_file_that_is_no_text_to_its_end_is_refused_whole(tmp_path, rest):
    path = tmp_path / "items.csv"
    path.write_bytes(b"\xef\xbb\xbfurl,title\n" + "https://a.example/,Парк\n".encode() * 50_000)
    refuse_binary(path)
    with path.open("ab") as file:
        file.write(rest)
    with pytest.raises(BadInput, match="no text in UTF-8"):
        refuse_binary(path)
