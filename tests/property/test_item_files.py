"""Files of items: what is written is read again as it was, in both formats."""

import io

from hypothesis import given
from hypothesis import strategies as st

from footfall.interests.items import KINDS, checked_item
from footfall.interests.uploads import read_lines, written
from footfall.serve.content_items import own_of
from footfall.vocabulary import Portal

OWN = own_of(Portal(id=1, domain="parks.example", umami_id="x", allowed_query=("id",)))
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
ids = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,10}", fullmatch=True)
days = st.one_of(st.just(""), st.datetimes().filter(lambda at: at.year > 1971).map(lambda at: at.isoformat()))
bodies = st.fixed_dictionaries(
    {
        "url": st.from_regex(r"/[a-zа-я0-9/]{0,20}(\?id=[0-9]+)?", fullmatch=True).map("https://parks.example{}".format),
        "title": words.filter(lambda text: any(one.isalnum() for one in text)),
        "summary": words,
        "text": words,
        "kind": st.sampled_from(KINDS),
        "language": st.sampled_from(["", "ru", "en-GB", "tt"]),
        "districts": st.lists(ids, max_size=3),
        "valid_to": days,
        "weight": st.floats(0, 10),
        "topics": st.dictionaries(ids, st.floats(0, 1), max_size=3),
        "published": days,
    }
)


@given(st.lists(bodies, max_size=5), st.sampled_from(["csv", "ndjson"]))
def test_what_is_written_is_read_again_as_it_was(given_bodies, format):
    items = [checked_item(OWN, body, source="upload", now_ms=1) for body in given_bodies]
    file = io.StringIO("".join(written(items, format)), newline="" if format == "csv" else None)
    lines = list(read_lines(file, format))
    assert [line.fault for line in lines] == [None] * len(items)
    assert [checked_item(OWN, line.given, source="upload", now_ms=1) for line in lines] == items
