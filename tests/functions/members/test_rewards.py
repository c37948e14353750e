from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.checkout import reverse_unconfirmed
from stamkund.rules.ledger import Entry
from stamkund.rules.programme import (
    AmountOff,
    Charity,
    FreeArticle,
    FreeShipping,
    PercentOff,
    PointRules,
    Rate,
    Reward,
    Rewards,
    Text,
)
from stamkund.tables import ledger
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member, the_account

NAME: Text = {"sv": "Check", "en": "Cheque"}
POINTS = PointRules(earn=Rate(points=1, amount=100), pending_days=0)
CATALOGUE = [
    Reward("cheque", NAME, 500, AmountOff(5_000)),
    Reward("code", NAME, 300, PercentOff(20)),
    Reward("cup", NAME, 200, FreeArticle("cup"), limit_per_member=1),
    Reward("freight", NAME, 100, FreeShipping(), points_back=True),
    Reward("gold", NAME, 100, AmountOff(100), from_tier="guld"),
    Reward("late", NAME, 100, AmountOff(100), start=datetime(2026, 4, 1, tzinfo=UTC)),
    Reward("few", NAME, 10, AmountOff(100), limit_total=2),
]
LOTS = {">2026-12": 400, ">2027-12": 600}


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_club()


def a_club(**rewards: Any) -> Shop:
    usual: dict[str, Any] = {"catalogue": CATALOGUE, "hold_minutes": 60}
    return a_shop(programme=a_programme(points=POINTS, rewards=Rewards(**usual | rewards)))


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop, points=LOTS)


def reserve(shop: Shop, member: str, reward: str, reference: str = "r1") -> Answer:
    body = {"reference": reference, "reward": reward}
    return shop.call("POST", f"/v1/members/{member}/redemptions", body)


def then(shop: Shop, member: str, what: str, reference: str = "r1") -> Answer:
    return shop.call("POST", f"/v1/members/{member}/redemptions/{reference}/{what}")


def keep(shop: Shop, member: str, reference: str = "r1") -> Answer:
    return then(shop, member, "confirmation", reference)


def release(shop: Shop, member: str, reference: str = "r1") -> Answer:
    return then(shop, member, "cancellation", reference)


def look() -> dict[str, int]:
    return reverse_unconfirmed.handler({}, None)


def a_basket(member: str, **more: Any) -> dict[str, Any]:
    lines = [
        {"id": "a", "article": "shoe", "quantity": 1, "unit_price": 80_000, "vat_rate": 2500},
        {"id": "b", "article": "cup", "quantity": 2, "unit_price": 10_000, "vat_rate": 2500},
        {"id": "c", "article": "freight", "quantity": 1, "unit_price": 4_900, "vat_rate": 2500},
    ]
    lines[2]["kind"] = "shipping"
    return {"currency": "SEK", "member": member, "lines": lines, **more}


def quote(shop: Shop, member: str, *vouchers: str) -> Answer:
    return shop.call("POST", "/v1/checkout/quotes", a_basket(member, vouchers=list(vouchers)))


def commit(shop: Shop, member: str, voucher: str, order: str = "1") -> Answer:
    token = quote(shop, member, voucher).json["quote"]
    return shop.call("POST", "/v1/checkout/orders", a_basket(member, order_id=order, quote=token))


def points(shop: Shop, member: str) -> int:
    return int(shop.call("GET", f"/v1/members/{member}/points").json["available"])


def told(shop: Shop, member: str) -> list[tuple[str, int]]:
    entries: list[Entry] = ledger.everything(shop.id, member)
    return [(entry.kind, entry.points) for entry in entries]


# The catalogue


def test_the_catalogue_says_what_is_within_reach_and_what_is_missing(
    shop: Shop, time: Clock
) -> None:
    member = a_member(shop, points={">2027-12": 250})
    answer = shop.call("GET", "/v1/members/me/rewards", as_=member).json
    seen = {one["id"]: (one["available"], one["missing"], one["code"]) for one in answer["rewards"]}
    assert answer["points"] == 250
    assert seen == {
        "few": (True, 0, None),
        "freight": (True, 0, None),
        "gold": (False, 0, "tier_needed"),
        "cup": (True, 0, None),
        "code": (False, 50, "points_missing"),
        "cheque": (False, 250, "points_missing"),
    }
    said = {one["id"]: one["text"] for one in answer["rewards"]}
    assert said["code"] == "50 poäng till så är den din."
    assert said["gold"] == "För Guld och uppåt."


def test_what_was_had_as_often_as_it_may_be_says_so(shop: Shop, member: str) -> None:
    reserve(shop, member, "cup")
    answer = shop.call("GET", f"/v1/members/{member}/rewards", as_="staff").json
    [cup] = [one for one in answer["rewards"] if one["id"] == "cup"]
    assert (cup["available"], cup["code"]) == (False, "limit_reached")


# Reserved


def test_a_reserved_reward_costs_its_points_and_can_be_used_at_once(
    shop: Shop, member: str
) -> None:
    answer = reserve(shop, member, "cheque")
    assert (answer.status, answer.json["status"]) == (201, "reserved")
    assert answer.json["reserved_until"] == "2026-03-10T13:00:00Z"
    assert points(shop, member) == 500
    assert ("spend", -500) in told(shop, member)
    assert the_account(shop, member).lots == {">2027-12": 500}
    [voucher] = quote(shop, member).json["vouchers"]
    assert (voucher["id"], voucher["amount"]) == (answer.json["voucher"], 5_000)
    assert quote(shop, member, voucher["id"]).json["total"]["saved"] == 5_000


def test_the_same_reference_is_one_reward(shop: Shop, member: str) -> None:
    first, again = (reserve(shop, member, "cheque") for _ in range(2))
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert points(shop, member) == 500
    assert reserve(shop, member, "code").code == "reference_mismatch"


@pytest.mark.parametrize(
    ("reward", "code"),
    [
        ("gold", "reward_not_available"),
        ("late", "reward_not_available"),
        ("nothing", "reward_not_available"),
    ],
)
def test_what_cannot_be_had_is_refused(shop: Shop, member: str, reward: str, code: str) -> None:
    answer = reserve(shop, member, reward)
    assert (answer.status, answer.code) == (409, code)
    assert points(shop, member) == 1_000


def test_points_that_are_not_there_buy_nothing(shop: Shop) -> None:
    member = a_member(shop, points={">2027-12": 499, "2026-04-01>2027-12": 100})
    answer = reserve(shop, member, "cheque")
    assert (answer.code, answer.json["params"]) == (
        "points_not_enough", {"points": 500, "missing": 1},
    )  # fmt: skip


@pytest.mark.parametrize("decide", [keep, release])
def test_what_somebody_reserved_is_found_by_its_reference_once_they_became_another(
    shop: Shop, member: str, decide: Callable[[Shop, str], Answer]
) -> None:
    reserved = reserve(shop, member, "cheque")
    survivor = a_member(shop)
    body = {"member": survivor, "merge": member}
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    again = reserve(shop, member, "cheque")
    assert (again.status, again.json["voucher"]) == (200, reserved.json["voucher"])
    assert reserve(shop, member, "cheque", "r2").code == "member_merged"
    answer = decide(shop, member)
    assert (answer.status, answer.json["voucher"]) == (200, reserved.json["voucher"])
    assert sum(the_account(shop, survivor).lots.values()) == (500 if decide is keep else 1_000)


def test_who_has_left_reserves_keeps_and_releases_nothing(shop: Shop, member: str) -> None:
    reserve(shop, member, "cheque")
    assert shop.call("POST", f"/v1/members/{member}/leave", {}).status == 204
    for answer in (reserve(shop, member, "cheque"), keep(shop, member), release(shop, member)):
        assert (answer.status, answer.code) == (409, "member_not_active")


def test_of_a_limited_reward_there_are_only_so_many(shop: Shop) -> None:
    members = [a_member(shop, points=LOTS) for _ in range(3)]
    answers = [reserve(shop, member, "few") for member in members]
    assert [answer.status for answer in answers] == [201, 201, 409]
    assert answers[2].code == "reward_sold_out"
    release(shop, members[0])
    assert reserve(shop, members[2], "few", "r2").status == 201


def test_a_limit_per_member_is_free_again_after_a_release(shop: Shop, member: str) -> None:
    reserve(shop, member, "cup")
    assert reserve(shop, member, "cup", "r2").code == "limit_reached"
    release(shop, member)
    assert the_account(shop, member).used == {}
    assert reserve(shop, member, "cup", "r2").status == 201


# Released


def test_a_released_reward_gives_its_points_back_with_the_end_that_they_had(
    shop: Shop, member: str
) -> None:
    voucher = reserve(shop, member, "cheque").json["voucher"]
    answer = release(shop, member)
    assert answer.json["status"] == "released"
    assert points(shop, member) == 1_000
    lots = the_account(shop, member).lots
    assert {lot.partition(">")[2]: n for lot, n in lots.items() if n != 500} == {
        "2026-12": 400,
        "2027-12": 100,
    }
    assert quote(shop, member).json["vouchers"] == []
    assert quote(shop, member, voucher).code == "voucher_not_open"
    assert release(shop, member).headers["idempotent-replayed"] == "true"
    assert {("spend", -500), ("restore", 500)} <= set(told(shop, member))


def test_silence_gives_everything_back(shop: Shop, member: str, time: Clock) -> None:
    reserve(shop, member, "cheque")
    time.advance(minutes=59)
    assert look()["reversed"] == 0
    time.advance(minutes=2)
    assert quote(shop, member).json["vouchers"] == []
    assert look()["reversed"] == 1
    assert points(shop, member) == 1_000
    assert look()["reversed"] == 0
    assert reserve(shop, member, "cheque").json["status"] == "released"


def test_an_abandoned_basket_gives_the_points_back_by_itself(
    shop: Shop, member: str, time: Clock
) -> None:
    voucher = reserve(shop, member, "cheque").json["voucher"]
    time.advance(minutes=50)
    assert commit(shop, member, voucher).status == 201
    time.advance(minutes=11)  # the reward's time is over, the order's is not
    look()
    assert ("restore", 500) not in told(shop, member)
    time.advance(minutes=60)
    for _ in range(2):
        look()
        time.advance(minutes=5)
    assert told(shop, member).count(("restore", 500)) == 1
    assert sum(the_account(shop, member).lots.values()) == 1_000


# Used, kept


def test_an_order_uses_it_and_nothing_gives_it_back(shop: Shop, member: str, time: Clock) -> None:
    voucher = reserve(shop, member, "cheque").json["voucher"]
    assert commit(shop, member, voucher).status == 201
    shop.call("POST", "/v1/checkout/orders/web:1/confirmation")
    time.advance(hours=3)
    look()
    assert reserve(shop, member, "cheque").json["status"] == "used"
    assert told(shop, member).count(("spend", -500)) == 1
    assert ("restore", 500) not in told(shop, member)
    assert release(shop, member).code == "reward_closed"


def test_two_checkouts_that_race_use_it_once(shop: Shop, member: str) -> None:
    voucher = reserve(shop, member, "cheque").json["voucher"]
    tokens = [quote(shop, member, voucher).json["quote"] for _ in range(2)]
    answers = [
        shop.call("POST", "/v1/checkout/orders", a_basket(member, order_id=str(n), quote=token))
        for n, token in enumerate(tokens)
    ]
    assert [answer.status for answer in answers] == [201, 409]
    assert answers[1].code == "voucher_not_open"


def test_a_kept_reward_lives_as_long_as_the_programme_says(
    shop: Shop, member: str, time: Clock
) -> None:
    reserve(shop, member, "cheque")
    answer = keep(shop, member)
    assert (answer.status, answer.json["status"]) == (200, "kept")
    # To the end of its last day, which is the one that the member reads.
    assert answer.json["expires_at"] == "2026-06-08T22:00:00Z"
    assert answer.json["text"] == "Din till och med 8 juni 2026."
    assert keep(shop, member).headers["idempotent-replayed"] == "true"
    assert release(shop, member).code == "reward_closed"
    time.advance(days=90, hours=9, minutes=59)
    look()
    assert len(quote(shop, member).json["vouchers"]) == 1
    time.advance(minutes=1)
    look()
    assert quote(shop, member).json["vouchers"] == []
    assert reserve(shop, member, "cheque").json["status"] == "expired"
    assert points(shop, member) == 500


def test_one_that_ends_unused_gives_points_back_where_the_programme_says_so(
    shop: Shop, member: str, time: Clock
) -> None:
    reserve(shop, member, "freight")
    keep(shop, member)
    time.advance(days=91)
    assert look()["failed"] == 0
    assert points(shop, member) == 1_000
    assert reserve(shop, member, "freight").json["status"] == "released"


def test_what_was_over_cannot_be_kept(shop: Shop, member: str, time: Clock) -> None:
    reserve(shop, member, "cheque")
    time.advance(minutes=61)
    assert keep(shop, member).code == "reward_closed"
    assert keep(shop, member, "unknown").status == 404


def test_a_full_return_brings_the_voucher_back(shop: Shop, member: str, time: Clock) -> None:
    voucher = reserve(shop, member, "cheque").json["voucher"]
    commit(shop, member, voucher)
    shop.call("POST", "/v1/checkout/orders/web:1/confirmation")
    time.advance(hours=3)
    look()
    shop.call("POST", "/v1/checkout/orders/web:1/refunds", {"reference": "r"})
    [back] = quote(shop, member).json["vouchers"]
    assert (back["id"], back["expires_at"]) == (voucher, "2026-06-08T22:00:00Z")


def test_it_may_be_kept_while_an_order_that_is_not_paid_holds_it(
    shop: Shop, member: str, time: Clock
) -> None:
    voucher = reserve(shop, member, "cheque").json["voucher"]
    commit(shop, member, voucher)
    assert keep(shop, member).json["status"] == "used"
    shop.call("POST", "/v1/checkout/orders/web:1/cancellation")
    time.advance(hours=3)
    look()
    assert keep(shop, member).json["status"] == "kept"
    assert points(shop, member) == 500


# What each kind takes off


@pytest.mark.parametrize(
    ("reward", "saved", "kind"),
    [
        ("code", 20_000, "percent"),
        ("cup", 10_000, "free_article"),
        ("freight", 4_900, "free_shipping"),
    ],
)
def test_each_kind_takes_off_what_it_says(
    shop: Shop, member: str, reward: str, saved: int, kind: str
) -> None:
    voucher = reserve(shop, member, reward).json
    answer = quote(shop, member, voucher["voucher"]).json
    assert answer["total"]["saved"] == saved
    assert [(one["kind"], one["name"]) for one in answer["vouchers"]] == [(kind, "Check")]
    receipt = commit(shop, member, voucher["voucher"]).json
    assert receipt["total"]["charged"] == answer["total"]["to_pay"]


def test_a_voucher_that_takes_nothing_off_is_not_used_up(shop: Shop, member: str) -> None:
    voucher = reserve(shop, member, "cup").json["voucher"]
    basket = a_basket(member, vouchers=[voucher])
    basket["lines"] = basket["lines"][:1]
    answer = shop.call("POST", "/v1/checkout/quotes", basket)
    assert (answer.status, answer.code) == (409, "voucher_fits_nothing")


def test_the_statement_calls_rewards_by_name(shop: Shop, member: str) -> None:
    reserve(shop, member, "cheque")
    release(shop, member)
    lines = shop.call("GET", f"/v1/members/{member}/statement").json["lines"]
    texts = {line["text"] for line in lines if line["kind"] in {"spend", "restore"}}
    assert texts == {"Belöning: Check", "Poäng tillbaka, inte använd: Check"}


def test_a_charity_is_no_voucher(time: Clock) -> None:
    shop = a_club(catalogue=[Reward("sea", NAME, 100, Charity(1_000))])
    assert reserve(shop, a_member(shop, points=LOTS), "sea").code == "reward_not_available"
