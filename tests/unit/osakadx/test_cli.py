import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from osakadx import cli

SITES = Path(__file__).parents[2] / "fixtures" / "sites"
FINE = str(SITES / "222127/222127_public_toilet.csv")
WARNED = str(SITES / "270008/270008_covid19_contacts1.csv")
ERRORS = str(SITES / "bodik/300004_evacuation_kitayama.csv")
UNREADABLE = str(SITES / "otameshi/school_lunch_protected.xlsx")


@pytest.mark.parametrize(
    "files, code",
    [([FINE], 0), ([WARNED], 0), ([ERRORS], 1), ([UNREADABLE], 2), (["/none.csv"], 2), ([FINE, UNREADABLE, ERRORS], 2)],
)
def test_the_exit_code_is_that_of_the_worst_file(files, code, capfdbinary):
    assert cli.main(["read", *files]) == code


def test_several_files_give_one_json_line_each(capfdbinary):
    cli.main(["read", "--json", FINE, "/none.csv", "/tmp", ERRORS])
    said = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [reading["file"] for reading in said] == [FINE, "/none.csv", "/tmp", ERRORS]
    assert {reading["version"] for reading in said} == {1}
    assert [len(reading["findings"]) for reading in said] == [0, 1, 1, 7]
    assert said[1]["findings"][0]["message"] == "ファイルを開けません(ファイルがありません)。"
    assert said[2]["findings"][0]["message"] == "ファイルを開けません(フォルダーです)。"


def test_what_each_column_holds_is_told_when_asked(tmp_path, capfdbinary):
    file = tmp_path / "a.csv"
    file.write_text("区,人口,割合,更新日,注\n北区,100,0.5,2024-04-01,\n西区,200,0.25,2024-04-01,x\n", "utf-8")
    cli.main(["read", "--columns", str(file)])
    told = capfdbinary.readouterr().out.decode()
    assert "    更新日         日付、値 2、空欄 0、異なる値 1\n" in told
    assert "    割合           数値、値 2、空欄 0、異なる値 2\n" in told
    cli.main(["read", "--columns", "--json", str(file)])
    (table,) = json.loads(capfdbinary.readouterr().out)["tables"]
    assert table["contents"][4] == {"filled": 1, "blank": 1, "distinct": 1, "at_least": False, "type": "text"}
    cli.main(["read", "--columns", "--html", str(tmp_path / "a.html"), str(file)])
    page = (tmp_path / "a.html").read_text("utf-8")
    assert '<th scope="row">注</th><td>文字</td><td>1</td><td>1</td><td>1</td>' in page
    capfdbinary.readouterr()
    cli.main(["read", "--json", str(file)])
    assert "contents" not in json.loads(capfdbinary.readouterr().out)["tables"][0]


def test_the_report_is_japanese(capfdbinary):
    cli.main(["read", ERRORS])
    assert "この行は 27 列で" in capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize("arguments", [[], ["read"], ["dance"], ["read", "--colour", FINE]])
def test_a_wrong_command_is_told_in_japanese(arguments, capfdbinary):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert capfdbinary.readouterr().err.decode().startswith("コマンドの書き方が違います。")


@pytest.mark.parametrize(
    "arguments, cause",
    [
        ([], "コマンド が書かれていません。osakadx --help"),
        (["check"], "FILE が書かれていません。osakadx check --help"),
        (["dance"], "「dance」というコマンドはありません。"),
        (["read", "--colour", FINE], "「--colour」というオプションはありません。"),
        (["check", FINE, "--html"], "--html の次に値が書かれていません。"),
    ],
)
def test_a_wrong_command_is_told_its_cause(arguments, cause, capfdbinary):
    with pytest.raises(SystemExit):
        cli.main(arguments)
    assert cause in capfdbinary.readouterr().err.decode()


def shell(*arguments, given=b"", **options):
    command = [sys.executable, "-m", "osakadx.cli", *arguments]
    return subprocess.run(command, input=given, capture_output=True, timeout=120, check=False, **options)


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
@pytest.mark.parametrize("command", ["read", "check"])
def test_standard_input_is_read_as_a_file(command, name):
    done = shell(command, "--json", name, given=Path(FINE).read_bytes())
    said = json.loads(done.stdout)
    assert done.returncode == 0 and done.stderr == b"" and said["file"] == name
    assert (said["format"], said["declared_format"], said["bytes"]) == ("CSV", None, Path(FINE).stat().st_size)


def test_an_empty_standard_input_is_an_empty_file():
    done = shell("read", "-")
    assert done.returncode == 2 and done.stderr == b"" and "■ -" in done.stdout.decode()


def test_who_stops_listening_gets_no_traceback():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "osakadx.cli", "read", FINE]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=120, check=False)
    os.close(writing)
    assert done.returncode == cli.BROKEN_PIPE and done.stderr == b""


def test_what_a_file_says_cannot_control_the_terminal(tmp_path, capfdbinary):
    path = tmp_path / "a.csv"
    path.write_bytes("名称\x1b[2J,\u202e住所\n北\x07区,1\n".encode())
    cli.main(["read", str(path)])
    assert not set("\x1b\x07\u202e") & set(capfdbinary.readouterr().out.decode())


def test_a_name_that_is_no_utf_8_is_read_and_printed_as_an_escape(tmp_path):
    path = os.fsencode(tmp_path) + "避難所.csv".encode("cp932")
    try:
        Path(os.fsdecode(path)).write_bytes(b"a,b\n1,2\n")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    done = subprocess.run(
        [sys.executable, "-m", "osakadx.cli", "read", "--json", path], capture_output=True, check=True
    )
    assert json.loads(done.stdout)["tables"][0]["header"] == ["a", "b"]


@pytest.mark.parametrize(
    "files, code",
    [([FINE], 0), ([ERRORS], 1), ([UNREADABLE], 2), (["/none.csv"], 2), ([FINE, UNREADABLE, ERRORS], 2)],
)
def test_a_check_ends_with_the_code_of_the_worst_file(files, code, capfdbinary):
    assert cli.main(["check", *files]) == code


def test_a_check_of_several_files_gives_one_json_line_each(capfdbinary):
    cli.main(["check", "--json", "--municipality", "271004", FINE, "/none.csv"])
    good, none = (json.loads(line) for line in capfdbinary.readouterr().out.splitlines())
    keys = {"id", "slug", "name", "edition", "confidence", "columns_matched", "columns_missing", "columns_unknown"}
    assert good["version"] == 1 and good["standard"].keys() == keys and good["points"].keys() == POINTS
    assert {finding["rule"] for finding in good["findings"]} >= {"code-fits-the-name"}  # not of 大阪市
    assert none["standard"] is None and none["points"] == {} and none["rows_conforming"] == 0


POINTS = {"readable", "structure", "conformance"}


def test_a_check_tells_standard_and_points_and_writes_a_page(tmp_path, capfdbinary):
    cli.main(["check", FINE, "--html", str(tmp_path / "page.html")])
    said = capfdbinary.readouterr().out.decode()
    assert "No.13「公衆トイレ一覧」" in said and "機械で読める 15/15" in said
    told = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "公衆トイレ一覧" in told and '<p class="grade A">' in told and "(評価 A)" in said


@pytest.mark.parametrize("arguments", [["--standard", "99"], ["--municipality", "東京"]])
def test_what_is_not_known_is_told_in_japanese(arguments, capfdbinary):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["check", *arguments, FINE])
    assert stopped.value.code == 2
    assert f"「{arguments[1]}」という" in capfdbinary.readouterr().err.decode()


def test_a_check_as_another_standard_takes_its_columns(capfdbinary):
    cli.main(["check", "--json", "--standard", "aed", FINE])
    assert json.loads(capfdbinary.readouterr().out)["standard"]["id"] == "08"


def test_several_files_are_told_on_one_page(tmp_path, capfdbinary):
    page = tmp_path / "report.html"
    assert cli.main(["read", "--html", str(page), FINE, ERRORS, UNREADABLE]) == 2
    told = page.read_text(encoding="utf-8")
    assert told.count("<section ") == 3 and "この行は 27 列で" in told and "パスワード" in told
    assert '<td class="error">' in told


def test_a_page_that_cannot_be_written_is_told(tmp_path, capfdbinary):
    assert cli.main(["read", "--html", str(tmp_path), FINE]) == 2
    assert "に書き込めません(フォルダーです)" in capfdbinary.readouterr().err.decode()


@pytest.mark.parametrize("command", ["read", "check"])
def test_a_report_never_replaces_data(command, tmp_path, capfdbinary):
    first, second = tmp_path / "a1.csv", tmp_path / "a2.csv"
    for path in (first, second):
        path.write_bytes(b"a,b\n1,2\n")
    assert cli.main([command, "--html", str(first), str(second)]) == 2
    assert cli.main([command, str(second), "--html", str(second)]) == 2
    said, err = capfdbinary.readouterr()
    assert said == b"" and err.decode().count("上書きしません") == 2
    assert first.read_bytes() == second.read_bytes() == b"a,b\n1,2\n"
    page = tmp_path / "report.html"
    assert [cli.main([command, "--html", str(page), str(first)]) for _ in range(2)] == [0, 0]
    assert page.read_text("utf-8").startswith("<!")


@pytest.mark.parametrize("command", [[], ["read"], ["check"], ["list"]])
def test_the_help_is_japanese_throughout(capsys, command):
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("使い方: osakadx")
    assert not re.search("usage|positional|options:|show this", said)
