"""The command line: thin, it calls the public functions and prints one line for an error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn, get_args

from baseline_compare.areas import LEVELS, registry
from baseline_compare.baselines.release import load_baseline
from baseline_compare.comparison import Comparison, compare
from baseline_compare.comparison.targets import COMPARED_LEVELS
from baseline_compare.disclosure import Ledger, audit, cleared
from baseline_compare.errors import BaselineCompareError, DisclosureError, Problem
from baseline_compare.files import INTERNAL
from baseline_compare.indicators import Estimand, catalogue
from baseline_compare.language import LANGUAGES, word
from baseline_compare.measurements import Measurements
from baseline_compare.planning import designs
from baseline_compare.reports import write_measurements, write_report
from baseline_compare.series import Control, Placebo, Segmented, control, placebo, segmented
from baseline_compare.sources import SOURCES, detect_column, read_measurements
from baseline_compare.version import VERSION

DEFAULT_AREAS = ("mainland", "collaboration_area")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give 0, or 2 after an error that was told in one line."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except BaselineCompareError as error:
        first = str(error.problems[0])
        more = error.total - 1
        if more:
            first += f" (and {more} more: baseline-compare check FILE lists all)"
        print(first, file=sys.stderr)
        return 2
    return status


class _Parser(argparse.ArgumentParser):
    """Tells a wrong argument in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="baseline-compare",
        description="Compare later measurements of social assistance with the baseline of 2022.",
    )
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    report = commands.add_parser("report", help="write a report of a file against a baseline")
    report.add_argument("file")
    _add_comparison(report)
    report.add_argument("-o", "--output", default="report.html")
    report.add_argument("--overwrite", action="store_true", help="replace an existing file")
    report.add_argument("--comment", default="", help="what the evaluator has to say")
    _add_ledger(report)
    report.set_defaults(run=_report)

    explain = commands.add_parser("explain", help="explain one change: numbers, formula, reason")
    explain.add_argument("file")
    explain.add_argument("indicator")
    explain.add_argument("area")
    _add_comparison(explain)
    explain.set_defaults(run=_explain)

    series = commands.add_parser(
        "series", help="level and slope, ranks among earlier changes, and control charts"
    )
    series.add_argument("file")
    series.add_argument("--indicator", help="the first headline one unless given")
    _add_comparison(series)
    series.add_argument("--at", help="the first period after the change, such as 2023-01")
    series.set_defaults(run=_series)

    designs = commands.add_parser("designs", help="say what may be claimed, and what not and why")
    designs.add_argument("file")
    designs.add_argument("--indicator", help="the first headline one unless given")
    _add_comparison(designs)
    designs.add_argument("--controls", nargs="+", default=[], metavar="AREA")
    designs.add_argument("--argument", default="", help="why the controls are controls")
    designs.set_defaults(run=_designs)

    protect = commands.add_parser(
        "protect", help="hide small figures of a file, and what they could be computed from"
    )
    protect.add_argument("file")
    protect.add_argument("--source", choices=SOURCES, default="tidy")
    protect.add_argument("--vintage", type=int, help="the year whose areas all codes mean")
    protect.add_argument("--threshold", type=int, help="the smallest count that is shown")
    protect.add_argument("-o", "--output", default="protected.csv")
    protect.add_argument("--overwrite", action="store_true", help="replace an existing file")
    _add_ledger(protect)
    protect.set_defaults(run=_protect)

    audit = commands.add_parser(
        "audit", help="say what can be computed of hidden figures from all that was published"
    )
    audit.add_argument("files", nargs="*", metavar="FILE")
    audit.add_argument("--source", choices=SOURCES, default="tidy")
    audit.add_argument("--vintage", type=int, help="the year whose areas all codes mean")
    audit.add_argument("--ledger", metavar="FOLDER", help="what was published before")
    audit.set_defaults(run=_audit)

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
    return parser


def _add_ledger(parser: argparse.ArgumentParser) -> None:
    """Add what was published before, and the day of this release."""
    parser.add_argument("--ledger", metavar="FOLDER", help="what was published before")
    parser.add_argument("--date", default="", help="the day of the release, for the ledger")


def _add_comparison(parser: argparse.ArgumentParser) -> None:
    """Add what a comparison is made with, and how it is shown."""
    parser.add_argument(
        "--internal", action="store_true", help="do not hide small figures, and say so"
    )
    parser.add_argument("--source", choices=SOURCES, default="tidy", help="the layout of the file")
    parser.add_argument("--baseline", default="2022", help="a shipped name or a sealed folder")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument(
        "--between", metavar="FILE", help="figures of the years before the follow-up, for series"
    )
    parser.add_argument(
        "--areas", nargs="+", default=list(DEFAULT_AREAS), metavar="AREA",
        help=f"levels ({', '.join(COMPARED_LEVELS)}) or area codes",
    )  # fmt: skip
    parser.add_argument(
        "--estimand", choices=get_args(Estimand),
        help="finite: what was registered; history: is it more than usual; process: would the same "
        "conditions bring it again (each indicator's own)",
    )  # fmt: skip


def _compared(options: argparse.Namespace, *, ledger: Ledger | None = None) -> Comparison:
    """Compare and protect; where that is switched off, what is printed begins by saying so."""
    if options.internal and ledger is not None:
        raise DisclosureError(
            Problem(
                code="argument.type",
                expected="either --internal or --ledger",
                found="both",
                remedy="Leave one of them out: what is internal is not recorded.",
            )
        )
    later = read_measurements(options.file, source=options.source)
    between = None
    if options.between:
        between = read_measurements(options.between, source=options.source)
    result = compare(
        load_baseline(options.baseline),
        later,
        areas=options.areas,
        estimand=options.estimand,
        between=between,
    )
    if options.internal:
        print(f"{INTERNAL} – {word('report.internal', options.language)}")
    return cleared(result, "off" if options.internal else "on", ledger=ledger)


def _explain(options: argparse.Namespace) -> int:
    result = _compared(options)
    print(result.explain(options.indicator, options.area, options.language))
    print(result.provenance_line(options.language))
    return 0


def _series(options: argparse.Namespace) -> int:
    result = _compared(options)
    language, name = options.language, options.indicator
    parts: tuple[Callable[[], Segmented | Placebo | Control], ...] = (
        lambda: segmented(result, name, at=options.at),
        lambda: placebo(result, name),
        lambda: control(result, name),
    )
    for part in parts:
        for line in part().summary(language):
            print(line)
        print()
    print(result.provenance_line(language))
    return 0


def _designs(options: argparse.Namespace) -> int:
    result = _compared(options)
    found = designs(result, options.indicator, controls=options.controls, argument=options.argument)
    for line in found.summary(options.language):
        print(line)
    return 0


def _report(options: argparse.Namespace) -> int:
    ledger = Ledger(options.ledger) if options.ledger else None
    shown = _compared(options, ledger=ledger)
    path = write_report(
        shown,
        options.output,
        language=options.language,
        overwrite=options.overwrite,
        comment=options.comment,
        disclosure="off" if options.internal else "on",
        ledger=ledger,
        date=options.date,
    )
    for line in shown.summary(options.language):
        print(line)
    print(path)
    return 0


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
