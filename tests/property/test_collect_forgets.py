"""Whatever a tracker sends, nothing of a person is in the line that is written."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.collect.sent import Malformed
from footfall.vocabulary import Portal
from tests.support.collecting import PORTAL, send

SECRET = "Zq7xSecret"
"""Stands for every address, agent, id and value that must not be written; no label that is kept has it in it."""
AGENT = f"Mozilla/5.0 (Windows NT 10.0; {SECRET}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
HEADERS = {"user-agent": AGENT, "cookie": SECRET, "authorization": SECRET, "x-forwarded-for": SECRET, "x-umami-cache": SECRET}
ALLOWED = Portal(id=7, domain="portal.example", umami_id=PORTAL.umami_id, allowed_query=("topic",), allowed_props=("plan", "topic"))

names = st.text("abcdefghijklmnopqrstuvwxyz_-[]%. é", min_size=1, max_size=8).filter(
    lambda name: name not in ("ref", "source", "topic", "plan") and "utm_" not in name
)
queries = st.lists(st.tuples(names, st.just(SECRET)), max_size=5).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
joins = st.sampled_from(["?", "?topic=bins&", "?utm_source=vk&", "#/route?", f"#access_token={SECRET}&", f"#id={SECRET}?"])
users = st.sampled_from(["", f"{SECRET}@", f"user:{SECRET}@"])
props = st.dictionaries(names, st.just(SECRET), max_size=4).map(lambda found: found | {"plan": f"https://a.example/x?{SECRET}"})


def written(answer):
    return b"\n".join(msgspec.json.encode(hit) for hit in answer.hits)


def send_or_malformed(path, body):
    try:
        send(path, body)
    except Malformed as error:
        return error.status
    return "read"


def address(user, join, query):
    return f"https://{user}portal.example/page{join}{query}"


@settings(max_examples=150, deadline=None)
@given(users, joins, queries, props, st.booleans())
def test_nothing_of_a_person_is_written(user, join, query, found, hash_mode):
    url = address(user, join, query)
    referrer = f"https://{user}news.example.org/article?{SECRET}#{SECRET}"
    ids = {"id": SECRET, "uid": SECRET, "_id": SECRET, "cid": SECRET, "ip": SECRET, "visitor": SECRET, "screen": SECRET, "title": SECRET}
    bodies = {
        "/api/collect": {"s": "portal.example", "u": url, "r": referrer, "p": found, "h": hash_mode} | ids,
        "/api/event": {"n": "x", "d": "portal.example", "u": url, "r": referrer, "p": found, "h": int(hash_mode)} | ids,
        "/api/send": {"type": "event", "payload": {"website": PORTAL.umami_id, "url": url, "referrer": referrer, "data": found} | ids},
        "/matomo.php": {
            "requests": [{"idsite": 7, "rec": 1, "url": url, "urlref": referrer, "action_name": SECRET} | ids],
            "token_auth": SECRET,
        },
    }
    for path, body in bodies.items():
        answer = send(path, body, headers=HEADERS, portal=ALLOWED)
        assert len(answer.hits) == 1
        assert SECRET.encode() not in written(answer)
        assert SECRET.encode() not in answer.reply.body


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["plan", "topic", "email", "name", "Plan"]), st.text(max_size=9), max_size=5))
def test_only_listed_properties_are_written(found):
    bodies = {
        "/api/collect": {"s": "portal.example", "u": "https://portal.example/", "n": "x", "p": found},
        "/api/event": {"d": "portal.example", "u": "https://portal.example/", "n": "x", "p": found},
    }
    for path, body in bodies.items():
        (hit,) = send(path, body, portal=ALLOWED).hits
        assert set(hit.props) <= {"plan", "topic"}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["/api/collect", "/api/event", "/api/send", "/api/batch", "/matomo.php"]))
def test_any_bytes_are_read_or_refused_as_malformed(body, path):
    assert send_or_malformed(path, body) in ("read", 400)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_any_text_makes_a_line_that_can_be_read_again(url, referrer, name):
    for hit in send("/api/collect", {"s": "portal.example", "u": url, "r": referrer, "n": f"n{name}", "h": True}).hits:
        line = msgspec.json.encode(hit)
        assert b"\n" not in line
        assert msgspec.json.decode(line, type=type(hit)) == hit
