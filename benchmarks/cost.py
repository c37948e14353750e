"""Fills in the tables of docs/cost.md. `make cost` measures the steps anew before it; alone,
`python -m benchmarks.cost`, it works out what follows from them, the prices and the assumptions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec.structs import asdict, replace

from benchmarks import pages
from benchmarks.bill import EDGE, STAGE, STREAMED, Case, Price, Size, Usage, case
from benchmarks.ceilings import Ceiling, ceilings, peak, requests
from benchmarks.levers import MANY, cost, levers
from benchmarks.pages import Row, table
from benchmarks.steps import TAKEN_BY
from stamkund.local.home import REPOSITORY

FILE = REPOSITORY / "docs" / "cost.md"
BUDGET = 0.013
CORE = ("Lambda", "DynamoDB", "HTTP API")
BESIDE = ("Logs", "Data out")
HEADS = ("USD", "as read", "as dear as Ireland")


def main() -> None:
    FILE.write_text(filled(FILE.read_text(), case()))


def filled(page: str, of: Case) -> str:
    return pages.filled(page, {name: partial(block, of) for name, block in BLOCKS.items()})


# A thousand orders


def _orders(of: Case) -> Iterator[str]:
    bills = [case.orders(MANY) for case in _both(of)]
    rows: list[Row] = [_line(name, [bill[name] for bill in bills]) for name in CORE]
    core = [sum(bill[one] for one in CORE) for bill in bills]
    rows += [_line("**these three**", core), _judged("**these three**, at most 0.013", core)]
    rows += [_line(name, [bill[name] for bill in bills]) for name in BESIDE]
    every = [sum(bill.values()) for bill in bills]
    rows += [_line("**everything**", every), _judged("**everything**, at most 0.013", every)]
    return table(HEADS, rows)


def _dearer(of: Case) -> Iterator[str]:
    """Where on the line from the first column to the second the budget is met."""
    read, elsewhere = (cost(case) for case in _both(of))
    most = (BUDGET - read) / (elsewhere - read) * (of.prices.elsewhere - 1)
    if most >= 0:
        dearer = f"at most {_percent(most)} dearer"
        yield f"So the budget holds where what differs by region is {dearer}."
    else:
        yield f"For the budget what differs by region would have to be {_percent(-most)} cheaper."


def _both(of: Case) -> tuple[Case, Case]:
    return replace(of, prices=of.prices.as_read()), of


def _line(name: str, costs: Iterable[float]) -> Row:
    return [name, *(_usd(one) for one in costs)]


def _judged(name: str, costs: Iterable[float]) -> Row:
    return [name, *map(_verdict, costs)]


def _verdict(total: float) -> str:
    if total <= BUDGET:
        return f"holds, {_percent(1 - total / BUDGET)} below"
    return f"**does not hold**, {_percent(total / BUDGET - 1)} above"


def _beside(of: Case) -> Iterator[str]:
    edged = sum(of.orders(MANY, edge=True).values())
    kept = of.kept_for_a_month(MANY) * 12
    rows = [
        _line("the same through CloudFront and WAF", [edged]),
        _line("keeping it, restorable to any second, each year", [kept]),
    ]
    return table(["", "USD"], rows)


def _levers(of: Case) -> Iterator[str]:
    return table(["", "USD less"], [_line(one.name, [one.saves]) for one in levers(of)])


def _clubs(of: Case) -> Iterator[str]:
    """The same orders, of a club in which more or fewer come at once."""
    rows = []
    for size in of.assumed.sizes:
        club = of.of_so_many(size.members)
        costs = [cost(case) for case in _both(club)]
        shown = [f"{_usd(one)}, {_verdict(one)}" for one in costs]
        rows.append([f"{_many(size.members)} members", f"{club.at_once('tier'):.1f}", *shown])
    return table(["", "entries to an invocation", *HEADS[1:]], rows)


# A year


def _behaviour(of: Case) -> Iterator[str]:
    rows = [(f"`{name}`", f"{count:g}") for name, count in of.assumed.behaviour.items()]
    return table(["of a member in a year", ""], rows)


def _years(of: Case) -> Iterator[str]:
    sizes = of.assumed.sizes
    years = [of.a_year(size) for size in sizes]
    services = sorted(years[-1], key=lambda name: -years[-1][name])
    rows: list[Row] = [[name, *(_dollars(year[name]) for year in years)] for name in services]
    totals = [sum(year.values()) for year in years]
    rows.append(["**all**", *(f"**{_dollars(total)}**" for total in totals)])
    rows.append(["without CloudFront and WAF", *(_dollars(_unedged(year)) for year in years)])
    each = [total / size.members for total, size in zip(totals, sizes, strict=True)]
    rows.append(["of one member", *(_usd(one) for one in each)])
    return table(["USD a year", *map(_heading, sizes)], rows)


def _unedged(year: Usage) -> float:
    return sum(cost for name, cost in year.items() if name not in EDGE)


def _heading(size: Size) -> str:
    return f"{_many(size.members)} members, shops: {size.shops}"


def _many(members: int) -> str:
    millions = members // 1_000_000
    return f"{millions} million" if millions else f"{members // 1000} thousand"


# Limits


def _ceilings(of: Case) -> Iterator[str]:
    every = ceilings(of)
    rows = [
        (f"[{one.name}]({one.page})", one.what, f"{one.orders:,.0f}", one.raised) for one in every
    ]
    return table(["", "", "orders a second", "raised"], rows)


def _breaks(of: Case) -> Iterator[str]:
    sizes, every = of.assumed.sizes, ceilings(of)
    return table(
        ["", "orders in the busiest second", "requests", "what breaks"],
        [_broken(of, size, every) for size in sizes],
    )


def _broken(of: Case, size: Size, every: Sequence[Ceiling]) -> Row:
    needed = peak(of, size)
    broken = [one.name for one in every if not one.apart and one.orders < needed]
    many = f"{_many(size.members)} members"
    return many, f"{needed:,.1f}", f"{needed * requests(of):,.0f}", ", ".join(broken) or "nothing"


def _first(of: Case) -> Iterator[str]:
    """Those that a club meets on its way, in their order."""
    largest = of.assumed.sizes[-1]
    each = peak(of, largest) / largest.members
    shared = [one for one in ceilings(of) if not one.apart]
    rows = [(one.name, f"{one.orders / each / 1e6:,.0f} million members") for one in shared[:3]]
    return table(["breaks", "at about"], rows)


# What it is made from


def _steps(of: Case) -> Iterator[str]:
    heads = ["", "calls", "read units", "write units", "answer, B", "log, B", "processor", "billed"]
    names = sorted(of.measured.steps, key=lambda name: (name not in of.order, name))
    return table(heads, [_step(of, name) for name in names])


def _step(of: Case, name: str) -> Row:
    step = of.measured.steps[name]
    numbers = (step.calls, step.read_units, step.write_units, step.answer_bytes, step.log_bytes)
    processor = f"{step.handler_ms:.1f} ms" if step.handler_ms else ""
    billed = f"{of.seconds(name) * 1000:.0f} ms" if step.invocations else ""
    return [name, *(f"{number:.4g}" for number in numbers), processor, billed]


def _starts(of: Case) -> Iterator[str]:
    rows = []
    for name, start in sorted(of.measured.starts.items()):
        billed = of.cloud.started_ms(start, of.stage.functions[name].memory)
        rows.append((name, f"{start:.0f} ms", f"{billed:.0f} ms"))
    return table(["", "processor", "billed"], rows)


def _stored(of: Case) -> Iterator[str]:
    rows = [(name, f"{size:,.0f} B") for name, size in of.measured.stored.items()]
    return table(["kept in DynamoDB", ""], rows)


def _set(of: Case) -> Iterator[str]:
    """What of the stage the bill follows from; of functions, those that take a step."""
    functions = {TAKEN_BY[name]: of.settings(name) for name in of.measured.steps}
    each = [
        (
            f"`functions`, `{key}`",
            _by_value({name: getattr(one, key) for name, one in functions.items()}),
        )
        for key in ("memory", "log_level", "system_log_level")
    ]
    stage = of.stage
    readers = {name: stage.streams[name] for name in map(TAKEN_BY.__getitem__, STREAMED)}
    days = (stage.retention.logs, stage.retention.access_logs)
    rows = [
        *each,
        ("`access_log`", str(stage.access_log).lower()),
        ("`retention`, `logs` and `access_logs`", f"{days[0]} and {days[1]} days"),
        *(
            (
                f"`streams`, `{key}`",
                _by_value({name: getattr(one, key) for name, one in readers.items()}),
            )
            for key in ("batch", "wait_seconds", "parallel")
        ),
    ]
    return table([f"`{STAGE}.yaml`", ""], rows)


def _by_value(values: Mapping[str, object]) -> str:
    """One value where all agree, else those that have each."""
    if len(set(values.values())) == 1:
        return str(next(iter(values.values())))
    return ", ".join(f"{name}: {value}" for name, value in values.items())


def _assumed(of: Case) -> Iterator[str]:
    cloud = asdict(of.cloud)
    waiting = cloud.pop("latency_ms")
    rows = [(f"`{name}`", f"{value:,g}") for name, value in cloud.items()]
    rows.append(("`members`", f"{of.assumed.members:,}"))
    rows.append(("`friends`", f"{of.assumed.friends:g}"))
    rows.append(("`stream`, shards", f"{of.assumed.stream.shards}"))
    rows += [(f"`latency_ms`, {name}", f"{value:g}") for name, value in waiting.items()]
    rows += [(f"each month, `{name}`", f"{value:,g}") for name, value in of.assumed.fixed.items()]
    return table(["", ""], rows)


def _prices(of: Case) -> Iterator[str]:
    rows = [_price(price) for price in of.prices.prices.values()]
    return table(["", "USD", "of", "read for"], rows)


def _price(price: Price) -> Row:
    tiers = ", ".join(_tier(one.usd, one.up_to) for one in price.steps())
    per = f"{price.per:,.0f} " if price.per > 1 else ""
    return f"[{price.service}]({price.page})", tiers, per + price.unit, price.read_for


def _tier(usd: float, up_to: float | None) -> str:
    amount = f"{usd:.10f}".rstrip("0").rstrip(".")
    return f"{amount} up to {up_to:,.0f}" if up_to else amount


def _usd(amount: float) -> str:
    return f"{amount:.5f}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _dollars(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:.1f}"


BLOCKS: Mapping[str, Callable[[Case], Iterator[str]]] = {
    "orders": _orders,
    "dearer": _dearer,
    "beside": _beside,
    "levers": _levers,
    "clubs": _clubs,
    "behaviour": _behaviour,
    "years": _years,
    "ceilings": _ceilings,
    "breaks": _breaks,
    "first": _first,
    "steps": _steps,
    "stored": _stored,
    "starts": _starts,
    "set": _set,
    "assumed": _assumed,
    "prices": _prices,
}


if __name__ == "__main__":
    main()
