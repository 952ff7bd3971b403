"""The recorded files that several tests of sources read."""

from __future__ import annotations

from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SITES = FIXTURES / "sites"
PORTALS = FIXTURES / "portals"
DCAT = FIXTURES / "dcat"
ISO = FIXTURES / "iso19115"
