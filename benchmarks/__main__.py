"""`make bench`: every figure as a table, in latest.json, and in the README beside it."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from benchmarks.alone import alone
from benchmarks.figures import Figure, figures_of

HERE = Path(__file__).parent
BENCHMARKS = (
    "calls",
    "write_units",
    "pricing",
    "handlers",
    "login_offer",
    "my_page",
    "imports",
    "cold_start",
    "tier_after_commit",
    "rebuild",
    "oscar",
)
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def main(wanted: Sequence[str]) -> int:
    figures = []
    for figure in _measured(wanted or BENCHMARKS):
        print(_line(figure), flush=True)
        figures.append(figure)
    if not wanted:
        _keep(figures)
    return 1 if any(figure.holds is False for figure in figures) else 0


def _measured(names: Sequence[str]) -> Iterator[Figure]:
    for name in names:
        with alone() as process:
            yield from process.submit(figures_of, name).result()


def _line(figure: Figure) -> str:
    value = f"{figure.value:g} {figure.unit}"
    if figure.budget is None:
        return f"{figure.name:<66}{value:>16}"
    verdict = "holds" if figure.holds else "DOES NOT HOLD"
    return f"{figure.name:<66}{value:>16}   at most {figure.budget:<6g} {verdict}"


def _keep(figures: Sequence[Figure]) -> None:
    json = msgspec.json.format(msgspec.json.encode(figures), indent=2)
    (HERE / "latest.json").write_bytes(json + b"\n")
    readme = HERE / "README.md"
    before, _, rest = readme.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(before + BEGIN + _table(figures) + END + after)


def _table(figures: Sequence[Figure]) -> str:
    rows = [f"| {one.name} | {one.value:g} {one.unit} | {_budget(one)} |\n" for one in figures]
    return "| | measured | budget |\n|---|---:|---|\n" + "".join(rows)


def _budget(figure: Figure) -> str:
    if figure.budget is None:
        return ""
    return f"{figure.budget:g} {figure.unit}" + ("" if figure.holds else ", **does not hold**")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
