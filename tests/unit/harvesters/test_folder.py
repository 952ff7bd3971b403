from __future__ import annotations

import errno
import os
import time
import unicodedata
from pathlib import Path

import pytest
from ckanext.osakadx.harvesters import folder_files
from ckanext.osakadx.harvesters.listing import Notes, Source
from ckanext.osakadx.harvesters.sources import folder
from osakadx.errors import ListingError

from ..loopback import serve
from .contract import SourceContract, fetcher
from .unprivileged import unprivileged

NOW = 1_790_000_000.0
LONG_AGO = NOW - 3_600


@pytest.fixture
def share(tmp_path):
    """A folder that an operator has opened, with something beside it that he has not."""
    root = tmp_path / "share"
    root.mkdir()
    put(tmp_path / "secret.csv")
    return root


def put(path: Path, content: bytes = b"a,b\n1,2\n", changed: float = LONG_AGO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (changed, changed))
    return path


def source(root: Path, **more) -> Source:
    more = {"folders": frozenset({str(root)}), **more}
    return Source("x", root.as_uri(), "folder", **more)


def read(root: Path, now=lambda: NOW, **options):
    with serve() as site:
        listing = folder.listing(fetcher(site), source(root, options=options), now)
        records = list(listing)
        assert not site.requests
    return records, listing.facts


class TestShare(SourceContract):
    """The contract, on a disk instead of a server."""

    type = "folder"
    count = 3
    japanese = "避難所一覧"

    @pytest.fixture(autouse=True)
    def filled(self, share):
        put(share / "防災" / "避難所一覧.csv")
        put(share / "防災" / "津波避難ビル.geojson")
        put(share / "人口.xlsx")
        self.root = share

    def pages(self):
        return {}

    def source(self, site, **more):
        return source(self.root, **more)

    def test_it_lists_everything_and_says_so(self, site):
        records, facts = read(self.root)
        assert facts.complete and facts.listed == len(records) == 3 and facts.host == self.root.as_uri()

    def test_nothing_but_the_site_is_asked(self, site):
        read(self.root)

    @pytest.mark.parametrize("name", ["no-such-folder", "人口.xlsx"])
    def test_an_empty_or_foreign_answer_is_never_an_empty_list(self, name):
        with pytest.raises(ListingError) as error:
            folder.listing(
                None, Source("x", (self.root / name).as_uri(), "folder", folders=frozenset({str(self.root)}))
            )
        assert error.value.slug == "folder-missing"

    def test_an_error_is_raised(self):
        """Nobody may look into the folder."""
        self.root.chmod(0)
        try:
            with unprivileged(), pytest.raises(ListingError):
                read(self.root)
        finally:
            self.root.chmod(0o755)

    def test_a_list_cut_short_is_partial_or_an_error(self):
        put(self.root / "new.csv", changed=NOW - 5)
        assert not read(self.root)[1].complete


def test_a_file_is_a_data_set_known_by_its_path(share):
    put(share / "防災" / "避難所一覧.csv", b"x" * 10)
    (record,), facts = read(share)
    assert record.guid == "防災/避難所一覧.csv" and facts.complete
    assert len(record.concepts.pop("identifier")) == 12
    assert record.concepts == {"title": "避難所一覧", "modified": "2026-09-21", "keyword": ["防災"]}
    assert record.files == (
        {
            "file_title": "避難所一覧.csv", "file_download_url": (share / "防災" / "避難所一覧.csv").as_uri(),
            "file_format": "CSV", "file_size": "10", "file_modified": "2026-09-21T22:13:20+09:00",
        },
    )  # fmt: skip
    assert str(share) not in str(record.raw)


def test_a_changed_file_is_a_changed_record(share):
    path = put(share / "a.csv")
    first = read(share)[0][0].digest()
    put(path, changed=LONG_AGO + 0.5)
    assert read(share)[0][0].digest() != first


def test_a_folder_may_be_a_data_set(share):
    for name in ("避難所/令和6年.csv", "避難所/旧/令和5年.csv", "人口.csv"):
        put(share / name)
    records, _ = read(share, by_folder=True)
    assert {record.guid: len(record.files) for record in records} == {"人口.csv": 1, "避難所/": 2}
    assert [record.title for record in records] == ["人口", "避難所"]


def test_names_are_nfc_whatever_the_file_system_keeps(share):
    put(share / unicodedata.normalize("NFD", "避難ビル.csv"))
    assert read(share)[0][0].guid == "避難ビル.csv"


def test_names_in_cp932_are_read_and_their_address_leads_to_the_file(share):
    (share / "防災").mkdir()
    path = os.fsencode(share / "防災") + "/避難所.csv".encode("cp932")
    try:
        put(Path(os.fsdecode(path)))
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    (record,), _ = read(share)
    assert record.guid == "防災/避難所.csv" and "%94%F0" in record.files[0]["file_download_url"]


def test_a_name_that_is_no_text_is_skipped_and_told(share):
    try:
        put(Path(os.fsdecode(os.fsencode(share) + b"/\x81.csv")))
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    _, facts = read(share)
    assert facts.counts == {"file-name-unreadable": 1}


@pytest.mark.parametrize(
    "name, kind",
    [
        ("~$避難所.xlsx", "lock"), (".~lock.避難所.ods#", "lock"), ("Thumbs.db", "system"), (".DS_Store", "hidden"),
        ("desktop.ini", "system"), ("避難所.csv.tmp", "unfinished"), ("避難所.csv.part", "unfinished"),
        ("下書き.docx", "extension-docx"), ("README", "extension-none"),
    ],
)  # fmt: skip
def test_what_is_no_data_is_skipped_and_counted(share, name, kind):
    put(share / "避難所.csv")
    put(share / name)
    records, facts = read(share)
    assert len(records) == 1 and facts.skipped == {kind: 1} and facts.complete


def test_hidden_folders_are_not_gone_into(share):
    put(share / ".git" / "a.csv")
    put(share / "$RECYCLE.BIN" / "b.csv")
    records, facts = read(share)
    assert records == [] and facts.skipped == {"folder-hidden": 1, "folder-system": 1}


def test_links_are_never_followed(share):
    put(share / "a.csv")
    (share / "secret.csv").symlink_to(share.parent / "secret.csv")
    (share / "outside").symlink_to(share.parent)
    (share / "round").symlink_to(share)
    records, facts = read(share)
    assert [record.guid for record in records] == ["a.csv"]
    assert facts.skipped == {"link": 1, "folder-link": 2}


def test_a_folder_inside_that_cannot_be_opened_is_told_and_nothing_is_decided_gone(share):
    put(share / "a.csv")
    put(share / "locked" / "b.csv").parent.chmod(0)
    try:
        with unprivileged():
            records, facts = read(share)
    finally:
        (share / "locked").chmod(0o755)
    assert len(records) == 1 and facts.counts == {"folder-unreadable": 1} and not facts.complete
    assert facts.notices[0].message == "開けないフォルダーがあります(読む権限がありません)。"


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.EACCES, "読む権限がありません"), (errno.ESTALE, "つながりが切れて"), (999, "エラー番号 999")],
)
def test_why_the_folder_cannot_be_opened_is_said_in_japanese(share, monkeypatch, number, said):
    def fails(*arguments, **options):
        raise OSError(number, "in English")

    monkeypatch.setattr(folder_files.os, "open", fails)
    with pytest.raises(ListingError) as error:
        folder_files.look(share, 0, lambda: 0.0, Notes())
    assert said in error.value.message and "English" not in error.value.message


def test_a_data_set_waits_while_a_part_of_its_folder_cannot_be_opened(share, monkeypatch):
    """Else its files in that part would seem to be gone."""
    for name in ("避難所/令和7年.csv", "避難所/旧/令和6年.csv", "人口/令和7年.csv"):
        put(share / name)
    real = os.open

    def locked(path, *arguments, **options):
        if os.fsdecode(path) == "旧":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", locked)
    records, facts = read(share, by_folder=True)
    assert [record.guid for record in records] == ["人口/"] and not facts.complete
    assert [(notice.slug, notice.where) for notice in facts.notices] == [("folder-unreadable", "避難所/旧")]


def test_of_two_files_that_are_spelt_alike_one_is_taken_and_the_other_told(share):
    put(share / unicodedata.normalize("NFD", "避難ビル.csv"))
    put(share / "避難ビル.csv")
    if len(list(share.iterdir())) < 2:
        pytest.skip("this file system keeps one spelling")
    records, facts = read(share)
    assert len(records) == 1 and facts.counts == {"file-name-repeated": 1}


def test_of_a_folder_of_very_many_files_the_rest_is_not_read(share, monkeypatch):
    monkeypatch.setattr("ckanext.osakadx.harvesters.folder_files.MOST", 2)
    for name in ("a/1.csv", "b/1.csv", "b/2.csv", "c/1.csv"):
        put(share / name)
    records, facts = read(share)
    assert len(records) == 1 and facts.counts == {"folder-too-many": 1} and not facts.complete


def test_pipes_and_sockets_are_no_files(share):
    os.mkfifo(share / "pipe.csv")
    assert read(share)[1].skipped == {"no-file": 1}


def test_a_file_written_a_moment_ago_waits_and_nothing_is_decided_gone(share):
    put(share / "a.csv")
    put(share / "b.csv", changed=NOW - 10)
    records, facts = read(share)
    assert [record.guid for record in records] == ["a.csv"] and not facts.complete
    assert facts.counts == {"file-being-written": 1} and facts.notices[0].where == "b.csv"
    assert len(read(share, settle=5)[0]) == 2


def test_a_file_that_grows_while_it_is_looked_at_waits(share):
    path = put(share / "a.csv")

    def grown():
        with path.open("ab") as file:
            file.write(b"3,4\n")
        os.utime(path, (LONG_AGO, LONG_AGO))
        return NOW

    assert read(share, now=grown)[1].counts == {"file-being-written": 1}


def test_a_file_that_vanishes_while_it_is_looked_at_waits(share):
    path = put(share / "a.csv")

    def gone():
        path.unlink(missing_ok=True)
        return NOW

    assert read(share, now=gone)[1].counts == {"file-being-written": 1}


def test_a_folder_that_is_one_data_set_waits_as_a_whole(share):
    put(share / "避難所" / "a.csv")
    put(share / "避難所" / "b.csv", changed=NOW)
    assert read(share, by_folder=True)[0] == []


def test_a_date_in_the_future_is_a_wrong_clock_and_no_writer(share):
    put(share / "a.csv", changed=NOW + 86_400)
    assert read(share)[1].complete


def test_an_empty_file_is_listed_and_told(share):
    put(share / "a.csv", b"")
    records, facts = read(share)
    assert len(records) == 1 and facts.counts == {"file-empty": 1}


def test_an_empty_folder_is_complete_and_empty_so_that_the_guard_holds_the_run(share):
    records, facts = read(share)
    assert records == [] and facts.complete and facts.listed == 0


def test_b041_folders_inside_each_other_without_end_are_left(share):
    deep = share
    for _ in range(30):
        deep = deep / "a"
    put(deep / "a.csv")
    put(share / "b.csv")
    records, facts = read(share)
    assert [record.guid for record in records] == ["b.csv"] and facts.counts == {"folder-too-deep": 1}


@pytest.mark.parametrize(
    "folders", [(), ("/nowhere",), (".",), ("{share}/inside",), ("{share}x",)], ids=lambda folders: "-".join(folders)
)
def test_only_a_folder_that_an_operator_opened_is_listed(share, folders):
    (share / "inside").mkdir()
    opened = frozenset(name.replace("{share}", str(share)) for name in folders)
    with pytest.raises(ListingError) as error:
        folder.listing(None, source(share, folders=opened))
    assert error.value.slug == "folder-not-allowed"


def test_a_link_in_the_address_does_not_lead_out_of_what_is_open(share):
    (share / "outside").symlink_to(share.parent)
    for url in (f"{share.as_uri()}/outside", f"{share.as_uri()}/..", f"{share.as_uri()}/%2E%2E"):
        with pytest.raises(ListingError) as error:
            folder.listing(None, Source("x", url, "folder", folders=frozenset({str(share)})))
        assert error.value.slug == "folder-not-allowed"


def test_a_folder_inside_an_open_one_may_be_listed(share):
    put(share / "inside" / "a.csv")
    listing = folder.listing(None, Source("x", f"{share.as_uri()}/inside/", "folder", folders=frozenset({str(share)})))
    assert [record.guid for record in listing] == ["a.csv"]


@pytest.mark.parametrize(
    "url", ["/srv/share", "file:srv", "file://server/share", "https://a.jp/", "file:///a?b", "file:///a%00b", ""]
)
def test_an_address_that_is_no_folder_s_is_refused(url):
    with pytest.raises(ListingError) as error:
        folder.listing(None, Source("x", url, "folder", folders=frozenset({"/"})))
    assert error.value.slug == "folder-address"


@pytest.mark.parametrize(
    "options", [{"settle": -1}, {"settle": "60"}, {"settle": True}, {"extensions": []}, {"extensions": ["../x"]}]
)
def test_options_that_are_none_are_refused(share, options):
    with pytest.raises(ListingError) as error:
        read(share, **options)
    assert error.value.slug == "option-refused"


def test_the_clock_is_the_computer_s_unless_told(share):
    put(share / "a.csv", changed=time.time())
    assert not list(folder.listing(None, source(share)))
