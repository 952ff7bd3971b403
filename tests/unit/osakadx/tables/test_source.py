import hashlib

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
