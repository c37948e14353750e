"""The life of a shop over months in which every kind of entry comes to be."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from functions.checkout import reverse_unconfirmed
from functions.members import review_accounts
from functions.members.settling import settle
from stamkund.rules.ledger import Entry, Kind, entry
from stamkund.rules.programme import Expiry, Pay, Programme, Rate, Tiers, TierStep
from stamkund.tables.clock import real_time
from tests.builders import Clock, Shop
from tests.members import a_member, enter
from tests.reliability.till import Till, basket, club

BEGINNING = datetime(2026, 1, 7, 12, tzinfo=UTC)
STEPS, DAYS, SILENT = 36, 5, 22
# What no endpoint makes yet, and every account can have; or makes only once, in the end.
BY_HAND: tuple[Kind, ...] = ("bonus", "gift", "merge", "erase", "import")


def programme(expiry: Expiry | None = None) -> Programme:
    steps = [("bas", 0), ("silver", 40_000), ("guld", 120_000)]
    return club(
        pay=Pay(value=Rate(points=1, amount=10)),
        pending_days=14,
        expiry=expiry or Expiry(months=2),
        claw_back="debt",
        welcome=30,
        tiers=Tiers(
            steps=[TierStep(id=id, name={"sv": id}, threshold=n) for id, n in steps],
            rolling_months=3,
        ),
    )


class Person:
    """Who buys, changes their mind, and is given things, in the same order again and again."""

    def __init__(self, shop: Shop, number: int) -> None:
        self.till, self.number = Till(shop, a_member(shop)), number
        self._bought: list[str] = []
        self._acts: Sequence[Callable[[int], object]] = (
            self._buy,
            self._send_one_back,
            self._hesitate,
            self._cancel,
            self._forget_to_pay,
            self._pay_with_points,
            self._send_back_what_gave_the_points,
            self._ask_staff,
            self._buy_where_there_is_no_net,
            self._are_looked_at,
        )

    def live(self, step: int) -> None:
        self._acts[(step + 3 * self.number) % len(self._acts)](step)

    def _buy(self, _: int) -> None:
        self._bought.append(self.till.buy(basket(20_000 + 1_000 * self.number, 5_000)))

    def _send_one_back(self, step: int) -> None:
        for order in self._bought[-1:]:
            self.till.refund(f"r{step}", order, l1=1)

    def _hesitate(self, _: int) -> None:
        self.till.commit(basket(12_000))

    def _cancel(self, _: int) -> None:
        if self.till.order:
            self.till.cancel()

    def _forget_to_pay(self, _: int) -> None:
        self.till.commit(basket(7_000))

    def _pay_with_points(self, _: int) -> None:
        """All there are, or nearly."""
        goods, points = basket(2_800, 400), min(self.till.available, 250)
        if points > 0:
            paid = self.till.token(goods, spend_points=points)
            self._bought.append(self.till.buy(goods, quote=paid))

    def _send_back_what_gave_the_points(self, step: int) -> None:
        """They are gone by then, and a debt is left."""
        for order in self._bought[-2:-1]:
            self.till.refund(f"w{step}", order, l0=1)

    def _ask_staff(self, step: int) -> None:
        path, month = f"/v1/members/{self.till.member}", f"{real_time():%Y-%m}"
        body = {"reference": f"a{step}", "points": 40 - 65 * (step % 2), "reason": "goodwill"}
        self.till.shop.call("POST", f"{path}/adjustments", body, as_="staff")
        freeze = {"reference": f"f{step}", "reason": "illness"}
        freeze |= {"from_month": month, "until_month": month}
        frozen = self.till.shop.call("POST", f"{path}/freezes", freeze, as_="staff")
        assert frozen.status == 201, frozen.text
        enter(self.till.shop, str(self.till.member), *_by_hand(step))

    def _buy_where_there_is_no_net(self, _: int) -> None:
        days_ago = (real_time() - timedelta(days=5)).isoformat()
        self.till.commit_paid(basket(9_000), occurred_at=days_ago)

    def _are_looked_at(self, step: int) -> None:
        for order in self._bought[-1:]:
            self.till.refund(f"p{step}", order, l1=1)
        settle(self.till.shop.id, str(self.till.member), real_time())


def lived(shop: Shop, time: Clock, members: int) -> list[Till]:
    """Who they are. The clock is at the end of it; in the last months every other one is silent."""
    time.set(BEGINNING)
    people = [Person(shop, number) for number in range(members)]
    for step in range(STEPS):
        time.advance(days=DAYS)
        for person in people:
            if step < STEPS - SILENT or person.number % 2:
                person.live(step)
        if step % 5 == 0:
            review_accounts.handler({}, None)
            reverse_unconfirmed.handler({}, None)
    return [person.till for person in people]


def _by_hand(step: int) -> list[Entry]:
    """More than is there is not given away."""
    lots = {"bonus": 20, "gift": -4, "merge": 7, "erase": -3, "import": 11}
    now = real_time()
    return [
        entry(kind, {">never": lots[kind]}, reference=f"{kind}{step}", occurred_at=now)
        for kind in BY_HAND
    ]
