"""Three pictures of the year."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

from stamkund.local.replay.figures import Liability, share_of_top

INK, QUIET, GRID = "#22313f", "#7b8794", "#e6e9ec"
STEPS = ["#c9d1d8", "#8fa6b8", "#d8a531", "#2f6f8f", "#5b3f8c"]
SPENDABLE, PENDING, ACCENT = "#2f7f79", "#a8d3cd", "#d8642b"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@contextmanager
def _picture(file: Path, title: str, said: str) -> Iterator[Any]:
    """Axes to draw on; written to the file afterwards."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 5.6), dpi=144, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.09, 0.11, 0.82, 0.70))
    figure.text(0.09, 0.93, title, fontsize=16, fontweight="bold", color=INK)
    figure.text(0.09, 0.875, said, fontsize=10.5, color=QUIET)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(colors=QUIET, labelsize=9.5, length=0)
    axes.grid(axis="y", color=GRID, linewidth=0.9)
    axes.set_axisbelow(True)
    yield axes
    figure.savefig(file)


def tiers(file: Path, months: Mapping[str, Sequence[int]], names: Sequence[str]) -> None:
    """Members in each tier at the end of each month, one on top of the other."""
    labels = [MONTHS[int(month[5:7]) - 1] for month in months]
    said = "Members at the end of each month, by the tier that they were told"
    with _picture(file, "Who stands where", said) as axes:
        bottom = [0] * len(months)
        for step, name in enumerate(names):
            counts = [counted[step] for counted in months.values()]
            axes.bar(labels, counts, bottom=bottom, color=STEPS[step], width=0.74, label=name)
            _inside(axes, counts, bottom)
            bottom = [below + count for below, count in zip(bottom, counts, strict=True)]
        axes.legend(
            loc="lower right", bbox_to_anchor=(1, 1.0), ncols=len(names), frameon=False,
            labelcolor=INK,
        )  # fmt: skip


def _inside(axes: Any, counts: Sequence[int], bottom: Sequence[int]) -> None:
    """The number in its bar, where it has room."""
    highest = max(below + count for below, count in zip(bottom, counts, strict=True))
    for place, (count, below) in enumerate(zip(counts, bottom, strict=True)):
        if count > 0.045 * max(highest, axes.get_ylim()[1]):
            axes.text(
                place, below + count / 2, f"{count:,}", ha="center", va="center", color=INK,
                fontsize=9,
            )  # fmt: skip


def points_liability(file: Path, owed: Liability, worth: float, currency: str) -> None:
    """Points that members hold day by day; `worth` is what one point pays, in whole currency."""
    days = range(len(owed.days))
    firsts = [day for day in days if owed.days[day].endswith("-01")]
    total = [one + other for one, other in zip(owed.spendable, owed.pending, strict=True)]
    said = (
        f"Points that members hold, and what they are worth; at the end {total[-1]:,} points, "
        f"{total[-1] * worth:,.0f} {currency}"
    )
    with _picture(file, "What the club owes", said) as axes:
        axes.stackplot(
            days, owed.spendable, owed.pending, colors=[SPENDABLE, PENDING],
            labels=["can be spent", "pending"],
        )  # fmt: skip
        axes.set_xlim(days[0], days[-1])
        axes.set_ylim(0, max(total) * 1.08)
        axes.set_xticks(firsts, [MONTHS[int(owed.days[day][5:7]) - 1] for day in firsts])
        axes.yaxis.set_major_formatter(lambda points, _: f"{points:,.0f}")
        beside = axes.secondary_yaxis("right", functions=(lambda p: p * worth, lambda m: m / worth))
        beside.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f} {currency}")
        beside.tick_params(colors=QUIET, labelsize=9.5, length=0)
        beside.spines["right"].set_visible(False)
        axes.legend(
            loc="lower right", bbox_to_anchor=(1, 1.0), ncols=2, frameon=False, labelcolor=INK
        )


def top_members(file: Path, sales: Sequence[int], percent: int = 20) -> None:
    """Members from the best to the least, and how much of all sales those up to there bring.

    The white line is where it would be if all bought the same.
    """
    whole = sum(sales) or 1
    share = [0.0, *(100 * part / whole for part in accumulate(sales))]
    place = [100 * n / len(sales) for n in range(len(sales) + 1)]
    theirs = 100 * share_of_top(sales, percent)
    said = f"The best {percent} % of {len(sales):,} members bring {theirs:.0f} % of the sales"
    with _picture(file, "Who the sales come from", said) as axes:
        axes.fill_between(place, share, color=PENDING, alpha=0.45, linewidth=0)
        best = [(p, s) for p, s in zip(place, share, strict=True) if p <= percent]
        axes.fill_between(*zip(*best, strict=True), color=SPENDABLE, alpha=0.75, linewidth=0)
        axes.plot([0, 100], [0, 100], color="white", linewidth=1.5)
        axes.plot(place, share, color=SPENDABLE, linewidth=2.2)
        axes.plot([percent], [theirs], "o", color=ACCENT, markersize=8)
        axes.annotate(
            f"{theirs:.0f} %", (percent, theirs), (percent + 2.5, theirs - 6), fontsize=17,
            fontweight="bold", color=ACCENT,
        )  # fmt: skip
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 101)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda percent, _: f"{percent:.0f} %")
        axes.set_xlabel("of the members, those who bought the most first", color=QUIET)
        axes.set_ylabel("of the sales", color=QUIET)
