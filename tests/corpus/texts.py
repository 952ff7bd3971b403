"""Files of text: encodings, separators, quotation marks, headers, bodies."""

from __future__ import annotations

HEAD = "区,人口,世帯\n"
BODY = "北区,100,50\n西区,200,90\n港区,50,20\n"
TABLE = HEAD + BODY
NAMES = (
    "名称,所在地,電話番号\n"
    "北区役所,大阪市北区扇町2丁目1番27号,06-6313-9986\n"
    "西区役所,大阪市西区新町4丁目5番14号,06-6532-9986\n"
)
POINTS = "名称,緯度,経度\n北区役所,34.705189,135.510161\n西区役所,34.676261,135.486190\n"


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def _jis_kana() -> bytes:
    """Half-width kana in JIS by ESC ( I, as mail programs write it."""
    return "名称,区\n".encode("iso2022_jp") + b"\x1b(I6@\x1b(B,A\n\x1b(I7@\x1b(B,B\n"


ENCODINGS: dict[str, bytes] = {
    "utf-8.csv": NAMES.encode(),
    "utf-8-bom.csv": NAMES.encode("utf-8-sig"),
    "utf-8-two-boms.csv": b"\xef\xbb\xbf" + NAMES.encode("utf-8-sig"),
    "cp932.csv": _crlf(NAMES).encode("cp932"),
    "cp932-nec-characters.csv": "番号,名称\n①,㈱髙島屋\n②,﨑本商店№3\n".encode("cp932"),
    "cp932-half-width-kana.csv": "名称,ｶﾅ\n北区役所,ｷﾀｸﾔｸｼｮ\n西区役所,ﾆｼｸﾔｸｼｮ\n".encode("cp932"),
    "cp932-only-half-width-kana.csv": "ﾅﾏｴ,ｶﾅ\nﾔﾏﾀﾞ,ﾀﾛｳ\nｻﾄｳ,ﾊﾅｺ\n".encode("cp932"),
    "cp932-short.csv": "区\n北\n".encode("cp932"),
    "cp932-wave-dash.csv": "名称,時間\n北区役所,9:00～17:30\n西区役所,9:00～17:30\n".encode("cp932"),
    "cp932-user-defined.csv": "名称,区\n".encode("cp932") + b"\xf0\x40\x93\x63,A\n" + "山田,B\n".encode("cp932"),
    "euc-jp.csv": NAMES.encode("euc_jp"),
    "euc-jp-half-width-kana.csv": "名称,ｶﾅ\n北区役所,ｷﾀｸ\n西区役所,ﾆｼｸ\n".encode("euc_jp"),
    "euc-jp-nec-characters.csv": "番号,名称\n".encode("euc_jp") + b"\xad\xa1,\xad\xea\xcb\xcc\n\xad\xa2,\xc0\xbe\n",
    "jis.csv": NAMES.encode("iso2022_jp"),
    "jis-half-width-kana.csv": _jis_kana(),
    "utf-16-le-bom.csv": NAMES.encode("utf-16"),
    "utf-16-be-bom.csv": b"\xfe\xff" + NAMES.encode("utf-16-be"),
    "utf-16-le.csv": NAMES.encode("utf-16-le"),
    "utf-16-tabs-excel-unicode-text.txt": b"\xff\xfe" + _crlf(NAMES).replace(",", "\t").encode("utf-16-le"),
    "utf-32.csv": NAMES.encode("utf-32"),
    "ascii.csv": b"id,name\n1,kita\n2,nishi\n",
    "mixed-utf-8-then-cp932.csv": NAMES.encode()
    + "港区役所,大阪市港区市岡1丁目15番25号,06-6576-9986\n".encode("cp932"),
    "mixed-cp932-then-utf-8.csv": NAMES.encode("cp932") + "港区役所,大阪市港区市岡1丁目15番25号,06\n".encode(),
    "cut-in-a-character.csv": NAMES.encode()[:-24],
    "one-broken-byte.csv": NAMES.encode().replace("扇町".encode(), "扇".encode() + b"\xff"),
    "lost-characters.csv": NAMES.replace("扇町", "�町").encode(),
    "read-as-latin-1.csv": NAMES.encode().decode("latin-1").encode(),
    "nul.csv": NAMES.replace("北区役所", "北区\0役所").encode(),
    "nfd.csv": "名称,区\nか\u3099くえん,北\nほ\u309aたん,西\n".encode(),
    "bidi-and-zero-width.csv": "名称,区\n北区\u202e役所,A\n西\u200b区役所,B\n".encode(),
    "emoji-and-variations.csv": "名称,印\n葛󠄀城,👨‍👩‍👧\n辻󠄀,🚻\n".encode(),
}

DIALECTS: dict[str, bytes] = {
    "tabs.tsv": TABLE.replace(",", "\t").encode(),
    "tabs-named-csv.csv": TABLE.replace(",", "\t").encode(),
    "semicolons.csv": TABLE.replace(",", ";").encode(),
    "bars.csv": TABLE.replace(",", "|").encode(),
    "full-width-commas.csv": TABLE.replace(",", "，").encode(),
    "commas-named-tsv.tsv": TABLE.encode(),
    "all-quoted.csv": _crlf("".join('"' + line.replace(",", '","') + '"\n' for line in TABLE.splitlines())).encode(),
    "apostrophes.csv": "".join("'" + line.replace(",", "','") + "'\n" for line in TABLE.splitlines()).encode(),
    "line-break-in-a-cell.csv": '名称,備考\n北区,"入口は\n東側"\n西区,なし\n港区,なし\n'.encode(),
    "crlf-with-lf-in-cells.csv": '名称,備考\r\n北区,"入口は\n東側"\r\n西区,なし\r\n'.encode(),
    "doubled-marks.csv": '名称,備考\n北区,"通称""北庁舎"""\n西区,なし\n'.encode(),
    "mark-in-the-middle.csv": '名称,口径\n管A,5"管\n管B,6"管\n'.encode(),
    "mark-never-closed.csv": '名称,備考\n北区,"入口は東\n西区,なし\n港区,なし\n'.encode(),
    "mark-never-closed-last.csv": '名称,備考\n北区,なし\n西区,"入口は東\n'.encode(),
    "text-behind-a-mark.csv": '名称,備考\n北区,"入口"は東\n西区,なし\n'.encode(),
    "mixed-line-ends.csv": "区,人口\r\n北区,100\r\n西区,200\n港区,50\n".encode(),
    "cr-only.csv": TABLE.replace("\n", "\r").encode(),
    "no-last-line-end.csv": TABLE.rstrip("\n").encode(),
    "blank-lines-at-the-end.csv": (TABLE + "\n\n\n").encode(),
    "commas-at-the-end-of-lines.csv": TABLE.replace("\n", ",\n").encode(),
    "blanks-around-fields.csv": TABLE.replace(",", ", ").encode(),
    "one-column.csv": "名称\n北区役所\n西区役所\n".encode(),
    "one-line.csv": "区,人口,世帯\n".encode(),
    "separator-line-of-excel.csv": ("sep=,\n" + TABLE).encode(),
    "formulas.csv": '名称,電話\n北区,"=""0663139986"""\n西区,=SUM(1)\n'.encode(),
    "formula-injection.csv": "名称,備考\n北区,=HYPERLINK(1)\n西区,@x\n".encode(),
    "columns-16384.csv": ("a," * 16383 + "a\n" + "1," * 16383 + "1\n" + "2," * 16383 + "2\n").encode(),
    "columns-1200.csv": (",".join(f"項目{n}" for n in range(1200)) + "\n" + ("1," * 1199 + "1\n") * 2).encode(),
    "long-cell.csv": ("名称,備考\n北区," + "長" * 300_000 + "\n西区,短\n").encode(),
}

HEADERS: dict[str, bytes] = {
    "title.csv": ("区別の人口\n" + TABLE).encode(),
    "title-and-blank-row.csv": ("区別の人口\n\n" + TABLE).encode(),
    "title-date-unit.csv": ("区別人口一覧,,\n令和6年4月1日現在,,\n,,単位：人\n" + TABLE).encode(),
    "as-of-row.csv": ("2024/4/1,時点,\n" + TABLE).encode(),
    "notes-of-many-rows.csv": ("人口統計について\n出典：住民基本台帳\n※速報値です\n\n" + TABLE).encode(),
    "blank-rows-first.csv": ("\n\n" + TABLE).encode(),
    "blank-column-first.csv": ("".join("," + line + "\n" for line in TABLE.splitlines())).encode(),
    "two-rows.csv": "区,人口,,世帯\n,男,女,\n北区,50,50,40\n西区,90,110,80\n港区,20,30,20\n".encode(),
    "three-rows.csv": (
        "区,人口,,,\n,総数,年齢別,,\n,,15歳未満,15-64歳,65歳以上\n北区,100,10,60,30\n西区,200,20,120,60\n"
    ).encode(),
    "codes-then-labels.csv": "KEY_CODE,T001,T002\n区コード,人口,世帯\n27127,100,50\n27106,200,90\n".encode(),
    "english-then-japanese.csv": "ward,population,households\n区,人口,世帯\n北区,100,50\n西区,200,90\n".encode(),
    "units.csv": "区,人口,面積\n,人,km2\n北区,100,10.34\n西区,200,5.21\n港区,50,7.86\n".encode(),
    "units-in-brackets.csv": "区,人口,面積\n,(人),(㎢)\n北区,100,10.34\n西区,200,5.21\n".encode(),
    "column-numbers.csv": "区,人口,世帯\n(1),(2),(3)\n北区,100,50\n西区,200,90\n".encode(),
    "imi-preamble.csv": (
        "#title,避難所一覧\n"
        "#creator,大阪市\n"
        "#property,name,address\n"
        "#type,string,string\n"
        "1,北小学校,北区\n"
        "2,西小学校,西区\n"
    ).encode(),
    "comments.csv": ("# 区別の人口\n# 2024年4月\n" + TABLE).encode(),
    "missing.csv": BODY.encode(),
    "missing-codes.csv": "27127,北区,100\n27106,西区,200\n27107,港区,50\n".encode(),
    "empty-name.csv": "区,,世帯\n北区,100,50\n西区,200,90\n".encode(),
    "same-name-twice.csv": "区,人口,人口\n北区,100,50\n西区,200,90\n".encode(),
    "years.csv": "区,2021,2022,2023\n北区,100,101,102\n西区,200,201,202\n".encode(),
    "eras.csv": "区,令和3年,令和4年,令和5年\n北区,100,101,102\n西区,200,201,202\n".encode(),
    "line-break-in-a-name.csv": '区,"人口\n(人)",世帯\n北区,100,50\n西区,200,90\n'.encode(),
    "spread-names.csv": "区,人　口,世　帯\n北区,100,50\n西区,200,90\n".encode(),
    "comes-again.csv": (TABLE + TABLE).encode(),
    "comes-again-on-each-page.csv": (TABLE + "\n" + TABLE + "\n" + TABLE).encode(),
    "all-text.csv": "名称,所在地,種別\n北小学校,北区,学校\n西公園,西区,公園\n港会館,港区,会館\n".encode(),
    "title-over-text.csv": "避難所一覧\n名称,所在地,種別\n北小学校,北区,学校\n西公園,西区,公園\n".encode(),
    "long-title-with-commas.csv": ('"大阪市の人口、世帯、面積について",,\n' + TABLE).encode(),
    "sideways.csv": "区,北区,西区,港区\n人口,100,200,50\n世帯,50,90,20\n".encode(),
    "only.csv": HEAD.encode(),
    "only-with-title.csv": ("区別の人口\n" + HEAD).encode(),
}

BODIES: dict[str, bytes] = {
    "clean.csv": TABLE.encode(),
    "total-last.csv": (TABLE + "合計,350,160\n").encode(),
    "total-first.csv": (HEAD + "総数,350,160\n" + BODY).encode(),
    "total-spread.csv": (TABLE + "合　計,350,160\n").encode(),
    "subtotals.csv": (TABLE + "小計,350,160\n此花区,10,5\n小計,10,5\n合計,360,165\n").encode(),
    "average.csv": (TABLE + "平均,117,53\n").encode(),
    "facility-named-like-a-total.csv": "名称,所在地\n大時計,北区\n設計事務所,西区\n".encode(),
    "footnote-mark.csv": (TABLE + "※世帯は概数です。,,\n").encode(),
    "footnote-note.csv": (TABLE + "（注）世帯は概数,,\n").encode(),
    "footnote-source.csv": (TABLE + "資料：住民基本台帳,,\n").encode(),
    "footnote-after-blank.csv": (TABLE + "\nお問い合わせは総務課まで\n").encode(),
    "footnotes-two.csv": (TABLE + "※1 速報値\n※2 外国人を含む\n").encode(),
    "end-mark.csv": (TABLE + ",,以上\n").encode(),
    "page-number.csv": (TABLE + "\n1 / 3 ページ\n").encode(),
    "blank-row.csv": (TABLE + "\n此花区,10,5\n").encode(),
    "blank-rows-every-second.csv": (HEAD + BODY.replace("\n", "\n,,\n")).encode(),
    "short-row.csv": (TABLE + "此花区,10\n").encode(),
    "long-row.csv": (TABLE + "此花区,10,5,余り\n").encode(),
    "thousands-unquoted.csv": "区,人口,世帯\n北区,1,234,567\n西区,200,90\n港区,50,20\n".encode(),
    "address-with-a-comma.csv": "名称,所在地,区\n北小,北区1,2,北\n西小,西区3,西\n港小,港区4,港\n".encode(),
    "every-row-one-short.csv": "区,人口,世帯\n北区,100\n西区,200\n港区,50\n".encode(),
    "labels-left-out.csv": "区,町,人口\n北区,曽根崎,1\n,梅田,2\n,堂島,3\n西区,靱,4\n,阿波座,5\n".encode(),
    "ditto-marks.csv": "区,町,人口\n北区,曽根崎,1\n〃,梅田,2\n同上,堂島,3\n".encode(),
    "two-tables.csv": (TABLE + "\n品目,金額\nりんご,300\nみかん,200\n").encode(),
    "two-tables-with-titles.csv": ("人口の表\n" + TABLE + "\n支出の表\n品目,金額\nりんご,300\nみかん,200\n").encode(),
    "two-tables-no-blank.csv": (TABLE + "品目,金額,税\nりんご,300,30\nみかん,200,20\n").encode(),
    "three-tables.csv": (TABLE + "\n品目,金額\nりんご,300\nみかん,200\n\n科目,金額\n土木,3\n教育,2\n").encode(),
    "two-tables-side-by-side.csv": "番号,名称,,番号,名称\n1,北,,3,西\n2,東,,4,南\n".encode(),
    "unused-column.csv": "番号,名称,,区\n1,北小,,北\n2,西小,,西\n".encode(),
    "wareki.csv": "名称,開設日\n北小,R6.4.1\n西小,令和六年四月一日\n港小,H31.4.1\n".encode(),
    "full-width-digits.csv": "区,人口\n北区,１００\n西区,２００\n".encode(),
    "thousands.csv": '区,人口\n北区,"1,234"\n西区,"12,345"\n'.encode(),
    "negative-triangles.csv": "区,増減\n北区,△12\n西区,▲3\n港区,5\n".encode(),
    "hidden-numbers.csv": "区,人口,世帯\n北区,100,X\n西区,-,90\n港区,***,20\n此花区,50,20\n".encode(),
    "leading-zeros.csv": "ID,電話\n0001,0663139986\n0002,0665329986\n".encode(),
    "lost-leading-zeros.csv": "市区町村コード,電話\n1100,663139986\n27100,665329986\n".encode(),
    "exponents.csv": "法人番号,名称\n6E+12,北社\n8.01E+12,西社\n".encode(),
    "points.csv": POINTS.encode(),
    "points-swapped.csv": "名称,緯度,経度\n北区役所,135.510161,34.705189\n西区役所,135.486190,34.676261\n".encode(),
    "points-in-minutes.csv": (
        "名称,緯度,経度\n北区役所,34度42分18秒,135度30分36秒\n西区役所,34°40′34″,135°29′10″\n"
    ).encode(),
    "spaces-in-cells.csv": "区 ,人口\n　北区,100 \n 西区, 200\n".encode(),
    "row-of-spaces.csv": (TABLE + " , ,　\n此花区,10,5\n").encode(),
    "dates-as-names.csv": "日付,陽性者数\n2020/1/29,1\n2020/1/30,0\n".encode(),
    "one-row.csv": (HEAD + "北区,100,50\n").encode(),
    "numbers-only.csv": b"year,a,b\n2020,1,2\n2021,3,4\n",
    "empty.csv": b"",
    "only-blanks.csv": b"\n\n  \n",
    "only-commas.csv": b",,,\n,,,\n",
}
