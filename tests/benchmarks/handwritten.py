"""What a researcher would write by hand for the same report: pandas, scipy, pyplot, one HTML page.

Two CSV files, merge, sums by area, intervals, change and levels, a line for each area with the same
shading, events and labels, PNG at the usual resolution. No checks, no provenance, one language: the
yardstick for the time of a report.
"""

import base64
import io
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd
from scipy import stats

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "baseline_compare" / "data"
HEADLINE = ["basic_sa_households", "basic_sa_persons", "basic_sa_applications_received"]
EVENTS = ["2020-03-01", "2022-08-01", "2022-12-01", "2023-01-01"]


def picture(figure) -> str:
    figure.tight_layout()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=150, bbox_inches="tight")
    plt.close(figure)
    return base64.b64encode(buffer.getvalue()).decode()


def day(period: str) -> pd.Timestamp:
    if "W" in period:
        return pd.Timestamp.fromisocalendar(int(period[:4]), int(period[6:]), 1)
    return pd.Timestamp(f"{period}-01")


def read() -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = ["indicator", "area", "period", "value"]
    base = pd.read_csv(DATA / "2022" / "0" / "measurements.csv", usecols=columns)
    later = pd.read_csv(ROOT / "fixtures" / "follow_up_2023.csv", usecols=columns)
    links = pd.read_csv(DATA / "memberships.csv")
    links = links[links["parent_level"] == "collaboration_area"]
    links = links[links["child"].str.startswith("MK") & (links["parent"] != "YTA6")]
    rows = pd.concat([base, later])
    country = rows[rows["area"] == "FI-MAINLAND"].assign(parent="FI-MAINLAND")
    rows = pd.concat([rows.merge(links, left_on="area", right_on="child"), country])
    rows = rows[rows["value"].notna()]
    people = rows[rows["indicator"] == "population"]
    series = rows[rows["indicator"] != "population"]
    keys = ["indicator", "parent", "period"]
    return (
        series.groupby(keys, as_index=False)["value"].sum(),
        people.groupby(["parent", "period"])["value"].sum().unstack(),
    )


def means_of(series: pd.DataFrame) -> pd.DataFrame:
    own = series.assign(year=series["period"].str[:4].astype(int), part=series["period"].str[5:])
    own = own[own["year"].isin([2022, 2023])]
    wide = own.set_index(["indicator", "parent", "part", "year"])["value"].unstack().dropna()
    means = wide.groupby(["indicator", "parent"]).mean()
    means["change"] = means[2023] / means[2022] - 1
    error = (1 / means[2022] + 1 / means[2023]) ** 0.5
    q = stats.norm.ppf(0.975)
    means["low"] = means["change"] - q * error
    means["high"] = means["change"] + q * error
    return means


def change_chart(means: pd.DataFrame) -> str:
    figure, axes = plt.subplots(1, 3, figsize=(8.6, 3.2), sharey=True)
    for axis, key in zip(axes, HEADLINE, strict=True):
        own = means.loc[key]
        axis.axvspan(-2.91, 3.0, color="#e9e9e9")
        axis.axvline(0, color="grey")
        axis.errorbar(
            own["change"] * 100, own.index, fmt="o", capsize=2,
            xerr=[(own["change"] - own["low"]) * 100, (own["high"] - own["change"]) * 100],
        )  # fmt: skip
        for area, value in own["change"].items():
            axis.annotate(f"{100 * value:+.1f} %", (100 * value, area), xytext=(6, 4),
                          textcoords="offset points", fontsize=8)  # fmt: skip
        axis.set_title(key, fontsize=9)
        axis.set_xlabel("change, %")
    return picture(figure)


def levels_chart(means: pd.DataFrame, people: pd.DataFrame) -> str:
    figure, axes = plt.subplots(1, 2, figsize=(8.6, 3.2), sharey=True)
    for axis, key in zip(axes, HEADLINE[:2], strict=True):
        before = 1000 * means.loc[key, 2022] / people["2021"]
        after = 1000 * means.loc[key, 2023] / people["2022"]
        axis.hlines(before.index, before, after, color="grey")
        axis.scatter(before, before.index, facecolors="none", edgecolors="black")
        axis.scatter(after, after.index, color="black")
        for side in (before, after):
            for area, value in side.items():
                axis.annotate(f"{value:.2f}", (value, area), xytext=(4, 6),
                              textcoords="offset points", fontsize=8)  # fmt: skip
        axis.set_title(f"{key} per 1,000", fontsize=9)
    return picture(figure)


def trend_chart(series: pd.DataFrame, key: str) -> str:
    figure, axes = plt.subplots(2, 3, figsize=(8.6, 5), sharex=True)
    own = series[series["indicator"] == key]
    for axis, (area, rows) in zip(axes.flat, own.groupby("parent"), strict=True):
        axis.axvspan(pd.Timestamp("2022-01-01"), pd.Timestamp("2023-01-01"), color="#e9e9e9")
        axis.plot([day(period) for period in rows["period"]], rows["value"], color="black")
        for number, event in enumerate(EVENTS, start=1):
            axis.axvline(pd.Timestamp(event), linestyle="--", color="grey", linewidth=0.7)
            axis.annotate(str(number), (pd.Timestamp(event), 1), fontsize=7,
                          xycoords=("data", "axes fraction"))  # fmt: skip
        axis.xaxis.set_major_locator(mdates.YearLocator())
        axis.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
        axis.set_title(area, fontsize=9)
    figure.suptitle(key)
    return picture(figure)


def main(out: Path) -> None:
    series, people = read()
    means = means_of(series)
    pictures = [change_chart(means), levels_chart(means, people)]
    pictures += [trend_chart(series, key) for key in (HEADLINE[0], HEADLINE[2])]
    images = "".join(f'<img src="data:image/png;base64,{text}">' for text in pictures)
    out.write_text(f"<html><body>{images}{means.to_html()}</body></html>", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
