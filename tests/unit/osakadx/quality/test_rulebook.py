import pytest
from osakadx import data
from osakadx.errors import DataFileError
from osakadx.quality import rulebook
from osakadx.quality.rule import RULES


@pytest.fixture
def written(monkeypatch):
    """The rules file with changes; the cached rulebook is set aside."""

    def write(change):
        said = data.yaml.safe_load(data.text(rulebook.PATH))
        change(said)
        monkeypatch.setattr(rulebook.data, "document", lambda path: said)
        rulebook.rulebook.cache_clear()

    yield write
    rulebook.rulebook.cache_clear()


def test_every_rule_has_points_and_every_points_a_rule():
    book = rulebook.rulebook()
    assert {rule.slug for dimension in book.dimensions for rule in dimension.rules} == set(RULES)
    assert sum(dimension.points for dimension in book.dimensions) == 25


def test_every_finding_a_rule_names_is_one_the_reading_knows():
    named = {name for dimension in rulebook.rulebook().dimensions for rule in dimension.rules for name in rule.costs}
    assert named <= data.document("reading.yaml").keys()


def test_every_rule_speaks_both_languages():
    for dimension in rulebook.rulebook().dimensions:
        assert dimension.label and dimension.label_en.isascii()
        for rule in dimension.rules:
            assert rule.label and rule.label_en.isascii() and rule.minutes > 0
            spoken = [wording for wording in rule.cases.values() if wording.message]
            assert rule.costs or all(one.message and one.fix and one.message_en and one.fix_en for one in spoken)


@pytest.mark.parametrize(
    ("points", "maximum", "grade"),
    [(25, 25, "A"), (21.3, 25, "A"), (21.2, 25, "B"), (17.5, 25, "B"), (12.5, 25, "C"), (12.4, 25, "D"), (0, 0, None)],
)
def test_grades_are_shares_of_what_was_examined(points, maximum, grade):
    assert rulebook.rulebook().grade(points, maximum) == grade


def test_points_that_do_not_add_up_are_refused(written):
    written(lambda said: said["rules"]["file-over-tls"].update(points=5))
    with pytest.raises(DataFileError, match="合わせて 13 点"):
        rulebook.rulebook()


def test_a_rule_without_function_is_refused(written):
    written(lambda said: said["rules"].update({"file-is-nice": said["rules"]["file-answers"]}))
    with pytest.raises(DataFileError, match="file-is-nice"):
        rulebook.rulebook()


def test_a_function_without_points_is_refused(written):
    written(lambda said: said["rules"].pop("rows-are-even"))
    with pytest.raises(DataFileError, match="rows-are-even"):
        rulebook.rulebook()


def test_needs_look_back_only(written):
    written(lambda said: said["rules"]["file-answers"].update(needs=["file-is-a-table"]))
    with pytest.raises(DataFileError, match="前に書いて"):
        rulebook.rulebook()
