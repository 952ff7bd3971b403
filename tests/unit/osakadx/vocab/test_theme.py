import pytest
from osakadx import data, vocab


def test_there_are_the_17_fields_of_estat():
    assert [theme.code for theme in vocab.themes()] == [f"{number:02d}" for number in range(1, 17)] + ["99"]


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("行財政", ("13",)),
        ("gr_1300", ("13",)),
        ("c001", ("14",)),
        ("選挙", ("13",)),
        ("教育・文化・スポーツ・生活", ("12",)),
        ("観光・文化・スポーツ", ("10", "12")),
        ("人口;行財政", ("02", "13")),
        ("司法・安全・環境／行財政、選挙", ("14", "13")),
        ("なにか", ()),
        ("", ()),
    ],
)
def test_labels_of_any_catalog_lead_to_fields(written, codes):
    assert vocab.themes_of(written) == codes


def test_every_field_finds_itself_by_every_name():
    for theme in vocab.themes():
        for name in (theme.code, theme.name, theme.label_ja, theme.label_en):
            assert vocab.themes_of(name) == (theme.code,)


def test_all_58_sub_fields_lead_to_the_field_they_belong_to():
    rows = [row for row in data.rows("vocabularies/theme_spellings.csv") if row["estat_code"]]
    assert len({row["estat_code"] for row in rows}) == 57  # 9999 その他 is the field itself
    assert all(row["estat_code"][:2] == row["themes"] for row in rows)


@pytest.mark.parametrize("row", data.rows("vocabularies/theme_spellings.csv"), ids=lambda row: row["spelling"])
def test_the_table_of_spellings_is_obeyed_and_names_only_fields(row):
    codes = tuple(row["themes"].split(";"))
    assert vocab.themes_of(row["spelling"]) == codes
    assert set(codes) <= {theme.code for theme in vocab.themes()}
