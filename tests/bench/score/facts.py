"""Facts of generated data sets, as the portal stores them: of files that were really read and checked."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from osakadx.quality.check import Asked, check
from osakadx.tables.read import read
from osakadx.vocab import municipality_of

DAY = "2026-11-01"
_HEADER = "全国地方公共団体コード,ID,地方公共団体名,名称,所在地_連結表記,設置位置,緯度,経度,男性トイレ総数,"
_HEADER += "電話番号,供用開始日"
_ROW = "271403,{n},大阪府堺市,公園{n},大阪府堺市堺区南瓦町{n},入口{n},34.5733{n:02},135.4829{n:02},{n},"
_ROW += "072-233-11{n:02},2020-04-{n:02}"
_FLAWS = ("", "1基", "不明", "1/2", "①")


def _bytes(chance: random.Random) -> tuple[bytes, str]:
    """A file: mostly tables with some flaws, now and then a PDF or a page."""
    kind = chance.random()
    if kind < 0.08:
        return b"%PDF-1.7\n" + chance.randbytes(2000), "a.pdf"
    rows = [_HEADER, *(_ROW.format(n=n) for n in range(1, chance.choice((5, 12, 28))))]
    for _ in range(chance.choice((0, 0, 1, 2, 4))):
        place = chance.randrange(1, len(rows))
        cells = rows[place].split(",")
        cells[chance.randrange(len(cells))] = chance.choice(_FLAWS)
        rows[place] = ",".join(cells)
    if kind > 0.95:
        rows.append("余り,,")
    if kind < 0.2:
        rows.insert(0, "公衆トイレの一覧")
    return "\r\n".join(rows).encode("cp932" if kind > 0.6 else "utf-8"), "a.csv"


def readings(count: int = 300, seed: int = 7) -> list[str]:
    """Return stored readings (JSON, as in the evidence table): what was really found in so many generated files."""
    chance = random.Random(seed)
    found: list[str] = []
    for _ in range(count):
        data, name = _bytes(chance)
        reading = read(data, name)
        checked = check(reading, Asked(municipality_of("堺市"), day=DAY)) if reading.tables else None
        content = checked.content if checked else ""
        facts = {**reading.as_dict(), "declared": "CSV", "content": content, "check": checked and checked.as_dict()}
        found.append(json.dumps(facts, ensure_ascii=False))
    return found


def datasets(count: int, kinds: list[str], seed: int = 7) -> Iterator[dict[str, Any]]:
    """Yield data sets of one to four files, as the rows that the portal reads from its database."""
    chance = random.Random(seed)
    for number in range(count):
        files: list[dict[str, Any]] = []
        for part in range(chance.choice((1, 1, 1, 2, 2, 4))):
            address = f"https://data.example.jp/{number}/{part}.csv"
            verdict = chance.choices(("ok", "moved", "gone", "unknown"), (90, 5, 4, 1))[0]
            link = {"verdict": verdict, "url": address, "final": address, "size": 2000, "sha256": f"{number}-{part}"}
            kind = chance.randrange(len(kinds))
            day = f"202{chance.randrange(1, 7)}-0{chance.randrange(1, 10)}-01"
            files.append(
                {
                    "id": f"{number}-{part}",
                    "url": address,
                    "link": json.dumps(link),
                    "reading": kinds[kind] if verdict in ("ok", "moved") else None,
                    "change": json.dumps({"since": day, "watched": "2021-01-01", "changes": [day]}),
                    "identity": json.dumps({"since": day, "moves": chance.choice((0, 0, 0, 1)), "ids_kept": None}),
                }
            )
        yield {
            "id": str(number),
            "files": files,
            "license": chance.choice(("CC BY 4.0", "CC BY 4.0", "", "独自")),
            "asked": chance.choice((0, 0, 3)),
        }
