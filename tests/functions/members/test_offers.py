from datetime import UTC, datetime

import pytest

from stamkund.rules.programme import Offer, PercentOff, When
from stamkund.tables import accounts, benefits, posting
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member, the_account

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
