"""`python -m ckanext.osakadx.i18n`: bring the catalogue up to date with the installed sources.

With FRAGMENT.po files their Japanese is taken over; with --check nothing is written and what is stale or untranslated
makes the command fail.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ckanext.osakadx.i18n import catalogue, messages


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m ckanext.osakadx.i18n", description="Update the Japanese catalogue."
    )
    parser.add_argument("fragments", nargs="*", type=Path, metavar="FRAGMENT.po", help="take Japanese over from these")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something is stale or missing")
    options = parser.parse_args(argv)

    japanese = catalogue.merge(
        messages.own(),
        messages.installed(),
        catalogue.others(),
        catalogue.read(catalogue.JAPANESE),
        *(catalogue.read(path) for path in options.fragments),
    )
    files = catalogue.files(japanese)
    stale = files.changed()
    if not options.check:
        files.write()
    for message in files.untranslated:
        print(f"日本語がありません: {message!r} を {catalogue.JAPANESE.name} で訳してください。")
    for path in stale:
        print(f"{'古くなっています。make i18n を実行してください' if options.check else '書きました'}: {path.name}")
    print(f"{len(japanese)} 件のうち {len(files.untranslated)} 件に日本語がありません。")
    return 1 if files.untranslated or (options.check and stale) else 0


if __name__ == "__main__":
    sys.exit(main())
