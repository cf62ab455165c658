"""Commands that look something up: a baseline, a file, an area."""

from __future__ import annotations

import argparse
import sys

from baseline_compare.areas import LEVELS, registry
from baseline_compare.baselines.release import load_baseline
from baseline_compare.cli.options import Commands
from baseline_compare.errors import BaselineCompareError
from baseline_compare.language import LANGUAGES, word
from baseline_compare.sources import SOURCES, detect_column, read_measurements


def add_to(commands: Commands) -> None:
    """Add the commands."""
    show = commands.add_parser("show", help="say what a baseline holds")
    show.add_argument("baseline", nargs="?", default="2022")
    show.set_defaults(run=_show)

    check = commands.add_parser("check", help="list every problem of a file")
    check.add_argument("file")
    check.add_argument("--source", choices=SOURCES, default="tidy")
    check.set_defaults(run=_check)

    vintage = commands.add_parser(
        "vintage", help="say which areas of which years a file's area column holds"
    )
    vintage.add_argument("file")
    vintage.add_argument("--column", help="the column of areas; found unless given")
    vintage.set_defaults(run=_vintage)

    areas = commands.add_parser("areas", help="list the areas, or look one up by code or name")
    areas.add_argument("name", nargs="?")
    areas.add_argument("--level", choices=LEVELS)
    areas.add_argument("--vintage")
    areas.set_defaults(run=_areas)


def _show(options: argparse.Namespace) -> int:
    print(load_baseline(options.baseline))
    return 0


def _check(options: argparse.Namespace) -> int:
    try:
        found = read_measurements(options.file, source=options.source)
    except BaselineCompareError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        if error.total > len(error.problems):
            print(f"... and {error.total - len(error.problems)} more", file=sys.stderr)
        return 2
    print(found)
    for remark in found.remarks:
        print(f"  {remark}")
    return 0


def _vintage(options: argparse.Namespace) -> int:
    column, found = detect_column(options.file, column=options.column)
    print(f"column {column}: {found}")
    return 0


def _areas(options: argparse.Namespace) -> int:
    areas = registry()
    if options.name is None:
        for level in [options.level] if options.level else LEVELS:
            for area in areas.at_level(level, vintage=options.vintage or 2022):
                names = "\t".join(area.name(language) for language in LANGUAGES)
                print(f"{area.code}\t{word(f'level.{level}', 'en')}\t{names}")
        return 0
    area = areas.find(options.name, level=options.level, vintage=options.vintage)
    print(f"{area.code}: {area.name('fi')} / {area.name('sv')} / {area.name('en')} ({area.level})")
    vintage = options.vintage or area.valid_from
    for parent in areas.parents(area.code, vintage=vintage):
        print(f"  in {parent}")
    members = areas.municipalities(area.code, vintage=vintage)
    if len(members) > 1:
        print(f"  {len(members)} municipalities")
    if area.note:
        print(f"  {area.note}")
    return 0
