"""Files that are sent: bounded, private, known by name and content, and gone when they were read."""

import os
import shutil

import pytest

from footfall.errors import BadInput, TooLarge, Unavailable
from footfall.serve import uploads
from footfall.serve.uploads import Upload, clear_uploads, is_upload, received


def left(room):
    return [path for path in room.rglob("*") if path.is_file()]


def test_file_is_private_while_it_is_read_and_gone_afterwards(tmp_path):
    with received([b"ab", b"c"], tmp_path, "a.csv", most_bytes=3) as file:
        assert (file.path.read_bytes(), file.path.stat().st_mode & 0o777, file.path.parent.stat().st_mode & 0o777) == (b"abc", 0o600, 0o700)
        upload = Upload(file.source, tmp_path)
        [found] = upload.objects({})
        assert (is_upload(file.source), found.key, found.version) == (True, "a.csv", file.sha256)
        with upload.fetch(found, tmp_path) as held:
            assert held.path == file.path
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("parts", "name", "error"),
    [([b"abcd"], "a", TooLarge), ([], "a", BadInput), ([b"a"], "", BadInput), ([b"a"], "a\nb", BadInput), ([b"a"], "a" * 501, BadInput)],
)
def test_what_is_refused_leaves_nothing(tmp_path, parts, name, error):
    with pytest.raises(error), received(parts, tmp_path, name, most_bytes=3):
        pytest.fail("it was taken")
    assert left(tmp_path) == []


def test_full_tmpfs_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda path: usage._replace(free=uploads.LEAST_FREE_BYTES))
    with pytest.raises(Unavailable, match="no room in memory"), received([b"abc"], tmp_path, "a", most_bytes=3):
        pytest.fail("it was taken")
    assert left(tmp_path) == []


def test_name_with_slashes_stays_a_name(tmp_path):
    with received([b"a"], tmp_path, "/srv/../a.csv", most_bytes=3) as file:
        assert [found.key for found in Upload(file.source, tmp_path).objects({})] == ["/srv/../a.csv"]


def test_what_a_killed_process_left_goes_and_what_is_being_read_stays(tmp_path):
    (tmp_path / "uploads").mkdir()
    old, new = tmp_path / "uploads" / "old", tmp_path / "uploads" / "new"
    for path in (old, new):
        path.write_bytes(b"x")
    os.utime(old, (uploads.BEGAN_S - 10, uploads.BEGAN_S - 10))
    os.utime(new, (uploads.BEGAN_S + 10, uploads.BEGAN_S + 10))
    clear_uploads(tmp_path)
    assert left(tmp_path) == [new]
