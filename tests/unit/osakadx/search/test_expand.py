from osakadx.search.expand import MAX_VARIANTS, RELATED, SAME, variants
from osakadx.search.words import subjects


def weights(term):
    return {variant.term: variant.weight for variant in variants(term)}


def test_the_word_itself_leads():
    assert variants("AED")[0].term == "AED"
    assert variants("土壌汚染")[0].weight == 1
    assert len(variants("土壌汚染")) == 1


def test_other_names_of_the_subject_weigh_more_than_what_is_beside_it():
    assert weights("AED")["自動体外式除細動器"] == SAME
    assert weights("避難所")["避難場所"] == RELATED


def test_what_contains_the_word_is_not_asked_for_again():
    assert "福祉避難所" not in weights("避難所")


def test_a_wide_word_brings_its_parts():
    assert {"保育所", "給付金"} <= weights("子育て").keys()


def test_no_word_grows_without_bounds():
    assert all(len(variants(term)) <= MAX_VARIANTS for subject in subjects().values() for term in subject.terms)
