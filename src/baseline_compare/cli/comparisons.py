"""Commands on a comparison: report, explain, series and designs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import get_args

from baseline_compare.baselines.release import load_baseline
from baseline_compare.cli.options import Commands, add_ledger
from baseline_compare.comparison import Comparison, compare
from baseline_compare.comparison.targets import COMPARED_LEVELS
from baseline_compare.disclosure import Ledger, cleared
from baseline_compare.errors import DisclosureError, Problem
from baseline_compare.fates import compare_findings, triangulate
from baseline_compare.files import INTERNAL
from baseline_compare.indicators import Estimand
from baseline_compare.language import LANGUAGES, word
from baseline_compare.planning import designs
from baseline_compare.reports import write_report
from baseline_compare.series import Control, Placebo, Segmented, control, placebo, segmented
from baseline_compare.sources import SOURCES, read_measurements
from baseline_compare.sources.forms import read_round

DEFAULT_AREAS = ("mainland", "collaboration_area")


def add_to(commands: Commands) -> None:
    """Add the commands."""
    report = commands.add_parser("report", help="write a report of a file against a baseline")
    report.add_argument("file")
    _add_comparison(report)
    report.add_argument("-o", "--output", default="report.html")
    report.add_argument("--overwrite", action="store_true", help="replace an existing file")
    report.add_argument("--comment", default="", help="what the evaluator has to say")
    report.add_argument("--round", metavar="FORMS", help="a later mapping round, for its findings")
    add_ledger(report)
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
    beside = None
    if options.round:
        found = compare_findings(shown.baseline, read_round(options.round))
        beside = triangulate(found, shown)
    path = write_report(
        beside or shown,
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
