import pytest
from osakadx.search.facts import facts, format_groups, subject_of


def dataset(title, organisation="271004", **rest):
    return {"title": title, "organization": {"name": organisation, "title": ""}, **rest}


def test_a_data_set_is_about_the_place_of_its_publisher():
    found = facts(dataset("AED設置箇所一覧", "272272"))
    assert (found.place, found.areas) == ("272272", ("272272",))


def test_a_department_speaks_for_the_prefecture():
    assert facts(dataset("備蓄", "270008-crisis-management")).place == "270008"


def test_a_list_of_a_ward_is_about_the_ward_and_its_city():
    found = facts(dataset("北区_避難所一覧"))
    assert (found.place, set(found.areas)) == ("271276", {"271276", "271004"})


def test_what_the_prefecture_publishes_about_a_town_is_about_the_town():
    assert facts(dataset("岸和田市の津波浸水想定", "270008")).areas == ("272027",)


def test_the_area_that_a_publisher_states_counts():
    stated = [{"text": "大阪府堺市", "uri": ""}]
    assert facts(dataset("連絡先", "someone", spatial_coverage=stated)).areas == ("271403",)


def test_a_city_that_says_it_lies_in_osaka_is_not_the_prefecture():
    assert facts(dataset("公園", spatial_coverage=[{"text": "大阪府"}])).areas == ("271004",)


def test_a_district_with_the_name_of_a_distant_town_is_no_area():
    assert facts(dataset("朝日町の公園", "272035")).areas == ("272035",)


def test_a_neighbour_without_code_is_known_by_its_name():
    named = {"name": "t000003", "title": "東京都総務局"}
    assert facts({"title": "統計年鑑", "organization": named}).place == "130001"


def test_years_come_from_title_files_and_period():
    given = dataset(
        "人口(令和2年)", resources=[{"name": "R3"}], temporal_coverage=[{"start": "2022-04-01", "end": "2024-03-31"}]
    )
    assert facts(given).years == (2020, 2021, 2022, 2023, 2024)


@pytest.mark.parametrize(
    "title, subject",
    [
        ("【堺市】AED設置箇所一覧（令和5年度）", "aed設置箇所一覧"),
        ("R5年度予算_豊中市", "予算"),
        ("大阪市の公衆トイレ一覧", "公衆トイレ一覧"),
        ("赤ちゃんの駅", "赤ちゃんの駅"),
        ("", ""),
    ],
)
def test_the_subject_of_a_title_has_neither_place_nor_year(title, subject):
    assert subject_of(title) == subject


def test_formats_fall_into_groups_whatever_their_spelling():
    assert format_groups(["CSV", ".xlsx", "ＧｅｏＪＳＯＮ", "PDF", "", "xisx"]) == ("document", "map", "other", "table")


@pytest.mark.parametrize(
    "broken", [{}, {"organization": None, "resources": None, "title": None}, {"temporal_coverage": "2020"}]
)
def test_a_data_set_without_anything_has_no_facts(broken):
    found = facts(broken)
    assert (found.place, found.areas, found.years, found.subject) == ("", (), (), "")
