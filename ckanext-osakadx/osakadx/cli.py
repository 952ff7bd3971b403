"""The command `osakadx`: the domain from a shell, without a portal."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import entry_points
from typing import Any, NoReturn

from osakadx.tables import report
from osakadx.tables.findings import found
from osakadx.tables.read import declared_only
from osakadx.tables.sandbox import sandboxed
from osakadx.tables.table import Reading

COMMANDS = "osakadx.commands"  # entry points: functions that add a command which knows more than the domain does

_LAYOUT = "\n\u3000"
FINE, ERRORS, UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 fine, 1 findings of severity error, 2 something cannot be read."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = _Parser(prog="osakadx", description="自治体のデータを調べます。")
    commands = parser.add_subparsers(title="コマンド", metavar="コマンド", required=True)
    _add_read(commands)
    _add_others(commands, next(iter(arguments), ""))
    chosen = parser.parse_args(arguments)
    return chosen.run(chosen)


def _add_others(commands: Any, asked: str) -> None:
    """Add what is installed beside the domain; only what may be asked for is loaded, as it takes its time."""
    own = set(commands.choices)
    for entry in sorted(entry_points(group=COMMANDS), key=lambda entry: entry.name):
        if asked == entry.name or asked not in own:
            entry.load()(commands)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say in Japanese that the command was written wrongly; argparse knows only English."""
        del message
        self.exit(UNREADABLE, f"コマンドの書き方が違います。{self.prog} --help をご覧ください。\n")


def _add_read(commands: Any) -> None:
    about = "ファイルの形式・文字コード・表の場所を読み取り、機械で読むときに困るところを挙げます。"
    command = commands.add_parser(
        "read",
        help=about,
        description=about,
        epilog="終了コード: 0 問題なし / 1 エラーの指摘がある / 2 読み取れないファイルがある",
    )
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="表のファイル(CSV、TSV、Excel、ODS、JSON、GeoJSON、KML、Shapefile、それらの ZIP)",
    )
    command.add_argument("--json", action="store_true", help="1ファイルにつき1行の JSON で出力します")
    command.set_defaults(run=_read)


def _read(chosen: argparse.Namespace) -> int:
    codes = [FINE]
    for file in chosen.files:
        reading = _reading(file)
        say(json.dumps(reading.as_dict(), ensure_ascii=False) if chosen.json else shown(report.lines(reading)))
        codes.append(UNREADABLE if not reading.readable else ERRORS if reading.worst == "error" else FINE)
    return max(codes)


def _reading(file: str) -> Reading:
    """Read a file in its sandbox; one that cannot be opened is a reading with nothing but that finding."""
    try:
        with sandboxed(file, rows=False) as reading:
            return reading
    except OSError as error:
        return declared_only(file, found("file-not-opened", reason=_reason(error)))


def _reason(error: OSError) -> str:
    reasons = (
        (FileNotFoundError, "ファイルがありません"),
        (IsADirectoryError, "フォルダーです"),
        (PermissionError, "読む権限がありません"),
    )
    return next((reason for kind, reason in reasons if isinstance(error, kind)), error.strerror or str(error))


def shown(lines: Iterable[str]) -> str:
    """Join lines without what a file could do to a terminal: escape sequences, bidirectional controls."""
    return "".join(char if char.isprintable() or char in _LAYOUT else " " for char in "\n".join(lines))


def say(text: str) -> None:
    """Write UTF-8 whatever the terminal says; what is no character (a file name in CP932) comes out as an escape."""
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
