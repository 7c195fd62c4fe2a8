"""Packed uploads come out whole, however they are cut, and a broken one is an error."""

import bz2
import gzip

import pytest

from footfall.errors import BadInput
from footfall.serve.unpacking import PART_BYTES, unpacked

PLAIN = b"".join(b'{"n":%d}\n' % number for number in range(20_000))
PACKED = {"plain": PLAIN, "gzip": gzip.compress(PLAIN), "bzip2": bz2.compress(PLAIN)}


def cut(content: bytes, size: int) -> list[bytes]:
    return [content[first : first + size] for first in range(0, len(content), size)]


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("size", [1000, 65_536, 10_000_000])
def test_content_comes_out_whole(kind, size):
    assert b"".join(unpacked(cut(PACKED[kind], size))) == PLAIN


@pytest.mark.parametrize("kind", PACKED)
def test_first_bytes_one_at_a_time_are_recognised(kind):
    assert b"".join(unpacked([b"", *cut(PACKED[kind][:10], 1), PACKED[kind][10:]])) == PLAIN


@pytest.mark.parametrize("kind", ["gzip", "bzip2"])
def test_several_packed_files_in_one_are_read_to_the_end(kind):
    assert b"".join(unpacked(cut(PACKED[kind] * 3, 7_000))) == PLAIN * 3
    assert b"".join(unpacked([PACKED[kind], PACKED[kind]])) == PLAIN * 2


@pytest.mark.parametrize("kind", ["gzip", "bzip2"])
def test_tightly_packed_content_comes_in_bounded_parts(kind):
    blank = bytes(30 * PART_BYTES)
    packed = {"gzip": gzip.compress, "bzip2": bz2.compress}[kind](blank)
    sizes = [len(part) for part in unpacked([packed])]
    assert sum(sizes) == len(blank)
    assert max(sizes) <= PART_BYTES


@pytest.mark.parametrize("kind", ["gzip", "bzip2"])
@pytest.mark.parametrize("broken", [lambda packed: packed[:-20], lambda packed: packed[:50] + b"\xff" * 50 + packed[100:]])
def test_broken_content_is_an_error_and_not_an_end(kind, broken):
    with pytest.raises(BadInput, match="The packed file cannot be read"):
        list(unpacked([broken(PACKED[kind])]))


def test_nothing_is_nothing():
    assert b"".join(unpacked([])) == b"".join(unpacked([b"", b""])) == b""
