"""Commands on mapping rounds: forms to fill in, what coders agree on, what became of findings."""

from __future__ import annotations

import argparse
import sys

from baseline_compare.baselines.release import load_baseline
from baseline_compare.cli.options import Commands
from baseline_compare.errors import BaselineCompareError
from baseline_compare.fates import cleared_findings, compare_findings
from baseline_compare.files import INTERNAL
from baseline_compare.findings.coders import agreement
from baseline_compare.language import LANGUAGES, word
from baseline_compare.reports import write_forms
from baseline_compare.sources.forms import read_round

MOST_DISAGREEMENTS = 20


def add_to(commands: Commands) -> None:
    """Add the commands."""
    forms = commands.add_parser("forms", help="write the forms of a mapping round to fill in")
    forms.add_argument("-o", "--output", default="forms.xlsx", help="a workbook, or a folder")
    forms.add_argument("--overwrite", action="store_true", help="replace existing files")
    _add_shared(forms)
    forms.set_defaults(run=_forms)

    round_ = commands.add_parser(
        "round", help="check filled-in forms, and say how far coders agree"
    )
    round_.add_argument("file", help="a workbook, or a folder of CSV files")
    round_.add_argument("--add", action="store_true", help="add the forms to the baseline's round")
    _add_shared(round_)
    round_.set_defaults(run=_round)

    fates = commands.add_parser("fates", help="say what became of the findings of a baseline")
    fates.add_argument("file", help="the forms of the later round")
    fates.add_argument("--margin", type=float, help="the change of ratings that would not matter")
    fates.add_argument(
        "--internal", action="store_true", help="do not hide small groups of raters, and say so"
    )
    _add_shared(fates)
    fates.set_defaults(run=_fates, lists="round")


def _add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--baseline", default="2022", help="a shipped name or a sealed folder")
    parser.add_argument("--language", choices=LANGUAGES, default="en")


def _forms(options: argparse.Namespace) -> int:
    base = load_baseline(options.baseline).round
    path = write_forms(
        options.output, language=options.language, base=base, overwrite=options.overwrite
    )
    print(path)
    return 0


def _round(options: argparse.Namespace) -> int:
    base = load_baseline(options.baseline).round if options.add else None
    try:
        found = read_round(options.file, base=base)
    except BaselineCompareError as error:
        print(error, file=sys.stderr)
        return 2
    print(found)
    for remark in found.remarks:
        print(f"  {remark}")
    if found.codings:
        coded = agreement(found)
        for line in coded.summary(options.language):
            print(line)
        for row in coded.disagreements.head(MOST_DISAGREEMENTS).to_dict("records"):
            print(f"  {row['statement']}, {row['sorted_by']}: {row['codings']}")
        more = len(coded.disagreements) - MOST_DISAGREEMENTS
        if more > 0:
            print(f"  ... {more}")
    return 0


def _fates(options: argparse.Namespace) -> int:
    found = compare_findings(
        load_baseline(options.baseline), read_round(options.file), margin=options.margin
    )
    if options.internal:
        print(f"{INTERNAL} – {word('report.internal', options.language)}")
    shown = cleared_findings(found, "off" if options.internal else "on")
    for line in shown.summary(options.language):
        print(line)
    print(shown.provenance_line(options.language))
    return 0
