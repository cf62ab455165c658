"""The report as one self-contained HTML page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from baseline_compare.comparison import Comparison
from baseline_compare.disclosure import Disclosure, Ledger, cleared, record
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.fates import Triangulation, cleared_findings
from baseline_compare.files import check_free, named, replace_file
from baseline_compare.language import Language, check_language, word
from baseline_compare.planning import Designs, refuse_causal_words
from baseline_compare.reports.assembly import build_report


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("baseline_compare.reports", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html")


def write_report(
    result: Comparison | Triangulation,
    path: str | Path,
    *,
    language: Language = "en",
    overwrite: bool = False,
    comment: str = "",
    designs: Designs | None = None,
    disclosure: Disclosure = "on",
    ledger: Ledger | None = None,
    date: str = "",
) -> Path:
    """Write a comparison as one HTML page with its charts, for readers of one language.

    The page needs nothing from outside itself and runs no script.  A run that fails leaves no page.

    Parameters
    ----------
    result
        A comparison, or with ``triangulate`` one beside what became of the findings, which then
        have a section of their own.
    comment
        What the evaluator has to say, in the language of the report; paragraphs are parted by an
        empty line. Words that claim a cause are refused in it, and in the names of own groups and
        events, unless a design allows them.
    designs
        The designs that were looked at (``planning.designs``); those of the first headline
        indicator with the counties' start unless given.
    disclosure
        Small figures and small groups of raters are hidden unless it is ``"off"``; then the page
        and its name say that it is internal.
    ledger, date
        What was published before, against which the report is audited and in which it is recorded
        with its day.

    Raises
    ------
    ComparisonError
        ``claim.causal`` for words that claim a cause, ``design.comparison`` for designs of another
        comparison.
    DisclosureError
        ``sdc.*`` for figures that cannot be kept, ``chain.conflict``.
    WriteError
        ``path.exists`` if a file is there and ``overwrite`` is false, or ``write.failed``.

    Examples
    --------
    >>> import tempfile
    >>> from baseline_compare import compare, load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> result = compare(load_baseline("2022"), later)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(result, f"{folder}/seuranta.html", language="fi").name
    'seuranta.html'
    """
    found = result.findings if isinstance(result, Triangulation) else None
    result = result.comparison if isinstance(result, Triangulation) else result
    if designs is not None and designs.comparison is not result:
        raise ComparisonError(
            Problem(
                code="design.comparison",
                expected="designs of the comparison that is reported",
                found="those of another",
                remedy="Call planning.designs(result, ...) with the same result.",
            )
        )
    refuse_causal_words(_own_texts(result, comment, designs), designs)
    shown = cleared(result, disclosure, ledger=ledger)
    report = build_report(
        shown,
        check_language(language),
        comment=comment,
        designs=designs,
        findings=None if found is None else cleared_findings(found, disclosure),
    )
    page = _template().render(
        report=report,
        drawn=Markup,
        say=lambda key: word(key, language),
    )
    content = page.encode()
    target = named(path, internal=shown.protection is None)
    if ledger is not None:
        check_free(target, overwrite=overwrite)
        record(shown, ledger, date=date, files={target.name: content})
    return replace_file(target, content, overwrite=overwrite)


def _own_texts(result: Comparison, comment: str, designs: Designs | None) -> dict[str, str]:
    """Give the texts of a report that are the evaluator's own."""
    texts = {"comment": comment, "argument": "" if designs is None else designs.argument}
    for key, bridge in result.settings.bridges.items():
        texts[f"source of the bridge {key!r}"] = bridge.source
    for key in result.settings.own_margins:
        margin = result.indicators[key].margin if key in result.indicators else None
        reasons = "" if margin is None else "; ".join(margin.reasons.values())
        texts[f"reason of the margin of {key!r}"] = reasons
    for target in result.targets.values():
        if target.level == "own_group":
            named = "; ".join(dict.fromkeys([target.code, *target.names.values()]))
            texts[f"name of the group {target.code!r}"] = named
            texts[f"source of the group {target.code!r}"] = target.source
    for event in result.events:
        if event.id in result.settings.own_breaks:
            texts[f"name of the event {event.id!r}"] = "; ".join(event.names.values())
    return texts
