from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from stamkund import tables
from stamkund.rules.programme import (
    AmbassadorLevel,
    Ambassadors,
    Merit,
    Offer,
    PercentOff,
    Text,
    When,
)
from stamkund.rules.referral_rules import Referrals
from stamkund.tables import accounts, benefits, cache, posting, programmes
from stamkund.web import merits
from stamkund.web.club import club_at
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member, the_account
from tests.recorder import recorded

NAME: Text = {"sv": "Hjälpsam", "en": "Helpful"}
MARCH = When(
    start=datetime(2026, 3, 1, tzinfo=UTC),
    end=datetime(2026, 4, 1, tzinfo=UTC),
)


def an_offer(id: str, when: When = MARCH, limit: int | None = None) -> Offer:
    return Offer(
        id=id,
        name={"sv": "Tjugo procent", "en": "Twenty per cent"},
        effect=PercentOff(percent=20),
        switch_on=True,
        when=when,
        limit_total=limit,
    )


def a_shop_with(*offers: Offer) -> Shop:
    return a_shop(programme=a_programme(offers=list(offers)))


def put(shop: Shop, member: str, offer: str = "run") -> Answer:
    return shop.call("PUT", f"/v1/members/me/offers/{offer}", as_=member)


def delete(shop: Shop, member: str, offer: str = "run") -> Answer:
    return shop.call("DELETE", f"/v1/members/me/offers/{offer}", as_=member)


def switched_on(shop: Shop, member: str) -> set[str]:
    return set(accounts.find_with_benefits(shop.id, member)[1].offers)


def use(shop: Shop, member: str, offer: str = "run") -> None:
    account = the_account(shop, member)
    posting.rewrite(account, account, benefits=[(offer, "used")])


def claimed(shop: Shop, offer: str = "run") -> int:
    items = benefits.AllotmentItem.query(f"{shop.id}#offer.{offer}")
    return sum(int(item.claimed) for item in items)


def test_an_offer_is_on_until_it_is_over(time: Clock) -> None:
    shop = a_shop_with(an_offer("run"))
    member = a_member(shop)
    assert put(shop, member).json == {
        "offer": "run",
        "name": "Tjugo procent",
        "on": True,
        "expires_at": "2026-04-01T00:00:00Z",
    }
    assert switched_on(shop, member) == {"run"}


def test_what_is_for_ambassadors_is_there_for_them_and_for_nobody_else(time: Clock) -> None:
    levels = [AmbassadorLevel("helpful", NAME, 2), AmbassadorLevel("famous", NAME, 3)]
    offer = replace(an_offer("run"), ambassadors=["helpful", "famous"])
    shop = a_shop(
        programme=a_programme(
            offers=[offer], referrals=Referrals(ambassadors=Ambassadors(levels, Merit(answer=1)))
        )
    )
    member = a_member(shop)
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
    basket = {"currency": "SEK", "lines": [line], "member": member}

    def told() -> tuple[str | None, int, bool, list[str]]:
        """What the switch says, what is due, what my page and the quote say of it, and by which
        calls it is quoted."""
        with recorded() as calls:
            quote = shop.call("POST", "/v1/checkout/quotes", basket)
        page = shop.call("GET", "/v1/members/me/page", as_=member).json
        named = offer.name["sv"] in str(page) or '"run"' in quote.text
        switched = put(shop, member).json.get("code")
        return switched, quote.json["total"]["due"], named, calls.operations

    nobody = told()
    assert nobody[:3] == ("not_found", 10_000, False)
    for n in range(2):
        merits.for_doing(club_at(shop.id, time.now), member, "answer", f"a{n}")
    first = told()  # not switched on yet
    assert first[:3] == (None, 10_000, True)
    assert told()[:3] == (None, 8_000, True)
    merits.for_doing(club_at(shop.id, time.now), member, "answer", "a2")
    assert told()[:3] == (None, 8_000, True)  # by the higher level, which is named too
    assert first[3] == nobody[3] == ["Query"]
    shop.publish(a_programme(offers=[replace(offer, ambassadors=["helpful"])], referrals=Referrals(
        ambassadors=Ambassadors(levels, Merit(answer=1)))))  # fmt: skip
    cache.forget()
    assert told()[:3] == ("not_found", 10_000, False)  # it is on, and counts no more


def test_switching_twice_is_switching_once(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=5))
    member = a_member(shop)
    first, again = put(shop, member), put(shop, member)
    assert "idempotent-replayed" not in first.headers
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    assert again.json == first.json
    assert claimed(shop) == 1


@pytest.mark.parametrize("limit", [None, 5])
def test_an_offer_can_be_switched_off_and_on_again(time: Clock, limit: int | None) -> None:
    shop = a_shop_with(an_offer("run", limit=limit))
    member = a_member(shop)
    put(shop, member)
    assert delete(shop, member).json["on"] is False
    assert delete(shop, member).status == 200
    assert (switched_on(shop, member), claimed(shop)) == (set(), 0)
    assert put(shop, member).status == 200
    assert switched_on(shop, member) == {"run"}


@pytest.mark.parametrize("total", [1, 3, 8, 11])
def test_there_are_exactly_as_many_as_there_are(time: Clock, total: int) -> None:
    shop = a_shop_with(an_offer("run", limit=total))
    members = [a_member(shop) for _ in range(total + 2)]
    answers = [put(shop, member) for member in members]
    assert [answer.status for answer in answers] == [200] * total + [409, 409]
    assert answers[-1].code == "offer_sold_out"
    assert claimed(shop) == total
    assert switched_on(shop, members[-1]) == set()


def test_one_that_is_given_back_is_there_for_somebody_else(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=1))
    first, second = a_member(shop), a_member(shop)
    put(shop, first)
    assert put(shop, second).code == "offer_sold_out"
    delete(shop, first)
    assert put(shop, second).status == 200


def test_what_is_used_is_neither_switched_off_nor_on_again(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=5))
    member = a_member(shop)
    put(shop, member)
    use(shop, member)
    for answer in (delete(shop, member), put(shop, member)):
        assert (answer.status, answer.code) == (409, "offer_used")
    assert claimed(shop) == 1


@pytest.mark.parametrize(
    "when",
    [
        When(start=datetime(2026, 3, 11, tzinfo=UTC)),
        When(end=datetime(2026, 3, 10, 12, 0, tzinfo=UTC)),
        When(tiers=["guld"]),
    ],
)
def test_what_the_member_cannot_have_is_not_switched_on(time: Clock, when: When) -> None:
    shop = a_shop_with(an_offer("run", when, limit=5))
    member = a_member(shop)
    answer = put(shop, member)
    assert (answer.status, answer.code) == (409, "offer_not_available")
    assert claimed(shop) == 0


def test_an_offer_that_goes_on_longer_stays_on_longer(time: Clock) -> None:
    shop = a_shop_with(an_offer("run"))
    member = a_member(shop)
    put(shop, member)
    longer = an_offer("run", When(end=datetime(2026, 6, 1, tzinfo=UTC)))
    shop.publish(a_programme(offers=[longer]))
    put(shop, member)
    item = benefits.find(shop.id, member, "run").benefit
    assert item is not None
    assert item.expires_at == "2026-06-01T00:00:00+00:00"


def test_an_offer_that_is_always_on_has_no_switch(time: Clock) -> None:
    always = Offer(id="all", name={"sv": "A", "en": "A"}, effect=PercentOff(percent=5))
    shop = a_shop_with(always)
    member = a_member(shop)
    assert put(shop, member, "all").code == "not_found"
    assert put(shop, member, "none").code == "not_found"


def test_the_shop_switches_for_a_member_and_one_member_not_for_another(time: Clock) -> None:
    shop = a_shop_with(an_offer("run"))
    member, other = a_member(shop), a_member(shop)
    path = f"/v1/members/{member}/offers/run"
    assert shop.call("PUT", path, as_=other).code == "not_found"
    assert shop.call("PUT", path).status == 200
    assert switched_on(shop, member) == {"run"}
    assert shop.call("DELETE", path).status == 200


def missed(shop: Shop, member: str) -> tuple[str, dict[str, Any], bool]:
    """Why the offer is not given, with what, and whether it can be switched on."""
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
    basket = {"currency": "SEK", "lines": [line]}
    [one] = shop.call("POST", "/v1/checkout/quotes", basket, as_=member).json["missed"]
    return one["code"], one["params"], one["can_switch_on"]


SOLD_OUT: tuple[str, dict[str, Any], bool] = ("sold_out", {}, False)


def test_a_quote_promises_no_switch_for_what_the_member_has_used(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=5))
    member = a_member(shop)
    assert missed(shop, member)[0] == "switch_on"
    put(shop, member)
    use(shop, member)
    assert missed(shop, member) == ("limit_reached", {"limit": 1}, False)


def test_a_quote_promises_no_switch_for_what_is_sold_out(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=1))
    first, second, third = (a_member(shop) for _ in range(3))
    put(shop, first)
    assert missed(shop, second)[0] == "switch_on"  # nobody has found out yet
    put(shop, second)
    assert missed(shop, third) == missed(shop, second) == SOLD_OUT
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
    quote = shop.call(
        "POST", "/v1/checkout/quotes", {"currency": "SEK", "lines": [line]}, as_=first
    )
    assert quote.json["total"]["saved"] == 2_000  # who has it has it


def test_what_is_given_back_is_no_longer_sold_out(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=1), an_offer("walk", limit=1))
    first, second = a_member(shop), a_member(shop)
    for offer in ("run", "walk"):
        put(shop, first, offer)
        put(shop, second, offer)
    assert programmes.current(shop.id, time.now).compiled.sold_out == {"run", "walk"}
    delete(shop, first)
    assert programmes.current(shop.id, time.now).compiled.sold_out == {"walk"}
    assert put(shop, second).status == 200


def test_a_repeat_of_switching_off_makes_up_for_what_was_cut_off(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=1))
    first, second = a_member(shop), a_member(shop)
    put(shop, first)
    put(shop, second)
    known = benefits.find(shop.id, first, "run").benefit
    assert known
    benefits.switch_off(shop.id, first, known)  # and the process is gone before it tells anybody
    assert missed(shop, second) == SOLD_OUT
    assert delete(shop, first).status == 200
    assert missed(shop, second)[0] == "switch_on"


def test_other_processes_know_within_a_minute(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=1))
    first, second = a_member(shop), a_member(shop)
    missed(shop, first)
    put(shop, first)
    before = programmes.current(shop.id, time.now)
    programmes.set_sold_out(shop.id, before.version, "run")
    time.advance(seconds=61)
    assert missed(shop, second) == SOLD_OUT


def test_a_new_version_may_have_more_of_it(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=1))
    first, second = a_member(shop), a_member(shop)
    put(shop, first)
    put(shop, second)
    old = programmes.current(shop.id, time.now).version
    shop.publish(a_programme(offers=[an_offer("run", limit=2)]))
    assert missed(shop, second)[0] == "switch_on"
    programmes.set_sold_out(shop.id, old, "run")  # by who has not heard of it yet
    assert missed(shop, second)[0] == "switch_on"
    assert put(shop, second).status == 200


@contextmanager
def just_before_a_write(operation: str, do: Callable[[], None]) -> Iterator[None]:
    """Once, in the middle of what somebody else is doing."""
    events, todo = tables.client().client.meta.events, [do]
    name = f"before-call.dynamodb.{operation}"

    def happen(**_: Any) -> None:
        while todo:
            todo.pop()()

    events.register(name, happen, unique_id="meanwhile")
    try:
        yield
    finally:
        events.unregister(name, unique_id="meanwhile")


def test_one_given_back_while_it_is_called_sold_out_is_found(time: Clock) -> None:
    shop = a_shop_with(an_offer("run", limit=1))
    first, second = a_member(shop), a_member(shop)
    put(shop, first)
    with just_before_a_write("UpdateItem", lambda: given_back(shop, first)):
        assert put(shop, second).status == 200
    assert programmes.current(shop.id, time.now).compiled.sold_out == frozenset()


def given_back(shop: Shop, member: str) -> None:
    assert delete(shop, member).status == 200
