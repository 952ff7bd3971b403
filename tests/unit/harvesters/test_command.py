from __future__ import annotations

import json
import subprocess
import sys

import pytest
from ckanext.osakadx.harvesters.sources import KINDS
from osakadx import cli
from osakadx.manners import Manners

from ..loopback import answer, serve
from .fixtures import SITES

LIST = "/270008_open_data_list.csv"
PAGES = {LIST: answer((SITES / "270008/270008_open_data_list.csv").read_bytes())}


@pytest.fixture
def run(capfdbinary):
    """Run `osakadx list` against a server of these pages; its code, its lines of output and what it says of errors."""

    def call(*arguments, pages=PAGES):
        with serve(pages) as site:
            filled = [argument.replace("{site}", site.url) for argument in arguments]
            code = cli.main(["list", *filled, "--allow-host", site.key])
        return code, capfdbinary.readouterr().out.decode().splitlines()

    return call


def test_the_json_is_one_object_per_address(run):
    code, lines = run("csv_listing", "{site}" + LIST, "{site}/gone.csv", "--json")
    said, gone = map(json.loads, lines)
    assert code == 2
    assert (said["version"], said["source_type"], said["datasets"], said["complete"]) == (1, "csv_listing", 7, True)
    assert said["url"].endswith(LIST) and said["resources"] >= 7 and said["records"] == [] and "error" not in said
    assert {"slug", "message"} <= said["warnings"][0].keys() and said["warnings"][0]["slug"] == "encoding-not-utf8"
    assert (gone["datasets"], gone["complete"], gone["error"]["slug"]) == (0, False, "not-found") and gone["error"][
        "fix"
    ]


def test_records_show_what_the_source_says_and_what_the_catalog_makes_of_it(run):
    _, (line,) = run(
        "osakadx_csv_listing", "{site}" + LIST, "--json", "--records", "2",
        "--publisher", "270008", "--license", "CC BY 4.0",
    )  # fmt: skip
    records = json.loads(line)["records"]
    assert len(records) == 2 and records[0]["guid"].startswith("270008/")
    assert records[0]["concepts"]["title"] == records[0]["dataset"]["title"] == records[0]["title"]
    assert records[0]["dataset"]["owner_org"] == "270008" and records[0]["dataset"]["license_id"]
    assert records[0]["files"] and isinstance(records[0]["notices"], list)


@pytest.mark.parametrize("more, code", [([], 2), (["--ignore-robots"], 0)])
def test_a_list_is_asked_for_as_its_robots_txt_says(run, monkeypatch, more, code):
    # The machine itself is owed nothing; here it stands for another one.
    monkeypatch.setattr(Manners, "is_own", lambda self, name: False)
    pages = {**PAGES, "/robots.txt": answer(b"User-agent: *\nDisallow: /\n", Content_Type="text/plain")}
    found, (line,) = run("csv_listing", "{site}" + LIST, "--json", *more, pages=pages)
    said = json.loads(line)
    assert found == code and said.get("error", {}).get("slug") == (None if more else "robots-disallowed")


def test_without_a_publisher_records_are_shown_all_the_same(run):
    code, lines = run("csv_listing", "{site}" + LIST, "--json", "--records", "1")
    assert code == 0 and json.loads(lines[0])["records"][0]["dataset"]["title"]


def test_the_report_is_japanese_and_short(run):
    code, lines = run("csv_listing", "{site}" + LIST, "--records", "1")
    assert code == 0 and lines[0].startswith("■ http://127.0.0.1:")
    assert (
        lines[1].startswith("  オープンデータ一覧: データセット 7 件、ファイル ") and "最後まで読めました" in lines[1]
    )
    assert any(line.startswith("  1. ") for line in lines) and any(line.startswith("     - CSV ") for line in lines)


def test_a_partial_listing_ends_with_one(run):
    html = '<html><body><a href="/a.csv">避難所</a>'
    code, lines = run("html_page", "{site}/", "--option", "fingerprints=false", pages={"/": answer(html)})
    assert code == 1 and "全部は読めていません" in lines[1] and lines[2].startswith("  [page-cut] ")


def test_what_cannot_be_listed_ends_with_two_and_says_what_where_and_how_to_mend_it(run):
    code, lines = run(
        "csv_listing", "{site}/", pages={"/": answer("<!DOCTYPE html><html><body>ログイン</body></html>")}
    )
    assert code == 2 and lines[1].startswith("  一覧の代わりにHTML") and lines[2].startswith("  直し方: ")


def test_options_are_json_or_text(run):
    page = '<html><body><a href="/a.pdf">計画</a><a href="/b.csv">表</a></body></html>'
    for written in ('extensions=["pdf"]', "extensions=pdf"):
        code, (line,) = run(
            "html_page", "{site}/", "--json", "--records", "9", "--option", written, "--option", "fingerprints=false",
            pages={"/": answer(page)},
        )  # fmt: skip
        assert code == 0 and [record["title"] for record in json.loads(line)["records"]] == ["計画"]


@pytest.mark.parametrize(
    "arguments, slug",
    [
        (["nonsense", "http://127.0.0.1/"], "type-unknown"),
        (["csv_listing", "http://127.0.0.1/", "--option", "colour=red"], "option-unknown"),
        (["csv_listing", "http://127.0.0.1/"], "address-not-public"),
        (["csv_listing", "file:///etc/passwd"], "scheme-refused"),
        (["folder", "file:///etc"], "folder-not-allowed"),
    ],
)
def test_what_is_refused_is_told_before_anything_is_asked(arguments, slug, capfdbinary):
    assert cli.main(["list", *arguments, "--json"]) == 2
    assert json.loads(capfdbinary.readouterr().out)["error"]["slug"] == slug


def test_a_folder_that_was_allowed_is_listed(tmp_path, capfdbinary):
    (tmp_path / "避難所.csv").write_text("a,b\n1,2\n")
    arguments = ["list", "folder", tmp_path.as_uri(), "--allow-folder", str(tmp_path), "--option", "settle=0", "--json"]
    assert cli.main(arguments) == 0 and json.loads(capfdbinary.readouterr().out)["datasets"] == 1


@pytest.mark.parametrize("arguments", [[], ["csv_listing"], ["csv_listing", "http://a.jp/", "--option", "scope"]])
def test_a_wrong_command_is_told_in_japanese(arguments, capfdbinary):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["list", *arguments])
    assert stopped.value.code == 2 and "コマンドの書き方が違います" in capfdbinary.readouterr().err.decode()


def test_the_help_names_every_kind(capfdbinary):
    with pytest.raises(SystemExit):
        cli.main(["list", "--help"])
    said = "".join(capfdbinary.readouterr().out.decode().split())
    assert [name for name in KINDS if name not in said] == []


def test_what_a_source_says_cannot_control_the_terminal(run):
    page = '<html><body><a href="/a.csv">避難\x1b[2J所\u202e一覧</a></body></html>'
    _, lines = run(
        "html_page", "{site}/", "--records", "1", "--option", "fingerprints=false", pages={"/": answer(page)}
    )
    assert not set("\x1b\u202e") & set("".join(lines))


@pytest.mark.parametrize("asked, ours", [("list", True), ("read", False)])
def test_no_ckan_is_loaded_and_the_sources_only_where_they_are_asked_for(asked, ours):
    program = (
        "import sys\nfrom osakadx import cli\n"
        f"try: cli.main([{asked!r}, '--help'])\nexcept SystemExit: pass\n"
        "print([name in sys.modules for name in ('ckan', 'flask', 'sqlalchemy', 'ckanext.osakadx.harvesters.sources')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == str([False, False, False, ours])


def test_a_refused_connection_says_how_to_mend_it(capfdbinary):
    with serve() as site:
        address, key = f"{site.url}/list.csv", site.key
    assert cli.main(["list", "csv_listing", address, "--allow-host", key]) == 2  # nobody listens there any more
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[1].strip() == "接続できないか、応答が壊れています。" and lines[2].startswith("  直し方: ")
