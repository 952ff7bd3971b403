import pytest
from osakadx import data
from osakadx.errors import DataFileError
from osakadx.quality import rulebook
from osakadx.quality.checks.check import CELL_CHECKS, ROW_CHECKS
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
    assert {rule.slug for rule in book.rules} == set(RULES) | set(CELL_CHECKS) | set(ROW_CHECKS)
    assert sum(dimension.points for dimension in book.dimensions) == 100


def test_every_finding_a_rule_names_is_one_the_reading_knows():
    named = {name for dimension in rulebook.rulebook().dimensions for rule in dimension.rules for name in rule.costs}
    assert named <= data.document("reading.yaml").keys()


NAMED = {name: rule for rule in rulebook.rulebook().rules for name in rule.costs}


@pytest.mark.parametrize(("name", "wording"), data.document("reading.yaml").items())
def test_of_every_finding_of_the_reading_it_is_decided_what_it_costs(name, wording):
    said = [name in NAMED, bool(wording.get("unreadable")), bool(wording.get("unscored"))]
    assert said.count(True) == 1, "name it in quality.yaml or say in reading.yaml why it is unscored"
    if "whole" in wording or "same_as" in wording:
        rule = NAMED[name]
        assert rule.looks_at_cells and wording.get("same_as", rule.slug) == rule.slug


def test_every_rule_speaks_both_languages():
    for dimension in rulebook.rulebook().dimensions:
        assert dimension.label and dimension.label_en.isascii()
        for rule in dimension.rules:
            assert rule.label and rule.label_en.isascii() and rule.minutes > 0
            for one in rule.cases.values():
                assert one.message_en and one.fix_en and (rule.costs or (one.message and one.fix))
                # Code lists and columns of the standard have no English names; the rest is plain English.
                assert (one.message_en + one.fix_en).isascii()


@pytest.mark.parametrize(
    ("points", "maximum", "grade"),
    [(25, 25, "A"), (21.3, 25, "A"), (21.2, 25, "B"), (17.5, 25, "B"), (12.5, 25, "C"), (12.4, 25, "D"), (0, 0, None)],
)
def test_grades_are_shares_of_what_was_examined(points, maximum, grade):
    assert rulebook.rulebook().grade(points, maximum) == grade


@pytest.mark.parametrize(("share", "grade"), [(99, "B"), (85, "B"), (75, "B"), (60, "C"), (10, "D")])
def test_an_error_holds_the_grade_below_the_best(share, grade):
    book = rulebook.rulebook()
    assert book.grade(share, 100, "error") == grade
    assert book.grade(share, 100, "warning") == book.grade(share, 100)


@pytest.mark.parametrize("slug", [rule.slug for rule in rulebook.rulebook().rules])
def test_the_more_is_wrong_the_more_is_lost(slug):
    rule = rulebook.rulebook().by_slug[slug]
    lost = [rule.loss(affected / 50) for affected in range(51)]
    assert lost[0] == 0 and lost[-1] == 1 and lost == sorted(lost)


def test_a_badge_of_an_unknown_rule_is_refused(written):
    written(lambda said: said["badges"]["gold"]["rules"].append("file-is-nice"))
    with pytest.raises(DataFileError, match="file-is-nice"):
        rulebook.rulebook()


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
