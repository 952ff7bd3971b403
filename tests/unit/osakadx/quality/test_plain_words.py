"""What is said to an officer who knows Excel and no more, word by word: no terms of programmers without explanation."""

import re

import pytest
from osakadx import data
from osakadx.quality.rulebook import rulebook

# Words of libraries and of programmers; each may stand only where it is a name on the screen or is explained.
TERMS = (
    "エンコーディング|エンコード|デコード|パース|パーサー|デリミタ|デリミター|セパレータ|クォート"
    "|エスケープ|ヘッダー|ヘッダ|フッター|レコード|フィールド|カラム|スキーマ|メタデータ|リソース|トークン"
    "|ストリーム|バイト|バイナリ|ビット|ソート|インポート|エクスポート|フォーマット|バリデーション"
    "|アーカイブ|ディレクトリ|パス|マクロ|NULL|NUL|BOM|URL|CRLF|LF|文字コード|改行コード|機種依存文字"
    "|指数表記|座標系|測地系|検査数字|属性|地物|ジオメトリ|二次利用|拡張子|正規化|例外"
)
NAMED = re.compile("「[^「」]*」")  # a menu, a button or a name that the officer sees like this
TEXTS = [
    *(("reading.yaml", slug, wording) for slug, wording in data.document("reading.yaml").items()),
    *(
        ("quality.yaml", f"{rule.slug} {case}".strip(), {"message": wording.message, "fix": wording.fix})
        for rule in rulebook().rules
        for case, wording in rule.cases.items()
    ),
]


def unexplained(text):
    """Terms that nothing in the text explains: `term(words)` and `words(term)` explain, 「term」 is a name."""
    plain = NAMED.sub("", text)
    used = set(re.findall(rf"(?<![ァ-ヺーA-Za-z])(?:{TERMS})(?![ァ-ヺーA-Za-z])", plain))
    return {term for term in used if f"{term}(" not in plain and f"({term})" not in plain}


@pytest.mark.parametrize(("file", "slug", "wording"), TEXTS, ids=lambda one: one if isinstance(one, str) else "")
def test_no_term_is_left_without_explanation(file, slug, wording):
    assert unexplained(wording["message"] + wording.get("fix", "")) == set(), (file, slug)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("デリミタが違います。", {"デリミタ"}),
        ("行の終わりの印(改行コード)が違います。", set()),
        ("文字コード(文字を記録する方式)が違います。", set()),
        ("「エンコード」を選びます。", set()),
        ("バイトの数", {"バイト"}),
        ("データベースのパスワード", set()),
    ],
)
def test_a_term_is_seen_where_nothing_explains_it(text, terms):
    assert unexplained(text) == terms


@pytest.mark.parametrize(("file", "slug", "wording"), TEXTS, ids=lambda one: one if isinstance(one, str) else "")
def test_sentences_are_whole_and_every_fix_tells_what_to_do(file, slug, wording):
    message, fix = wording["message"], wording.get("fix", "")
    assert not message or message.endswith(("。", "{reason}")), (file, slug)
    assert not fix or fix.endswith("。"), (file, slug)
    for opened, closed in ("「」", "()"):
        assert message.count(opened) == message.count(closed) and fix.count(opened) == fix.count(closed)


@pytest.mark.parametrize(("file", "slug", "wording"), TEXTS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_csv_that_is_opened_in_excel_keeps_its_zeros(file, slug, wording):
    """Excel drops leading zeros of a CSV that is opened by a double click, so the import is named with its setting."""
    fix = wording.get("fix", "")
    if "「テキストまたは CSV から」" in fix and file == "reading.yaml":
        assert "「データ型を検出しない」" in fix, slug


NUMBERS = {"dates-are-iso serial", "times-are-hhmm beyond"}  # told of cells that hold the number of a day


@pytest.mark.parametrize(("file", "slug", "wording"), TEXTS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_number_format_is_not_all_that_is_done_to_texts(file, slug, wording):
    """The format of a cell changes how numbers and dates are shown, never a text, and workbooks are told of texts."""
    fix = wording.get("fix", "")
    if slug.strip() in NUMBERS:
        return
    if re.search("ユーザー定義|桁区切り", fix):
        assert "「区切り位置」→「完了」" in fix, (file, slug)
