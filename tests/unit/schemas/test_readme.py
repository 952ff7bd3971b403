"""schemas/README.md against the files of schemas/, both ways."""

import re
from pathlib import Path

SCHEMAS = Path(__file__).parents[3] / "schemas"
README = (SCHEMAS / "README.md").read_text(encoding="utf-8")


def test_every_file_is_explained():
    files = [path for path in SCHEMAS.rglob("*") if path.suffix in {".csv", ".yaml", ".json"}]
    one_by_one = [path.name for path in files if path.parent.name != "standards"]
    assert [name for name in one_by_one if f"`{name}`" not in README] == []


def test_every_file_that_is_named_exists():
    named = set(re.findall(r"`([a-z_/]+\.(?:csv|yaml|json))`", README))
    there = {path.relative_to(SCHEMAS).as_posix() for path in SCHEMAS.rglob("*")}
    there |= {path.rsplit("/", 1)[-1] for path in there}
    assert named - there == set()


def test_every_source_that_is_named_is_in_the_list_of_sources():
    listed = (SCHEMAS / "standards" / "sources.csv").read_text(encoding="utf-8")
    for key in ("localgovjp", "census-2020", "regions", "osaka-pref", "metro-tokyo", "shirasagi", "ckan-core", "bodik"):
        assert key in README
        assert f"\n{key}," in listed
