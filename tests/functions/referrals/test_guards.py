"""What is turned away at the door, what is held for a person to look at, and what that decides."""

from typing import Any

import pytest
from msgspec.structs import replace

from stamkund.rules.referrals import STAFF_REASONS
from tests.builders import Answer, Clock, everything_kept
from tests.referring import RULES, World


def names(world: World, friend: str, code: str, **more: Any) -> Answer:
    path = "/v1/members/me/referrer"
    return world.shop.call("POST", path, {"code": code, **more}, as_=friend)


def queue(world: World) -> dict[str, list[str]]:
    """Who waits, and why."""
    read = world.shop.call("GET", "/v1/referrals/held", as_="staff").json
    return {one["friend"]: [doubt["code"] for doubt in one["doubts"]] for one in read["referrals"]}


# At the door


def refused_once(world: World, friend: str, code: str, *reasons: str) -> None:
    """Refused as often as it is said; staff reads why, once, and nothing else has changed."""
    before = everything_kept()
    assert names(world, friend, code).code == reasons[-1]
    first = everything_kept()
    assert {table for table in before if before[table] != first[table]} == {"accounts"}
    assert names(world, friend, code).code == reasons[-1]
    assert everything_kept() == first
    assert queue(world)[friend] == list(reasons)


def test_nobody_brings_themselves(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    refused_once(world, anna, world.code(anna), "own_code")


def test_there_is_no_second_referrer(time: Clock) -> None:
    world = World(time)
    anna, karin = world.joins(), world.joins()
    jonas = world.brings(anna)
    before = world.referral(jonas)
    refused_once(world, jonas, world.code(karin), "referrer_set")
    assert world.referral(jonas) == before


@pytest.mark.parametrize("later", [0, 60])
def test_who_brings_somebody_was_there_before_so_that_there_are_no_loops(
    time: Clock, later: float
) -> None:
    """Not even where the clock stands still."""
    world = World(time)
    anna = world.joins()
    time.advance(seconds=later)
    jonas = world.brings(anna)
    time.advance(seconds=later)
    karin = world.brings(jonas)
    assert names(world, anna, world.code(jonas)).code == "referrer_joined_later"
    assert names(world, anna, world.code(karin)).code == "referrer_joined_later"
    assert queue(world) == {anna: ["referrer_joined_later"]}


@pytest.mark.parametrize("existing", [True, False])
def test_the_programme_says_whether_a_customer_counts_who_has_bought(
    time: Clock, existing: bool
) -> None:
    world = World(time, replace(RULES, existing=existing))
    anna = world.joins()
    time.advance(seconds=1)
    jonas = world.joins()
    world.buys(jonas)
    time.advance(seconds=1)
    if not existing:
        refused_once(world, jonas, world.code(anna), "not_a_new_customer")
        return
    assert names(world, jonas, world.code(anna)).status == 201
    world.follow(jonas)
    assert world.referral(jonas).state == "joined"  # that order was before the invitation


def waiting(world: World) -> Any:
    return world.shop.call("GET", "/v1/referrals/held", as_="staff").json["referrals"]


def test_what_was_turned_away_is_dismissed_until_something_else_is_tried(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    time.advance(seconds=1)
    jonas = world.brings(anna)
    names(world, anna, world.code(anna))
    (one,) = waiting(world)
    assert (one["what"], one["friend"], one["referrer"]) == ("turned_away", anna, anna)
    assert (one["doubts"][0]["text"], one["decisions"]) == (
        "Medlemmen angav sin egen kod",
        ["dismiss"],
    )
    answer, again = world.decide(anna, "dismiss"), world.decide(anna, "dismiss")
    assert (answer.json["state"], again.json) == ("turned_away", answer.json)
    assert again.headers["idempotent-replayed"] == "true"
    names(world, anna, world.code(anna))
    assert queue(world) == {}
    names(world, anna, world.code(jonas))
    assert queue(world) == {anna: ["own_code", "referrer_joined_later"]}
    assert world.decide(jonas, "dismiss").code == "referral_not_found"


def test_staff_reads_who_was_named_each_time_and_who_would_be_let_in(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    time.advance(seconds=1)
    jonas = world.joins()
    world.buys(jonas)
    time.advance(seconds=1)
    names(world, jonas, world.code(anna))
    names(world, jonas, world.code(jonas))
    (one,) = waiting(world)
    assert (one["referrer"], one["decisions"]) == (anna, ["release", "dismiss"])
    assert [(doubt["code"], doubt["referrer"]) for doubt in one["doubts"]] == [
        ("not_a_new_customer", anna),
        ("own_code", jonas),
    ]


def test_staff_lets_in_who_had_bought_before_and_nobody_else(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    time.advance(seconds=1)
    jonas = world.joins()
    first = world.buys(jonas)
    time.advance(seconds=1)
    names(world, jonas, world.code(anna))
    names(world, anna, world.code(anna))
    by_friend = {one["friend"]: one["decisions"] for one in waiting(world)}
    assert by_friend == {jonas: ["release", "dismiss"], anna: ["dismiss"]}
    assert world.decide(anna, "release").code == "referral_not_releasable"
    assert world.decide(jonas, "refuse", reason="same_person").code == "referral_not_held"
    answer, again = world.decide(jonas, "release"), world.decide(jonas, "release")
    assert (answer.json["state"], again.json) == ("joined", answer.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert queue(world) == {anna: ["own_code"]}
    assert list(world.vouchers(jonas).values()) == ["open"]
    world.returns(first)
    world.buys(jonas)
    world.follow(jonas)
    world.settle(days=30)
    assert world.referral(jonas).state == "available"
    assert world.page(anna)["credited"] == 1


# Stopped


def test_staff_stops_all_friends_of_a_member_by_one_command(time: Clock) -> None:
    """Those who wait already, those who have yet to buy, and those who have yet to join."""
    world = World(time)
    anna, karin = world.joins(), world.joins()
    available = crowd(world, anna, 1)
    world.settle(days=30)
    pending, others = crowd(world, anna, 3), crowd(world, karin, 1)
    joined = world.brings(anna)
    assert sum(world.account(anna).lots.values()) == 4 * 500
    answer = stop(world, anna)
    assert (answer.json, answer.status) == ({"member": anna, "held": 3, "next": None}, 200)
    assert stop(world, anna).json["held"] == 0
    # Nobody has returned anything, and nobody is told so.
    assert {line[1] for line in world.statement(anna) if line[0] == "reverse"} == {"referral_held"}
    assert queue(world) == {friend: ["stopped_by_staff"] for friend in pending}
    assert sum(world.account(anna).lots.values()) == 500
    assert [world.referral(one).state for one in (*available, *others)] == ["available", "pending"]
    new = world.brings(anna)
    world.buys(joined)
    world.follow(joined)
    assert [world.referral(one).state for one in (joined, new)] == ["held", "held"]
    assert world.page(anna)["friends"][0]["text"]
    assert "staff" not in str(world.page(anna))


def test_who_is_stopped_can_be_allowed_again_and_each_that_is_held_is_decided(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    (held_one,) = crowd(world, anna, 1)
    stop(world, anna)
    path = f"/v1/referrals/referrers/{anna}/stop"
    for _ in range(2):
        assert world.shop.call("DELETE", path, as_="staff").status == 204
    assert queue(world) == {held_one: ["stopped_by_staff"]}
    assert [world.referral(one).state for one in crowd(world, anna, 1)] == ["pending"]
    stop(world, anna)
    assert world.decide(held_one, "release").json["state"] == "pending"
    world.follow(held_one)
    assert world.referral(held_one).state == "pending"


def test_many_friends_are_stopped_in_parts(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    friends = crowd(world, anna, 3)
    held, cursor, parts = 0, "", 0
    while parts == 0 or cursor:
        answer = stop(world, anna, f"?limit=1&cursor={cursor}").json
        held, cursor, parts = held + answer["held"], answer["next"], parts + 1
    assert (held, parts) == (3, 3)
    assert all(world.referral(one).state == "held" for one in friends)


def test_who_becomes_another_member_stays_stopped(time: Clock) -> None:
    world = World(time)
    anna, also_anna = world.joins(), world.joins()
    stop(world, also_anna)
    body = {"member": anna, "merge": also_anna}
    assert world.shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    assert world.referral(world.brings(anna)).state == "held"
    assert stop(world, also_anna).json["member"] == anna


def stop(world: World, member: str, query: str = "") -> Answer:
    path = f"/v1/referrals/referrers/{member}/stop{query}"
    answer = world.shop.call("PUT", path, as_="staff")
    assert answer.status == 200, answer.text
    return answer


# Held


def held(world: World, friend: str, anna: str, *doubts: str) -> None:
    """Nothing is credited, staff sees why, and the member that it is looked at."""
    assert world.referral(friend).state == "held"
    assert queue(world)[friend] == list(doubts)
    assert world.account(anna).lots == {}
    assert world.page(anna)["friends"][0]["text"] == "Vi tittar på det först."
    assert all(doubt not in str(world.page(anna)) for doubt in doubts)


@pytest.mark.parametrize(
    ("doubt", "theirs", "own"),
    [
        ("same_email", {"email": "anna+2@example.com"}, {"email": "anna@example.com"}),
        ("same_email", {"email": "a.nna@gmail.com"}, {"email": "anna+x@googlemail.com"}),
    ],
)
def test_a_mailbox_that_both_have_is_held_from_the_start(
    time: Clock, doubt: str, theirs: dict[str, str], own: dict[str, str]
) -> None:
    world = World(time)
    anna = world.joins(None, **own)
    jonas = world.brings(anna, **theirs)
    held(world, jonas, anna, doubt)
    assert world.vouchers(jonas) == {}


def test_a_device_that_both_have_is_held(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    world.signs(anna, device="d-1")
    jonas = world.joins({"code": world.code(anna), "device": "d-1"})
    held(world, jonas, anna, "same_device")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_card_that_both_pay_with_is_held_whenever_it_is_seen(time: Clock, when: str) -> None:
    world = World(time)
    anna = world.joins()
    world.signs(anna, payment="pm_1")
    jonas = world.brings(anna)
    if when == "before":
        world.signs(jonas, payment="pm_1")
    world.buys(jonas)
    world.follow(jonas)
    if when == "after":
        assert world.referral(jonas).state == "pending"
        world.signs(jonas, payment="pm_1")
    held(world, jonas, anna, "same_payment")


def test_what_was_seen_long_ago_is_forgotten(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    world.signs(anna, payment="pm_1")
    time.advance(days=401)
    jonas = world.brings(anna)
    world.signs(jonas, payment="pm_1")
    world.buys(jonas)
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"


def test_an_address_that_both_have_is_a_home(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    world.signs(anna, address="Storgatan 1, 12345 Ort")
    jonas = world.brings(anna)
    world.signs(jonas, address="STORGATAN 1 123 45 ort")
    world.buys(jonas)
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"


def crowd(world: World, anna: str, count: int, **signs: str) -> list[str]:
    """So many friends who have bought."""
    friends = []
    for n in range(count):
        friends.append(world.brings(anna))
        if signs:
            said = {kind: value.format(n=n) for kind, value in signs.items()}
            world.signs(friends[-1], **said)
        world.buys(friends[-1])
        world.follow(friends[-1])
    return friends


@pytest.mark.parametrize(
    ("doubt", "most", "signs"),
    [
        ("many_of_referrer", 3, {}),
        ("many_at_address", 4, {"address": "Storgatan 1", "payment": "pm_{n}"}),
        ("many_on_device", 2, {"device": "d-1"}),
    ],
)
def test_from_so_many_on_they_are_held(
    time: Clock, doubt: str, most: int, signs: dict[str, str]
) -> None:
    guards = replace(RULES.guards, per_referrer=3 if doubt == "many_of_referrer" else 100)
    world = World(time, replace(RULES, guards=guards))
    anna = world.joins()
    friends = crowd(world, anna, most + 2, **signs)
    states = [world.referral(friend).state for friend in friends]
    assert states == ["pending"] * most + ["held"] * 2
    assert queue(world) == {friend: [doubt] for friend in friends[most:]}


def test_the_next_day_is_another_day(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    crowd(world, anna, 3)
    time.advance(days=1)
    assert [world.referral(one).state for one in crowd(world, anna, 1)] == ["pending"]


def test_whose_orders_come_back_again_and_again_is_held(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    for n in range(3):
        order = world.buys(jonas)
        world.follow(jonas)
        if n < 2:
            assert world.referral(jonas).state == "pending"
            world.returns(order)
            world.follow(jonas)
    held(world, jonas, anna, "returned_again")


def test_who_was_a_member_before_they_opened_the_link_is_held(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    code = world.code(anna)
    time.advance(days=1)
    jonas = world.joins()
    time.advance(days=1)
    path = f"/v1/members/referrals/{code}/visits"
    visit = world.shop.call("POST", path, {"visitor": "v" * 20}, as_="storefront").json["visit"]
    assert names(world, jonas, code, visit=visit).json["outcome"] == "looked_at"
    held(world, jonas, anna, "joined_before_visit")


def test_two_who_turn_out_to_be_one_member_are_held(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    world.buys(jonas)
    world.follow(jonas)
    assert world.account(anna).lots
    body = {"member": anna, "merge": jonas}
    assert world.shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    world.follow(jonas, anna, kind="merge")
    assert world.referral(jonas).state == "held"
    assert queue(world) == {jonas: ["same_member"]}
    bought = 499
    assert sum(world.account(anna).lots.values()) == bought


# What staff decides


def a_held_one(world: World) -> tuple[str, str]:
    anna = world.joins()
    world.signs(anna, device="d-1")
    jonas = world.joins({"code": world.code(anna), "device": "d-1"})
    world.buys(jonas)
    world.follow(jonas)
    return anna, jonas


def test_what_staff_releases_is_credited_at_once(time: Clock) -> None:
    world = World(time)
    anna, jonas = a_held_one(world)
    assert world.account(anna).lots == {}
    answer, again = world.decide(jonas, "release"), world.decide(jonas, "release")
    assert (answer.json["state"], again.json["state"]) == ("pending", "pending")
    assert again.headers["idempotent-replayed"] == "true"
    assert world.account(anna).lots == {"2026-04-09>never": 500}
    assert queue(world) == {}
    assert list(world.vouchers(jonas).values()) == ["open"]
    world.settle(days=30)
    assert world.referral(jonas).state == "available"


def test_who_is_released_before_they_buy_is_credited_when_they_do(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    world.signs(anna, device="d-1")
    jonas = world.joins({"code": world.code(anna), "device": "d-1"})
    assert world.decide(jonas, "release").json["state"] == "joined"
    world.buys(jonas)
    world.settle()  # or the stream, whichever comes first
    assert world.referral(jonas).state == "pending"
    assert anna


@pytest.mark.parametrize("reason", STAFF_REASONS)
def test_what_staff_refuses_says_why_to_the_member(time: Clock, reason: str) -> None:
    world = World(time)
    anna, jonas = a_held_one(world)
    answer = world.decide(jonas, "refuse", reason=reason)
    again = world.decide(jonas, "refuse", reason=reason)
    assert (answer.json["state"], again.status) == ("refused", 200)
    assert again.headers["idempotent-replayed"] == "true"
    (friend,) = world.page(anna)["friends"]
    assert friend["history"][-1]["reason"] == reason
    assert friend["text"] == friend["history"][-1]["text"] != "Det räknas inte."
    world.buys(jonas)
    world.follow(jonas)
    assert world.account(anna).lots == {}


def test_a_decision_stands(time: Clock) -> None:
    world = World(time)
    _, jonas = a_held_one(world)
    world.decide(jonas, "release")
    assert world.decide(jonas, "refuse", reason="same_person").code == "referral_not_held"
    assert world.decide("m0", "release").code == "referral_not_found"
    assert world.decide(jonas, "refuse").code == "invalid_field"
    assert world.decide(jonas, "release", reason="same_person").code == "invalid_field"
    assert world.decide(world.brings(world.joins()), "release").code == "referral_not_held"


def test_the_queue_comes_in_pages(time: Clock) -> None:
    world = World(time)
    held_ones = [a_held_one(world)[1] for _ in range(3)]  # all at one moment
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"/v1/referrals/held?limit=1&cursor={cursor}"
        page = world.shop.call("GET", path, as_="staff").json
        seen += [one["friend"] for one in page["referrals"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(held_ones)


# Caps


def test_so_many_count_in_a_month_and_the_member_reads_it(time: Clock) -> None:
    world = World(time, replace(RULES, per_month=1))
    anna = world.joins()
    first, second = crowd(world, anna, 2)
    assert [world.referral(one).state for one in (first, second)] == ["pending", "refused"]
    texts = [one["text"] for one in world.page(anna)["friends"]]
    assert "Du hade tagit med så många vänner som räknas på en månad." in texts
