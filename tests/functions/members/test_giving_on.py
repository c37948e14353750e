"""A voucher that one member gives to another: by a link, once, where the programme lets them."""

from typing import Any

import pytest

from stamkund.rules.login import Login
from stamkund.rules.programme import (
    AmountOff,
    Pay,
    PercentOff,
    PointRules,
    Rate,
    Reward,
    Rewards,
    Text,
)
from stamkund.web.club import club_at
from stamkund.web.redeeming import look_at
from stamkund.web.settings import settings
from tests.builders import Answer, Clock, Shop, a_programme, a_shop, everything_kept
from tests.members import a_member, the_account
from tests.reliability.books import benefits_of
from tests.reliability.till import Till, basket

NAME: Text = {"sv": "Namn", "en": "Name"}
REWARDS = Rewards(
    catalogue=[
        Reward("cheque", NAME, 100, AmountOff(5_000), transferable=True),
        Reward("back", NAME, 100, PercentOff(20), transferable=True, points_back=True),
        Reward("own", NAME, 100, AmountOff(5_000)),
    ]
)
POINTS = PointRules(earn=Rate(1, 100), pending_days=0, pay=Pay(value=Rate(1, 10)))
PAGE = "https://shop.example/club"


@pytest.fixture
def shop(time: Clock) -> Shop:
    programme = a_programme(points=POINTS, rewards=REWARDS, login=Login(link=PAGE))
    return a_shop(programme=programme)


@pytest.fixture
def giver(shop: Shop) -> str:
    return a_member(shop, points={">2027-06": 1_000})


@pytest.fixture
def friend(shop: Shop) -> str:
    return a_member(shop)


def kept(shop: Shop, member: str, reward: str = "cheque", *, keep: bool = True) -> str:
    body = {"reference": f"r-{reward}", "reward": reward}
    made = shop.call("POST", f"/v1/members/{member}/redemptions", body)
    assert made.status == 201, made.text
    if keep:
        shop.call("POST", f"/v1/members/{member}/redemptions/r-{reward}/confirmation")
    return str(made.json["voucher"])


def link(shop: Shop, member: str, voucher: str) -> Answer:
    return shop.call("POST", f"/v1/members/me/vouchers/{voucher}/gift-links", as_=member)


def gift(shop: Shop, member: str, reward: str = "cheque") -> str:
    made = link(shop, member, kept(shop, member, reward))
    assert made.status == 200, made.text
    return str(made.json["gift"])


def take(shop: Shop, member: str, gift: str) -> Answer:
    return shop.call("POST", "/v1/members/me/vouchers/taken", {"gift": gift}, as_=member)


def uses(shop: Shop, member: str, voucher: str) -> Answer:
    goods = basket(20_000)
    return Till(shop, member).quote(goods, vouchers=[voucher])


def test_a_friend_takes_it_uses_it_and_who_gave_it_cannot(
    shop: Shop, giver: str, friend: str
) -> None:
    voucher = kept(shop, giver)
    made = link(shop, giver, voucher)
    assert made.json["link"] == f"{PAGE}#gift={made.json['gift']}"
    taken = take(shop, friend, made.json["gift"])
    assert (taken.status, taken.json) == (
        201,
        {**made.json["voucher"], "voucher": taken.json["voucher"]},
    )
    assert uses(shop, giver, voucher).code == "voucher_not_open"
    till = Till(shop, friend)
    quote = till.token(basket(20_000), vouchers=[taken.json["voucher"]])
    till.buy(basket(20_000), quote=quote)
    assert uses(shop, friend, taken.json["voucher"]).code == "voucher_not_open"
    # A return gives it back to whose it is.
    till.refund("r1", till.order)
    assert benefits_of(shop, friend) == {taken.json["voucher"]: ("voucher", "open")}
    assert benefits_of(shop, giver) == {voucher: ("voucher", "given")}
    assert sum(the_account(shop, giver).lots.values()) == 900


def test_again_is_the_same_and_changes_nothing(shop: Shop, giver: str, friend: str) -> None:
    voucher = kept(shop, giver)
    links = {link(shop, giver, voucher).json["gift"] for _ in range(2)}
    assert len(links) == 1
    first = take(shop, friend, *links)
    before = everything_kept()
    again = take(shop, friend, *links)
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert everything_kept() == before


def revoke(shop: Shop, member: str, voucher: str, gift: str) -> Answer:
    path = f"/v1/members/me/vouchers/{voucher}/gift-links/revocation"
    return shop.call("POST", path, {"gift": gift}, as_=member)


def test_a_link_is_taken_back_and_the_next_one_is_another(
    shop: Shop, giver: str, friend: str
) -> None:
    voucher = kept(shop, giver)
    first = link(shop, giver, voucher).json
    back = revoke(shop, giver, voucher, first["gift"])
    assert (back.status, back.json) == (200, first["voucher"])
    before = everything_kept()
    again = revoke(shop, giver, voucher, first["gift"])
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    assert take(shop, friend, first["gift"]).json["params"] == {"reason": "revoked"}
    second = link(shop, giver, voucher).json["gift"]
    assert second != first["gift"]
    # The first one once more, by somebody who has not heard the answer: the second one stays.
    revoke(shop, giver, voucher, first["gift"])
    assert everything_kept() == before
    assert take(shop, friend, second).status == 201
    assert revoke(shop, giver, voucher, second).code == "voucher_not_open"
    assert uses(shop, giver, voucher).code == "voucher_not_open"


def test_who_takes_a_link_back_can_still_use_the_voucher(shop: Shop, giver: str) -> None:
    voucher = kept(shop, giver)
    made = link(shop, giver, voucher).json["gift"]
    assert revoke(shop, giver, voucher, made).status == 200
    assert uses(shop, giver, voucher).status == 200


def test_only_whose_voucher_it_is_takes_a_link_back(shop: Shop, giver: str, friend: str) -> None:
    voucher = kept(shop, giver)
    made = link(shop, giver, voucher).json["gift"]
    assert revoke(shop, friend, voucher, made).code == "gift_invalid"
    assert revoke(shop, giver, "another", made).code == "gift_invalid"
    heir = a_member(shop)
    body = {"member": heir, "merge": giver}
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    assert revoke(shop, heir, voucher, made).status == 200
    assert take(shop, friend, made).json["params"] == {"reason": "revoked"}


def test_only_the_first_has_it(shop: Shop, giver: str, friend: str) -> None:
    made = gift(shop, giver)
    assert take(shop, friend, made).status == 201
    before = everything_kept()
    late = take(shop, a_member(shop), made)
    assert (late.status, late.code, late.json["params"]) == (409, "gift_gone", {"reason": "given"})
    assert {t: len(items) for t, items in everything_kept().items()}["accounts"] == (
        len(before["accounts"]) + 1  # that member
    )


def test_until_it_is_taken_it_can_be_used_and_then_it_cannot_be_taken(
    shop: Shop, giver: str, friend: str
) -> None:
    voucher = kept(shop, giver)
    made = link(shop, giver, voucher).json["gift"]
    till = Till(shop, giver)
    till.buy(basket(20_000), quote=till.token(basket(20_000), vouchers=[voucher]))
    assert take(shop, friend, made).json["params"] == {"reason": "used"}
    till.refund("r1", till.order)
    assert take(shop, friend, made).status == 201


def test_nobody_takes_ones_own_or_what_has_ended(
    shop: Shop, giver: str, friend: str, time: Clock
) -> None:
    made = gift(shop, giver)
    assert take(shop, giver, made).json["params"] == {"reason": "own"}
    time.advance(days=100)
    assert take(shop, friend, made).json["params"] == {"reason": "expired"}


@pytest.mark.parametrize(
    ("reward", "keep", "code"),
    [
        ("own", True, "voucher_not_transferable"),
        ("cheque", False, "voucher_not_kept"),
    ],
)
def test_only_what_is_kept_and_may_be_given_on_is(
    shop: Shop, giver: str, reward: str, keep: bool, code: str
) -> None:
    assert link(shop, giver, kept(shop, giver, reward, keep=keep)).code == code


def test_what_was_given_by_the_shop_or_a_friend_is_not_given_on(
    shop: Shop, giver: str, friend: str
) -> None:
    until = {"reference": "v", "amount": 100, "expires_at": "2026-05-01T00:00:00Z"}
    made = shop.call("POST", f"/v1/members/{friend}/vouchers", until)
    taken = take(shop, friend, gift(shop, giver))
    for one in (made, taken):
        assert link(shop, friend, one.json["voucher"]).code == "voucher_not_transferable"


def test_a_promise_is_kept_whatever_the_programme_says_later(
    shop: Shop, giver: str, friend: str
) -> None:
    voucher = kept(shop, giver)
    shop.publish(a_programme(points=POINTS))
    made = link(shop, giver, voucher).json["gift"]
    assert take(shop, friend, made).status == 201


def test_of_what_was_given_nothing_comes_back(
    shop: Shop, giver: str, friend: str, time: Clock
) -> None:
    made = gift(shop, giver, "back")
    taken = take(shop, friend, made).json
    time.advance(days=200)
    club = club_at(shop.id, time.now)
    for member, voucher in ((giver, kept_id(shop, giver)), (friend, taken["voucher"])):
        assert look_at(club, member, voucher, time.now) is False
    assert sum(the_account(shop, giver).lots.values()) == 900
    released = shop.call("POST", f"/v1/members/{giver}/redemptions/r-back/cancellation")
    assert released.code == "reward_closed"
    again = shop.call("POST", f"/v1/members/{giver}/redemptions/r-back/confirmation")
    assert (again.json["status"], again.json["text"]) == ("given", "Du har gett bort den.")


def kept_id(shop: Shop, member: str) -> str:
    return next(iter(benefits_of(shop, member)))


def test_a_link_holds_when_all_that_signs_sessions_is_another_key(
    shop: Shop, giver: str, friend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A voucher may live for years."""
    made = gift(shop, giver)
    monkeypatch.setenv("STAMKUND_SIGNING_KEYS", "newest:" + "z" * 32)
    settings.cache_clear()
    assert take(shop, friend, made).status == 201
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("bent", ["x", "ö.ö.ö", "{gift}A", "{other}"])
def test_what_is_no_link_of_this_shop_is_none(
    shop: Shop, giver: str, friend: str, bent: str
) -> None:
    other = a_shop(programme=a_programme(points=POINTS, rewards=REWARDS))
    theirs = gift(other, a_member(other, points={">2027-06": 1_000}))
    text = bent.format(gift=gift(shop, giver), other=theirs)
    assert take(shop, friend, text).code == "gift_invalid"


def test_a_link_of_somebody_elses_voucher_is_not_to_be_had(
    shop: Shop, giver: str, friend: str
) -> None:
    voucher = kept(shop, giver)
    assert link(shop, friend, voucher).code == "not_found"
    path = f"/v1/members/{giver}/vouchers/{voucher}/gift-links"
    assert shop.call("POST", path, as_=friend).code == "not_found"


def test_it_is_found_where_its_giver_has_gone(shop: Shop, giver: str, friend: str) -> None:
    """Into another membership; who has left has left nothing."""
    one, made = a_member(shop), gift(shop, giver)
    body = {"member": one, "merge": giver}
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    assert take(shop, one, made).json["params"] == {"reason": "own"}
    assert take(shop, friend, made).status == 201
    other = a_member(shop, points={">2027-06": 1_000})
    late: Any = gift(shop, other)
    shop.call("POST", f"/v1/members/{other}/leave", {})
    assert take(shop, friend, late).json["params"] == {"reason": "gone"}
