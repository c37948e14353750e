"""Charts of the loop, as SVG: no script, nothing from elsewhere, and every number in words too."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 14, 30
COLOURS = ("#1f6f5c", "#d98e04", "#3566a8", "#a8355d", "#6b4ea8", "#7a8a2b")


class Series(NamedTuple):
    """None where there is nothing to say."""

    name: str
    values: Sequence[float | None]


def bars(title: str, months: Sequence[str], series: Sequence[Series]) -> str:
    """One on top of the other."""
    totals = [sum(one.values[n] or 0 for one in series) for n in range(len(months))]
    top = _top(max(totals, default=0))
    drawn, step = list[str](), _step(months)
    for n, month in enumerate(months):
        below = 0.0
        for colour, one in zip(COLOURS, series, strict=False):
            value = one.values[n] or 0
            if value:
                y, height = _y(below + value, top), value / top * _inner()
                words = f"{month}, {one.name}: {value:g}"
                drawn.append(
                    f'<rect x="{LEFT + n * step + step * 0.15:.1f}" y="{y:.1f}" '
                    f'width="{step * 0.7:.1f}" height="{height:.1f}" fill="{colour}">'
                    f"<title>{escape(words)}</title></rect>"
                )
            below += value
    return _chart(title, months, series, top, "".join(drawn))


def lines(
    title: str, months: Sequence[str], series: Sequence[Series], top: float | None = None
) -> str:
    """A line is broken where there is nothing to say."""
    known = [value for one in series for value in one.values if value is not None]
    highest = top or _top(max(known, default=0))
    drawn = [
        _line(one, months, colour, highest) for colour, one in zip(COLOURS, series, strict=False)
    ]
    return _chart(title, months, series, highest, "".join(drawn))


def _line(one: Series, months: Sequence[str], colour: str, top: float) -> str:
    step, path, dots, pen = _step(months), "", "", "M"
    for n, value in enumerate(one.values):
        if value is None:
            pen = "M"
            continue
        x, y = LEFT + (n + 0.5) * step, _y(value, top)
        path += f"{pen}{x:.1f} {y:.1f} "
        pen = "L"
        words = escape(f"{months[n]}, {one.name}: {value:g}")
        dots += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{words}</title></circle>'
    return (
        f'<path d="{path.strip()}" fill="none" stroke="{colour}" stroke-width="2"/>'
        f'<g fill="{colour}">{dots}</g>'
    )


def _chart(
    title: str, months: Sequence[str], series: Sequence[Series], top: float, drawn: str
) -> str:
    return (
        f"<figure><figcaption>{escape(title)}{_legend(series)}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{_grid(top)}{_names(months)}{drawn}</svg></figure>"
    )


def _legend(series: Sequence[Series]) -> str:
    return "".join(
        f'<span class="key"><i style="background:{colour}"></i>{escape(one.name)}</span>'
        for colour, one in zip(COLOURS, series, strict=False)
    )


def _grid(top: float) -> str:
    parts = list[str]()
    for n in range(5):
        value = top * n / 4
        y = _y(value, top)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dfe5e3"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    return "".join(parts)


def _names(months: Sequence[str]) -> str:
    step = _step(months)
    return "".join(
        f'<text x="{LEFT + (n + 0.5) * step:.1f}" y="{HEIGHT - 10}" text-anchor="middle">'
        f"{escape(month)}</text>"
        for n, month in enumerate(months)
    )


def _step(months: Sequence[str]) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, len(months))


def _inner() -> int:
    return HEIGHT - TOP - BOTTOM


def _y(value: float, top: float) -> float:
    return TOP + _inner() * (1 - min(value, top) / top)


def _top(highest: float) -> float:
    """The next number that can be read off in quarters."""
    for size in (4, 8, 20, 40, 80, 100):
        if highest <= size:
            return float(size)
    power = 10 ** (len(str(int(highest))) - 1)
    return float(next(power * n for n in (1, 2, 4, 8, 10, 20) if highest <= power * n))
