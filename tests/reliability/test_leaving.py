"""Whatever happens to a call of leaving, the next try completes it; if nobody tries, the night."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from msgspec.structs import replace

from functions.members import complete_leavings, forget_inactive
from stamkund.rules.leaving import LAST_LOOK
from stamkund.rules.programme import Offer, PercentOff, Programme
from stamkund.rules.retention import Retention
from stamkund.tables import accounts, benefits, keys
from stamkund.tables.benefits import AllotmentItem
from stamkund.web import messages
from tests import dump
from tests.builders import OUTBOX, Answer, Clock, Shop, a_shop, a_voucher
from tests.login import Person
from tests.members import a_member
from tests.reliability import books, faults
from tests.reliability.till import Till, basket, club

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FEW = Offer("few", {"sv": "Få"}, PercentOff(50), switch_on=True, limit_total=1_000)
numbers = count(1)


def programme() -> Programme:
    return club(offers=[FEW], groups=["offers"])


@pytest.fixture
def shop(time: Clock) -> Iterator[Shop]:
    """The night is about all shops that there are, so they are gone afterwards."""
    time.set(NOON)
    messages.use(OUTBOX.append)
    yield a_shop(programme=programme())
    books.wipe()


class Leaver:
    """Somebody with something in every place that leaving empties."""

    def __init__(self, shop: Shop) -> None:
        self.shop, number = shop, next(numbers)
        self.email = f"leaver{number}@gone.example"
        self.said = {self.email, f"customer-of-leaver{number}"}
        self.member = a_member(shop, email=self.email, customer_id=f"customer-of-leaver{number}")
        Person(shop, self.email).logs_in(device_name=f"phone of leaver{number}")
        self.till = Till(shop, self.member)
        self.till.buy(basket(10_000))
        a_voucher(shop, self.member)
        assert shop.call("PUT", f"/v1/members/{self.member}/offers/few").status == 200

    def leave(self) -> Answer:
        return self.shop.call("POST", f"/v1/members/{self.member}/leave", {})

    @property
    def is_gone(self) -> bool:
        return not dump.found_in(dump.said(), self.said)

    @property
    def story(self) -> list[tuple[str, int]]:
        return self.till.kinds()


def claimed(shop: Shop) -> int:
    """How many of the limited offer are somebody's."""
    key = keys.of(shop.id, "offer.few")
    items = AllotmentItem.query(key, AllotmentItem.sk.startswith(benefits.SHARD))
    return sum(int(item.claimed) for item in items)


def calls_of_leaving(shop: Shop) -> list[str]:
    assert Leaver(shop).leave().status == 204  # so that keys and programme are remembered
    leaver = Leaver(shop)
    with faults.counted() as calls:
        leaver.leave()
    return calls.operations


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_to_a_call_the_next_try_completes_it(fault: str, shop: Shop) -> None:
    for call, operation in enumerate(calls_of_leaving(shop)):
        if operation in {"GetItem", "Query"} and fault != "killed before":
            continue
        leaver = Leaver(shop)
        with suppress(faults.Killed), faults.at(call, fault):
            leaver.leave()
        assert leaver.leave().status == 204
        assert leaver.is_gone, f"{operation} {call}"
        assert leaver.story == [("earn", 100), ("erase", -100)]
        assert claimed(shop) == 0
        assert leaver.leave().status == 204


@pytest.mark.parametrize("fault", ["killed before", "killed after", "its answers are lost"])
def test_if_nobody_tries_again_they_are_a_member_still_or_gone_after_a_night(
    fault: str, shop: Shop, time: Clock
) -> None:
    outcomes = set()
    for call in range(len(calls_of_leaving(shop))):
        time.set(NOON)
        leaver = Leaver(shop)
        with suppress(faults.Killed), faults.at(call, fault):
            leaver.leave()
        account = accounts.find(shop.id, leaver.member)
        outcomes.add(account.status)
        if account.status == "active":
            assert shop.call("GET", f"/v1/members/{leaver.member}").json["email"] == leaver.email
            assert leaver.leave().status == 204
            continue
        assert account.review_on.startswith(LAST_LOOK)
        time.advance(days=1)
        complete_leavings.handler({}, None)
        assert leaver.is_gone
        assert accounts.find(shop.id, leaver.member).review_on == ""
    assert outcomes == {"active", "closed"}


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_by_night_the_next_one_completes_it(
    fault: str, shop: Shop, time: Clock
) -> None:
    for call in range(6):
        time.set(NOON + timedelta(days=call * 3))
        leaver = Leaver(shop)
        leaver.leave()
        late = Leaver(shop)
        a_voucher(shop, leaver.member)
        time.advance(days=1)
        with suppress(faults.Killed, Exception), faults.at(call, fault):
            complete_leavings.handler({}, None)
        complete_leavings.handler({}, None)
        assert accounts.find(shop.id, leaver.member).review_on == ""
        assert books.benefits_of(shop, leaver.member) == {}
        assert late.leave().status == 204


@pytest.mark.parametrize("fault", ["killed before", "killed after", "its answers are lost"])
def test_whatever_happens_while_somebody_is_told_and_forgotten_the_nights_after_complete_it(
    fault: str, shop: Shop, time: Clock
) -> None:
    shop.publish(replace(programme(), retention=Retention(months=6, notice_days=14)))
    for call in range(0, 14, 2):
        time.set(NOON)
        leaver = Leaver(shop)
        sent = len(OUTBOX)
        for day in (0, 14):
            time.set(datetime(2026, 10, 1, 12, tzinfo=UTC) + timedelta(days=day))
            with suppress(faults.Killed, Exception), faults.at(call, fault):
                forget_inactive.handler({}, None)
            forget_inactive.handler({}, None)
        assert leaver.email in {message.to for message in OUTBOX[sent:]}
        assert accounts.find(shop.id, leaver.member).status == "closed"
        time.advance(days=1)
        complete_leavings.handler({}, None)
        assert leaver.is_gone
