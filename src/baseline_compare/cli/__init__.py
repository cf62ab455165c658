"""The command line: thin, it calls the public functions and prints one line for an error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from baseline_compare.cli import comparisons, lookups, releases, rounds
from baseline_compare.errors import BaselineCompareError
from baseline_compare.version import VERSION


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
            first += f" (and {more} more: baseline-compare {options.lists} FILE lists all)"
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
    parser.set_defaults(lists="check")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (comparisons, rounds, releases, lookups):
        module.add_to(commands)
    return parser
