"""``compare``: pair, check, aggregate, contrast, verdict; it orchestrates and holds no formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd

from baseline_compare.areas import Group, registry
from baseline_compare.baselines.release import Baseline
from baseline_compare.breaks import Break, Bridge
from baseline_compare.comparison.contrasting import Claimant
from baseline_compare.comparison.grids import GridMaker
from baseline_compare.comparison.mergers import refuse_merged
from baseline_compare.comparison.pairing import Side
from baseline_compare.comparison.plans import Planner
from baseline_compare.comparison.result import Comparison, Settings
from baseline_compare.comparison.rows import Rows
from baseline_compare.comparison.targets import Areas, resolve_targets
from baseline_compare.comparison.variation import History
from baseline_compare.errors import ComparisonError, Problem
from baseline_compare.indicators import Catalogue, Estimand, Indicator, Margin
from baseline_compare.measurements import Measurements, Remark
from baseline_compare.periods import LAST_YEAR
from baseline_compare.version import VERSION

_FAMILY_ORDER = {"headline": 0, "exploratory": 1, "denominator": 2}


def compare(  # noqa: PLR0913 - each argument answers a question of its own
    baseline: Baseline,
    measurements: Measurements,
    *,
    areas: Areas = "collaboration_area",
    indicators: str | Iterable[str] | None = None,
    margins: Mapping[str, Margin] | None = None,
    estimand: Estimand | None = None,
    same_persons: pd.DataFrame | None = None,
    breaks: Iterable[Break] = (),
    bridges: Mapping[str, Bridge] | None = None,
    between: Measurements | None = None,
) -> Comparison:
    """Compare later measurements with a baseline, area by area.

    Months are compared with the same months of the base year, ISO weeks with the same ISO weeks.
    Over the paired periods counts become a mean per month or week, shares and rates the sum of
    numerators over the sum of denominators; rates use the population at the end of the year before.
    An area with rows of its own on both sides is taken from them, otherwise both sides are summed
    from the same members. Suppressed cells enter with their bounds, tightened by published totals.

    Parameters
    ----------
    areas
        A level (``"collaboration_area"``, ``"region"``, ``"county"``, ``"insurance_district"``,
        ``"mainland"``, ``"municipality"``), several levels or codes, or groups of one's own as
        ``{"name": [codes]}`` or, named in each language, ``{"name": areas.Group(codes=...)}``,
        also among levels in a list. Åland is left out of every level.
    indicators
        Some of the baseline's indicators; all of them unless given.
    margins
        Margins of one's own by indicator (``baseline_compare.indicators.Margin``), in place of the
        sealed ones.
    estimand
        ``finite``: what was registered. The change is exact up to registration error and revision,
        and the verdict rests on the margin alone. ``history``: is the change more than what happens
        between years anyway? The verdict answers that, at the level of its family; the column
        ``registered`` says beside it what was registered. ``process``: would the same conditions
        give this change again? Full-register series say under ``process`` how an area differs from
        the rest of the mainland. Each indicator's own unless given: ``process`` for samples and
        decisions, ``history`` for full registers whose baseline has three earlier pairs of years,
        ``finite`` for others.
    same_persons
        For indicators whose two periods rest on the same persons: a table of ``indicator``,
        ``area`` and ``both``, the persons counted in both.
    breaks
        Events of one's own beside those of the baseline.
    bridges
        How levels after an event relate to those before it, by the event's id. A row across an
        event that is ``not_comparable`` is compared under ``history`` if the event has a bridge and
        lies between the two windows; the uncertainty of the bridge is in its interval.
    between
        Measurements of the years between the base year and the follow-up. They are not compared,
        but stand in the series, so that a follow-up of 2025 has no gap.

    Raises
    ------
    ComparisonError
        ``coverage.missing`` (never a sum without a member), ``area.composition``,
        ``period.duplicate``, ``aggregate.unique_persons`` or ``indicator.unknown``.
    AreaError
        ``area.role``, ``area.partition`` or an area that is not known.

    Examples
    --------
    >>> from baseline_compare import load_baseline, read_measurements
    >>> later = read_measurements("fixtures/recipients_2023.csv", source="kela-recipients")
    >>> result = compare(load_baseline("2022"), later, indicators=["basic_sa_households"])
    >>> result.table[["area", "baseline", "current", "registered", "verdict"]].round(1)
       area  baseline  current          registered    verdict
    0  YTA1   61798.7  61378.6  no_relevant_change  undecided
    1  YTA2   19678.3  18906.4           decreased  undecided
    2  YTA3   20015.4  19208.5           decreased  undecided
    3  YTA4   15189.1  14960.0  no_relevant_change  undecided
    4  YTA5   12446.5  12111.7  no_relevant_change  undecided
    """
    if estimand is not None and estimand not in get_args(Estimand):
        raise ComparisonError(
            Problem(
                code="estimand.unknown",
                expected=f"{' or '.join(get_args(Estimand))}, or nothing",
                found=repr(estimand),
                remedy="Ask for one of these, or let each indicator decide.",
            )
        )
    later = isinstance(measurements, Measurements) and isinstance(between, Measurements | None)
    if not (isinstance(baseline, Baseline) and later):
        raise ComparisonError(
            Problem(
                code="argument.type",
                expected="a Baseline and then Measurements",
                found=f"{type(baseline).__name__} and {type(measurements).__name__}",
                remedy="Use load_baseline() and read_measurements().",
            )
        )
    catalogue = _catalogue(baseline.indicators, indicators, margins or {})
    targets = resolve_targets(areas, baseline.areas, baseline.vintage)
    if between is not None:
        refuse_merged(between.texts("area")[1], registry(), baseline.vintage)
    planner = Planner(targets, baseline.areas, vintage=baseline.vintage, later=registry())
    base_maker, later_maker = GridMaker(baseline.measurements), GridMaker(measurements)
    year = baseline.base_year
    base = Side(base_maker, range(year, year + 1), (base_maker,))
    follow_up = Side(later_maker, range(year + 1, LAST_YEAR + 1), (later_maker, base_maker))
    events = _events(baseline, breaks, bridges or {})
    history = History(baseline, base_maker, planner, events)
    both = _both(same_persons, catalogue, frozenset(target.code for target in targets))
    claimant = Claimant({**baseline.indicators, **catalogue}, planner, history, both)
    rows = Rows(baseline, measurements, targets, claimant, estimand, events, bridges or {})
    for indicator in catalogue.values():
        rows.add(indicator, base.grid(indicator), follow_up.grid(indicator), planner)
    rows.add_undefined(later_maker.indicators)
    rows.add_early(later_maker)
    return Comparison(
        settings=Settings(
            estimand=estimand or "by_indicator",
            areas=_areas_label(areas),
            indicators=tuple(catalogue),
            baseline_name=baseline.name,
            baseline_version=baseline.version,
            baseline_id=baseline.id,
            library_version=VERSION,
            own_margins=tuple(sorted(margins or {})),
            own_breaks=tuple(event.id for event in events[len(baseline.breaks) :]),
            bridges=dict(bridges or {}),
        ),
        baseline=baseline,
        measurements=measurements,
        between=between,
        indicators=catalogue,
        targets={target.code: target for target in targets},
        events=events,
        breaks=rows.breaks,
        plans=rows.plans,
        remarks=(
            *baseline.remarks,
            *measurements.remarks,
            *_status_remarks(baseline, measurements, catalogue),
        ),
        claims=rows.claims,
        _table=rows.table(catalogue),
        _unmatched=rows.unmatched(),
        arguments={
            "areas": areas,
            "indicators": tuple(catalogue),
            "margins": dict(margins or {}),
            "estimand": estimand,
            "same_persons": same_persons,
            "breaks": events[len(baseline.breaks) :],
            "bridges": dict(bridges or {}),
        },
    )


def _events(
    baseline: Baseline, own: Iterable[Break], bridges: Mapping[str, Bridge]
) -> tuple[Break, ...]:
    """Put the events of a baseline and one's own together."""
    found = {event.id: event for event in baseline.breaks}
    for event in own:
        if not isinstance(event, Break) or event.id in found:
            raise ComparisonError(
                Problem(
                    code="definition.invalid",
                    expected="events (baseline_compare.breaks.Break) with ids of their own",
                    found=repr(getattr(event, "id", event)),
                    remedy="Give it another id: a sealed event stays as it is.",
                )
            )
        found[event.id] = event
    for key, bridge in bridges.items():
        if key not in found or not isinstance(bridge, Bridge):
            raise ComparisonError(
                Problem(
                    code="definition.invalid",
                    expected=f"a Bridge for one of the events {', '.join(found)}",
                    found=f"{bridge!r} for {key!r}",
                    remedy="Make one with baseline_compare.breaks.Bridge(...).",
                )
            )
    return tuple(found.values())


def _catalogue(
    sealed: Catalogue, wanted: str | Iterable[str] | None, margins: Mapping[str, Margin]
) -> dict[str, Indicator]:
    """Give the indicators to compare, headline first, with the margins asked for."""
    asked = [wanted] if isinstance(wanted, str) else None if wanted is None else list(wanted)
    for key, margin in margins.items():
        if not isinstance(margin, Margin):
            raise ComparisonError(
                Problem(
                    code="definition.invalid",
                    expected="a Margin for each indicator",
                    found=f"{margin!r} for {key}",
                    remedy="Make one with baseline_compare.indicators.Margin(...).",
                )
            )
    for key in [*(asked or []), *margins]:
        if key not in sealed or sealed[key].family == "denominator":
            raise ComparisonError(
                Problem(
                    code="indicator.unknown",
                    expected=f"indicators of the baseline: {', '.join(sealed)}",
                    found=repr(key),
                    remedy="Choose among these; a denominator is not compared by itself.",
                )
            )
    items = [item for key, item in sealed.items() if asked is None or key in asked]
    items = [replace(item, margin=margins.get(item.id, item.margin)) for item in items]
    order = sorted(items, key=lambda item: _FAMILY_ORDER[item.family])
    return {item.id: item for item in order if item.family != "denominator"}


def _both(
    same_persons: pd.DataFrame | None,
    catalogue: Mapping[str, Indicator],
    codes: frozenset[str],
) -> dict[tuple[str, str], float]:
    """Give, by indicator and area, how many of the same persons count in both periods."""
    if same_persons is None:
        return {}
    columns = {"indicator", "area", "both"}
    if not isinstance(same_persons, pd.DataFrame):
        raise ComparisonError(
            Problem(
                code="pairs.table",
                expected="a table with the columns indicator, area and both",
                found=type(same_persons).__name__,
                remedy="Give a pandas DataFrame.",
            )
        )
    found = {str(name) for name in same_persons.columns}
    if found != columns or same_persons.duplicated(["indicator", "area"]).any():
        raise ComparisonError(
            Problem(
                code="pairs.table",
                expected="columns indicator, area and both, one row an indicator and area",
                found=", ".join(sorted(found)) if found != columns else "a key twice",
                remedy="Give the persons counted in both periods as one such table.",
            )
        )
    counted = pd.to_numeric(same_persons["both"], errors="coerce")
    if counted.isna().any():
        place = int(np.flatnonzero(counted.isna())[0])
        raise ComparisonError(
            Problem(
                code="pairs.table",
                expected="a number of persons in the column both",
                found=repr(same_persons["both"].iloc[place]),
                remedy="Give the persons counted in both periods.",
                row=place + 1,
                column="both",
            )
        )
    keys = zip(same_persons["indicator"], same_persons["area"], strict=True)
    table = dict(zip(keys, counted.astype(float).tolist(), strict=True))
    for key, area in table:
        if area not in codes:
            raise ComparisonError(
                Problem(
                    code="pairs.area",
                    expected=f"areas that are compared: {', '.join(sorted(codes)[:30])}",
                    found=repr(area),
                    remedy="Name the areas of the comparison.",
                )
            )
        if key not in catalogue or catalogue[key].dependence != "same_persons":
            raise ComparisonError(
                Problem(
                    code="pairs.indicator",
                    expected="indicators whose dependence is same_persons",
                    found=repr(key),
                    remedy='Declare dependence = "same_persons" in its definition.',
                )
            )
    return table


def _areas_label(areas: Areas) -> str:
    if isinstance(areas, str):
        return areas
    if isinstance(areas, Mapping):
        codes = {
            name: group.codes if isinstance(group, Group) else group
            for name, group in areas.items()
        }
        return "; ".join(f"{name}: {'+'.join(own)}" for name, own in codes.items())
    return ", ".join(map(_areas_label, areas))


def _status_remarks(
    baseline: Baseline, measurements: Measurements, indicators: Mapping[str, Indicator]
) -> Iterator[Remark]:
    """Say of which indicators figures are provisional or approximate."""
    parts = {item.numerator for item in indicators.values() if item.computed}
    parts |= {item.denominator for item in indicators.values() if item.computed}
    for side in (baseline.measurements, measurements):
        codes, statuses = side.texts("status")
        keys, names = side.texts("indicator")
        states, kinds = side.texts("state")
        for status in sorted({"provisional", "approximate"}.intersection(statuses)):
            weak = codes == statuses.index(status)
            weak &= np.array([kind == "value" for kind in kinds], dtype=bool)[states]
            for key in np.unique(keys[weak]).tolist():
                if names[key] in indicators or names[key] in parts:
                    yield Remark(f"status.{status}", "warning", names[key])
