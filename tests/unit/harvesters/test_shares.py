from __future__ import annotations

import os

import pytest
from ckanext.osakadx.harvesters import shares
from ckanext.osakadx.harvesters.folder_files import opened, plain
from ckanext.osakadx.harvesters.listing import Source
from ckanext.osakadx.harvesters.shares import Shares
from ckanext.osakadx.harvesters.sources import folder
from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.normalise import SourceContext, normalise


def test_every_folder_has_a_name_and_what_is_none_is_told():
    words = ["/srv/share/bousai", "kikaku=/srv/plan", "kikaku=/srv/other", "bousai=/x", "a=relative", "名=/x", "x y"]
    assert shares.named(words) == (
        frozenset({"bousai=/srv/share/bousai", "kikaku=/srv/plan"}),
        ("kikaku=/srv/other", "bousai=/x", "a=relative", "名=/x", "x y"),
    )


@pytest.fixture
def share(tmp_path):
    root = tmp_path / "share"
    (root / "中" / "奥").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("secret")
    (root / "中" / "表.csv").write_text("表")
    return root


@pytest.mark.parametrize("inside", ["", "/", "/中", "/中/", "/中/../中/奥", "//中"])
def test_a_named_folder_and_those_inside_it_are_found(share, inside):
    found = Shares.read([f"bousai={share}"]).named("bousai", inside)
    assert found is not None and found.is_relative_to(share)


@pytest.mark.parametrize("inside", ["/..", "/../share/../secret.csv", "/out", "/中/../.."])
def test_nothing_leads_out_of_it(share, inside):
    (share / "out").symlink_to(share.parent)
    assert Shares.read([f"bousai={share}"]).named("bousai", inside) is None


def test_a_name_opens_no_path_and_a_path_no_name(share):
    named, plain_one = Shares.read([f"bousai={share}"]), Shares.read([str(share)])
    assert named.plain(share) is None and named.named("other", "") is None
    assert plain_one.plain(share) == share and plain_one.named("share", "") is None


def test_a_folder_is_listed_by_its_name_and_its_path_is_nowhere(share):
    source = Source("x", "folder://bousai/%E4%B8%AD/", "folder", folders=frozenset({f"bousai={share}"}))
    os.utime(share / "中" / "表.csv", (0, 0))
    listing = folder.listing(None, source)
    (record,) = listing
    assert record.files[0]["file_download_url"] == "folder://bousai/%E4%B8%AD/%E8%A1%A8.csv"
    assert record.guid == "表.csv" and str(share) not in repr([record, listing.facts])


def test_the_error_of_a_folder_that_is_not_there_names_no_path(share):
    source = Source("x", "folder://bousai/none", "folder", folders=frozenset({f"bousai={share}"}))
    with pytest.raises(ListingError) as error:
        folder.listing(None, source)
    assert error.value.slug == "folder-missing" and str(share) not in str(error.value)


def test_a_refusal_names_what_may_be_written(share):
    with pytest.raises(ListingError) as error:
        folder.listing(None, Source("x", "folder://kikaku", "folder", folders=frozenset({f"bousai={share}"})))
    assert "folder://bousai" in error.value.fix and str(share) not in str(error.value)


class TestOpening:
    """A file is opened by its own path: no link on the way, whatever took its place since the listing."""

    def test_a_file_is_opened(self, share):
        with opened(share, "%E4%B8%AD/%E8%A1%A8.csv") as file:
            assert file.read().decode() == "表"
        assert plain("%E4%B8%AD/%E8%A1%A8.csv") == "中/表.csv"

    @pytest.mark.parametrize("address", ["", "../secret.csv", "%2E%2E/secret.csv", "/etc/passwd", "a//b", "中%00", "."])
    def test_no_address_leads_out(self, share, address):
        with pytest.raises(OSError):
            opened(share, address)

    def test_no_link_is_followed(self, share):
        (share / "link.csv").symlink_to(share.parent / "secret.csv")
        (share / "out").symlink_to(share.parent)
        for address in ("link.csv", "out/secret.csv"):
            with pytest.raises(OSError):
                opened(share, address)

    def test_pipes_and_folders_are_no_files_and_nobody_waits(self, share):
        os.mkfifo(share / "pipe.csv")
        for address in ("pipe.csv", "中"):
            with pytest.raises(OSError):
                opened(share, address)


def test_only_the_files_of_the_source_s_own_folder_pass():
    files = tuple(
        {"file_title": str(n), "file_download_url": url}
        for n, url in enumerate(
            ["folder://bousai/a.csv", "folder://other/b.csv", "file:///etc/passwd", "https://a.lg.jp/c.csv"]
        )
    )
    record = Record("x", {"title": "表", "landing_page": "folder://bousai/a.csv"}, files)
    own = normalise(record, SourceContext("271403", stored="folder://bousai/"))
    assert [file.url for file in own.resources] == ["folder://bousai/a.csv", "https://a.lg.jp/c.csv"]
    assert own.url == ""
    other = normalise(record, SourceContext("271403"))
    assert [file.url for file in other.resources] == ["https://a.lg.jp/c.csv"]


def test_a_source_of_another_kind_has_no_files_of_its_own():
    assert Source("x", "folder://bousai", "csv_listing").stored == ""
    assert Source("x", "https://a.jp", "folder", folders=frozenset({"a=/a"})).stored == ""
