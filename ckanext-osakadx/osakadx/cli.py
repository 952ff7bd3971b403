"""The command `osakadx`: the domain from a shell, without a portal."""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NoReturn

from osakadx import shellfiles, standards, vocab
from osakadx.tables import page, report
from osakadx.tables.findings import found
from osakadx.tables.read import declared_only
from osakadx.tables.sandbox import sandboxed
from osakadx.tables.table import Reading

COMMANDS = "osakadx.commands"  # entry points: functions that add a command which knows more than the domain does

_LAYOUT = "\n\u3000"
FINE, ERRORS, UNREADABLE = 0, 1, 2
INTERRUPTED, BROKEN_PIPE = 130, 141  # as shells number the signals SIGINT and SIGPIPE
_EPILOG = "終了コード: 0 問題なし / 1 エラーの指摘がある / 2 読み取れないファイルがある、またはコマンドの書き方が違う"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 fine, 1 findings of severity error, 2 something cannot be read."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = _Parser(prog="osakadx", description="自治体のデータを調べます。")
    commands = parser.add_subparsers(title="コマンド", metavar="コマンド", required=True)
    _add_read(commands)
    _add_check(commands)
    _add_others(commands, next(iter(arguments), ""))
    chosen = parser.parse_args(arguments)
    if refused := _refused(chosen):
        sys.stderr.write(shown([refused]) + "\n")
        return UNREADABLE
    logging.getLogger("osakadx").addHandler(logging.NullHandler())  # what a reading died of is told as a finding
    try:
        return chosen.run(chosen)
    except KeyboardInterrupt:
        sys.stderr.write("中止しました。\n")
        return INTERRUPTED
    except BrokenPipeError:  # who reads what we say has heard enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE


def _refused(chosen: argparse.Namespace) -> str:
    """Why the command is not run at all: nothing is read before it is known that its report may be written."""
    return shellfiles.refusal(chosen.html, chosen.files) if hasattr(chosen, "files") else ""


def _add_others(commands: Any, asked: str) -> None:
    """Add what is installed beside the domain; only what may be asked for is loaded, as it takes its time."""
    own = set(commands.choices)
    for entry in sorted(entry_points(group=COMMANDS), key=lambda entry: entry.name):
        if asked == entry.name or asked not in own:
            entry.load()(commands)


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "使い方: " if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """A parser whose help is Japanese throughout: argparse's own headings are English."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, formatter_class=_Help)
        self._positionals.title, self._optionals.title = "引数", "オプション"
        self.add_argument("-h", "--help", action="help", help="この説明を示します")

    def error(self, message: str) -> NoReturn:
        """Say in Japanese that the command was written wrongly; argparse knows only English, our own words are not."""
        _, _, ours = message.rpartition(": ")
        told = ours if ours.startswith("「") else f"コマンドの書き方が違います。{_cause(message)}"
        self.exit(UNREADABLE, shown([f"{told}{self.prog} --help をご覧ください。"]) + "\n")


_CAUSES = (
    (re.compile("the following arguments are required: (.+)", re.S), "{} が書かれていません。"),
    (re.compile("unrecognized arguments: (.+)", re.S), "「{}」というオプションはありません。"),
    (re.compile("argument コマンド: invalid choice: '(.+?)' ", re.S), "「{}」というコマンドはありません。"),
    (re.compile("argument (.+): expected (?:one|at least one) argument"), "{} の次に値が書かれていません。"),
    (re.compile("argument (.+): ignored explicit argument"), "{} の次に値は書けません。"),
    (re.compile("ambiguous option: (.+?) could", re.S), "「{}」に当たるオプションが2つ以上あります。"),
    (re.compile("argument (.+): invalid .+"), "{} の値が正しくありません。"),
)


def _cause(message: str) -> str:
    """What argparse says in English, in Japanese; empty for what it has not been met to say."""
    found = ((pattern.match(message), words) for pattern, words in _CAUSES)
    return next((words.format(match[1]) for match, words in found if match), "")


def _add_read(commands: Any) -> None:
    about = "ファイルの形式・文字コード・表の場所を読み取り、機械で読むときに困るところを挙げます。"
    command = commands.add_parser(
        "read",
        help=about,
        description=about,
        epilog=_EPILOG,
    )
    _add_files(command)
    command.add_argument(
        "--columns", action="store_true", help="列ごとに、値と空欄の数、異なる値の数、型も出します(CSV と表計算)"
    )
    command.set_defaults(run=_read)


def _add_files(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="表のファイル(CSV、TSV、Excel、ODS、JSON、GeoJSON、KML、Shapefile、それらの ZIP)。- は標準入力です。"
        f"パイプからも読み、だれも書き込まないパイプは {shellfiles.PATIENCE:g} 秒であきらめます",
    )
    command.add_argument("--json", action="store_true", help="1ファイルにつき1行の JSON で出力します")
    command.add_argument(
        "--html",
        metavar="REPORT.html",
        help="結果をこのファイルに、ウェブブラウザーで開ける形でも書き出します"
        "(前の結果の .html は置き換え、調べるファイルやほかのファイルには上書きしません)",
    )


def _read(chosen: argparse.Namespace) -> int:
    codes = [FINE]
    readings: list[Reading] = []
    for file in chosen.files:
        reading = _reading(file, profile=chosen.columns)
        readings.append(reading)
        say(json.dumps(reading.as_dict(), ensure_ascii=False) if chosen.json else shown(report.lines(reading)))
        codes.append(UNREADABLE if not reading.readable else ERRORS if reading.worst == "error" else FINE)
    if chosen.html and not _written(
        chosen.html, page.page([page.Told(reading, reading.findings) for reading in readings])
    ):
        codes.append(UNREADABLE)
    return max(codes)


def _written(file: str, text: str) -> bool:
    try:
        Path(file).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        sys.stderr.write(shown([f"{file} に書き込めません({shellfiles.reason(error, writing=True)})。"]) + "\n")
        return False
    return True


def _reading(file: str, *, profile: bool) -> Reading:
    """Read a file in its sandbox; one that cannot be opened is a reading with nothing but that finding."""
    try:
        with shellfiles.on_disk(file) as path, sandboxed(path, file, rows=False, profile=profile) as reading:
            return reading
    except OSError as error:
        return declared_only(file, found("file-not-opened", reason=shellfiles.reason(error)))


def _add_check(commands: Any) -> None:
    about = "ファイルを読み取り、標準データセットと書式に合っているかを点検し、直し方と点数を出します。"
    command = commands.add_parser(
        "check",
        help=about,
        description=about,
        epilog=_EPILOG,
    )
    _add_files(command)
    command.add_argument(
        "--municipality", metavar="CODE", type=_municipality, help="公開する市町村のコードか名前(例 272272、東大阪市)"
    )
    command.add_argument(
        "--standard", metavar="ID", type=_standard, help="この標準データセットとして点検します(例 13、public_toilet)"
    )
    command.set_defaults(run=_check)


def _municipality(written: str) -> vocab.Municipality:
    found = vocab.municipality_of(written)
    if found is None:
        raise argparse.ArgumentTypeError(f"「{written}」という市町村は大阪府にありません。")
    return found


def _standard(written: str) -> standards.Standard:
    found = standards.standard(written) or standards.by_slug(written)
    if found is None:
        raise argparse.ArgumentTypeError(
            f"「{written}」という標準データセットはありません(01〜31 か public_toilet など)。"
        )
    return found


def _check(chosen: argparse.Namespace) -> int:
    codes, pages = [FINE], list[page.Told]()
    for file in chosen.files:
        one = _checked(file, chosen)
        say(json.dumps(one.as_dict(), ensure_ascii=False) if chosen.json else shown(_told(one)))
        gravest = one.whole.worst
        codes.append(UNREADABLE if not one.reading.readable else ERRORS if gravest == "error" else FINE)
        pages.append(one.told())
    if chosen.html and not _written(chosen.html, page.page(pages)):
        codes.append(UNREADABLE)
    return max(codes)


def _checked(file: str, chosen: argparse.Namespace) -> Any:
    from osakadx.quality.checked import checked, judged

    today = datetime.now(timezone(timedelta(hours=9))).date().isoformat()
    try:
        with shellfiles.on_disk(file) as path:
            return checked(path, file, municipality=chosen.municipality, standard=chosen.standard, day=today)
    except OSError as error:
        return judged(declared_only(file, found("file-not-opened", reason=shellfiles.reason(error))), None)


def _told(one: Any) -> Iterable[str]:
    yield from report.lines(one.whole)
    if one.standard is not None:
        yield f"  標準データセット: {one.standard_in_words}(確からしさ {one.check.standard.confidence:.0%})"
    if one.check is not None:
        yield f"  標準と書式に合う行: {one.check.rows_conforming:,}"
    if one.points:
        parts = (f"{part.dimension.label} {part.points:g}/{part.maximum:g}" for part in one.points)
        yield "  点数: " + "、".join(parts) + (f"(評価 {one.grade})" if one.grade else "")


def shown(lines: Iterable[str]) -> str:
    """Join lines without what a file could do to a terminal: escape sequences, bidirectional controls."""
    return "".join(char if char.isprintable() or char in _LAYOUT else " " for char in "\n".join(lines))


def say(text: str) -> None:
    """Write UTF-8 whatever the terminal says; what is no character (a file name in CP932) comes out as an escape."""
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
