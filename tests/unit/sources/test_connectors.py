"""Where objects come from: what is listed, what is noticed, whom nobody may be made to ask."""

import doctest
import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy.exc import ArgumentError

from footfall.errors import BadInput, FootfallError, Unavailable
from footfall.sources import pieces
from footfall.sources.connectors import addresses, connector_of, databases, is_database, read_query, web
from footfall.sources.connectors.s3 import S3, Account, account_of, sign
from footfall.sources.connectors.web import Web
from tests.support.reading import contract

HERE = ("127.0.0.0/8",)
NOW = datetime(2013, 5, 24, tzinfo=UTC)
LISTED = """<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Contents><Key>d/{key}</Key><ETag>"e"</ETag><Size>4</Size>
</Contents>{more}</ListBucketResult>"""


class Answers(BaseHTTPRequestHandler):
    """A web server and an S3 stand-in of a few paths."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        if "list-type" in asked:
            first = "continuation-token" not in asked
            more = "<NextContinuationToken>t</NextContinuationToken>" if first else ""
            self.answer(200 if "authorization" in self.headers else 403, LISTED.format(key="a b.csv" if first else "b.txt", more=more))
        elif parts.path == "/away":
            self.answer(302, "", location="http://127.0.0.2:1/x")
        elif self.headers.get("if-none-match") == '"e"' and parts.path == "/data":
            self.answer(304, "")
        elif parts.path in ("/data", "/bucket/d/a%20b.csv"):
            self.answer(412 if self.headers.get("if-match", '"e"') != '"e"' else 200, "a,b\n", etag='"e"')
        else:
            self.answer(500 if parts.path == "/broken" else 404, "")

    def answer(self, status: int, text: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"content-length": str(len(text))} | headers if status != 304 else headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_folder_is_listed_by_name_and_read_in_place(tmp_path):
    for name in ("b.csv", "a.csv", ".hidden"):
        (tmp_path / name).write_text("x")
    source = connector_of(str(tmp_path), lambda: NOW)
    found = source.objects({})
    assert [each.key for each in found] == [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]
    with source.fetch(found[0], tmp_path) as fetched:
        assert (str(fetched.path), fetched.size) == (found[0].key, 1)
        assert fetched.sha256 == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert source.objects({}) == found


@pytest.mark.parametrize("change", [lambda path: path.write_text("yy"), lambda path: os.utime(path, ns=(1, 1)), lambda path: path.unlink()])
def test_file_that_changes_while_it_is_read_is_refused_for_now(tmp_path, change):
    (tmp_path / "a.csv").write_text("x")
    source = connector_of(str(tmp_path / "*.csv"), lambda: NOW)
    (found,) = source.objects({})
    with pytest.raises(Unavailable, match="changed while it was read"), source.fetch(found, tmp_path) as fetched:
        change(fetched.path)


def test_links_that_lead_outside_are_not_followed(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside / "deep", outside):
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text("x")
    (inside / "folder").symlink_to(outside)
    (inside / "file.csv").symlink_to(outside / "a.csv")
    (inside / "near.csv").symlink_to(inside / "deep" / "a.csv")
    near, deep = str(inside / "near.csv"), str(inside / "deep" / "a.csv")
    listed = {"": [deep, near], "/**/*.csv": [deep, near], "/**": [deep, near], "/*": [near], "/*/*.csv": [deep]}
    for pattern, names in listed.items():
        found = connector_of(f"{inside}{pattern}", lambda: NOW, within=(inside,)).objects({})
        assert [each.key for each in found] == names
    source = connector_of(str(inside), lambda: NOW, within=(inside,))
    found = source.objects({})
    (inside / "near.csv").unlink()
    (inside / "near.csv").symlink_to(outside / "a.csv")
    with pytest.raises(Unavailable, match="changed"), source.fetch(found[-1], tmp_path):
        pass


def test_source_that_is_none_is_said_without_its_password():
    with pytest.raises(BadInput) as refused:
        connector_of("ftp://anna:secret@example.org/x?token=1", lambda: NOW)
    assert "ftp://example.org/x" in str(refused.value) and "secret" not in str(refused.value)


def test_unchanged_object_of_the_web_is_not_read_again(site, tmp_path):
    source = Web(f"{site}/data?token=secret", allowed=HERE)
    (found,) = source.objects({})
    assert (found.version, found.size) == ('etag "e"', 4)
    assert source.objects({found.key: found.version})[0].version == found.version
    with source.fetch(found, tmp_path) as fetched:
        assert fetched.path.read_text() == "a,b\n" and fetched.path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []


def test_addresses_that_differ_in_their_query_are_objects_of_their_own(site):
    queries = ("", "?m=1", "?m=2", "?st=1")
    keys = [Web(f"{site}/data{query}", allowed=HERE).objects({})[0].key for query in queries]
    assert keys[0] == f"{site}/data" and len(set(keys)) == 4
    assert not any("=" in key for key in keys)


KEY = b"of this home"


@pytest.mark.parametrize(
    "signed",
    [
        "token=secret",
        "X-Amz-Date=1&X-Amz-Signature=secret",
        "sv=2024&st=now&se=then&sr=b&sp=r&sip=1.1.1.1&ss=b&srt=o&rscd=file&sig=secret",
        "Policy=secret&Signature=secret&Key-Pair-Id=K1",
        "md5=secret&expires=1",
        "hmac=secret",
        "hdnea=st=1~exp=2~acl=/*~hmac=secret",
        "hdnts=secret",
        "hdntl=secret",
        "jwt=secret",
        "sas_token=secret",
        "q-sign-algorithm=sha1&q-ak=a&q-sign-time=1&q-key-time=1&q-header-list=&q-url-param-list=&q-signature=secret",
    ],
)
def test_token_or_signature_that_changes_makes_no_other_object(signed):
    assert web.named(f"https://data.example.org/a.csv?m=1&{signed}", KEY) == web.named("https://data.example.org/a.csv?m=1", KEY)
    assert web.named(f"https://data.example.org/a.csv?{signed}", KEY) == "https://data.example.org/a.csv"


@pytest.mark.parametrize("query", ["policy=2", "md5=2", "st=2", "ss=2", "sas4=2"])
def test_what_passes_beside_a_signature_tells_objects_apart_without_it(query):
    assert web.named(f"https://data.example.org/a.csv?{query}", KEY) != web.named("https://data.example.org/a.csv", KEY)


def test_name_of_an_object_cannot_be_made_by_who_knows_its_query_and_not_the_key():
    address = "https://data.example.org/a.csv?pin=1234"
    guesses = {hashlib.sha256(text.encode()).hexdigest()[:12] for text in (address, "pin=1234", "1234")}
    assert web.named(address, KEY).partition("?")[2] not in guesses
    assert web.named(address, KEY) != web.named(address, b"of another")
    assert connector_of(address, lambda: NOW, names_key=lambda: KEY)._key == web.named(address, KEY)


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [("/none", BadInput, "answers 404"), ("/broken", Unavailable, "answers 500"), ("/away", BadInput, "inside a network")],
)
def test_answers_that_are_none_and_ways_inside_are_refused(site, path, error, said, tmp_path):
    source = Web(site + path, allowed=("127.0.0.1/32",))
    with pytest.raises(error, match=said):
        source.objects({})


def test_object_over_its_bound_is_not_kept(site, tmp_path):
    source = Web(f"{site}/data", allowed=HERE, most_bytes=3)
    with pytest.raises(BadInput, match="more than 3 bytes"), source.fetch(source.objects({})[0], tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]", "[fd00::1]", "0.0.0.0", "100.64.0.1"]
)
def test_addresses_inside_networks_are_not_asked(host):
    with pytest.raises(BadInput, match="inside a network"):
        Web(f"http://anna:secret@{host}:1/x").objects({})


def test_connection_goes_to_the_address_that_was_checked(site, monkeypatch):
    """A name that is public when it is looked at, and this machine a moment later."""
    port, answers = urlsplit(site).port, iter(["127.0.0.1", "169.254.169.254"])
    real = socket.getaddrinfo

    def resolve(host, *given, **named):
        return real(next(answers) if host == "data.example.org" else host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    source = Web(f"http://data.example.org:{port}/data", allowed=("127.0.0.1/32",))
    assert source.objects({})[0].size == 4
    with pytest.raises(BadInput, match="inside a network"):
        source.objects({})


def answers_of(monkeypatch, answer):
    """Requests that a client sends to whatever host, which ``answer`` answers."""
    sent = []

    def handle(request):
        sent.append(request)
        return answer(request)

    monkeypatch.setattr(addresses, "_transport", lambda *given: httpx.MockTransport(handle))
    return sent


def test_redirect_to_another_machine_has_no_credential(monkeypatch):
    signed = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
    account = account_of({"AWS_ENDPOINT_URL": "https://s3.example"} | signed)
    answers = iter(
        [
            httpx.Response(307, headers={"location": "/moved"}),
            httpx.Response(307, headers={"location": "https://other.example/x"}),
            httpx.Response(200, text="<ListBucketResult/>"),
        ]
    )
    sent = answers_of(monkeypatch, lambda request: next(answers))
    assert S3("s3://bucket/d", account, lambda: NOW).objects({}) == []
    first, again, other = sent
    # The first two are the same machine's; httpx shows what was sent last, so the third tells.
    assert first.url.host == again.url.host == "s3.example" and "x-amz-security-token" in first.headers
    assert set(other.headers) <= addresses.TOLD_TO_ALL | {"host"} and other.headers["host"] == "other.example"


def test_way_that_goes_through_http_is_refused_before_http_is_asked(monkeypatch):
    ways = {"https://a.example/x": "http://b.example/x", "http://b.example/x": "https://c.example/x"}
    sent = answers_of(monkeypatch, lambda request: httpx.Response(302, headers={"location": ways[str(request.url)]}))
    with pytest.raises(BadInput, match="from https to http"):
        Web("https://a.example/x").objects({})
    assert [str(request.url) for request in sent] == ["https://a.example/x"]


def test_signatures_are_those_of_amazons_examples():
    account = Account(
        endpoint="https://examplebucket.s3.amazonaws.com",
        region="us-east-1",
        key_id="AKIAIOSFODNN7EXAMPLE",
        secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    )
    got = sign(account, f"{account.endpoint}/test.txt", {"range": "bytes=0-9"}, NOW)
    assert got["authorization"].endswith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    listed = sign(account, f"{account.endpoint}/?max-keys=2&prefix=J", {}, NOW)
    assert listed["authorization"].endswith("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    assert account.secret not in repr(account)


def test_objects_of_s3_are_listed_over_pages_and_fetched_as_listed(site, tmp_path):
    account = account_of({"AWS_ENDPOINT_URL": site, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"})
    source = S3("s3://bucket/d/*.csv", account, lambda: NOW, allowed=HERE)
    (found,) = source.objects({})
    assert (found.key, found.version, found.size) == ("s3://bucket/d/a b.csv", '"e"', 4)
    with source.fetch(found, tmp_path) as fetched:
        assert fetched.path.read_text() == "a,b\n"
    changed = type(found)(key=found.key, version='"older"')
    with pytest.raises(Unavailable, match="412"), source.fetch(changed, tmp_path):
        pass
    with pytest.raises(BadInput, match="403"):
        S3("s3://bucket/d", account_of({"AWS_ENDPOINT_URL": site}), lambda: NOW, allowed=HERE).objects({})


def test_databases_are_told_by_their_address_and_read_only():
    assert [is_database(source) for source in ("postgresql://h/d", "mysql://h/d", "https://h/d", "/x")] == [True, True, False, False]
    assert "default_transaction_read_only=on" in databases.settings_of("postgresql")["options"]
    assert databases.settings_of("mysql")["init_command"] == "SET SESSION TRANSACTION READ ONLY"
    assert databases.bound("SELECT '100%' WHERE a > {since}") == "SELECT '100%%' WHERE a > %(since)s"


@pytest.mark.parametrize("source", ["postgresql://anna:secret@127.0.0.1:1/d", "mysql://anna:secret@127.0.0.1:1/d"])
def test_database_that_is_away_is_said_without_its_password(tmp_path, source):
    with pytest.raises(FootfallError) as refused:
        list(read_query(contract(["a"], "sql", source=source, query="SELECT 1 AS a"), None, tmp_path, allowed=HERE))
    assert isinstance(refused.value, Unavailable) and "secret" not in str(refused.value)


@pytest.mark.parametrize("source", ["postgresql://u:secret@10.1.2.3/d", "mysql://u:secret@localhost/d", "postgresql:///d"])
def test_database_inside_a_network_is_not_asked(tmp_path, source):
    with pytest.raises(BadInput, match="inside a network") as refused:
        list(read_query(contract(["a"], "sql", source=source, query="SELECT 1 AS a"), None, tmp_path))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("scheme", "name"), [("postgresql", "hostaddr"), ("mysql", "host")])
def test_driver_connects_to_the_address_that_was_checked(monkeypatch, tmp_path, scheme, name):
    told = {}

    def make(url, *, connect_args, poolclass):
        told.update(connect_args)
        raise ArgumentError("enough was seen")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: [(0, 0, 0, "", ("93.184.215.14", 0))])
    monkeypatch.setattr(databases, "create_engine", make)
    with pytest.raises(BadInput, match="no address"):
        list(read_query(contract(["a"], "sql", source=f"{scheme}://data.example.org/d", query="SELECT 1 AS a"), None, tmp_path))
    assert told[name] == "93.184.215.14"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a FROM t INTO OUTFILE '/tmp/x'",
        "SELECT a INTO/**/DumpFile '/tmp/x' FROM t",
        "SELECT a FROM t /* ' */ into outfile '/tmp/x' -- '",
        "SELECT a FROM t /*! INTO OUTFILE '/tmp/x' */",
        "EXECUTE IMMEDIATE CONCAT('SELECT 1 INTO OUT', 'FILE x')",
        "/*M! CALL p() */ SELECT 1",
        "CALL p()",
    ],
)
def test_query_of_mysql_that_could_write_a_file_is_refused(tmp_path, query):
    with pytest.raises(BadInput, match="OUTFILE and DUMPFILE"):
        list(read_query(contract(["a"], "sql", source="mysql://u@127.0.0.1:1/d", query=query), None, tmp_path, allowed=HERE))


@pytest.mark.parametrize("query", ["select outfiles FROM t", " -- of a day\n(SELECT 1)", "/* all */ WITH a AS (SELECT 1) SELECT * FROM a"])
def test_query_of_mysql_that_reads_is_let_through(query):
    databases.check_select(query)
    assert databases.SELECTS.match(query)


def test_examples_hold():
    assert [doctest.testmod(module) for module in (pieces, addresses, databases, web)] == [(0, 2), (0, 3), (0, 1), (0, 2)]
