"""`python -m tests.corpus FOLDER`: write the files of the corpus and their oracle."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests import corpus


def main() -> None:
    """Write everything below the folder that is named."""
    folder = Path(sys.argv[1])
    for name, content in corpus.files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shutil.copy(corpus.HERE / "oracle.csv", folder)


if __name__ == "__main__":
    main()
