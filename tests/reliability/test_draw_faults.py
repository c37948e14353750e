"""Whatever happens to any call of the draw, there is one list, one winner, and one word of it."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.feedback import draw_lottery
from stamkund.local.invocation import Context
from stamkund.lottery import differences
from stamkund.rules.review_rules import Lottery
from stamkund.tables import lottery
from tests.builders import Clock, Shop, a_shop
from tests.reliability import books, faults
from tests.reviewing import Bought, a_club, bought

PRIZE = Lottery(prize={"sv": "Ett tält", "en": "A tent"})
MARCH = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)


def run() -> None:
    draw_lottery.handler({}, Context("timed"))


def calls_of_a_run() -> int:
    with faults.counted() as calls:
        run()
    return len(calls.operations)


def a_month(time: Clock) -> tuple[Shop, list[Bought]]:
    books.wipe()
    time.set(MARCH)
    shop = a_shop(programme=a_club(lottery=PRIZE))
    people = [bought(shop) for _ in range(3)]
    for who in people:
        assert who.says().status == 201
    return shop, people


def published(shop: Shop, period: str = "2026-03") -> dict[str, Any]:
    draws = shop.call("GET", "/v1/feedback/draws", as_="storefront").json["draws"]
    (draw,) = [one for one in draws if one["period"] == period]
    path = f"/v1/feedback/draws/{period}/tickets"
    return {**draw, "tickets": shop.call("GET", path, as_="storefront").json["tickets"]}


def times_won(people: list[Bought]) -> list[int]:
    said = [[line["what"] for line in who.talk().seen()["lines"]] for who in people]
    return sorted(lines.count("won") for lines in said)


@pytest.mark.parametrize("fault", faults.TRIED)
def test_one_hash_is_published_of_the_seed_that_is_kept(fault: str, time: Clock) -> None:
    a_month(time)
    for call in range(calls_of_a_run()):
        shop, _ = a_month(time)
        with suppress(faults.Killed, Exception), faults.at(call, fault):
            run()
        seen = [one.draw.commitment for one in lottery.every(shop.id)]
        run()
        (after,) = [one.draw.commitment for one in lottery.every(shop.id)]
        assert seen in ([], [after]), (call, fault)


@pytest.mark.parametrize("fault", faults.TRIED)
def test_one_list_one_winner_and_one_word(fault: str, time: Clock) -> None:
    a_month(time)
    run()
    time.set(APRIL)
    for call in range(calls_of_a_run()):
        shop, people = a_month(time)
        run()
        time.set(APRIL)
        with suppress(faults.Killed, Exception), faults.at(call, fault):
            run()
        before = lottery.find(shop.id, "2026-03")
        for _ in range(2):
            run()
        after = lottery.find(shop.id, "2026-03")
        assert before.drawn_at is None or before.winner == after.winner, (call, fault)
        assert list(differences(published(shop))) == []
        assert len(published(shop)["tickets"]) == 3
        assert (after.told, times_won(people)) == (True, [0, 0, 1]), (call, fault)


def test_a_ticket_that_goes_while_it_is_drawn_leaves_one_list(time: Clock) -> None:
    """Whoever died had written another list: nobody looks at it."""
    shop, people = a_month(time)
    run()
    time.set(APRIL)
    operations = []
    with faults.counted() as calls:
        run()
    operations = calls.operations
    for call in range(len(operations)):
        shop, people = a_month(time)
        run()
        time.set(APRIL)
        with suppress(faults.Killed, Exception), faults.at(call, "killed after"):
            run()
        drawn = lottery.find(shop.id, "2026-03").drawn_at is not None
        people[0].talk().step("refuse", text="Nej")
        for _ in range(2):
            run()
        assert list(differences(published(shop))) == []
        assert len(published(shop)["tickets"]) == (3 if drawn else 2), call
        assert sum(times_won(people)) == 1
