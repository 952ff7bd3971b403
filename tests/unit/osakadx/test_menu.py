from osakadx import menu


def test_an_entry_is_found_by_its_name_in_any_width_and_among_others():
    assert menu.entries_of("防災") == ("防災",)
    assert menu.entries_of("子育て；防災") == ("子育て", "防災")
    assert menu.entries_of("水道･ガス･電気") == ("水道・ガス・電気",)
    assert menu.entries_of("宇宙") == ()


def test_there_are_28_entries_and_each_finds_itself():
    assert len(menu.entries()) == 28
    assert all(menu.entries_of(entry) == (entry,) for entry in menu.entries())
