"""What data.europa.eu would find described, and the number it would give."""

from dataclasses import replace

import pytest
from osakadx.dataset import Contact, Dataset, Resource
from osakadx.quality.described import described
from osakadx.quality.evidence import Link
from osakadx.quality.mqa import assess

FILE = Resource(
    url="https://city.example.lg.jp/a.csv", format="CSV", license="cc-by-4.0", rights="出典を書いてください。",
    size=1024, issued="2024-04-01", modified="2024-04-01",
)  # fmt: skip
FULL = Dataset(
    "1", "272116-shelters", "避難所", "272116", keywords=("防災",), theme=("16",), spatial="茨木市",
    issued="2024-04-01", modified="2024-04-01", temporal_start="2024-04-01", access_rights="public",
    license="cc-by-4.0", contact=Contact(email="bosai@city.example.lg.jp"), resources=(FILE,),
)  # fmt: skip
OK = Link("ok")


def points(data, links=None, *, compliant=True):
    return assess(described(data, {0: OK} if links is None else links, compliant=compliant)).points


def test_a_data_set_with_everything_has_all_points():
    found = assess(described(FULL, {0: OK}, compliant=True))
    assert (found.points, found.rating) == (405, "Excellent")


def test_a_data_set_with_nothing_has_none():
    assert points(Dataset("1", "x", "x", ""), {}, compliant=False) == 0


@pytest.mark.parametrize(
    "data, lost",
    [
        (replace(FULL, keywords=()), 30),
        (replace(FULL, theme=()), 30),
        (replace(FULL, spatial=""), 20),
        (replace(FULL, temporal_start=""), 20),
        (replace(FULL, contact=Contact()), 20),
        (replace(FULL, publisher=""), 10),
        (replace(FULL, access_rights=""), 15),
        (replace(FULL, resources=(replace(FILE, license=""),)), 0),  # the data set's own holds
        (replace(FULL, license="", resources=(replace(FILE, license=""),)), 30),
        (replace(FULL, resources=(replace(FILE, license="cc-by-2.1-jp"),)), 10),
        (replace(FULL, resources=(replace(FILE, format="PDF"),)), 20),
        (replace(FULL, resources=(replace(FILE, size=None),)), 5),
        (replace(FULL, resources=(replace(FILE, access_url="https://city.example.lg.jp/page"),)), 50),
    ],
)
def test_what_is_missing_costs_what_the_mqa_says(data, lost):
    assert 405 - points(data) == lost


def test_a_link_that_nobody_asked_or_that_is_broken_earns_nothing():
    assert points(FULL, {}) == points(FULL, {0: Link("gone")}) == 405 - 80


def test_files_share_the_points():
    assert points(replace(FULL, resources=(FILE, replace(FILE, size=None)))) == 405 - 40 - 2
