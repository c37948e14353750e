"""docs/cost.md is what follows from its inputs, and the model behind it adds up."""

import re

import pytest
from msgspec.structs import replace

from benchmarks.bill import GB, STREAMED, Price, Tier, case
from benchmarks.ceilings import ceilings, peak
from benchmarks.cost import BLOCKS, BUDGET, FILE, filled
from benchmarks.levers import MANY, cost, levers, with_functions, with_stage, with_stream
from benchmarks.steps import TAKEN_BY

OF = case()


def test_the_page_has_not_drifted() -> None:
    assert FILE.read_text() == filled(FILE.read_text(), OF), "make cost writes it anew"


@pytest.mark.parametrize("name", BLOCKS)
def test_every_table_is_on_the_page(name: str) -> None:
    assert f"<!-- {name} -->" in FILE.read_text()


def a_price(**fields: object) -> Price:
    usual = {"service": "s", "unit": "u", "read_for": "everywhere", "page": "", "copy": ""}
    return Price(**usual | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quantity", "usd"), [(0, 0), (100, 100), (101, 100.5), (300, 200), (1_000, 270)]
)
def test_a_price_with_tiers_asks_each_for_what_lies_in_it(quantity: float, usd: float) -> None:
    tiers = [Tier(1, up_to=100), Tier(0.5, up_to=300), Tier(0.1)]
    assert a_price(tiers=tiers).of(quantity) == pytest.approx(usd)


def test_a_price_is_for_so_many() -> None:
    assert a_price(usd=0.2, per=1_000_000).of(3_000_000) == pytest.approx(0.6)


def test_every_usage_has_a_price() -> None:
    for size in OF.assumed.sizes:
        assert OF.a_year(size)
    assert all(each.page.startswith("https://") for each in OF.prices.prices.values())


def test_an_order_is_the_sum_of_its_steps() -> None:
    steps = [OF.orders(MANY, {name: count}) for name, count in OF.order.items()]
    assert cost(OF) == pytest.approx(sum(sum(each.values()) for each in steps))


def test_so_much_dearer_an_order_may_be_as_the_page_says() -> None:
    (said,) = BLOCKS["dearer"](OF)
    sign = -1 if said.endswith("cheaper.") else 1
    most = sign * float(re.findall(r"[0-9.]+", said)[0]) / 100
    barely, too_dear = (
        cost(replace(OF, prices=replace(OF.prices, elsewhere=1 + most + more)))
        for more in (-0.001, 0.001)
    )
    assert barely < BUDGET < too_dear


def test_an_order_by_hand() -> None:
    """What is written and asked, from the counts alone."""
    usage, friends = OF.usage(OF.order, edge=False), OF.assumed.friends
    steps = OF.measured.steps
    assert usage["http_api_requests"] == 3
    readers = sum(1 / OF.at_once(name) for name in STREAMED)
    assert usage["lambda_requests"] == pytest.approx(3 + readers + 2 * friends)
    written = {name: count * steps[name].write_units for name, count in OF.order.items()}
    assert usage["dynamodb_writes"] == pytest.approx(sum(written.values()))
    assert written["friend"] == friends * steps["friend"].write_units > 0 == written["follow up"]
    assert usage["data_out"] * GB == pytest.approx(
        sum(steps[name].answer_bytes + 350 for name in ("quote", "commit", "confirm"))
    )


def test_what_goes_through_the_edge_leaves_there_and_nowhere_else() -> None:
    inside, outside = OF.usage(OF.order, edge=True), OF.usage(OF.order, edge=False)
    assert inside["cloudfront_out"] == outside["data_out"]
    assert "data_out" not in inside
    assert inside["waf_requests"] == inside["cloudfront_requests"] == 3


def test_less_memory_takes_longer_and_is_billed_longer() -> None:
    quote = OF.measured.steps["quote"]
    small, large = (OF.cloud.billed_ms(quote, memory) for memory in (256, 1769))
    assert small > large >= quote.handler_ms


def test_the_bill_goes_by_what_the_stage_says() -> None:
    """Each setting that the page names, changed alone."""
    before = OF.usage(OF.order, edge=False)
    louder = with_functions(OF, system_log_level="INFO").usage(OF.order, edge=False)
    logged = with_stage(OF, access_log=True).usage(OF.order, edge=False)
    longer = with_stage(OF, retention=replace(OF.stage.retention, logs=60)).usage(
        OF.order, edge=False
    )
    larger = with_functions(OF, memory=2048).usage(OF.order, edge=False)
    hasty = with_stream(OF, wait_seconds=0).usage(OF.order, edge=False)
    assert louder["lambda_logs"] > before["lambda_logs"]
    assert logged["access_logs"] > before.get("access_logs", 0) == 0
    assert longer["log_storage"] == pytest.approx(2 * before["log_storage"])
    assert larger["lambda_gb_seconds"] > before["lambda_gb_seconds"]
    readers = 2 + 2 * OF.assumed.friends
    assert hasty["lambda_requests"] == pytest.approx(3 + readers)
    assert hasty["lambda_requests"] > before["lambda_requests"]


def test_a_reader_that_waits_has_more_at_once_and_never_more_than_a_batch() -> None:
    at_once = [OF.of_so_many(members).at_once("tier") for members in (0, 10**6, 10**8, 10**12)]
    assert at_once == sorted(at_once)
    assert (at_once[0], at_once[-1]) == (1, OF.stage.streams["members-recalculate_tier"].batch)


def test_every_step_is_taken_by_a_function_that_there_is() -> None:
    assert set(OF.measured.steps) == set(TAKEN_BY)
    assert set(TAKEN_BY.values()) == set(OF.measured.starts) <= set(OF.stage.functions)


def test_the_throttles_of_production_let_through_what_its_api_does() -> None:
    """Of the behaviour that is assumed, whatever the account's limit leaves room for."""
    orders = {one.name: one.orders for one in ceilings(OF)}
    assert orders["throttle of the stage"] >= orders["HTTP API"]
    assert orders["ceiling of a table of the stage"] >= orders["HTTP API"]


def test_the_largest_lever_comes_first() -> None:
    saved = [one.saves for one in levers(OF)]
    assert saved == sorted(saved, reverse=True)


def test_a_hundred_times_the_members_ask_a_hundred_times_as_much() -> None:
    small = OF.assumed.sizes[0]
    large = replace(small, members=small.members * 100)
    assert peak(OF, large) == pytest.approx(peak(OF, small) * 100)


def test_a_limit_that_is_doubled_allows_twice_as_many_orders() -> None:
    limits = OF.assumed.limits
    doubled = {name: replace(one, per_second=one.per_second * 2) for name, one in limits.items()}
    roomier = replace(OF, assumed=replace(OF.assumed, limits=doubled))
    ours = {"stream", *(one.name for one in ceilings(OF) if "prod.yaml" in one.raised)}
    before = {(one.name, one.raised): one.orders for one in ceilings(OF) if one.name not in ours}
    after = {(one.name, one.raised): one.orders for one in ceilings(roomier)}
    for key, orders in before.items():
        assert after[key] == pytest.approx(2 * orders)
