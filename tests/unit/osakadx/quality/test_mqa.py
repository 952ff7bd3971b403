from dataclasses import replace

import pytest
from osakadx.quality.evidence import Link
from osakadx.quality.mqa import Described, Distribution, assess

FILE = Distribution(
    format="CSV", media_type="text/csv", license="CC BY 4.0", license_in_vocabulary=True, rights="©", size=10,
    download_url="https://e.jp/a.csv", access=Link("ok"), download=Link("moved"),
)  # fmt: skip
BEST = Described(
    keywords=("トイレ",), themes=("HEAL",), spatial=True, temporal=True, access_rights="PUBLIC",
    access_rights_in_vocabulary=True, contact=True, publisher=True, compliant=True, issued="2024-04-01",
    modified="2026-04-01", distributions=(FILE,),
)  # fmt: skip


def test_the_best_has_all_405_points():
    found = assess(BEST)
    assert (found.points, found.rating) == (405, "Excellent")
    assert found.dimensions == {
        "findability": 100, "accessibility": 100, "interoperability": 110, "reusability": 75, "contextuality": 20
    }  # fmt: skip


def test_a_data_set_of_nothing_is_bad():
    assert (assess(Described()).points, assess(Described()).rating) == (0, "Bad")


def test_files_count_by_their_share():
    broken = replace(FILE, access=Link("gone"), download=Link("gone"))
    assert assess(replace(BEST, distributions=(FILE, broken))).dimensions["accessibility"] == 60


@pytest.mark.parametrize(("format", "points"), [("CSV", 110), ("XLSX", 90), ("PDF", 90), ("何か", 60)])
def test_formats_are_judged_as_the_method_does(format, points):
    file = replace(FILE, format=format, media_type="x")
    assert assess(replace(BEST, distributions=(file,))).dimensions["interoperability"] == points


def test_dead_links_and_metadata_alone_are_still_good_there():
    """Why this number is for comparison only."""
    dead = replace(FILE, access=Link("gone"), download=Link("gone"))
    assert assess(replace(BEST, distributions=(dead,))).rating == "Good"
