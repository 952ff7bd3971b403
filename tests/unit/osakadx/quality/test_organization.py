import pytest
from osakadx.quality.organization import PEERS, Standing, index, peer_group, praised, ranks
from osakadx.vocab import municipalities, municipality_of


def test_what_is_missing_counts_nothing_and_the_best_counts():
    found = index([Standing("a", 80.0, "13"), Standing("b", 40.0, "13")], ["08", "13"])
    assert found.coverage == {"08": 0.0, "13": 80.0} and found.missing == ("08",)
    assert found.points == pytest.approx(0.7 * 40.0)


def test_other_data_sets_count_by_theme():
    one = index([Standing("a", 90.0, theme="population-households")], ["13"])
    two = index([Standing("a", 90.0, theme="population-households"), Standing("b", 90.0, theme="land-weather")], ["13"])
    assert 0 < one.points < two.points and set(two.themes) == {"population-households", "land-weather"}


def test_a_standard_that_does_not_apply_counts_as_any_other_data_set():
    assert index([Standing("a", 90.0, "21", theme="land-weather")], ["13"]).themes == {"land-weather": 90.0}


def test_a_list_of_which_most_went_away_counts_less():
    assert Standing("a", 80.0, rows=90, peak=100).value == 80.0
    assert Standing("a", 80.0, rows=40, peak=100).value == 40.0


@pytest.mark.parametrize(
    ("name", "group"),
    [("大阪市", "政令市"), ("堺市", "政令市"), ("東大阪市", "中核市"), ("岸和田市", "市(人口10万人以上)"),
     ("泉大津市", "市(人口10万人未満)"), ("千早赤阪村", "町村"), ("島本町", "町村")],
)  # fmt: skip
def test_peers_are_alike_in_kind_and_size(name, group):
    assert peer_group(municipality_of(name)) == group


def test_every_municipality_has_peers_and_departments_have_theirs():
    assert {peer_group(one) for one in municipalities()} == set(PEERS) - {"府の部局"}
    assert peer_group(None) == "府の部局"


def test_equals_share_a_place_and_only_the_upper_half_is_named():
    points = {"甲": 50.0, "乙": 70.0, "丙": 50.0, "丁": 10.0}
    assert ranks(points) == {"乙": 1, "甲": 2, "丙": 2, "丁": 4}
    assert praised(points) == ("乙", "丙")
