"""Whatever happens to any call of a merge, the next try completes it, with one effect."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import pytest

from stamkund.rules import replaying
from stamkund.rules.login import PROOF_LIFETIME, Contact
from stamkund.rules.programme import ExtraPoints, Offer, Pay, PercentOff, Rate, Text
from stamkund.rules.selection import moment
from stamkund.tables import accounts, clock, devices, profiles, programmes
from stamkund.tables.devices import Device, DeviceItem
from stamkund.web import messages, verified_contact
from tests.builders import OUTBOX, Answer, Clock, Shop, a_shop, a_voucher
from tests.members import a_member
from tests.my_pages import PAGES, give, wish, withdraw
from tests.reliability import books, faults
from tests.reliability.till import Till, basket, club
from tests.talking import RULES, opened

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NAME: Text = {"sv": "Namn"}
FEW = Offer(id="few", name=NAME, effect=ExtraPoints(5), switch_on=True, limit_total=8_000)
TEN = Offer(id="ten", name=NAME, effect=PercentOff(10), group="ten", limit_per_member=2)
READS = {"GetItem", "Query", "TransactGetItems"}
numbers = count(1)


@pytest.fixture(scope="module")
def shop(time: Clock) -> Shop:
    time.set(NOON)
    messages.use(OUTBOX.append)
    programme = club(
        pay=Pay(value=Rate(points=1, amount=10)),
        pending_days=14,
        offers=[FEW, TEN],
        groups=["offers", "ten"],
        my_pages=PAGES,
        feedback=RULES,
    )
    shop = a_shop(programme=programme)
    Two(shop).merge()  # so that keys and programme are remembered
    return shop


@dataclass
class Two:
    """Two memberships of one person, and all that there may be of them."""

    shop: Shop

    def __post_init__(self) -> None:
        self.contacts = [f"p{next(numbers)}@example.com" for _ in range(2)]
        self.one, self.other = (self._member(contact) for contact in self.contacts)
        self.till = Till(self.shop, self.other)
        a_voucher(self.shop, self.one, "same", amount=500)
        for id in ("same", "own", "used"):
            a_voucher(self.shop, self.other, id, amount=500)
        goods = basket(30_000)
        quote = self.till.token(goods, vouchers=["used"], spend_points=40)
        self.sold = self.till.buy(goods, quote=quote)
        assert self.till.commit(basket(10_000)).status == 201
        self.held = self.till.order
        for member in (self.one, self.other):
            assert self._switch_on(member).status == 200
        phone = Device(id="d", place="header", since=NOON, seen_at=NOON, remembered=False)
        devices.let_in(self.shop.id, self.other, phone, f"{NOON:%Y-%m}")
        self._say()

    def _say(self) -> None:
        for member in (self.one, self.other):
            for article in ("both", member):
                assert wish(self.shop, member, article).status == 201
            assert give(self.shop, member).status == 200
        withdraw(self.shop, self.one)
        give(self.shop, self.other, "wishes")
        said = {"birthday": "1984-03-12", "answers": {"sport": "Skidor"}}
        path = "/v1/members/me/details"
        assert self.shop.call("PATCH", path, said, as_=self.other).status == 200
        opened(self.shop, self.other)

    def _member(self, contact: str) -> str:
        lots = {">2027-01": 60, "2026-03-12>2027-02": 9}
        return a_member(self.shop, email=contact, points=lots, spend={"2026-02": 200_000})

    def _switch_on(self, member: str) -> Answer:
        return self.shop.call("PUT", f"/v1/members/{member}/offers/few")

    def merge(self) -> Answer:
        body = {"member": self.one, "merge": self.other}
        return self.shop.call("POST", "/v1/members/merge", body, as_="staff")

    def proofs(self) -> list[str]:
        """As logging in gives them, which may be asked for only so often."""
        until = clock.real_time() + PROOF_LIFETIME
        return [
            verified_contact.prove(
                self.shop.id, f"{n:032}", Contact("email", contact), "basket", until
            )
            for n, contact in enumerate(self.contacts)
        ]


def by_staff(two: Two) -> Callable[[], Answer]:
    return two.merge


def by_the_member(two: Two) -> Callable[[], Answer]:
    body = {"verified_contacts": two.proofs()}
    return lambda: two.shop.call("POST", "/v1/members/merge", body, as_=two.one)


EVERY = [(by_staff, fault) for fault in faults.TRIED]
SOME = [(by_the_member, fault) for fault in ("killed before", "killed after")]


@pytest.mark.parametrize(("how", "fault"), [*EVERY, *SOME])
def test_whatever_happens_to_a_call_of_a_merge_the_next_try_completes_it(
    fault: str, how: Callable[[Two], Callable[[], Answer]], shop: Shop
) -> None:
    two = Two(shop)
    act = how(two)
    with faults.counted() as calls:
        assert act().status == 201
    expected = shape(two)
    for call, operation in enumerate(calls.operations):
        if operation in READS and fault != "killed before":
            continue
        two = Two(shop)
        act = how(two)
        with suppress(faults.Killed), faults.at(call, fault):
            act()
        again = act()
        assert again.status in (200, 201), f"{operation}: {again.text}"
        assert shape(two) == expected, operation
        assert act().json == again.json
        assert_books_tell(two)


def shape(two: Two) -> object:
    one, other = (accounts.find(two.shop.id, member) for member in (two.one, two.other))
    return (
        (one.lots, one.debt, one.spend, one.used, one.orders, one.tier, one.status),
        (other.lots, other.debt, other.spend, other.used, other.orders, other.status),
        sorted(books.benefits_of(two.shop, two.one).values()),
        books.benefits_of(two.shop, two.other),
        [sorted(Till(two.shop, member).kinds()) for member in (two.one, two.other)],
        devices_of(two),
        said_by(two),
    )


def said_by(two: Two) -> object:
    one = two.one
    read = {
        what: two.shop.call("GET", f"/v1/{what}", as_=one).json
        for what in ("members/me/wishes", "members/me/consents", "members/me/details")
    }
    wishes, consents, details = read.values()
    return (
        len(wishes["wishes"]),
        [(each["purpose"], len(each["history"])) for each in consents["consents"]],
        (details["birthday"], details["answers"][1]["value"]),
        len(two.shop.call("GET", "/v1/feedback/threads", as_=one).json["threads"]),
        profiles.ProfileItem.get(f"{two.shop.id}#{one}", "PROFILE").wishes,
    )


def devices_of(two: Two) -> list[str]:
    return [item.sk for item in DeviceItem.query(f"{two.shop.id}#{two.other}")]


def assert_books_tell(two: Two) -> None:
    published = programmes.current(two.shop.id, NOON)
    at = moment(NOON, published.programme.time_zone)
    for member in (two.one, two.other):
        live = accounts.find(two.shop.id, member)
        again = replaying.replayed(live, books.entries_of(two.shop, member), published.setting)
        assert replaying.compared(live, again, published.setting, at) == {}


AFTER: dict[str, Callable[[Two], Answer]] = {
    "confirm": lambda two: two.till.confirm(two.held),
    "cancel": lambda two: two.till.cancel(two.held),
    "refund": lambda two: two.till.refund("r1", two.sold),
}


@pytest.mark.parametrize("what", AFTER)
@pytest.mark.parametrize("fault", ["killed before", "killed after"])
def test_so_it_is_with_what_becomes_of_the_orders_afterwards(
    fault: str, what: str, shop: Shop
) -> None:
    two = Two(shop)
    two.merge()
    with faults.counted() as calls:
        assert AFTER[what](two).status in (200, 201)
    expected = shape(two)
    for call, operation in enumerate(calls.operations):
        if operation in READS and fault != "killed before":
            continue
        two = Two(shop)
        two.merge()
        with suppress(faults.Killed), faults.at(call, fault):
            AFTER[what](two)
        assert AFTER[what](two).status in (200, 201)
        assert shape(two) == expected
        assert_books_tell(two)


def test_until_the_vouchers_have_followed_their_order_is_not_taken_back(shop: Shop) -> None:
    """A merge that was cut off after its transaction: what the order used is still on its way."""
    two, others = Two(shop), Two(shop)
    with faults.counted() as calls:
        others.merge()
    first_write = calls.operations.index("TransactWriteItems")
    with suppress(faults.Killed), faults.at(first_write, "killed after"):
        two.merge()
    assert two.till.refund("r1", two.sold).code == "changed_meanwhile"
    assert two.merge().status == 200
    assert two.till.refund("r1", two.sold).status == 201
    assert books.benefits_of(two.shop, two.one)["used"] == ("voucher", "open")
