import copy

from osakadx import data
from osakadx.quality.revision import effect
from osakadx.quality.rulebook import PATH, read, rulebook
from osakadx.quality.score import score

from .evidences import full, toilets


def test_what_a_change_of_the_rules_moves_is_said_before_it_is_applied():
    draft = copy.deepcopy(data.document(PATH))
    draft["grades"] = {"A": 99.5, "B": 70, "C": 50, "D": 0}
    after = read(draft)
    sets = [full(), full(toilets(encoding="cp932")), full(toilets(c8="1基"))]
    found = effect(sets, rulebook(), after)
    moved = [(score(one, rulebook()).grade, score(one, after).grade) for one in sets]
    assert found.datasets == 3 and found.moves.total() == sum(old != new for old, new in moved) > 0
    assert (found.rise, found.fall) == (0, found.moves.total())
    assert "3 データセットのうち" in found.sentence() and found.examples


def test_the_same_rules_move_nothing():
    assert not effect([full()], rulebook(), rulebook()).moves
