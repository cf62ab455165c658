"""Options that several commands share."""

from __future__ import annotations

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_ledger(parser: argparse.ArgumentParser) -> None:
    """Add what was published before, and the day of this release."""
    parser.add_argument("--ledger", metavar="FOLDER", help="what was published before")
    parser.add_argument("--date", default="", help="the day of the release, for the ledger")
