import os

import pytest
from osakadx import shellfiles


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    os.symlink("a.csv", tmp_path / "link.html")
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
