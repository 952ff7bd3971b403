"""What is read: a large CSV, a large workbook, the matrix of encodings; the same bytes each time."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

HEADER = (
    "全国地方公共団体コード", "ID", "地方公共団体名", "名称", "名称_カナ", "所在地_連結表記", "緯度", "経度",
    "電話番号", "利用可能曜日", "開始時間", "定員", "備考",
)  # fmt: skip
WARDS = ("北区", "西区", "港区", "中央区", "天王寺区", "浪速区", "東淀川区", "住之江区")
SIZES = (64, 256, 1024, 8192, 65536)
ENCODINGS = ("utf-8", "cp932", "euc_jp", "iso2022_jp")
_WORDS = [
    *("大阪市", "北区", "扇町", "指定緊急避難場所", "小学校", "公園", "図書館", "市民センター", "令和6年度", "人口"),
    *("世帯数", "面積", "電話番号", "ホームページ", "バリアフリー", "利用できます", "お問い合わせ", "〒530-8401"),
    *("06-6313-9986", "34.705", "135.510"),
]
_KANA = ["ｵｵｻｶｼ", "ｷﾀｸ", "ｺｳｴﾝ", "ﾄｼｮｶﾝ"]
_NEC = ["①", "㈱", "№", "Ⅲ", "髙島屋", "﨑"]


def rows() -> Iterator[list[str]]:
    """Records of facilities, without end; a quoted line break and quotation marks in every fiftieth."""
    rng = random.Random(27)
    number = 0
    while True:
        number += 1
        ward = rng.choice(WARDS)
        yield [
            "271004", f"271004{number:08d}", "大阪府大阪市", f"{ward}第{number}集会所", f"シュウカイジョ{number}",
            f"大阪府大阪市{ward}中之島{rng.randint(1, 9)}丁目{rng.randint(1, 30)}番{rng.randint(1, 20)}号",
            f"{34.6 + rng.random() / 10:.6f}", f"{135.4 + rng.random() / 10:.6f}",
            f"06-{rng.randint(1000, 9999)}-{rng.randint(1000, 9999)}", "月火水木金", "09:00", str(rng.randint(10, 900)),
            '段差あり\n"裏口"へ' if number % 50 == 0 else "",
        ]  # fmt: skip


def large_csv(path: Path, size: int) -> int:
    """Write a CSV of at least so many bytes (UTF-8, CRLF); returns the number of data rows."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(HEADER)
        for count, row in enumerate(rows(), start=1):
            writer.writerow(row)
            if count % 1000 == 0 and file.tell() >= size:
                break
    return count


def large_workbook(path: Path, count: int) -> None:
    """Write a workbook of so many data rows, numbers as numbers and texts shared, as a spreadsheet does."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("一覧")
    sheet.append(HEADER)
    numbers = {6: float, 7: float, 11: int}
    for row, _ in zip(rows(), range(count), strict=False):
        sheet.append([numbers[place](cell) if place in numbers else cell or None for place, cell in enumerate(row)])
    book.save(path)


def matrix() -> Iterator[tuple[str, bytes]]:
    """Yield Japanese tables by their encoding: five sizes, whole or cut anywhere, with half-width kana and NEC too."""
    for encoding in ENCODINGS:
        extras = [[], _KANA] + ([_NEC] if encoding == "cp932" else [])
        for extra in extras:
            for size in SIZES:
                for seed in range(4 if size <= 1024 else 1):
                    content = _table(seed, _WORDS + extra * 3, encoding, size)
                    for end in (len(content), size, size + 1, size + 2, size + 3):
                        yield encoding, content[:end]


def _table(seed: int, words: list[str], encoding: str, size: int) -> bytes:
    rng = random.Random(seed)
    content = b""
    while len(content) < size + 4:
        line = ",".join(rng.choice(words) for _ in range(rng.randint(2, 5))) + "\r\n"
        content += line.encode("iso2022_jp_ext" if encoding == "iso2022_jp" else encoding)
    return content
