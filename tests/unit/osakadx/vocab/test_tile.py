from osakadx.vocab import tile
from osakadx.vocab.place import municipalities, wards


def test_every_municipality_has_one_tile():
    assert sorted(entry.code for entry in tile.tiles()) == sorted(entry.code for entry in municipalities())


def test_the_parts_of_a_name_are_the_name_and_fit_a_tile():
    towns = {entry.code: entry for entry in municipalities()}
    for entry in tile.tiles():
        assert "".join(entry.parts_ja) == towns[entry.code].stem
        assert "".join(entry.parts_en) == towns[entry.code].name_en.rpartition(" ")[0]
        assert all(len(part) <= 3 for part in entry.parts_ja) and all(len(part) <= 7 for part in entry.parts_en)


def test_no_two_tiles_share_a_cell():
    cells = [
        (entry.row + down, entry.column + right)
        for entry in tile.tiles()
        for down in range(entry.span)
        for right in range(entry.span)
    ]
    assert len(cells) == len(set(cells))


def test_tiles_fit_the_grid_that_the_style_sheet_knows():
    assert all(1 <= entry.column <= 9 - entry.span and 1 <= entry.row <= 14 for entry in tile.tiles())


def test_north_is_up_and_west_is_left():
    at = {entry.code: entry for entry in tile.tiles()}
    nose, misaki, takatsuki, sakai = at["273228"], at["273660"], at["272078"], at["271403"]
    assert nose.row < takatsuki.row < sakai.row < misaki.row
    assert misaki.column < sakai.column < takatsuki.column


def test_every_municipality_and_ward_has_an_office_in_the_prefecture():
    codes = {entry.code for entry in municipalities()} | {entry.code for entry in wards()}
    assert codes == set(tile.offices())
    assert all(34.2 < north < 35.1 and 135.0 < east < 135.8 for north, east in tile.offices().values())
