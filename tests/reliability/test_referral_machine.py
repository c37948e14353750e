"""Members bring friends, who buy, return, cancel, share a card or a device and are merged; staff
decides; records of the stream come late, twice and mixed; days pass; and at any step something
happens to a call, after which whoever it was tries again.

Hypothesis chooses; the blob that it prints with a failure replays it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)
from msgspec.structs import replace

from functions.operations import follow_up
from functions.referrals import settle_referrals
from stamkund.local.invocation import Context
from stamkund.rules.account import Account, with_entries
from stamkund.rules.ambassadors import merit_of
from stamkund.rules.ledger import Entry
from stamkund.rules.referral_rules import PointsGiven
from stamkund.rules.referrals import (
    FRIENDS,
    Referral,
    TurnedAway,
    purchase_of,
    reference,
    referral_id,
)
from stamkund.tables import accounts, ledger, orders, referrals
from tests.builders import Clock
from tests.referring import RULES, World, a_record
from tests.reliability import books, faults
from tests.reliability.machines import Timed, search

# Most of the time nothing happens.
FAULTS = st.sampled_from([None] * 2 * len(faults.FAULTS) + list(faults.FAULTS))
CALLS = st.integers(0, 14)
GUARDS = replace(RULES.guards, per_referrer=4, returned=3)
FOR_BOTH = replace(RULES, friend=PointsGiven(100), guards=GUARDS, per_month=6)
HAS = {"pending", "available"}


class Club(Timed):
    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)
        self.friends: dict[str, str] = {}  # who brought them
        self.bought: dict[str, list[str]] = {}
        self.told: list[tuple[str, str]] = []  # what there is in the stream
        self.turned_away = set[str]()
        self.returns = 0

    @initialize(points=st.booleans())
    def opens(self, points: bool) -> None:
        books.wipe()
        self.world = World(self.time, FOR_BOTH if points else replace(RULES, guards=GUARDS))
        self.members = [self.world.joins() for _ in range(2)]
        self.codes = [self.world.code(member) for member in self.members]

    @contextmanager
    def struck(self, fault: str | None, call: int) -> Iterator[None]:
        try:
            with faults.at(call, fault) if fault else nullcontext():
                yield
        except faults.Killed:
            pass
        except Exception:
            # Lambda would tell of it, and the next run goes on.
            if not fault:
                raise

    def one(self, n: int) -> str:
        return list(self.friends)[n % len(self.friends)]

    def order(self, n: int) -> tuple[str, str] | None:
        every = [(friend, key) for friend, keys in self.bought.items() for key in keys]
        return every[n % len(every)] if every else None

    # What people do

    @rule(who=st.integers(0, 1), shared=st.booleans(), fault=FAULTS, call=CALLS)
    def brings(self, who: int, shared: bool, fault: str | None, call: int) -> None:
        if len(self.friends) >= 6:
            return
        n = next(self.numbers)
        if shared:
            self.world.signs(self.members[who], device="d-shared")
        invitation = {"code": self.codes[who], **({"device": "d-shared"} if shared else {})}
        body = {"customer_id": f"f{n}", "invitation": invitation}
        answer = self.tried(lambda: self.world.enrolled(body), fault, call)
        assert answer.status in {200, 201}, answer.text
        friend = answer.json["member"]
        assert friend not in self.friends
        self.friends[friend] = self.members[who]

    @precondition(lambda self: self.friends)
    @rule(
        n=st.integers(0, 99),
        amount=st.sampled_from([10_000, 49_900, 49_900, 90_000]),
        held=st.booleans(),
    )
    def buys(self, n: int, amount: int, held: bool) -> None:
        friend, id = self.one(n), f"o{next(self.numbers)}"
        line: dict[str, Any] = {
            "id": "1", "article": "shoe", "quantity": 2, "unit_price": amount // 2,
            "vat_rate": 2500, **({} if held else {"charged": amount}),
        }  # fmt: skip
        body = {"order_id": id, "currency": "SEK", "lines": [line], "member": friend}
        answer = self.world.shop.call("POST", "/v1/checkout/orders", {**body, "paid": not held})
        assert answer.status == 201, answer.text
        self.bought.setdefault(friend, []).append(f"web:{id}")
        self.told.append((friend, "earn"))

    @rule(n=st.integers(0, 99), units=st.integers(1, 2))
    def returns_some(self, n: int, units: int) -> None:
        found = self.order(n)
        if found is None:
            return
        friend, key = found
        placed = orders.find(self.world.shop.id, key)
        path = f"/v1/checkout/orders/{key}"
        if placed.status == "held":
            self.world.shop.call("POST", f"{path}/cancellation")
        else:
            self.returns += 1
            lines = [{"id": "1", "quantity": units}]
            body = {"reference": f"r{self.returns}", "lines": lines}
            answer = self.world.shop.call("POST", f"{path}/refunds", body)
            assert answer.status in {201, 409}, answer.text
        self.told.append((friend, "reverse"))

    @precondition(lambda self: self.friends)
    @rule(n=st.integers(0, 99), card=st.sampled_from(["pm_1", "pm_2", "pm_3"]),
          theirs=st.booleans(), fault=FAULTS, call=CALLS)  # fmt: skip
    def pays_with(self, n: int, card: str, theirs: bool, fault: str | None, call: int) -> None:
        friend = self.one(n)
        member = friend if theirs else self.friends[friend]
        path = f"/v1/members/{member}/signs"
        body = {"payment": card, "address": "Storgatan 1"}
        answer = self.tried(lambda: self.world.shop.call("POST", path, body), fault, call)
        assert answer.status == 204, answer.text

    @precondition(lambda self: self.friends)
    @rule(n=st.integers(0, 99), decision=st.sampled_from(["release", "release", "refuse"]),
          fault=FAULTS, call=CALLS)  # fmt: skip
    def staff_decides(self, n: int, decision: str, fault: str | None, call: int) -> None:
        friend = self.one(n)
        more = {"reason": "same_person"} if decision == "refuse" else {}
        answer = self.tried(lambda: self.world.decide(friend, decision, **more), fault, call)
        assert answer.status in {200, 409}, answer.text

    @precondition(lambda self: self.friends)
    @rule(n=st.integers(0, 99), fault=FAULTS, call=CALLS)
    def names_another(self, n: int, fault: str | None, call: int) -> None:
        """Who has a referrer already; staff is told of it once."""
        friend = self.one(n)
        code = self.codes[self.members.index(self.friends[friend]) - 1]
        path = f"/v1/members/{friend}/referrer"
        answer = self.tried(lambda: self.world.shop.call("POST", path, {"code": code}), fault, call)
        assert answer.code == "referrer_set", answer.text
        self.turned_away.add(friend)

    @rule(who=st.integers(0, 1), stopped=st.booleans(), fault=FAULTS, call=CALLS)
    def staff_stops(self, who: int, stopped: bool, fault: str | None, call: int) -> None:
        path = f"/v1/referrals/referrers/{self.members[who]}/stop"
        method = "PUT" if stopped else "DELETE"
        answer = self.tried(lambda: self.world.shop.call(method, path, as_="staff"), fault, call)
        assert answer.status in {200, 204}, answer.text
        mine = [one for one, by in self.friends.items() if by == self.members[who]]
        if stopped:
            waiting = [one for one in mine if self.known(one).state == "pending"]
            assert all(self.known(one).cleared for one in waiting)

    # What happens by itself

    @precondition(lambda self: self.told)
    @rule(picks=st.lists(st.integers(0, 99), min_size=1, max_size=5), fault=FAULTS, call=CALLS)
    def the_stream_brings(self, picks: list[int], fault: str | None, call: int) -> None:
        """Any of the records there have been, in any order, and some of them again."""
        told = [self.told[pick % len(self.told)] for pick in picks]
        records = [a_record(self.world.shop, *one) for one in told]
        with self.struck(fault, call):
            follow_up.handler({"Records": records}, Context("stream"))  # type: ignore[arg-type]

    @rule(days=st.sampled_from([0, 1, 15, 31]), fault=FAULTS, call=CALLS)
    def waits(self, days: int, fault: str | None, call: int) -> None:
        self.time.advance(days=days, seconds=1)
        with self.struck(fault, call):
            settle_referrals.handler({}, Context("timed"))

    # Always

    def known(self, friend: str) -> Referral:
        found = referrals.find(self.world.shop.id, friend)
        assert found
        return found.referral

    def entries(self, member: str) -> list[Entry]:
        return ledger.everything(self.world.shop.id, member, consistent=True)

    @invariant()
    def a_friend_has_the_one_referrer_that_they_began_with(self) -> None:
        for friend, member in self.friends.items():
            assert self.known(friend).referrer == member

    @invariant()
    def a_referrer_has_what_their_friends_are_worth_once_each(self) -> None:
        for member in self.members if self.friends else ():
            account = accounts.find(self.world.shop.id, member)
            mine = [self.known(one) for one, by in self.friends.items() if by == member]
            credited = [one for one in mine if one.state in HAS]
            assert self.points(member) == 500 * len(credited)
            assert account.used.get(FRIENDS, 0) == len(credited)
            assert merit_of(account) == 10 * sum(one.state == "available" for one in mine)

    def points(self, member: str) -> int:
        ours = [e for e in self.entries(member) if e.reference.startswith("referral.")]
        return sum(entry.points for entry in ours)

    @invariant()
    def an_account_is_the_sum_of_its_ledger(self) -> None:
        for member in [*self.members, *self.friends] if self.friends else ():
            entries = self.entries(member)
            assert len({entry.id for entry in entries}) == len(entries)
            account = accounts.find(self.world.shop.id, member)
            again = with_entries(Account(shop="", member="", card=""), entries)
            assert account.debt == again.debt
            assert sum(account.lots.values()) == sum(again.lots.values())
            kept = {key: n for key, n in account.used.items() if "@" not in key and n}
            assert kept == {key: n for key, n in again.used.items() if "@" not in key and n}

    @invariant()
    def one_order_is_credited_once_and_taken_back_once(self) -> None:
        for friend, member in self.friends.items():
            referral = self.known(friend)
            prefix = f"referral.{referral_id(friend)}."
            ours = [e for e in self.entries(member) if e.reference.startswith(prefix)]
            given = [e.reference for e in ours if e.kind == "bonus" and e.reason == "referral"]
            back = [e.reference for e in ours if e.kind == "reverse"]
            assert len(set(given)) == len(given) == referral.count
            assert len(set(back)) == len(back)
            assert set(back) <= set(given)
            assert len(given) - len(back) == int(referral.state in HAS)
            if referral.state in HAS:
                assert reference(referral) in set(given) - set(back)

    @invariant()
    def staff_is_told_of_each_who_was_turned_away_once(self) -> None:
        found = referrals.held(self.world.shop.id, 100)[0] if self.friends else []
        told = [one.friend for one in found if isinstance(one, TurnedAway)]
        assert sorted(told) == sorted(self.turned_away)

    @invariant()
    def what_is_shown_is_what_there_is(self) -> None:
        for member in self.members if self.friends else ():
            page = referrals.friends_of(self.world.shop.id, member, 50)
            shown = {id: friend.state for id, friend in page.friends}
            mine = [one for one, by in self.friends.items() if by == member]
            assert shown == {referral_id(one): self.known(one).state for one in mine}

    def teardown(self) -> None:
        """In the end, when all has been brought, what each order says is what counts."""
        if not self.friends:
            return
        records = [a_record(self.world.shop, friend) for friend in self.friends]
        answer = follow_up.handler({"Records": records}, Context("stream"))  # type: ignore[arg-type]
        assert answer == {"batchItemFailures": []}
        before = books.Books()
        follow_up.handler({"Records": records[::-1] * 2}, Context("stream"))  # type: ignore[arg-type]
        assert books.Books() == before
        for friend in self.friends:
            referral = self.known(friend)
            counting = [key for key in self.bought.get(friend, []) if self.counts(key)]
            if referral.state in HAS:
                assert referral.credit
                assert referral.credit.order in counting
            elif referral.state in {"joined", "reversed"}:
                assert not counting
        self.a_referrer_has_what_their_friends_are_worth_once_each()
        self.one_order_is_credited_once_and_taken_back_once()

    def counts(self, key: str) -> bool:
        placed = orders.find(self.world.shop.id, key)
        purchase = purchase_of(placed.order, placed.status, placed.refunds)
        return purchase.amount >= RULES.min_order


def test_one_friend_is_one_credit_whatever_happens(time: Clock) -> None:
    search(Club, time)
