"""Commands on what leaves: hide small figures of a file, audit what was published."""

from __future__ import annotations

import argparse
from dataclasses import replace

from baseline_compare.cli.options import Commands, add_ledger
from baseline_compare.disclosure import Ledger, audit
from baseline_compare.indicators import catalogue
from baseline_compare.measurements import Measurements
from baseline_compare.reports import write_measurements
from baseline_compare.sources import SOURCES, read_measurements


def add_to(commands: Commands) -> None:
    """Add the commands."""
    protect = commands.add_parser(
        "protect", help="hide small figures of a file, and what they could be computed from"
    )
    protect.add_argument("file")
    protect.add_argument("--source", choices=SOURCES, default="tidy")
    protect.add_argument("--vintage", type=int, help="the year whose areas all codes mean")
    protect.add_argument("--threshold", type=int, help="the smallest count that is shown")
    protect.add_argument("-o", "--output", default="protected.csv")
    protect.add_argument("--overwrite", action="store_true", help="replace an existing file")
    add_ledger(protect)
    protect.set_defaults(run=_protect)

    audit = commands.add_parser(
        "audit", help="say what can be computed of hidden figures from all that was published"
    )
    audit.add_argument("files", nargs="*", metavar="FILE")
    audit.add_argument("--source", choices=SOURCES, default="tidy")
    audit.add_argument("--vintage", type=int, help="the year whose areas all codes mean")
    audit.add_argument("--ledger", metavar="FOLDER", help="what was published before")
    audit.set_defaults(run=_audit)


def _protect(options: argparse.Namespace) -> int:
    found = read_measurements(options.file, source=options.source, vintage=options.vintage)
    rule = found.indicators.rule
    if options.threshold is not None:
        rule = replace(rule, threshold=options.threshold)
    path = write_measurements(
        found,
        options.output,
        rule=rule,
        ledger=Ledger(options.ledger) if options.ledger else None,
        date=options.date,
        overwrite=options.overwrite,
    )
    print(read_measurements(path, vintage=options.vintage))
    print(path)
    return 0


def _audit(options: argparse.Namespace) -> int:
    releases: list[Measurements | Ledger] = [
        read_measurements(file, source=options.source, vintage=options.vintage)
        for file in options.files
    ]
    releases += [Ledger(options.ledger)] if options.ledger else []
    found = audit(releases, indicators=catalogue())
    print(found)
    return 0 if found.safe else 1
