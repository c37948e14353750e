"""A friend joins, buys, keeps what was bought, and both get what was said."""

from datetime import timedelta
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from stamkund.rules.login import Contact
from stamkund.rules.programme import AmountOff, ExtraPoints, Match, Offer, Pay, Rate
from stamkund.rules.referral_rules import (
    OfferGiven,
    PointsGiven,
    Referrals,
    SpecialBenefit,
    VoucherGiven,
)
from stamkund.rules.referrals import referral_id
from stamkund.tables.personal import place_of
from stamkund.web import merits, verified_contact
from stamkund.web.club import club_at
from tests.builders import Answer, Clock, everything_kept
from tests.functions.members.test_taking_along import OF_FRIENDS
from tests.referring import NAME, POINTS, RULES, World, a_club

UNKNOWN = "CC2-CC2-CC2"


def test_a_friend_who_joins_by_a_code_and_buys_brings_points_that_wait(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    assert world.referral(jonas).state == "joined"
    world.buys(jonas)
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"
    assert world.account(anna).lots == {"2026-04-09>never": 500}
    world.follow(jonas, jonas)
    assert world.account(anna).lots == {"2026-04-09>never": 500}
    world.settle(days=29)
    assert world.referral(jonas).state == "pending"
    assert world.settle(days=1) == {"changed": 1, "failed": 0}
    assert world.settle() == {"changed": 0, "failed": 0}
    assert world.referral(jonas).state == "available"


def test_the_member_reads_what_became_of_it_and_not_of_whom(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna, first_name="Jonas", email="jonas@example.com")
    order = world.buys(jonas)
    world.follow(jonas)
    (waiting,) = world.page(anna)["friends"]
    assert (waiting["state"], waiting["credited_at"]) == ("pending", "2026-04-08T22:00:00Z")
    world.clock.advance(days=30)
    page = world.page(anna)
    (friend,) = page["friends"]
    assert friend["state"] == "available"  # by the day, whether anybody has looked or not
    world.settle()
    page = world.page(anna)
    (friend,) = page["friends"]
    assert [step["state"] for step in friend["history"]] == ["joined", "pending", "available"]
    assert friend["text"] == "Har handlat, och det räknas."
    assert (page["credited"], page["merit"]) == (1, 10)
    assert page["badge"] == {"level": "friendly", "name": "Namn"}
    for text in (jonas, "Jonas", "jonas@example.com", order, "shoe"):
        assert text not in str(page)


def test_both_statements_say_so_and_neither_what_the_other_bought(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    order = world.buys(jonas)
    world.follow(jonas)
    world.settle(days=30)
    assert world.statement(anna) == [
        ("bonus", "referral_available", 0),
        ("bonus", "referral", 500),
    ]
    assert ("bonus", "referred", 0) in world.statement(jonas)
    said = world.shop.call("GET", f"/v1/members/{anna}/statement").text
    assert order not in said
    assert jonas not in said
    assert anna not in world.shop.call("GET", f"/v1/members/{jonas}/statement").text


def test_the_friends_own_voucher_is_in_the_next_quote(time: Clock) -> None:
    world = World(time)
    jonas = world.brings(world.joins())
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 49_900, "vat_rate": 2500}
    voucher = f"welcome.{referral_id(jonas)}"
    body = {"currency": "SEK", "lines": [line], "member": jonas, "vouchers": [voucher]}
    quote = world.shop.call("POST", "/v1/checkout/quotes", body)
    assert quote.status == 200, quote.text
    assert voucher in quote.text
    assert quote.json["total"]["due"] == 44_900


def test_who_is_a_member_already_says_the_code_before_the_first_order(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    time.advance(days=1)
    jonas = world.joins()
    said = {"code": world.code(anna)}
    first = world.shop.call("POST", "/v1/members/me/referrer", said, as_=jonas)
    again = world.shop.call("POST", "/v1/members/me/referrer", said, as_=jonas)
    assert (first.status, again.status) == (201, 200)
    assert first.json == again.json
    assert first.json["outcome"] == "counted"
    world.buys(jonas)
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"


def by_enrolling(world: World, code: str) -> Answer:
    return world.enrolled({"customer_id": "c-new", "invitation": {"code": code}})


def by_joining(world: World, code: str, **proof: Any) -> Answer:
    until = world.clock.now + timedelta(minutes=30)
    contact = Contact("email", "new@example.com")
    token = verified_contact.prove(world.shop.id, "1" * 32, contact, "basket", until, **proof)
    body: dict[str, Any] = {"verified_contact": token}
    body |= {} if proof else {"invitation": {"code": code}}
    return world.shop.call("POST", "/v1/members/joinings", body, as_="storefront")


def at_the_till(world: World, code: str) -> Answer:
    """The clerk types the friend's code, and the link that is sent carries it."""
    return by_joining(world, code, invited_by=code)


WAYS = pytest.mark.parametrize("way", [by_enrolling, by_joining, at_the_till])


@WAYS
def test_every_way_to_join_ends_in_the_same_place(time: Clock, way: Any) -> None:
    world = World(time)
    anna = world.joins()
    code = world.code(anna)
    answer, again = way(world, code), way(world, code)
    assert (answer.status, again.status) == (201, 200)
    assert (answer.json["invitation"], again.json["invitation"]) == ("counted", "counted")
    assert world.referral(answer.json["member"]).referrer == anna
    assert len(world.page(anna)["friends"]) == 1


@WAYS
def test_a_code_that_nobody_has_keeps_nobody_from_joining(time: Clock, way: Any) -> None:
    answer = way(World(time), UNKNOWN)
    assert (answer.status, answer.json["invitation"]) == (201, "unknown")


def test_a_member_who_logs_in_by_joining_gets_no_referrer_by_it(time: Clock) -> None:
    world = World(time)
    code = world.code(world.joins())
    world.joins(email="new@example.com")
    answer = by_joining(world, code)
    assert (answer.status, answer.json["invitation"]) == (200, "member_already")


def test_the_visit_says_from_where_and_since_when(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    code = world.code(anna)
    path = f"/v1/members/referrals/{code}/visits"
    body = {"visitor": "v" * 20, "source": "whatsapp"}
    visit = world.shop.call("POST", path, body, as_="storefront").json["visit"]
    came = time.now
    time.advance(days=2)
    jonas = world.joins({"code": code, "visit": visit})
    assert (world.referral(jonas).source, world.referral(jonas).since) == ("whatsapp", came)
    karin = world.joins({"code": code, "visit": visit + "x"})
    assert world.referral(karin).source == "other"
    elsa = world.joins({"code": world.code(world.joins()), "visit": visit})
    assert world.referral(elsa).source == "other"  # it is of another link


# Refunds


@pytest.mark.parametrize("days", [0, 31])
def test_what_is_returned_is_taken_back_whenever_that_is(time: Clock, days: int) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    order = world.buys(jonas)
    world.follow(jonas)
    if days:
        world.settle(days=days)
    world.returns(order)
    world.follow(jonas, kind="reverse")
    assert (world.referral(jonas).state, world.account(anna).lots) == ("reversed", {})
    assert world.page(anna)["friends"][0]["text"] == "Köpet lämnades tillbaka."
    assert world.page(anna)["badge"] is None
    world.follow(jonas)
    assert world.account(anna).lots == {}


def test_a_return_that_is_heard_of_before_the_order_does_no_harm(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    world.returns(world.buys(jonas))
    world.follow(jonas, kind="reverse")
    world.follow(jonas)
    assert (world.referral(jonas).state, world.account(anna).lots) == ("joined", {})


def test_part_of_it_may_come_back_if_enough_is_left(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    order = world.buys(jonas, 20_000, quantity=3, charged=60_000)
    world.follow(jonas)
    one = [{"id": "1", "quantity": 1}]
    world.returns(order, "r1", lines=one)
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"
    world.returns(order, "r2", lines=one)
    world.follow(jonas)
    assert (world.referral(jonas).state, world.referral(jonas).reason) == (
        "reversed", "below_minimum",
    )  # fmt: skip


def test_an_order_that_is_cancelled_never_was(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 49_900, "vat_rate": 2500}
    body = {"order_id": "held", "currency": "SEK", "lines": [line], "member": jonas}
    assert world.shop.call("POST", "/v1/checkout/orders", body).status == 201
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"
    world.shop.call("POST", "/v1/checkout/orders/web:held/cancellation")
    world.follow(jonas)
    assert (world.referral(jonas).state, world.account(anna).lots) == ("reversed", {})


# Other benefits


def test_who_buys_a_bicycle_brings_a_cheque_that_is_given_once_it_counts(time: Clock) -> None:
    cheque = VoucherGiven(AmountOff(50_000), valid_days=60)
    special = SpecialBenefit("bicycle", NAME, cheque, Match(categories=["bicycles"]))
    world = World(time, replace(RULES, special=[special]))
    anna = world.joins()
    jonas = world.brings(anna)
    order = world.buys(jonas, 900_000, category="bicycles/city")
    world.follow(jonas)
    assert world.page(anna)["friends"][0]["benefit"]["amount"] == 50_000
    assert world.vouchers(anna) == {}
    world.settle(days=30)
    assert world.vouchers(anna) == {f"friend.{referral_id(jonas)}.1": "open"}
    world.returns(order)
    world.follow(jonas)
    assert world.vouchers(anna) == {f"friend.{referral_id(jonas)}.1": "taken_back"}
    assert "taken_back" not in world.shop.call("GET", f"/v1/members/{anna}/points").text


def test_an_offer_is_switched_on_for_either_side(time: Clock) -> None:
    offers = [Offer(id, NAME, ExtraPoints(20), switch_on=True) for id in ("ours", "theirs")]
    rules = replace(RULES, referrer=OfferGiven("ours"), friend=OfferGiven("theirs"))
    world = World(time, rules, {"offers": offers})
    anna = world.joins()
    jonas = world.brings(anna)
    assert world.vouchers(jonas) == {"theirs": "open"}
    world.shop.call("PUT", f"/v1/members/{anna}/offers/ours")
    world.buys(jonas)
    world.follow(jonas)
    world.settle(days=30)  # it is on already, which is no reason to fail
    assert world.referral(jonas).state == "available"
    assert world.vouchers(anna) == {"ours": "open"}


def test_points_for_the_friend_wait_beside_those_of_who_brought_them(time: Clock) -> None:
    world = World(time, replace(RULES, friend=PointsGiven(100)))
    anna = world.joins()
    jonas = world.brings(anna)
    order = world.buys(jonas)
    before = sum(world.account(jonas).lots.values())
    world.follow(jonas)
    assert sum(world.account(jonas).lots.values()) == before + 100
    world.returns(order)
    world.follow(jonas)
    assert world.account(jonas).lots == {}
    assert world.account(anna).lots == {}
    own = [line for line in world.statement(jonas) if line[1] == "referral_friend"]
    assert own == [("reverse", "referral_friend", -100), ("bonus", "referral_friend", 100)]


# What the shop sees


def test_the_report_follows_a_month_from_visit_to_worth(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    code = world.code(anna)
    path = f"/v1/members/referrals/{code}/visits"
    for n in range(3):
        body = {"visitor": f"visitor-{n}", "source": "sms"}
        visit = world.shop.call("POST", path, body, as_="storefront").json["visit"]
    friends = [world.joins({"code": code, "visit": visit}) for _ in range(2)]
    order = world.buys(friends[0], 50_000)
    world.buys(friends[0], 30_000)
    world.follow(*friends)
    assert reported(world) == {
        "sms": {"visits": 3, "joined": 2, "bought": 1, "worth": 80_000, "worth_each": 40_000}
    }
    world.settle(days=31)
    world.returns(order)
    world.follow(*friends)
    assert reported(world) == {
        "sms": {
            "visits": 3, "joined": 2, "bought": 1, "credited": 2, "reversed": 1,
            "worth": 30_000, "worth_each": 15_000,
        }
    }  # fmt: skip
    # The other order counts in its place, and could no longer be returned either.
    assert world.referral(friends[0]).state == "available"


def reported(world: World) -> dict[str, dict[str, int]]:
    answer = world.shop.call("GET", "/v1/referrals/report?month=2026-03", as_="staff").json
    return {
        row["source"]: {name: n for name, n in row.items() if n and name != "source"}
        for row in answer["sources"]
    }


def test_ambassadors_are_listed_the_most_first(time: Clock) -> None:
    world = World(time)
    anna, karin = world.joins(), world.joins()
    for member, count in ((anna, 1), (karin, 2)):
        for _ in range(count):
            friend = world.brings(member)
            world.buys(friend)
            world.follow(friend)
    world.settle(days=30)
    listed = world.shop.call("GET", "/v1/referrals/ambassadors").json["ambassadors"]
    assert [(one["member"], one["merit"]) for one in listed] == [(karin, 20), (anna, 10)]


def test_merit_for_what_else_members_do_counts_once(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    club = club_at(world.shop.id, time.now)
    said = [merits.for_doing(club, anna, "answer", f"a-{n}") for n in (1, 1, 2)]
    assert said == [1, 0, 1]
    page = world.page(anna)
    assert (page["merit"], page["badge"]) == (2, None)
    for n in range(3, 11):
        merits.for_doing(club, anna, "answer", f"a-{n}")
    listed = world.shop.call("GET", "/v1/referrals/ambassadors").json["ambassadors"]
    assert [(one["member"], one["merit"]) for one in listed] == [(anna, 10)]
    without = club_at(World(time, replace(RULES, ambassadors=None)).shop.id, time.now)
    assert merits.for_doing(without, anna, "answer", "a-99") == 0


def used_up(if_used: Literal["keep", "points"], time: Clock) -> tuple[World, str, str, str]:
    """Anna has bought for the voucher that her friend brought, and the friend returns: the world,
    Anna, her order and her friend."""
    cheque = VoucherGiven(AmountOff(5_000), if_used=if_used)
    pays = replace(POINTS, pay=Pay(Rate(10, 100)))
    world = World(time, replace(RULES, referrer=cheque), {"points": pays})
    anna = world.joins()
    jonas = world.brings(anna)
    bought = world.buys(jonas)
    world.follow(jonas)
    world.settle(days=30)
    order = world.pays_with(anna, f"friend.{referral_id(jonas)}.1")
    world.returns(bought)
    world.follow(jonas, jonas)
    return world, anna, order, jonas


@pytest.mark.parametrize(("if_used", "owed"), [("keep", 0), ("points", 500)])
def test_a_voucher_that_was_used_before_the_friend_returned_goes_by_the_programme(
    time: Clock, if_used: Literal["keep", "points"], owed: int
) -> None:
    world, anna, _, jonas = used_up(if_used, time)
    assert world.referral(jonas).state == "reversed"
    points = sum(one[2] for one in world.statement(anna) if one[0] == "reverse")
    assert points == -owed
    assert list(world.vouchers(anna).values()) == ["used"]


@pytest.mark.parametrize(("if_used", "usable"), [("keep", 1), ("points", 0)])
def test_what_was_paid_for_in_points_is_not_had_again_when_its_order_is_cancelled(
    time: Clock, if_used: Literal["keep", "points"], usable: int
) -> None:
    world, anna, order, _ = used_up(if_used, time)
    answer = world.shop.call("POST", f"/v1/checkout/orders/{order}/cancellation")
    assert answer.status == 200, answer.text
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 49_900, "vat_rate": 2500}
    quote = {"currency": "SEK", "lines": [line], "member": anna}
    vouchers = world.shop.call("POST", "/v1/checkout/quotes", quote).json["vouchers"]
    assert len(vouchers) == usable


def test_the_badge_is_on_the_card_and_the_friends_on_my_page(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    friend = world.brings(anna)
    page = world.shop.call("GET", "/v1/members/me/page", as_=anna).json["modules"]["referrals"]
    assert (page["credited"], page["badge"]) == (0, None)
    assert page["link"].endswith(f"friend={page['code'].replace('-', '')}&from=link")
    world.buys(friend)
    world.follow(friend)
    world.settle(days=30)
    card = world.shop.call("GET", "/v1/members/me/card", as_=anna).json
    assert card["badge"] == {"level": "friendly", "name": "Namn"}
    assert "Namn</text>" in card["svg"]
    page = world.shop.call("GET", "/v1/members/me/page", as_=anna).json["modules"]["referrals"]
    assert (page["credited"], page["badge"]["name"]) == (1, "Namn")


def test_a_club_without_it_has_no_such_module(time: Clock) -> None:
    world = World(time, Referrals())
    page = world.shop.call("GET", "/v1/members/me/page", as_=world.joins()).json
    assert "referrals" not in page["modules"]


# Memberships that end, and that become one


def test_who_leaves_leaves_nothing_of_their_invitations_and_brings_nothing(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    world.signs(anna, payment="pm_1", device="d-1", address="Storgatan 1")
    jonas = world.brings(anna)
    world.buys(jonas)
    world.follow(jonas)
    assert world.shop.call("POST", f"/v1/members/{anna}/leave", {}).status == 204
    world.follow(anna, jonas, kind="erase")
    assert world.referral(jonas).state == "pending"
    world.settle(days=30)
    mine = [
        place_of(table, item)
        for table, items in everything_kept().items()
        for item in items
        if anna in str(item) and world.shop.id in item["pk"]["S"] and table != "ledger"
    ]
    assert mine == ["ACCOUNT"]


def test_a_friend_who_leaves_has_bought_all_the_same(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    world.buys(jonas)
    world.follow(jonas)
    assert world.shop.call("POST", f"/v1/members/{jonas}/leave", {}).status == 204
    world.follow(jonas, kind="erase")
    world.settle(days=30)
    assert world.referral(jonas).state == "available"


def test_an_export_has_the_code_the_friends_and_nobody_elses_name(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna, first_name="Jonas")
    world.signs(anna, device="d-1")
    world.buys(jonas)
    world.follow(jonas)
    world.settle(days=30)
    records = world.shop.call("GET", f"/v1/members/{anna}/export").json["records"]
    found = {one["kind"]: one["data"] for one in records}
    assert found.keys() >= OF_FRIENDS
    assert found["ambassador"] == {"merit": 10}
    assert jonas not in str(records)
    assert "Jonas" not in str(records)


def test_who_becomes_part_of_another_brings_friends_for_them(time: Clock) -> None:
    world = World(time)
    anna, also_anna = world.joins(), world.joins()
    code = world.code(also_anna)
    jonas = world.joins({"code": code})
    world.buys(jonas)
    world.follow(jonas)
    body = {"member": anna, "merge": also_anna}
    assert world.shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    assert world.account(anna).lots == {"2026-04-09>never": 500}
    assert [one["state"] for one in world.page(anna)["friends"]] == ["pending"]
    karin = world.joins({"code": code})  # the old code is hers
    assert world.referral(karin).referrer == anna
    world.settle(days=30)
    assert world.referral(jonas).state == "available"
    assert [one["state"] for one in world.page(anna)["friends"]].count("available") == 1
    listed = world.shop.call("GET", "/v1/referrals/ambassadors").json["ambassadors"]
    assert [one["member"] for one in listed] == [anna]


def test_a_friend_who_becomes_part_of_another_is_still_the_friend(time: Clock) -> None:
    world = World(time)
    anna, jonas = world.joins(), world.joins()
    also_jonas = world.brings(anna)
    body = {"member": jonas, "merge": also_jonas}
    assert world.shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    order = world.buys(jonas)
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"
    assert world.account(anna).lots == {"2026-04-09>never": 500}
    world.returns(order)
    world.follow(jonas)
    assert world.account(anna).lots == {}


def test_what_was_agreed_goes_on_where_a_shop_stops_giving_anything(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas, karin = world.brings(anna), world.brings(anna)
    order = world.buys(jonas)
    world.follow(jonas)
    world.shop.publish(a_club(Referrals()))
    time.advance(minutes=2)
    world.buys(karin)
    world.follow(karin)
    assert world.referral(karin).state == "joined"
    world.returns(order)
    world.follow(jonas)
    assert (world.referral(jonas).state, world.account(anna).lots) == ("reversed", {})


def test_an_order_of_a_guest_counts_who_came_by_the_link_before(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    code = world.code(anna)
    path = f"/v1/members/referrals/{code}/visits"
    visit = world.shop.call("POST", path, {"visitor": "v" * 20}, as_="storefront").json["visit"]
    time.advance(hours=1)
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 49_900, "vat_rate": 2500}
    order = {"order_id": "guest", "currency": "SEK", "lines": [{**line, "charged": 49_900}]}
    sold = world.shop.call("POST", "/v1/checkout/orders", {**order, "paid": True}).json
    time.advance(hours=1)
    jonas = world.joins({"code": code, "visit": visit})
    claimed = world.shop.call("POST", "/v1/members/claims", {"claim": sold["claim"]}, as_=jonas)
    assert claimed.status == 201, claimed.text
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"


def test_what_somebody_bought_before_is_not_what_they_are_worth(time: Clock) -> None:
    world = World(time, replace(RULES, existing=True))
    anna = world.joins()
    time.advance(seconds=1)
    jonas = world.joins()
    world.buys(jonas, 70_000)
    time.advance(seconds=1)
    said = {"code": world.code(anna)}
    assert world.shop.call("POST", "/v1/members/me/referrer", said, as_=jonas).status == 201
    world.buys(jonas, 40_000)
    world.follow(jonas)
    assert world.referral(jonas).worth == 40_000


def test_an_offer_that_the_friend_has_switched_on_is_no_reason_to_fail(time: Clock) -> None:
    offer = Offer("theirs", NAME, ExtraPoints(20), switch_on=True)
    world = World(time, replace(RULES, friend=OfferGiven("theirs")), {"offers": [offer]})
    anna = world.joins()
    time.advance(seconds=1)
    jonas = world.joins()
    world.shop.call("PUT", f"/v1/members/{jonas}/offers/theirs")
    said = {"code": world.code(anna)}
    assert world.shop.call("POST", "/v1/members/me/referrer", said, as_=jonas).status == 201
    assert world.vouchers(jonas) == {"theirs": "open"}
