"""What moto cannot prove: how many calls are made, and that together is as good as one by one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from stamkund.rules.programme import Offer, PercentOff, PointRules, Rate
from stamkund.rules.programme_file import Staff
from stamkund.tables import accounts, ledger
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member, the_account, with_a_long_past
from tests.recorder import Calls, recorded

LIMITED = Offer(
    id="run",
    name={"sv": "Tjugo procent", "en": "Twenty per cent"},
    effect=PercentOff(percent=20),
    switch_on=True,
    limit_total=5,
)
DECIDED = ["TransactGetItems", "TransactWriteItems"]
GENEROUS = PointRules(earn=Rate(points=1, amount=100), welcome=50, pending_days=0)


@pytest.fixture
def shop(clock: Clock) -> Shop:
    """Its keys and programme are remembered already, as they are in any minute but the first."""
    shop = a_shop(programme=a_programme(offers=[LIMITED], points=GENEROUS))
    for kind in ("shop", "staff"):
        shop.call("GET", "/v1/members/m2", as_=kind)
    return shop


def during(ask: Callable[[], Answer], status: int) -> list[str]:
    calls: Calls
    with recorded() as calls:
        answer = ask()
    assert answer.status == status, answer.text
    return calls.operations


@pytest.mark.parametrize(
    ("what", "operations"),
    [
        ("", ["TransactGetItems"]),
        ("/card", ["GetItem"]),
        ("/points", ["GetItem"]),
        ("/ladder", ["GetItem"]),
        # The ledger stays when a member leaves: that they have not is asked first.
        ("/statement", ["GetItem", "Query"]),
    ],
)
def test_each_page_of_a_member_is_one_call_and_of_the_ledger_two(
    shop: Shop, what: str, operations: list[str]
) -> None:
    member = a_member(shop)
    assert during(lambda: shop.call("GET", f"/v1/members/{member}{what}"), 200) == operations


def test_a_member_joins_in_one_transaction_and_is_known_again_by_one_read(shop: Shop) -> None:
    def join() -> Answer:
        return shop.call("POST", "/v1/members", {"customer_id": "1", "email": "a@example.com"})

    assert during(join, 201) == ["TransactWriteItems"]
    assert during(join, 200) == ["TransactWriteItems", "TransactGetItems"]


def test_a_session_is_two_reads_a_look_up_three_and_what_is_typed_is_counted_too(
    shop: Shop,
) -> None:
    member = a_member(shop, customer_id="1")
    card = shop.call("GET", f"/v1/members/{member}/card").json

    def look_up(**body: str) -> Callable[[], Answer]:
        return lambda: shop.call("POST", "/v1/members/lookups", body)

    session = {"customer_id": "1"}
    opened = during(lambda: shop.call("POST", "/v1/members/sessions", session), 201)
    assert opened == ["GetItem", "GetItem"]
    reads = ["GetItem", "GetItem", "Query"]
    assert during(look_up(qr=card["qr"]["payload"]), 200) == reads
    typed = ["UpdateItem", *reads, "UpdateItem"]
    assert during(look_up(number=card["number"]), 200) == typed
    wrong = card["number"][:-1] + str((int(card["number"][-1]) + 1) % 10)
    assert during(look_up(number=wrong), 422) == []
    assert during(look_up(qr=card["qr"]["payload"][:-1] + "!"), 422) == []


def test_what_staff_decides_is_one_read_and_one_transaction(shop: Shop) -> None:
    member = a_member(shop)
    adjustment = {"reference": "a", "points": 10, "reason": "goodwill"}
    freeze = {
        "reference": "f",
        "from_month": "2026-04",
        "until_month": "2026-05",
        "reason": "illness",
    }
    assert decided(shop, f"/v1/members/{member}/adjustments", adjustment) == DECIDED
    assert decided(shop, f"/v1/members/{member}/freezes", freeze) == DECIDED


def decided(shop: Shop, path: str, body: dict[str, Any]) -> list[str]:
    return during(lambda: shop.call("POST", path, body, as_="staff"), 201)


def together(count: int, ask: Callable[[int], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def test_of_twelve_who_want_one_of_five_at_once_five_get_it(shop: Shop) -> None:
    members = [a_member(shop) for _ in range(12)]
    answers = together(12, lambda n: shop.call("PUT", f"/v1/members/{members[n]}/offers/run"))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [409] * 7
    assert {answer.code for answer in answers if answer.status == 409} == {"offer_sold_out"}


def test_one_who_taps_eight_times_at_once_gets_one(shop: Shop) -> None:
    member = a_member(shop)
    answers = together(8, lambda _: shop.call("PUT", f"/v1/members/{member}/offers/run"))
    assert {answer.status for answer in answers} == {200}
    others = [a_member(shop) for _ in range(5)]
    statuses = [shop.call("PUT", f"/v1/members/{m}/offers/run").status for m in others]
    assert statuses == [200] * 4 + [409]


def test_the_same_enrolment_sent_at_once_makes_one_member(shop: Shop) -> None:
    body = {"customer_id": "1", "email": "a@example.com", "phone": "0701740611"}
    answers = together(6, lambda _: shop.call("POST", "/v1/members", body))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [201]
    assert len({answer.json["member"] for answer in answers}) == 1
    assert len(ledger.everything(shop.id, answers[0].json["member"])) == 1


def test_of_eight_that_take_the_same_points_at_once_one_does(shop: Shop) -> None:
    member = a_member(shop)

    def take(n: int) -> Answer:
        body: dict[str, Any] = {"reference": f"a{n}", "points": -50, "reason": "correction"}
        return shop.call("POST", f"/v1/members/{member}/adjustments", body, as_="staff")

    answers = together(8, take)
    assert sum(answer.status == 201 for answer in answers) == 1
    assert {a.code for a in answers if a.status != 201} <= {"points_not_enough", "busy"}
    assert the_account(shop, member).lots == {}


def test_one_adjustment_sent_eight_times_at_once_is_made_once(shop: Shop) -> None:
    member = a_member(shop)
    body = {"reference": "a", "points": 20, "reason": "goodwill"}
    path = f"/v1/members/{member}/adjustments"
    answers = together(8, lambda _: shop.call("POST", path, body, as_="staff"))
    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert sum(the_account(shop, member).lots.values()) == 70


def until_done(count: int, ask: Callable[[int], Answer]) -> list[Answer]:
    """Whoever was told to try again does."""
    answers = together(count, ask)
    while busy := [n for n, answer in enumerate(answers) if answer.status == 503]:
        answers[busy[0]] = ask(busy[0])
    return answers


def test_of_twenty_small_adjustments_at_once_no_more_is_done_alone_than_one_large_one(
    clock: Clock,
) -> None:
    shop = a_shop(programme=a_programme(staff=Staff(alone=100, most=1_000)))
    member = a_member(shop)

    def give(n: int) -> Answer:
        body = {"reference": f"a{n}", "points": 10, "reason": "goodwill"}
        return shop.call("POST", f"/v1/members/{member}/adjustments", body, as_="staff")

    answers = until_done(20, give)
    assert sorted(answer.json["status"] for answer in answers) == ["done"] * 10 + ["waiting"] * 10
    assert sum(the_account(shop, member).lots.values()) == 100


def test_of_twenty_vouchers_at_once_a_key_gives_as_many_as_it_may(clock: Clock) -> None:
    shop = a_shop(programme=a_programme(staff=Staff(vouchers_alone=50_000)))
    members = [a_member(shop) for _ in range(20)]

    def give(n: int) -> Answer:
        body = {"reference": "v", "amount": 10_000, "expires_at": "2026-05-01T00:00:00Z"}
        return shop.call("POST", f"/v1/members/{members[n]}/vouchers", body, as_="staff")

    answers = until_done(20, give)
    assert sorted(answer.status for answer in answers) == [201] * 5 + [409] * 15
    assert {answer.code for answer in answers if answer.status == 409} == {"staff_limit_reached"}
    held = [accounts.find_with_benefits(shop.id, member)[1].vouchers for member in members]
    assert sum(len(vouchers) for vouchers in held) == 5


def test_ten_thousand_entries_are_all_taken_along_in_parts_that_lambda_can_answer(
    shop: Shop,
) -> None:
    member = a_member(shop)
    with_a_long_past(shop, member, 9_999)  # and the welcome
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = shop.call("GET", f"/v1/members/{member}/export?cursor={cursor}")
        assert answer.status == 200, answer.text
        assert len(answer.text) < 2_000_000
        records, cursor = answer.json["records"], answer.json["next"]
        found += [record["id"] for record in records if record["kind"] == "entry"]
    assert found == sorted(found)
    assert len(set(found)) == len(found) == 10_000
