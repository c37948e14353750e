"""Two shops, a few members and everything that can happen to them, in any order, with faults.

After every step the books are read past every endpoint and held against what must always hold
(docs: what is guaranteed). The seed that Hypothesis prints replays a failure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace
from pynamodb.exceptions import PynamoDBException

from functions.checkout import returning
from functions.members import forgetting, recalculate_tier
from functions.members.known_by import known_by
from functions.members.settling import settle
from stamkund.rules import membership, refunds, replaying, wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import add_months
from stamkund.rules.claiming import COUNTER
from stamkund.rules.ledger import Entry
from stamkund.rules.placing import remaining
from stamkund.rules.programme import Programme
from stamkund.rules.selection import moment
from stamkund.tables import profiles, programmes, redemptions
from stamkund.tables.accounts import BENEFIT
from stamkund.tables.identities import IdentityKind
from stamkund.tables.orders import Placed
from stamkund.tables.posting import Conflict
from stamkund.tables.shops import add_key
from stamkund.web import redeeming
from stamkund.web.club import club_at
from tests import dump
from tests.at_the_till import Till, answers
from tests.builders import STORE, Answer, Clock, Shop, a_shop
from tests.reliability import books, faults, said, worlds
from tests.reliability.books import Books
from tests.reliability.reward_books import hold_rewards
from tests.reliability.said import Said

OTHER_TILL = "other till"
START = datetime(2026, 1, 29, 22, 30, tzinfo=UTC)
PROVING = settings.get_current_profile_name() == "prove"

# None most of the time: a fault hides what would have come after it.
# The SDK's patience takes time: what makes it wait is left to the long search.
PATIENT = {"throttled", "throttled once", "never arrives", "one answer is lost"}
HERE = [name for name in faults.FAULTS if PROVING or name not in PATIENT]
FAULT = st.none() | st.none() | st.none() | st.tuples(st.integers(0, 2), st.sampled_from(HERE))
MEMBER = st.integers(0, 2)
SHARE = st.sampled_from([0, 0, 1, 50, 100])
MOST_LEAVE = 3  # or nobody would live for long
MOST_MERGE = 15  # or more would lead to one membership than may
UNCLAIMED = {
    "claim_invalid", "claim_taken", "claim_expired", "order_closed", "too_many_claims",
}  # fmt: skip
CONTESTED = {
    "points_not_enough", "voucher_not_open", "offer_not_available", "limit_reached",
}  # fmt: skip

Act = Callable[[], Answer]


@dataclass
class Sold:
    """An order as the shop knows it: what it asked for, and what it was told."""

    shop: Shop
    member: str | None
    body: dict[str, Any]
    core: dict[str, Any]
    claim: str | None = None
    refunded: dict[str, dict[str, Any]] = field(default_factory=dict)
    as_: str = "shop"

    @property
    def key(self) -> str:
        return f"{self.body.get('source', 'web')}:{self.body['order_id']}"


@dataclass
class Quoted:
    shop: Shop
    member: str
    basket: dict[str, Any]
    answer: dict[str, Any]
    taken_before: int

    @property
    def expires_at(self) -> datetime:
        return datetime.fromisoformat(self.answer["expires_at"])

    def voucher_ended(self, now: datetime) -> bool:
        """One that was only reserved ends sooner than a quote may."""
        used = {each["id"] for each in self.answer["benefits"] if each["kind"] == "voucher"}
        ends = [each["expires_at"] for each in self.answer["vouchers"] if each["id"] in used]
        return any(datetime.fromisoformat(end) <= now for end in ends)


@dataclass
class Reserved:
    """A reward as it was asked for, and the voucher that was the answer."""

    shop: Shop
    member: str
    body: dict[str, Any]
    voucher: str


@dataclass
class AtTill:
    """Somebody stands there with a basket, which becomes this order."""

    shop: Shop
    member: str
    order: str
    basket: dict[str, Any]

    @property
    def till(self) -> Till:
        return Till(self.shop)


class Club(RuleBasedStateMachine):
    """The tables and the clock are given by the test below."""

    time: Clock

    quotes: Bundle[Quoted] = Bundle("quotes")
    orders: Bundle[Sold] = Bundle("orders")
    rewards: Bundle[Reserved] = Bundle("rewards")

    @initialize(one=worlds.programmes(), other=worlds.programmes())
    def open(self, one: Programme, other: Programme) -> None:
        books.wipe()
        self.time.set(START)
        self.numbers = 0
        shops = [a_shop(programme=one), a_shop(programme=other)]
        for shop in shops:
            shop.keys[OTHER_TILL] = add_key(shop.id, "till", store="till-4")
        self.first: dict[str, Account] = {}
        # How often something was taken that a quote might have promised.
        self.taken: dict[str, int] = {}
        self.people: dict[str, set[str]] = {}
        self.phones: dict[str, str] = {}
        self.said: dict[str, Said] = {}
        self.left: list[tuple[Shop, str]] = []
        # Who has become part of whom.
        self.into: dict[str, str] = {}
        self.merged: list[tuple[Shop, str]] = []
        self.members = [self._join(shop, self._number("c")) for shop in (*shops[:1] * 2, shops[1])]
        self.kept = Books()

    def _join(self, shop: Shop, customer: str) -> tuple[Shop, str]:
        person = {
            "customer_id": customer,
            "email": f"{customer}@machine.example",
            "phone": f"+4670{int(customer[1:]):07}",
        }
        joined = shop.call("POST", "/v1/members", person)
        assert joined.status == 201, joined.text
        member, card = joined.json["member"], joined.json["card_number"]
        kinds: list[tuple[IdentityKind, str]] = [
            ("customer", customer), ("email", person["email"]), ("card", card),
            ("phone", person["phone"]),
        ]  # fmt: skip
        hashes = {known_by(shop.id, kind, value).hash for kind, value in kinds}
        self.people[member] = {person["email"], person["phone"], card, *hashes}
        self.phones[member] = person["phone"]
        self.said[member] = Said()
        self.first[member], self.taken[member] = as_enrolled(shop, member), 0
        return shop, member

    def _number(self, prefix: str) -> str:
        self.numbers += 1
        return f"{prefix}{self.numbers}"

    # --- trying ------------------------------------------------------------------------------

    def _try(self, act: Act, fault: tuple[int, str] | None) -> Answer:
        """As a client does: again with the same words, until there is an answer.

        A refusal must leave every byte as it was.
        """
        if fault:
            try:
                with faults.at(*fault):
                    act()
            except faults.Killed:
                note("killed")
        answer = act()
        note(f"{answer.status} {answer.text[:300]}")
        assert answer.status < 500, answer.text
        if answer.status >= 400:
            self._nothing_changed()
        return answer

    def _nothing_changed(self) -> None:
        assert Books() == self.kept

    def _job(self, job: Callable[[], object], fault: tuple[int, str] | None) -> None:
        """As Lambda does: again, until it has not failed."""
        if fault:
            try:
                with faults.at(*fault):
                    job()
            except (faults.Killed, PynamoDBException, Conflict):
                note("failed")
        job()

    # --- buying ------------------------------------------------------------------------------

    @rule(
        target=quotes,
        who=MEMBER,
        basket=st.sampled_from(worlds.BASKETS),
        percent=SHARE,
        voucher=st.booleans(),
    )
    def quote(self, who: int, basket: dict[str, Any], percent: int, voucher: bool) -> Any:
        shop, member = self.members[who]
        body = {"member": member, **basket}
        asked = shop.call("POST", "/v1/checkout/quotes", body).json
        if voucher:
            body["vouchers"] = [each["id"] for each in asked["vouchers"]][:1]
        most = asked["spending"]["most"] if asked["spending"] else 0
        if most * percent // 100:
            body["spend_points"] = most * percent // 100
        answer = shop.call("POST", "/v1/checkout/quotes", body)
        if answer.status != 200:
            assert answer.code in (
                "points_not_enough",
                "voucher_needs_more",
                "voucher_fits_nothing",
            )
            return multiple()
        self._nothing_changed()
        self._hold_quote_to_itself(basket, answer.json)
        return Quoted(shop, member, basket, answer.json, self.taken[member])

    def _hold_quote_to_itself(self, basket: dict[str, Any], quote: dict[str, Any]) -> None:
        assert sum(line["due"] for line in quote["lines"]) == quote["total"]["due"]
        for line, asked in zip(quote["lines"], basket["lines"], strict=True):
            full = asked["unit_price"] * asked["quantity"]
            off = sum(benefit["amount"] for benefit in line["benefits"])
            assert line["due"] == full - off
            assert 0 <= line["by_points"] <= line["due"] <= full

    @rule(target=orders, quoted=quotes, fault=FAULT, paid=st.booleans())
    def commit_what_was_quoted(
        self, quoted: Quoted, fault: tuple[int, str] | None, paid: bool
    ) -> Any:
        body = {
            "order_id": self._number("o"),
            "member": quoted.member,
            "quote": quoted.answer["quote"],
            **quoted.basket,
        }
        if paid:
            due = [line["due"] - line["by_points"] for line in quoted.answer["lines"]]
            body |= {"paid": True, "lines": charged(quoted.basket, due)}
        answer = self._commit(quoted.shop, body, fault)
        if quoted.member in self.into:
            assert answer.code in {"member_merged", "quote_expired"}
            return multiple()
        open_still = self.time.now <= quoted.expires_at
        untouched = self.taken[quoted.member] == quoted.taken_before
        if any(quoted.member == member for _, member in self.left):
            assert answer.code in {"member_not_active", "quote_expired"}
            return multiple()
        untouched = untouched and not quoted.voucher_ended(self.time.now)
        if answer.status >= 400:
            assert answer.code in {*CONTESTED, "quote_expired"}
            assert not paid
            assert (answer.code == "quote_expired") == (not open_still)
            assert not (open_still and untouched), "what was promised was there, and refused"
            return multiple()
        assert open_still or paid
        if open_still and (untouched or not paid):
            self._hold_to_promise(quoted.answer, answer.json)
        return self._sold(quoted.shop, quoted.member, body, answer)

    def _hold_to_promise(self, quote: dict[str, Any], receipt: dict[str, Any]) -> None:
        for line, promised in zip(receipt["lines"], quote["lines"], strict=True):
            assert line["charged"] == promised["due"] - promised["by_points"]
            assert line["by_points"] == promised["by_points"]
            assert line["benefits"] == promised["benefits"]
        assert receipt["total"]["charged"] == quote["total"]["to_pay"]
        assert receipt["points"]["total"] == quote["points"]["total"]
        assert receipt["points_spent"] == (quote["spending"] or {"spent": 0})["spent"]
        assert (receipt["promise_kept"], receipt["shortfalls"]) == (True, [])

    @rule(
        target=orders,
        who=st.integers(0, 3),
        basket=st.sampled_from(worlds.BASKETS),
        paid=st.sampled_from([None, 100, 80, 60]),
        late=st.sampled_from([0, 0, 1, 13]),
        fault=FAULT,
    )
    def commit_without_a_quote(
        self,
        who: int,
        basket: dict[str, Any],
        paid: int | None,
        late: int,
        fault: tuple[int, str] | None,
    ) -> Any:
        shop, member = self.members[who] if who < 3 else (self.members[0][0], None)
        body: dict[str, Any] = {"order_id": self._number("o"), "source": "till", **basket}
        if member:
            body["member"] = member
        if late:
            body["occurred_at"] = (self.time.now - timedelta(days=late)).isoformat()
        if paid:
            full = [line["unit_price"] * line["quantity"] for line in basket["lines"]]
            due = [each * paid // 100 for each in full]
            body |= {"paid": True, "lines": charged(basket, due)}
        answer = self._commit(shop, body, fault)
        assert answer.status < 400, answer.text
        return self._sold(shop, member, body, answer)

    def _commit(self, shop: Shop, body: dict[str, Any], fault: tuple[int, str] | None) -> Answer:
        return self._try(lambda: shop.call("POST", "/v1/checkout/orders", body), fault)

    def _sold(self, shop: Shop, member: str | None, body: dict[str, Any], answer: Answer) -> Sold:
        if member:
            self.taken[member] += 1
        return Sold(shop, member, body, core(answer), answer.json["claim"])

    # --- at the till -------------------------------------------------------------------------

    @rule(
        target=orders,
        who=MEMBER,
        basket=st.sampled_from(worlds.BASKETS),
        by=st.sampled_from(["qr", "number", "phone"]),
        said=st.sampled_from(["confirmed", "confirmed", "refused", "nothing"]),
        percent=SHARE,
        fault=FAULT,
    )
    def buy_at_a_till(
        self,
        who: int,
        basket: dict[str, Any],
        by: str,
        said: str,
        percent: int,
        fault: tuple[int, str] | None,
    ) -> Any:
        """What was scanned spends; what was typed earns, and spends what the member confirms on
        the phone: in this store, in this order, and not more."""
        at = AtTill(*self.members[who], self._number("t"), basket)
        shown = {by: self._shown(at, by)}
        found = self._try(lambda: at.till.find(**shown), fault)
        assert (found.status, found.json["member"]) == (200, at.member), found.text
        token = str(found.json["identification"])
        self.kept = Books()  # with what is counted of who is looked for
        asked = at.till.quote(identification=token, **basket).json
        most = asked["spending"]["most"] if asked["spending"] else 0
        points = most * percent // 100
        if by != "qr" and points:
            refused = at.till.quote(identification=token, spend_points=points, **basket)
            assert refused.code == "confirmation_needed"
            self._nothing_changed()
            token, points = self._confirmed(at, points, said, token, fault)
        return self._sold_at_the_till(at, token, points, fault)

    def _shown(self, at: AtTill, by: str) -> str:
        """The code on the phone, or what is said to the clerk."""
        if by == "phone":
            return self.phones[at.member]
        card = at.shop.call("GET", "/v1/members/me/card", as_=at.member).json
        return str(card["qr"]["payload"] if by == "qr" else card["number"])

    def _confirmed(
        self, at: AtTill, points: int, said: str, typed: str, fault: tuple[int, str] | None
    ) -> tuple[str, int]:
        """By what the member is known from now on, and how much may be spent by it."""
        ask = partial(at.till.ask, at.member, at.order, reference=at.order, points=points)
        asked = self._try(ask, fault)
        if asked.status >= 400:  # so often within ten minutes
            assert asked.code in {"too_many_attempts", "points_not_enough"}
            return typed, 0
        if said != "nothing":
            answered = self._try(lambda: answers(at.shop, asked, said), fault)
            assert answered.status == 200, answered.text
        heard = at.till.hear(asked).json
        if heard["identification"]:
            more = at.till.quote(
                identification=heard["identification"], spend_points=points + 1, **at.basket
            )
            assert more.code == "confirmation_needed"
        assert heard["status"] == {"nothing": "pending"}.get(said, said)
        assert (heard["identification"] is None) == (said != "confirmed")
        return (heard["identification"], points) if said == "confirmed" else (typed, 0)

    def _sold_at_the_till(
        self, at: AtTill, token: str, points: int, fault: tuple[int, str] | None
    ) -> Any:
        wish = {"spend_points": points} if points else {}
        self.kept = Books()  # with what was asked and answered so far
        quoted = at.till.quote(identification=token, **wish, **at.basket)
        assert quoted.status == 200, quoted.text
        body = {
            "order_id": at.order,
            "source": STORE,
            "member": at.member,
            "quote": quoted.json["quote"],
            "channel": "store",
            **at.basket,
        }
        for other in (at.shop.call, partial(at.shop.call, as_=OTHER_TILL)):
            stolen = other("POST", "/v1/checkout/orders", {**body, "source": "till-4"})
            assert stolen.code in {"quote_invalid", "forbidden"}, stolen.text
        self._nothing_changed()
        answer = self._try(
            lambda: at.shop.call("POST", "/v1/checkout/orders", body, as_="till"), fault
        )
        assert answer.status in (200, 201), answer.text
        self._hold_to_promise(quoted.json, answer.json)
        assert answer.json["points_spent"] == points
        sold: Sold = self._sold(at.shop, at.member, body, answer)
        sold.as_ = "till"
        return sold

    @rule(order=orders, what=st.sampled_from(["confirmation", "cancellation"]))
    def another_store_cannot_finish_it(self, order: Sold, what: str) -> None:
        path = f"/v1/checkout/orders/{order.key}/{what}"
        assert order.shop.call("POST", path, as_=OTHER_TILL).code == "order_not_found"
        self._nothing_changed()

    @rule(order=orders, how=st.sampled_from(["the same", "without its quote", "something else"]))
    def say_again(self, order: Sold, how: str) -> None:
        if how == "something else":
            self._say_something_else(order)
        else:
            self._repeat(order, without_quote=how == "without its quote")
            self._refund_again(order)

    def _repeat(self, order: Sold, *, without_quote: bool) -> None:
        body = {k: v for k, v in order.body.items() if not (without_quote and k == "quote")}
        answer = order.shop.call("POST", "/v1/checkout/orders", body, as_=order.as_)
        assert answer.status == 200, answer.text
        assert answer.headers["idempotent-replayed"] == "true"
        if order.member is None or order.body.get("member"):
            assert core(answer) == order.core
        self._nothing_changed()

    def _say_something_else(self, order: Sold) -> None:
        lines = [dict(line) for line in order.body["lines"]]
        lines[0]["quantity"] += 1
        body = {**order.body, "lines": lines}
        body.pop("quote", None)
        answer = self._try(
            lambda: order.shop.call("POST", "/v1/checkout/orders", body, as_=order.as_), None
        )
        gone = any(self._now(order.member or "") == member for _, member in self.left)
        codes = {"order_mismatch", "too_late", "member_merged"}
        assert answer.code in codes | ({"member_not_active"} if gone else set())

    def _refund_again(self, order: Sold) -> None:
        for known in order.refunded.values():
            answer = self._ask(order, "refunds", known["body"], None)
            assert (answer.status, answer.json["refund"]) == (200, known["refund"])
        self._nothing_changed()

    # --- what becomes of it ------------------------------------------------------------------

    @rule(order=orders, fault=FAULT)
    def confirm(self, order: Sold, fault: tuple[int, str] | None) -> None:
        answer = self._ask(order, "confirmation", None, fault)
        assert answer.status == 200 or answer.code == "order_closed"

    @rule(order=orders, fault=FAULT)
    def cancel(self, order: Sold, fault: tuple[int, str] | None) -> None:
        answer = self._ask(order, "cancellation", None, fault)
        assert answer.status == 200 or answer.code == "order_closed"
        self._took(order.member)

    @rule(order=orders, units=st.integers(0, 9), fault=FAULT)
    def refund(self, order: Sold, units: int, fault: tuple[int, str] | None) -> None:
        """Some of a line or two, or with 0 all that is left."""
        lines = [
            {"id": line["id"], "quantity": min(units, line["quantity"])}
            for line in order.body["lines"][: 1 + units % 2]
        ]
        body = {"reference": self._number("r")}
        self._refund(order, body | ({"lines": lines} if units else {}), fault)

    def _refund(self, order: Sold, body: dict[str, Any], fault: tuple[int, str] | None) -> None:
        answer = self._ask(order, "refunds", body, fault)
        if answer.status >= 400:
            assert answer.code in ("order_not_confirmed", "order_closed", "refund_too_large")
            return
        self._took(order.member)
        order.refunded[body["reference"]] = {"body": body, "refund": answer.json["refund"]}

    def _ask(self, order: Sold, what: str, body: Any, fault: tuple[int, str] | None) -> Answer:
        path = f"/v1/checkout/orders/{order.key}/{what}"
        return self._try(lambda: order.shop.call("POST", path, body), fault)

    def _took(self, member: str | None) -> None:
        if member:
            self.taken[self._now(member)] += 1

    def _now(self, member: str) -> str:
        """Who that is by now."""
        while member in self.into:
            member = self.into[member]
        return member

    @rule(who=MEMBER, amount=st.sampled_from([100, 9_999, 60_000]), fault=FAULT)
    def return_without_a_receipt(
        self, who: int, amount: int, fault: tuple[int, str] | None
    ) -> None:
        shop, member = self.members[who]
        goods = {"amount": amount, "currency": "SEK", "vat_rate": 2500}
        body = {"reference": self._number("w"), "member": member, **goods}
        answer = self._try(lambda: shop.call("POST", "/v1/checkout/returns", body), fault)
        assert answer.status in (200, 201)
        self._took(member)

    # --- who it is ---------------------------------------------------------------------------

    @rule(order=orders, who=MEMBER, fault=FAULT)
    def claim(self, order: Sold, who: int, fault: tuple[int, str] | None) -> None:
        """What was bought as a guest, by one of the shop or by somebody of another."""
        shop, member = self.members[who]
        if order.claim is None:
            return
        body = {"claim": order.claim}
        path = "/v1/members/claims"
        answer = self._try(lambda: shop.call("POST", path, body, as_=member), fault)
        if answer.status >= 400:
            assert answer.code in UNCLAIMED
            assert order.member is None or answer.code in {"claim_taken", "claim_invalid"}
            return
        assert order.member is None or self._now(order.member) == member
        order.member = order.member or member
        self._took(member)

    @precondition(lambda self: len(self.merged) < MOST_MERGE)
    @rule(fault=FAULT, swap=st.booleans())
    def merge(self, fault: tuple[int, str] | None, swap: bool) -> None:
        """The two of one shop; a third takes the place of who is gone."""
        (shop, one), (_, other) = self.members[:2]
        survivor, gone = (other, one) if swap else (one, other)
        before = [self._rank(shop, member) for member in (one, other)]
        owing = any(self._returned_more_than_bought(shop, member) for member in (one, other))
        body = {"member": survivor, "merge": gone}
        path = "/v1/members/merge"
        answer = self._try(lambda: shop.call("POST", path, body, as_="staff"), fault)
        assert answer.status in (200, 201), answer.text
        self.into[gone] = survivor
        self.merged.append((shop, gone))
        self._took(survivor)
        assert owing or self._rank(shop, survivor) >= max(before)
        self.people[survivor] |= self.people[gone]
        self.said[survivor].takes_over(self.said[gone])
        self.members[:2] = [(shop, survivor), self._join(shop, self._number("c"))]

    def _returned_more_than_bought(self, shop: Shop, member: str) -> bool:
        """In some month, without a receipt; a merger adds up."""
        account = books.account_of(shop, member)
        return min([0, *account.spend.values(), *account.qualifying.values()]) < 0

    def _rank(self, shop: Shop, member: str) -> int:
        ladder = shop.call("GET", f"/v1/members/{member}/ladder").json
        return ["bas", "silver", "guld"].index(ladder["tier"])

    # --- what points are turned into, and what else they come from -----------------------------

    @rule(
        target=rewards,
        who=MEMBER,
        reward=st.sampled_from(["cheque", "code", "delivery"]),
        fault=FAULT,
    )
    def redeem(self, who: int, reward: str, fault: tuple[int, str] | None) -> Any:
        shop, member = self.members[who]
        body = {"reference": self._number("w"), "reward": reward}
        answer = self._ask_member(shop, member, "redemptions", body, fault)
        if answer.status >= 400:
            assert answer.code in {"points_not_enough", "limit_reached", "reward_sold_out"}
            return multiple()
        self._took(member)
        return Reserved(shop, member, body, answer.json["voucher"])

    @rule(
        one=rewards,
        what=st.sampled_from(["confirmation", "cancellation", "cancellation", "again"]),
        fault=FAULT,
    )
    def decide_on_a_reward(self, one: Reserved, what: str, fault: tuple[int, str] | None) -> None:
        has_left = (one.shop, self._now(one.member)) in self.left
        if what == "again":
            if has_left:
                return
            again = self._ask_member(one.shop, one.member, "redemptions", one.body, None)
            assert (again.status, again.json["voucher"]) == (200, one.voucher)
            self._nothing_changed()
            return
        path = f"redemptions/{one.body['reference']}/{what}"
        answer = self._ask_member(one.shop, one.member, path, None, fault)
        assert answer.status == 200 or answer.code == (
            "member_not_active" if has_left else "reward_closed"
        )
        self._took(one.member)

    @rule(one=rewards, who=MEMBER, fault=FAULT)
    def give_to_a_friend(self, one: Reserved, who: int, fault: tuple[int, str] | None) -> None:
        """Or to oneself, or to somebody of another shop, which comes to nothing."""
        shop, friend = self.members[who]
        self._ask_member(
            one.shop, one.member, f"redemptions/{one.body['reference']}/confirmation", None, None
        )
        self.kept = Books()  # with what is kept of it
        made = self._ask_member(
            one.shop, one.member, f"vouchers/{one.voucher}/gift-links", None, fault
        )
        self._took(one.member)
        if made.status >= 400:
            assert made.code in {
                "voucher_not_transferable", "voucher_not_kept", "voucher_not_open", "member_merged",
                "member_not_active", "not_found",
            }  # fmt: skip
            return
        gift = {"gift": made.json["gift"]}
        taken = self._ask_member(shop, friend, "vouchers/taken", gift, fault)
        assert taken.status < 300 or taken.code in {"gift_gone", "gift_invalid"}
        if taken.status < 300:
            again = self._ask_member(shop, friend, "vouchers/taken", gift, None)
            assert (again.status, again.json) == (200, taken.json)
            assert friend != self._now(one.member)

    @rule(who=MEMBER, cause=st.sampled_from(["sea", "forest"]), fault=FAULT)
    def give_to_a_cause(self, who: int, cause: str, fault: tuple[int, str] | None) -> None:
        shop, member = self.members[who]
        body = {"reference": self._number("g"), "reward": "gift", "cause": cause}
        answer = self._ask_member(shop, member, "gifts", body, fault)
        assert answer.status < 300 or answer.code in {"points_not_enough", "limit_reached"}
        self._took(member)

    @rule(
        who=MEMBER,
        action=st.sampled_from(["visit", "visit", "newsletter", "birthday"]),
        fault=FAULT,
    )
    def do_something(self, who: int, action: str, fault: tuple[int, str] | None) -> None:
        shop, member = self.members[who]
        body = {"reference": self._number("e"), "action": action}
        answer = self._ask_member(shop, member, "earnings", body, fault)
        assert answer.status < 300 or answer.code == "limit_reached"

    def _ask_member(
        self, shop: Shop, member: str, what: str, body: Any, fault: tuple[int, str] | None
    ) -> Answer:
        path = f"/v1/members/{member}/{what}"
        return self._try(lambda: shop.call("POST", path, body), fault)

    # --- what people decide ------------------------------------------------------------------

    @rule(who=MEMBER, number=st.integers(0, 5), fault=FAULT)
    def decide(self, who: int, number: int, fault: tuple[int, str] | None) -> None:
        shop, member = self.members[who]
        what, body, as_ = self._decision(number)
        method = "POST" if body else "PUT"
        path = f"/v1/members/{member}/{what}"
        answer = self._try(lambda: shop.call(method, path, body, as_=as_), fault)
        fine = {"points_not_enough", "not_found", "offer_sold_out", "offer_used"}
        # What one key has moved for one member in a day may be so much that more of it waits.
        assert answer.status in (200, 201, 202) or answer.code in fine
        self._took(member if number == 0 else None)

    def _decision(self, number: int) -> tuple[str, Any, str]:
        reference, month = self._number("d"), self.time.now.date().isoformat()[:7]
        until = (self.time.now + timedelta(days=40)).isoformat()
        if number <= 2:
            points = (-40, 25, 300)[number]
            body = {"reference": reference, "points": points, "reason": "goodwill"}
            return "adjustments", body, "staff"
        if number == 3:
            span = {"from_month": month, "until_month": add_months(month, 1)}
            return "freezes", {"reference": reference, "reason": "illness", **span}, "staff"
        if number == 4:
            return (
                "vouchers",
                {"reference": reference, "amount": 2_500, "expires_at": until},
                "shop",
            )
        return "offers/few", None, "shop"

    @rule(which=st.integers(0, 1), programme=worlds.programmes())
    def publish(self, which: int, programme: Programme) -> None:
        self.members[which * 2][0].publish(programme)

    # --- what they say of themselves ---------------------------------------------------------

    @rule(who=MEMBER, what=st.sampled_from(["sport", "size", "first_name"]), fault=FAULT)
    def tell_a_detail(self, who: int, what: str, fault: tuple[int, str] | None) -> None:
        _, member = self.members[who]
        word = self._word(member)
        body = {what: word} if what == "first_name" else {"answers": {what: word}}
        assert self._say(who, "PATCH", "details", body, fault).status == 200
        if what == "first_name":
            self.said[member].first_name = word
        else:
            self.said[member].answers[what] = word

    @rule(
        who=MEMBER, purpose=st.sampled_from(["letters", "wishes"]), given=st.booleans(), fault=FAULT
    )
    def consent(self, who: int, purpose: str, given: bool, fault: tuple[int, str] | None) -> None:
        method, body = ("PUT", {"text_version": "1"}) if given else ("DELETE", None)
        assert self._say(who, method, f"consents/{purpose}", body, fault).status == 200
        self.said[self.members[who][1]].consents_to(purpose, self.time.now, given=given)

    @rule(who=MEMBER, article=st.sampled_from(["tent", "boots"]), wants=st.booleans(), fault=FAULT)
    def wish(self, who: int, article: str, wants: bool, fault: tuple[int, str] | None) -> None:
        member, path = self.members[who][1], f"wishes/{article}"
        wishes = self.said[member].wishes
        if not wants:
            assert self._say(who, "DELETE", path, None, fault).status == 204
            wishes.pop(article, None)
            return
        name = self._word(member)
        body = {"name": name, "currency": "SEK", "price": 100, "in_stock": True}
        assert self._say(who, "PUT", path, body, fault).status < 300
        wishes.setdefault(article, name)

    def _word(self, member: str) -> str:
        """One that nobody else says, so that it can be looked for when they have left."""
        word = f"word-{self._number('x')}-of-{member}"
        self.people[member].add(word)
        return word

    def _say(
        self, who: int, method: str, what: str, body: Any, fault: tuple[int, str] | None
    ) -> Answer:
        shop, member = self.members[who]
        path = f"/v1/members/me/{what}"
        return self._try(lambda: shop.call(method, path, body, as_=member), fault)

    # --- leaving -----------------------------------------------------------------------------

    @precondition(lambda self: len(self.left) < MOST_LEAVE)
    @rule(who=MEMBER, fault=st.none() | st.tuples(st.integers(0, 14), st.sampled_from(HERE)))
    def leave(self, who: int, fault: tuple[int, str] | None) -> None:
        """And join again: of what was before, nothing is theirs."""
        shop, member = self.members[who]
        customer = profiles.find(shop.id, member).customer_id
        path = f"/v1/members/{member}/leave"
        assert self._try(lambda: shop.call("POST", path, {}), fault).status == 204
        self.left.append((shop, member))
        assert dump.found_in(dump.said(), self.people[member]) == set()
        self.members[who] = self._join(shop, customer)

    # --- time, and what happens by itself ----------------------------------------------------

    @rule(
        step=st.sampled_from(
            [
                timedelta(minutes=5), timedelta(minutes=29), timedelta(hours=2),
                timedelta(days=1), timedelta(days=15), timedelta(days=33),
            ]
        )
    )  # fmt: skip
    def wait(self, step: timedelta) -> None:
        self.time.advance(seconds=step.total_seconds())

    @rule(whose=st.lists(MEMBER, min_size=1, max_size=5), fault=FAULT)
    def let_jobs_run(self, whose: list[int], fault: tuple[int, str] | None) -> None:
        """As many of a batch's records of one member as of silent nights."""
        jobs = (self.reverse_what_nobody_confirmed, self.review)
        if len(whose) > 2:
            self.deliver(whose, fault)
        else:
            jobs[len(whose) - 1](fault)

    def reverse_what_nobody_confirmed(self, fault: tuple[int, str] | None) -> None:
        """What the job finds in its index; the job itself, which looks day by day, has a test."""
        for shop, _ in self.members[::2]:
            for placed in self.kept.orders(shop):
                if placed.hold_until and placed.hold_until <= self.time.now:
                    self._reverse(shop, placed, fault)
        self.kept = Books()
        for shop, member in self.members:
            for item in self.kept.benefits(shop, member):
                if redemptions.is_due(item, self.time.now):
                    self._look_at(shop, member, item.sk.removeprefix(BENEFIT), fault)

    def _look_at(self, shop: Shop, member: str, id: str, fault: tuple[int, str] | None) -> None:
        now = self.time.now
        at = club_at(shop.id, now)
        self._job(lambda: redeeming.look_at(at, member, id, now), fault)
        self._took(member)

    def _reverse(self, shop: Shop, placed: Placed, fault: tuple[int, str] | None) -> None:
        now = self.time.now
        at = club_at(shop.id, now)
        self._job(lambda: returning.cancel(at, placed.order.key, only_after=now), fault)
        self._took(placed.order.member)

    def review(self, fault: tuple[int, str] | None) -> None:
        """Whom the job finds in its index."""
        today = self.time.now.date().isoformat()
        for shop, member in self.members:
            day = self.kept.accounts[shop.id, member].review_on
            if day and day <= today:
                self._job(partial(settle, shop.id, member, self.time.now), fault)
        for shop, member in [*self.left, *self.merged]:
            if self.kept.accounts[shop.id, member].review_on:
                self._job(partial(forgetting.look_last, shop.id, member), fault)

    def deliver(self, whose: list[int], fault: tuple[int, str] | None) -> None:
        """Records of the stream: any, in any order, any number of times."""
        records = [self._record(*self.members[who], n) for n, who in enumerate(whose)]

        def batch() -> None:
            answer = recalculate_tier.handler({"Records": records}, None)  # type: ignore[arg-type]
            if answer["batchItemFailures"]:
                raise Conflict

        self._job(batch, fault)

    def _record(self, shop: Shop, member: str, number: int) -> dict[str, Any]:
        image = {"pk": {"S": f"{shop.id}#{member}"}, "kind": {"S": "earn"}}
        return {
            "eventID": str(number),
            "eventName": "INSERT",
            "dynamodb": {"NewImage": image, "SequenceNumber": str(number)},
        }

    @rule(who=MEMBER, limit=st.sampled_from([1, 3]))
    def read_the_statement(self, who: int, limit: int) -> None:
        shop, member = self.members[who]
        pages = list(statement(shop, member, limit))
        assert pages == [entry.id for entry in reversed(self.kept.entries(shop, member))]

    # --- what must always hold ---------------------------------------------------------------

    @invariant()
    def the_books_agree(self) -> None:
        if not hasattr(self, "members"):
            return
        self.kept = kept = Books()
        everybody = [*self.members, *self.left]
        for shop in {shop.id: shop for shop, _ in everybody}.values():
            placed = kept.orders(shop)
            for order in placed:
                hold_refunds(order)
            mine = [member for each, member in kept.accounts if each == shop.id]
            entries = {member: kept.entries(shop, member) for member in mine}
            hold_sums(placed, [entry for each in entries.values() for entry in each])
            hold_rewards(kept, shop, entries, self._now)
            for member in mine:
                self._hold_account(shop, kept.accounts[shop.id, member], entries[member])
        self._hold_what_they_said()

    def _hold_what_they_said(self) -> None:
        """It is known, and of who is gone nothing is."""
        for shop, member in self.members:
            assert said.kept(self.kept, shop, member) == self.said[member]
        for shop, member in [*self.left, *self.merged]:
            assert said.kept(self.kept, shop, member) is None

    def _hold_account(self, shop: Shop, account: Account, entries: list[Entry]) -> None:
        assert sum(entry.points for entry in entries) == sum(account.lots.values()) - account.debt
        assert all(points >= 0 for points in account.lots.values())
        assert account.debt >= 0
        assert all(count >= 0 for count in account.used.values())
        for entry in entries:
            assert entry.points == sum(entry.lots.values()) - entry.debt
        published = programmes.current(shop.id, self.time.now)
        at = moment(self.time.now, published.programme.time_zone)
        live = membership.settled(account, published.setting, at)[0]
        if account.status == "active":
            first = replace(self.first[account.member], joined_on=account.joined_on)
            again = replaying.with_lots_netted(with_entries(first, entries))
            settled = membership.settled(replace(again, version=10**6), published.setting, at)
            assert essence(live, published, at) == essence(settled[0], published, at)
        assert wallet.balance(account.wallet, at.day) == wallet.balance(live.wallet, at.day)
        made = replaying.replayed(account, entries, published.setting)
        assert replaying.compared(account, made, published.setting, at) == {}
        if account.status == "closed":
            assert (account.lots, account.debt, account.card) == ({}, 0, "")


def still_counts(counter: str, month: str) -> bool:
    """A counter of a month that is over may be there or not: it limits nothing any more."""
    day = counter.partition("@")[2]
    return not day or day[:7] >= add_months(month, -1)


def as_enrolled(shop: Shop, member: str) -> Account:
    """Before anything was entered, the welcome points included."""
    return replace(books.account_of(shop, member), lots={})


def essence(account: Account, published: programmes.Published, at: Any) -> dict[str, Any]:
    """What an account comes to, now and in the months to come if nothing more happens."""
    together = wallet.merged(account.wallet, at.day)
    months = [add_months(at.month, ahead) for ahead in range(8)]
    return {
        "lots": {lot: points for lot, points in together.lots.items() if points},
        "debt": together.debt,
        "active_on": account.active_on,
        "spend": {month: n for month, n in account.spend.items() if n},
        "qualifying": {month: n for month, n in account.qualifying.items() if n},
        "orders": account.orders,
        "used": {key: n for key, n in account.used.items() if n and still_counts(key, at.month)},
        "freezes": account.freezes,
        "tiers": [membership.tier_of(account, published.tier_history, each) for each in months],
    }


def hold_refunds(placed: Placed) -> None:
    """Never more than the order; and any split the same as one return of as much."""
    order, done = placed.order, placed.refunds
    if not order.lines:
        return
    if not any(remaining(order.plan, order.lines, {}).amounts):
        assert order.points == 0
    whole = refunds.worth(order, refunds.returned_units(done))
    assert sum(refund.amount for refund in done) == whole.amount <= order.charged
    assert sum(refund.points for refund in done) + unearned(placed) == whole.points <= order.points
    assert sum(refund.restored for refund in done) == whole.restored <= order.spent
    if done and not refunds.units_left(order, done):
        assert (whole.amount, whole.points, whole.restored) == (
            order.charged, order.points, order.spent,
        )  # fmt: skip


def unearned(placed: Placed) -> int:
    """The points of what had come back before the order was claimed."""
    if not any(use.key.startswith(COUNTER) for use in placed.order.uses):
        return 0
    before = [each for n, each in enumerate(placed.refunds) if not took_points(placed, n)]
    return refunds.worth(placed.order, refunds.returned_units(before)).points


def took_points(placed: Placed, number: int) -> bool:
    """Whether a refund took what it would have of a member's order."""
    so_far = [refunds.returned_units(placed.refunds[:n]) for n in (number, number + 1)]
    less, more = (refunds.worth(placed.order, units).points for units in so_far)
    return placed.refunds[number].points == more - less


def hold_sums(placed: list[Placed], entries: list[Entry]) -> None:
    """What the orders say was given, spent and taken back is what the ledger says."""

    def points(*kinds: str) -> int:
        return sum(entry.points for entry in entries if entry.kind in kinds)

    def of_orders(kind: str) -> int:
        return sum(entry.points for entry in entries if entry.kind == kind and entry.order)

    members = [each for each in placed if each.order.member]
    done = [refund for each in members for refund in each.refunds]
    assert points("earn") == sum(each.order.points - unearned(each) for each in members)
    assert of_orders("spend") == -sum(each.order.spent for each in members)
    assert of_orders("restore") == sum(refund.restored for refund in done)
    assert points("reverse") == sum(refund.forgiven - refund.points for refund in done)
    assert all(points(kind) <= 0 for kind in ("expire", "lapse"))


def charged(basket: dict[str, Any], amounts: list[int]) -> list[dict[str, Any]]:
    return [
        {**line, "charged": amount} for line, amount in zip(basket["lines"], amounts, strict=True)
    ]


def core(answer: Answer) -> dict[str, Any]:
    """Of a receipt: what never changes, whatever becomes of the order or of what it is called."""
    receipt = answer.json
    for passing in ("status", "hold_until", "refunds", "text", "claim"):
        receipt.pop(passing)
    for named in [*receipt["benefits"], *receipt["points"]["parts"]]:
        named.pop("name")
    found: dict[str, Any] = receipt
    return found


def statement(shop: Shop, member: str, limit: int) -> Iterator[str]:
    cursor = ""
    while cursor is not None:
        path = f"/v1/members/{member}/statement?limit={limit}&cursor={cursor}"
        page = shop.call("GET", path).json
        yield from (line["id"] for line in page["lines"])
        cursor = page["next"]


def test_whatever_happens_in_whatever_order_the_books_agree(time: Clock) -> None:
    Club.time = time
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Club,
        settings=settings(
            max_examples=100 if PROVING else 12,
            stateful_step_count=50 if PROVING else 25,
            deadline=None,
            suppress_health_check=slow,
            print_blob=True,
        ),
    )
