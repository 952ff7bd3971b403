"""The words of a letter."""

import re
from datetime import datetime, timezone
from pathlib import Path

import pytest
from osakadx.mails import wording
from osakadx.mails.kinds import kinds
from osakadx.mails.letters import Letter, Message

FOLDER = Path(__file__).parents[4] / "schemas" / "mails"
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=timezone.utc)
FRAME = {
    "name": "山田 花子", "site": "大阪オープンデータカタログ", "url": "https://data.example.lg.jp",
    "stop": "https://data.example.lg.jp/mails/stop/x", "preferences": "https://data.example.lg.jp/user/mails",
}  # fmt: skip
HELD = {
    "source": "東大阪市 オープンデータ一覧", "organization": "東大阪市",
    "sentence": "12 件のうち 6 件がなくなりました。",
    "when": "2026-11-25T18:17:00+00:00", "weeks": 0, "gone": 6, "added": 1, "changed": 0, "present": 1234,
    "part": True, "whole": False, "link": "https://data.example.lg.jp/harvest/x", "address": "https://city.example.lg.jp/list.csv",
}  # fmt: skip
FAILED = {**HELD, "sentence": "サーバーが答えません。", "fix": "アドレスを確かめてください。"}
QUIET = dict.fromkeys(("added", "updated", "gone", "refused"), 0) | {"held": False, "failed": False}
DIGEST = {
    "start": "2026-11-23T00:00:00+09:00", "last": "2026-11-29T00:00:00+09:00", "left": 2, "asks": True,
    "sources": [
        {**QUIET, "title": "甲市", "added": 3, "held": True, "link": "L1"},
        {**QUIET, "title": "乙町", "updated": 2, "refused": 1, "link": "L2"},
    ],
    "warnings": [{"slug": "license-unknown", "message": "ライセンスを読めません。", "count": 4}],
}  # fmt: skip
ADVICE = {
    "organization": "東大阪市", "count": 2, "improved": 4, "weeks": 8,
    "steps": [
        {
            "number": 1, "dataset": "避難所一覧", "file": "避難所.xlsx", "where": "シート「一覧」のC12",
            "sheet": "一覧", "cell": "C12",
            "message": "緯度と経度が入れ替わっています。", "message_en": "Latitude and longitude are swapped.",
            "fix": "D列とE列を入れ替えてください。", "fix_en": "Swap columns D and E.",
            "more": 11, "gain": "6", "grade": "A", "minutes": 5, "edit": "E1", "original": "",
            "link": "https://data.example.lg.jp/dataset/a/resource/b?cell=C12#findings",
        },
        {
            "number": 2, "dataset": "公共施設一覧", "file": "", "where": "", "sheet": "", "cell": "",
            "message": "古い。", "message_en": "Old.", "fix": "新しくしてください。", "fix_en": "Renew it.",
            "more": 0, "gain": "2.5", "grade": "", "minutes": 30, "edit": "", "original": "https://city.example.lg.jp/list.csv",
            "link": "L2",
        },
    ],
}  # fmt: skip
CONTACT = {"dataset": "避難所一覧", "organization": "東大阪市", "link": "L", "page": "P"}
QUESTION = {
    "dataset": "避難所一覧", "organization": "東大阪市", "link": "L", "page": "P", "due": "2026-12-10T12:00:00+09:00",
}  # fmt: skip
ANSWER = {
    **QUESTION, "asked": "2026-11-26T12:00:00+09:00",
    "answer": [{"line": "12月に更新します。"}, {"line": "いまは 1,000 件です。"}],
}  # fmt: skip
FACTS = {
    "harvest-held": HELD, "harvest-failed": FAILED, "harvest-recovered": HELD, "harvest-digest": DIGEST,
    "contact-confirm": HELD, "quality-digest": ADVICE, "quality-contact": CONTACT,
    "question-asked": QUESTION, "question-answer": ANSWER,
}  # fmt: skip


def letter(*kinds_and_facts, language="ja", frame=FRAME):
    messages = [Message("x", "p", kind, NOW, facts, "organization") for kind, facts in kinds_and_facts]
    return wording.letter(Letter("p", tuple(messages)), language, frame)


def test_a_held_run_says_what_happened_what_to_do_by_when_and_where():
    text = letter(("harvest-held", HELD))
    assert text.subject == "【確認のお願い】「東大阪市 オープンデータ一覧」の更新を止めています"
    for words in (
        "山田 花子 様", "お願いすることが 1 件あります", "12 件のうち 6 件がなくなりました。", "2026年11月26日 3:17",
        "登録されていた件数: 1,234 件", "なくなった件数: 6 件", "なくなった分だけ、消さずに残しています", "1週間以内に",
        HELD["link"], FRAME["stop"], "編集者か管理者になっているため",
    ):  # fmt: skip
        assert words in text.body
    assert "変わった件数" not in text.body
    assert "週間続いている" not in text.body


def test_a_reminder_says_how_long_it_has_lasted():
    assert "3 週間続いているため" in letter(("harvest-held", {**HELD, "weeks": 3})).body


def test_a_failure_without_a_way_to_mend_it_says_whom_to_ask():
    assert "お願い: アドレスを確かめてください。" in letter(("harvest-failed", FAILED)).body
    without = letter(("harvest-failed", {**FAILED, "fix": ""})).body
    assert "ホームページの担当に" in without


def test_what_asks_comes_into_the_subject_of_a_letter_with_several_messages():
    text = letter(("harvest-recovered", HELD), ("harvest-failed", FAILED), ("harvest-recovered", HELD))
    assert text.subject == "【確認のお願い】「東大阪市 オープンデータ一覧」を収集できませんでした(ほか 2 件)"
    assert text.body.count("■") == 3


def test_a_letter_that_asks_nothing_says_so():
    assert "していただくことはありません" in letter(("harvest-recovered", HELD)).body


def test_a_digest_lists_sources_and_odd_spellings():
    body = letter(("harvest-digest", DIGEST)).body
    assert "2026年11月23日から2026年11月29日まで" in body
    assert (
        "・甲市\n    追加 3 件\n    お願い: 止まっていて、確認を待っています。\n    L1\n・乙町\n    更新 2 件" in body
    )
    assert "・ライセンスを読めません。 … 4 件(license-unknown)" in body
    assert "ほかに 2 の収集元" in body
    assert "お願いすることが 1 件あります" in body


def test_advice_says_where_why_how_and_what_for_in_plain_words():
    text = letter(("quality-digest", ADVICE))
    assert text.subject == "【お願い】「東大阪市」のデータを使いやすくする 2 つのこと"
    assert (
        """
・1. 避難所一覧
    ファイル: 避難所.xlsx
    場所: シート「一覧」のC12
    同じことが、ほかに 11 か所にあります。
    どうなっているか: 緯度と経度が入れ替わっています。
    お願い: D列とE列を入れ替えてください。
    かかる時間: およそ 5 分
    効き目: 点数が 6 点上がります。
    効き目: 評価が A になります。
    見るページ: https://data.example.lg.jp/dataset/a/resource/b?cell=C12#findings
    直すページ: E1

・2. 公共施設一覧
    どうなっているか: 古い。
    お願い: 新しくしてください。
    かかる時間: およそ 30 分
    効き目: 点数が 2.5 点上がります。
    見るページ: L2
    直すのは、もとのファイルです: https://city.example.lg.jp/list.csv
"""
        in text.body
    )
    assert "この1週間に、4 件のデータがよくなりました。" in text.body
    assert "お願いすることが 1 件あります" in text.body
    assert "変わりがなければ 8 週間" in text.body


def test_advice_in_english_has_the_english_words():
    body = letter(("quality-digest", ADVICE), language="en").body
    assert "    Sheet: 一覧\n    Cell: C12\n" in body
    assert "As it is: Latitude and longitude are swapped.\n    Please: Swap columns D and E." in body
    assert "緯度" not in body


def test_english_is_for_those_who_want_it():
    text = letter(("harvest-held", HELD), language="en")
    assert text.subject.startswith("[Please check] The update of")
    assert "26 November 2026, 3:17" in text.body
    assert "Dear 山田 花子," in text.body


def test_a_title_can_neither_begin_a_line_nor_hide_signs():
    evil = {**HELD, "source": "甲\r\nBcc: x@example.jp\u202e市"}
    text = letter(("harvest-held", evil))
    assert "\n" not in text.subject
    assert "\u202e" not in text.body
    assert "\nBcc" not in text.body


def test_a_fact_that_looks_like_a_place_in_a_template_stays_as_it_is():
    assert "「{stop}」" in letter(("harvest-held", {**HELD, "source": "{stop}"})).subject


def test_somebody_without_account_is_not_sent_to_its_page():
    assert "受け取り方" not in letter(("harvest-held", HELD), frame={**FRAME, "preferences": ""}).body


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("kind", FACTS)
def test_no_template_leaves_a_brace(kind, language):
    text = letter((kind, FACTS[kind]), language=language)
    assert not re.search(r"[{}]", text.subject + text.body)
    assert text.subject


def test_every_kind_has_a_template_in_each_language_and_the_reverse():
    for language in wording.LANGUAGES:
        assert {path.stem for path in (FOLDER / language).glob("*.txt")} == {*kinds(), "letter"}


def test_a_code_in_a_stop_link_means_one_kind():
    codes = [kind.code for kind in kinds().values()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[a-z]", code) for code in codes)


def test_what_is_usual_can_be_chosen():
    assert all(kind.usual in kind.choices for kind in kinds().values() if kind.choices)


def test_whoever_asked_gets_the_answer_with_its_lines_and_no_link_that_stops_anything():
    frame = {**FRAME, "name": "", "stop": "", "preferences": ""}
    told = {**ANSWER, "answer": [*ANSWER["answer"], {"line": "{link} と {url} はそのまま"}]}
    sent = Letter("p", (Message("x", "p", "question-answer", NOW, told, "asker"),))
    text = wording.letter(sent, "ja", frame)
    assert text.subject == "「避難所一覧」についてのご質問に回答がありました"
    for words in (
        "  12月に更新します。\n", "  いまは 1,000 件です。\n", "  {link} と {url} はそのまま\n", "この一通だけ",
        "2026年11月26日", "データについて質問し",
    ):  # fmt: skip
        assert words in text.body
    assert "お知らせを止める" not in text.body and "様" not in text.body


def test_who_answers_is_told_by_when_and_where():
    text = letter(("question-asked", QUESTION))
    assert text.subject == "【お願い】「避難所一覧」に質問が届きました"
    assert "2026年12月10日までに答えてください" in text.body and "お願いすることが 1 件あります" in text.body
