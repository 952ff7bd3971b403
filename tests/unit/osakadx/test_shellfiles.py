import os
import stat
import threading
import time

import pytest
from osakadx import shellfiles


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    (tmp_path / "link.html").symlink_to("a.csv")
    os.link(path, tmp_path / "other.html")
    (tmp_path / "b.csv").write_text("c\n3\n", "utf-8")
    (tmp_path / "old.HTM").write_text("<p>", "utf-8")
    (tmp_path / "empty.tmp").write_bytes(b"")
    return path


@pytest.mark.parametrize("report", ["a.csv", "./a.csv", "{absolute}", "link.html", "other.html"])
def test_a_report_is_not_written_over_what_is_read_by_whatever_name(report, table):
    refused = shellfiles.refusal(report.format(absolute=table), ["b.csv", "a.csv"])
    assert "調べるファイルなので" in refused and "--html report.html" in refused


@pytest.mark.parametrize("report", ["b.csv", "a.csv", "link.html"])
def test_a_report_is_not_written_over_a_file_that_is_no_page(report, table):
    assert "結果のページ(.html)ではないので、上書きしません" in shellfiles.refusal(report, ["none.csv"])


@pytest.mark.parametrize("report", ["old.HTM", "new.html", "new.txt", "empty.tmp", "/dev/null", "none/new.html", "."])
def test_a_page_of_before_and_new_files_may_be_written(report, table):
    assert shellfiles.refusal(report, ["a.csv", "none.csv"]) == ""


def test_a_file_is_given_as_it_is(table):
    with shellfiles.on_disk("a.csv") as path:
        assert str(path) == "a.csv"


def test_what_comes_out_of_a_named_pipe_is_kept_as_long_as_it_is_needed(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    def write():
        with (tmp_path / "pipe").open("wb", buffering=0) as pipe:
            pipe.write(b"a,b\n")
            time.sleep(0.4)  # longer than the patience with nobody: who has it open is waited for
            pipe.write(b"1,2\n")

    writer = threading.Thread(target=write)
    writer.start()
    with shellfiles.on_disk(str(tmp_path / "pipe"), patience=0.2) as path:
        assert stat.S_ISREG(path.stat().st_mode) and path.read_bytes() == path.read_bytes() == b"a,b\n1,2\n"
    writer.join()
    assert not path.exists()


def test_a_pipe_that_nobody_writes_into_is_given_up(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with (
        pytest.raises(shellfiles.NobodyWritesError) as given_up,
        shellfiles.on_disk(str(tmp_path / "pipe"), patience=0.1),
    ):
        pass
    assert "0.1 秒のあいだ、だれも書き込みませんでした" in shellfiles.reason(given_up.value)


def test_a_pipe_that_is_closed_without_a_word_is_empty(tmp_path):
    reading, writing = os.pipe()
    os.close(writing)
    with shellfiles.on_disk(f"/dev/fd/{reading}", patience=0.1) as path:
        assert path.read_bytes() == b""
    os.close(reading)


def test_no_more_is_taken_than_reading_allows():
    with shellfiles.on_disk("/dev/zero", limit=100_000) as path:
        assert path.stat().st_size == 100_001


def test_standard_input_is_read_once(table):
    assert "1回しか読めません" in shellfiles.refusal(None, ["-", "a.csv", "/dev/stdin"])
    assert shellfiles.refusal(None, ["-", "a.csv"]) == ""


@pytest.mark.parametrize(
    "path, reason",
    [
        ("none.csv", "ファイルがありません"),
        ("a.csv/b", "途中の名前がフォルダーではありません"),
        ("loop", "リンクが互いを"),
    ],
)
def test_why_a_file_cannot_be_read_is_told_in_japanese(path, reason, table):
    (table.parent / "loop").symlink_to("loop")
    with pytest.raises(OSError) as refused, shellfiles.on_disk(path):
        pass
    assert shellfiles.reason(refused.value).startswith(reason)
