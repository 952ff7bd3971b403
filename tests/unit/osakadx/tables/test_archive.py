import io
import random
import struct
import zipfile

import pytest
from osakadx.tables.archive import open_archive
from osakadx.tables.findings import RefusedFile
from osakadx.tables.limits import MEBI, Limits
from osakadx.tables.source import Source


def a_zip(parts, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return buffer.getvalue()


def refusal(content, limits=None, part=None):
    """Return the rule under which a container is refused, when opened or when a part is taken out."""
    with pytest.raises(RefusedFile) as refused, open_archive(Source("a.zip", content), limits or Limits()) as archive:
        for _ in archive.chunks(part or "a.xml"):
            pass
    return refused.value.finding.rule


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_part_comes_out_whole(compression):
    content = random.Random(1).randbytes(1_300_000)
    with open_archive(Source("a.zip", a_zip({"a.bin": content}, compression)), Limits()) as archive:
        assert archive.names == {"a.bin"}
        assert b"".join(archive.chunks("a.bin")) == content


@pytest.mark.parametrize("name", ["../a.xml", "x/../../a.xml", "/etc/a.xml", "\\\\host\\a.xml", "C:\\a.xml"])
def test_names_that_lead_outside_are_refused(name):
    assert refusal(a_zip({name: "x", "a.xml": "y"})) == "archive-unsafe-path"


def test_links_are_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        link = zipfile.ZipInfo("a.xml")
        link.external_attr = 0o120777 << 16
        container.writestr(link, "/etc/passwd")
    assert refusal(buffer.getvalue()) == "archive-unsafe-path"


def test_too_many_entries_are_refused_before_they_are_listed():
    content = a_zip({f"{place}.xml": "" for place in range(30)})
    assert refusal(content, Limits(archive_entries=20)) == "archive-many-entries"


def test_too_much_declared_is_refused():
    assert refusal(a_zip({"a.xml": b"x" * 3000}), Limits(archive_bytes=2000)) == "archive-too-large"


def test_a_bomb_is_stopped_by_what_comes_out():
    assert refusal(a_zip({"a.xml": b"\0" * (4 * MEBI)})) == "archive-bomb"


def test_a_bomb_that_lies_about_its_size_is_stopped_too():
    content = bytearray(a_zip({"a.xml": b"\0" * (4 * MEBI)}))
    directory = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 24, 100)
    assert refusal(bytes(content)) == "archive-bomb"


def test_small_parts_may_repeat_themselves():
    with open_archive(Source("a.zip", a_zip({"a.xml": b"\0" * MEBI})), Limits()) as archive:
        assert sum(map(len, archive.chunks("a.xml"))) == MEBI


@pytest.mark.parametrize("cut", [30, 100, -10])
def test_a_broken_container_is_said_so(cut):
    assert refusal(a_zip({"a.xml": b"text" * 200})[:cut]) == "file-broken"


def test_broken_deflate_data_are_said_so():
    content = bytearray(a_zip({"a.xml": bytes(range(256)) * 40}))
    content[45:80] = b"\xff" * 35
    assert refusal(bytes(content)) == "file-broken"


def test_a_password_is_said_so():
    content = bytearray(a_zip({"a.xml": "x"}))
    struct.pack_into("<H", content, content.rfind(b"PK\x01\x02") + 8, 1)
    assert refusal(bytes(content)) == "archive-encrypted"


def test_a_part_larger_than_asked_for_is_refused():
    with open_archive(Source("a.zip", a_zip({"a.xml": b"xy" * 500})), Limits()) as archive:
        assert archive.read("a.xml", 1000) == b"xy" * 500
        with pytest.raises(RefusedFile):
            archive.read("a.xml", 999)
