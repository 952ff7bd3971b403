import hashlib
from itertools import islice

import pytest
from osakadx.tables.source import Source


def test_a_path_and_its_bytes_are_the_same_source(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 300_000)
    by_path, by_bytes = Source("a.csv", path), Source("a.csv", path.read_bytes())
    for source in (by_path, by_bytes):
        assert source.size == 1_200_000
        assert source.sha256() == hashlib.sha256(path.read_bytes()).hexdigest()
        assert b"".join(source.chunks(3)) == path.read_bytes()[3:]
        assert source.head(5) == b"a,b\na"
        assert source.read() == path.read_bytes()


@pytest.mark.parametrize("start", [0, 3, 200_000])
def test_a_whole_pass_takes_the_digest_along(tmp_path, monkeypatch, start):
    data = bytes(range(256)) * 1000
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    source = Source("a.bin", path)
    assert b"".join(source.chunks(start)) == data[start:]
    monkeypatch.setattr(Source, "open", None)  # whoever opens it again fails
    assert source.sha256() == hashlib.sha256(data).hexdigest()


def test_a_pass_that_is_broken_off_leaves_no_digest():
    data = b"a,b\n" * 100_000
    source = Source("a.csv", data)
    assert len(list(islice(source.chunks(), 2))) == 2
    assert source.sha256() == hashlib.sha256(data).hexdigest()


def test_a_digest_that_is_known_is_believed(tmp_path):
    source = Source("a.csv", tmp_path / "gone.csv", ["d1"])
    assert source.sha256() == "d1"
