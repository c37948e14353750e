"""A friend that a member brought, from the day on which somebody invited them.

`MOVES` is the one table of what can become of a referral. What does is decided on everything that
there is to be seen at that moment, never on what has just happened: so it makes no difference in
which order, how late or how often anybody looks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple, get_args

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules import wallet
from stamkund.rules.account import Account
from stamkund.rules.ambassadors import MERIT
from stamkund.rules.calendar import add_days, day_of
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.money import MILLION, round_half_up, share_of
from stamkund.rules.order import Order, OrderStatus, Refund
from stamkund.rules.programme import AmountOff, ClawBack, Match, PointRules
from stamkund.rules.referral_rules import (
    Benefit,
    PointsGiven,
    Referrals,
    Source,
    SpecialBenefit,
    VoucherGiven,
)
from stamkund.rules.refunds import outlived, returned_units
from stamkund.rules.selection import Moment, Selector
from stamkund.rules.suspicions import DoorCode, Suspicion

State = Literal["invited", "joined", "pending", "available", "reversed", "held", "refused"]
STATES: tuple[State, ...] = get_args(State)
Step = Literal["join", "qualify", "mature", "reverse", "suspect", "release", "refuse"]
STEPS: tuple[Step, ...] = get_args(Step)

MOVES: Mapping[Step, Mapping[State, State]] = {
    "join": {"invited": "joined"},
    "qualify": {"joined": "pending", "reversed": "pending"},
    "mature": {"pending": "available"},
    "reverse": {"pending": "reversed", "available": "reversed"},
    "suspect": {"invited": "held", "joined": "held", "reversed": "held", "pending": "held"},
    "release": {"held": "joined"},
    "refuse": {"joined": "refused", "reversed": "refused", "held": "refused"},
}
# As staff may say it, to be read by the member.
StaffReason = Literal["same_household", "same_person", "not_by_the_terms", "no_real_purchase"]
STAFF_REASONS: tuple[StaffReason, ...] = get_args(StaffReason)

# Of entries, by whose they are: each of the two is told what has happened to them.
REASON = "referral"
REASON_OF_FRIEND = "referral_friend"
REASON_WHILE_HELD = "referral_held"
FRIENDS = "referral.friends"
MOST_HISTORY = 40


class Happened(Struct, frozen=True, array_like=True):
    """The referral came into this state then; `reason` is a code, where there is one."""

    state: State
    at: datetime
    reason: str = ""


class Credit(Struct, frozen=True, array_like=True):
    """What one order of the friend has brought, and what must be left of that order for it."""

    n: int
    order: str
    at: datetime
    day: str
    available_on: str
    least: int
    referrer: Benefit | None = None
    friend: Benefit | None = None
    special: str = ""
    match: Match | None = None
    lot: str = ""
    merit: int = 0


class Bought(Struct, frozen=True, array_like=True):
    """What a friend has bought for, as it was seen last: so much up to a month that nothing can
    change any more, and each month after it. An account forgets its months; this does not."""

    until: str = ""
    before: int = 0
    since: dict[str, int] = {}

    @property
    def amount(self) -> int:
        return self.before + sum(self.since.values())


def bought_by(seen: Bought, account: Account) -> Bought:
    closed = max(account.standing.month if account.standing else "", seen.until)
    # A month that the account has forgotten since is what it was.
    months = {**seen.since, **account.spend}
    more = sum(n for month, n in months.items() if seen.until < month <= closed)
    since = {month: n for month, n in account.spend.items() if month > closed}
    return Bought(closed, seen.before + more, since)


class Referral(Struct, frozen=True, array_like=True):
    """One friend, and who brought them: both for good.

    Orders since `since` count, which is when the friend met the invitation. `returned`: how many
    orders that had counted came back. `cleared`: staff has looked, and found it honest. `worth`:
    what the friend has bought for since, and `had` for how much before; `bought` is both together.
    `decided_by`: the key of the staff that decided.
    """

    friend: str
    referrer: str
    source: Source
    since: datetime
    month: str
    state: State
    history: list[Happened]
    credit: Credit | None = None
    count: int = 0
    returned: int = 0
    suspicions: list[Suspicion] = []
    cleared: bool = False
    welcomed: bool = False
    worth: int = 0
    decided_by: str = ""
    had: int = 0
    bought: Bought = Bought()

    @property
    def reason(self) -> str:
        return self.history[-1].reason


class Purchase(Struct, frozen=True):
    """What is left of an order, in the club's currency, and of which goods."""

    order: str
    occurred_at: datetime
    amount: int
    goods: list[tuple[str, str, str]]


class Seen(Struct, frozen=True, kw_only=True):
    """Everything that a decision is made on. `used` counts what the referrer has had. `gone`: the
    referrer is no member any more."""

    purchases: Sequence[Purchase]
    suspicions: Sequence[Suspicion] = ()
    used: Mapping[str, int] = {}
    gone: bool = False


class Qualify(Struct, frozen=True):
    """It counts, by this order, as so-manieth friend of who brought them."""

    purchase: Purchase
    number: int


class Mature(Struct, frozen=True):
    """What it was credited can be used."""

    credit: Credit


class Withdraw(Struct, frozen=True):
    """It is reversed, held or refused, and why; what had been credited is taken back."""

    step: Literal["reverse", "suspect", "refuse"]
    reason: str
    suspicions: tuple[Suspicion, ...] = ()


Decision = Qualify | Mature | Withdraw


def referral_id(friend: str) -> str:
    """In both statements and among the referrer's friends, where it says nothing about anybody."""
    return sha256(friend.encode()).hexdigest()[:16]


def purchase_of(order: Order, status: OrderStatus, refunds: Sequence[Refund]) -> Purchase:
    """Only money counts, and only that paid for goods."""
    back = returned_units(refunds)
    amount, goods = 0, list[tuple[str, str, str]]()
    for index, line in enumerate(order.lines):
        left = line.quantity - back.get(index, 0)
        if line.kind == "goods" and left and status != "cancelled":
            amount += line.charged - share_of(line.charged, line.quantity - left, line.quantity)
            goods.append((line.article, line.category, line.brand))
    worth = round_half_up(amount * order.plan.rate, MILLION)
    return Purchase(order.key, order.occurred_at, worth, goods)


# Who is turned away at the door


class Try(Struct, frozen=True, array_like=True):
    """Somebody said who brought them, by what they had known of it since then, and it cannot be."""

    code: DoorCode
    referrer: str
    source: Source
    since: datetime
    at: datetime


class TurnedAway(Struct, frozen=True, array_like=True):
    """What a member tried, each code once; `seen_by` is the key of the staff that has seen it."""

    friend: str
    tries: list[Try]
    seen_by: str = ""


def with_try(before: TurnedAway | None, friend: str, one: Try) -> TurnedAway | None:
    """Nobody has seen it then, whatever has been seen before; None where it was tried before."""
    tries = before.tries if before else []
    if any(each.code == one.code for each in tries):
        return None
    return TurnedAway(friend, [*tries, one])


def try_to_let_in(turned: TurnedAway) -> Try | None:
    """The one that staff can let in: the others would make a loop, or two referrers of a friend."""
    return next((one for one in turned.tries if one.code == "not_a_new_customer"), None)


# How it begins, and what staff makes of it


class Invited(Struct, frozen=True, kw_only=True):
    """Who invited, from where, and since when the friend has known of it; `doubts` are what is
    against it already, and `had` what the friend has bought for before."""

    referrer: str
    source: Source
    since: datetime
    had: int = 0
    doubts: tuple[Suspicion, ...] = ()


def begun(friend: str, invited: Invited, ground: "Ground") -> "Carried":
    """The friend has joined. Their own voucher or offer is there at once, to be bought with."""
    fresh = Referral(
        friend=friend,
        referrer=invited.referrer,
        source=invited.source,
        since=invited.since,
        month=ground.at.month,
        state="invited",
        history=[],
        had=invited.had,
    )
    if invited.doubts:
        doubts = list(invited.doubts)
        return Carried(moved(fresh, "suspect", ground.at.at, "suspected", suspicions=doubts))
    return _welcomed(moved(fresh, "join", ground.at.at), ground)


def let_in(friend: str, invited: Invited, ground: "Ground", by: str) -> "Carried":
    """Staff lets somebody count who was turned away, and has looked by that."""
    carried = begun(friend, invited, ground)
    return replace(carried, after=replace(carried.after, cleared=True, decided_by=by))


def released(referral: Referral, ground: "Ground", by: str) -> "Carried":
    """Staff found it honest: from now on it is looked at as if nothing had been against it."""
    after = moved(referral, "release", ground.at.at, cleared=True, decided_by=by)
    return _welcomed(after, ground)


def refused(referral: Referral, reason: StaffReason, ground: "Ground", by: str) -> "Carried":
    return Carried(moved(referral, "refuse", ground.at.at, reason, decided_by=by))


def _welcomed(referral: Referral, ground: "Ground") -> "Carried":
    if referral.welcomed:
        return Carried(referral)
    said = entry(
        "bonus",
        {},
        reference=f"referral.{referral_id(referral.friend)}",
        reason="referred",
        occurred_at=referral.history[0].at,
        version=ground.version,
    )
    benefit = _no_points(ground.rules.friend)
    return Carried(replace(referral, welcomed=True), friend=[said], gives_friend=benefit)


# What becomes of it


def decided(referral: Referral, seen: Seen, rules: Referrals, day: str) -> Decision | None:
    """None where it stays as it is, which it then does until something else is to be seen."""
    # What a friend has been credited already stays theirs, whoever leaves.
    if seen.gone and referral.state in MOVES["refuse"]:
        return Withdraw("refuse", "referrer_gone")
    if referral.state in MOVES["qualify"]:
        return _to_be_credited(referral, seen, rules, day)
    if referral.credit:
        return _credited(referral, referral.credit, seen, day)
    return None


def _to_be_credited(referral: Referral, seen: Seen, rules: Referrals, day: str) -> Decision | None:
    if not rules.on:
        return None
    bought = [one for one in seen.purchases if one.occurred_at >= referral.since]
    counting = [one for one in bought if _counts(one, rules)]
    purchase = min(counting, key=lambda one: (one.occurred_at, one.order), default=None)
    if purchase is None:
        return None
    doubts = _doubts(referral, seen)
    if doubts:
        return Withdraw("suspect", "suspected", doubts)
    full = _full(rules, seen.used, day)
    if full:
        return Withdraw("refuse", full)
    return Qualify(purchase, seen.used.get(FRIENDS, 0) + 1)


def _counts(purchase: Purchase, rules: Referrals) -> bool:
    if rules.start and purchase.occurred_at < rules.start:
        return False
    if rules.end and purchase.occurred_at >= rules.end:
        return False
    return purchase.amount >= max(rules.min_order, 1)


def _doubts(referral: Referral, seen: Seen) -> tuple[Suspicion, ...]:
    if referral.cleared:
        return ()
    return tuple(dict.fromkeys([*referral.suspicions, *seen.suspicions]))


def _full(rules: Referrals, used: Mapping[str, int], day: str) -> str:
    month, year = counters(day)[1:3]
    if rules.per_month and used.get(month, 0) >= rules.per_month:
        return "full_this_month"
    if rules.per_year and used.get(year, 0) >= rules.per_year:
        return "full_this_year"
    return ""


def counters(day: str) -> tuple[str, str, str, str]:
    """What a friend counts in: the day, the month, the year (written as its last month, as in
    other counters), and for good."""
    return (
        f"referral.day@{day}",
        f"referral@{day[:7]}",
        f"referral.year@{day[:4]}-12",
        FRIENDS,
    )


def _credited(referral: Referral, credit: Credit, seen: Seen, day: str) -> Decision | None:
    purchase = next((one for one in seen.purchases if one.order == credit.order), None)
    reason = _lost(purchase, credit)
    if reason:
        return Withdraw("reverse", reason)
    if referral.state != "pending":
        return None
    doubts = _doubts(referral, seen)
    if doubts:
        return Withdraw("suspect", "suspected", doubts)
    return Mature(credit) if day >= credit.available_on else None


def _lost(purchase: Purchase | None, credit: Credit) -> str:
    """By the rules of then: what is agreed is not changed by what is published later."""
    if purchase is None or not purchase.goods:
        return "returned"
    if purchase.amount < credit.least:
        return "below_minimum"
    if credit.match and not _has(purchase, credit.match):
        return "goods_returned"
    return ""


def _has(purchase: Purchase, match: Match) -> bool:
    selector = Selector([match])
    return any(selector.mask(*goods) for goods in purchase.goods)


# How it is carried out


class Ground(Struct, frozen=True, kw_only=True):
    """On what it is carried out: the rules, the points of the programme, and how long its orders
    may be returned."""

    shop: str
    rules: Referrals
    points: PointRules | None
    version: int
    zone: str
    return_days: int
    at: Moment

    @property
    def claw_back(self) -> ClawBack:
        return self.points.claw_back if self.points else "debt"


class Carried(Struct, frozen=True):
    """The referral as it is then, and what it means for both accounts. `gives`: what each of them
    gets besides points; `takes`: whether a voucher or offer of the referrer goes back."""

    after: Referral
    referrer: list[Entry] = []
    friend: list[Entry] = []
    gives_referrer: Benefit | None = None
    gives_friend: Benefit | None = None
    takes: bool = False


def moved(
    referral: Referral, step: Step, at: datetime, reason: str = "", **fields: object
) -> Referral:
    """Raises KeyError where there is no such way."""
    state = MOVES[step][referral.state]
    history = [*referral.history, Happened(state, at, reason)][-MOST_HISTORY:]
    return replace(referral, state=state, history=history, **fields)


class Sides(NamedTuple):
    """Both as they are now, None of who is no more; and whether the voucher that the referrer had
    for this friend has been used."""

    referrer: Account | None
    friend: Account | None
    voucher_used: bool = False


def carried_out(referral: Referral, decision: Decision, ground: Ground, sides: Sides) -> Carried:
    match decision:
        case Qualify():
            return _qualified(referral, decision, ground)
        case Mature():
            return _matured(referral, decision.credit, ground)
        case Withdraw():
            return _withdrawn(referral, decision, ground, sides)


def _qualified(referral: Referral, decision: Qualify, ground: Ground) -> Carried:
    credit = _credit(referral, decision.purchase, ground, decision.number)
    after = moved(referral, "qualify", ground.at.at, credit=credit, count=credit.n)
    used = dict.fromkeys(counters(credit.day), 1)
    ours = [_given(after, credit, credit.referrer, ground, used=used)]
    theirs = [_given(after, credit, credit.friend, ground, REASON_OF_FRIEND)]
    return Carried(after, ours, theirs if _points(credit.friend) else [])


def _credit(referral: Referral, purchase: Purchase, ground: Ground, number: int) -> Credit:
    rules, bought_on = ground.rules, day_of(purchase.occurred_at, ground.zone)
    special = next((one for one in rules.special if _fits(one, purchase, number)), None)
    waiting = max(ground.return_days, rules.hold_days)
    lot = wallet.lot_after(ground.points, bought_on, waiting) if ground.points else ""
    merit = rules.ambassadors.merit.referral if rules.ambassadors else 0
    return Credit(
        n=referral.count + 1,
        order=purchase.order,
        at=purchase.occurred_at,
        day=ground.at.day,
        available_on=wallet.spendable_on(lot) or add_days(bought_on, waiting),
        least=max(rules.min_order, 1),
        referrer=special.referrer if special else rules.referrer,
        friend=rules.friend,
        special=special.id if special else "",
        match=special.match if special else None,
        lot=lot,
        merit=merit,
    )


def _fits(special: SpecialBenefit, purchase: Purchase, number: int) -> bool:
    if number < special.from_friends:
        return False
    if special.start and purchase.occurred_at < special.start:
        return False
    if special.end and purchase.occurred_at >= special.end:
        return False
    return special.match is None or _has(purchase, special.match)


def _points(benefit: Benefit | None) -> int:
    return benefit.points if isinstance(benefit, PointsGiven) else 0


def _no_points(benefit: Benefit | None) -> Benefit | None:
    return None if isinstance(benefit, PointsGiven) else benefit


def _given(
    after: Referral,
    credit: Credit,
    benefit: Benefit | None,
    ground: Ground,
    reason: str = REASON,
    used: Mapping[str, int] | None = None,
) -> Entry:
    """Where it is a voucher the entry has no points, and says that it is on its way."""
    points = _points(benefit)
    return entry(
        "bonus",
        {credit.lot: points} if points else {},
        reference=reference(after),
        reason=reason if points else "referral_voucher",
        occurred_at=credit.at,
        used=dict(used or {}),
        version=ground.version,
    )


def reference(referral: Referral) -> str:
    """The natural key of what one order has brought, and so there only once."""
    return f"referral.{referral_id(referral.friend)}.{referral.count}"


def _matured(referral: Referral, credit: Credit, ground: Ground) -> Carried:
    after = moved(referral, "mature", ground.at.at)
    done = entry(
        "bonus",
        {},
        reference=f"{reference(referral)}.available",
        reason="referral_available",
        occurred_at=ground.at.at,
        used={MERIT: credit.merit} if credit.merit else {},
        version=ground.version,
    )
    return Carried(after, [done], gives_referrer=_no_points(credit.referrer))


def _withdrawn(referral: Referral, decision: Withdraw, ground: Ground, sides: Sides) -> Carried:
    credit = referral.credit
    fields: dict[str, object] = {"credit": None}
    if decision.step == "suspect":
        fields["suspicions"] = list(decision.suspicions)
    if decision.step == "reverse":
        fields["returned"] = referral.returned + 1
    after = moved(referral, decision.step, ground.at.at, decision.reason, **fields)
    if credit is None:
        return Carried(after)
    was_available = referral.state == "available"
    held = REASON_WHILE_HELD if decision.step == "suspect" else ""
    back = TakenBack(reference(referral), credit.lot, ground)
    had_voucher = was_available and not _points(credit.referrer)
    worth = _worth(credit.referrer, ground) if had_voucher and sides.voucher_used else 0
    freed = dict.fromkeys(counters(credit.day), -1)
    if was_available and credit.merit:
        freed[MERIT] = -credit.merit
    return Carried(
        after,
        back.of(sides.referrer, _points(credit.referrer) + worth, freed, held or REASON),
        back.of(sides.friend, _points(credit.friend), {}, held or REASON_OF_FRIEND)
        if _points(credit.friend)
        else [],
        takes=had_voucher and (worth > 0 or not sides.voucher_used),
    )


def _worth(benefit: Benefit | None, ground: Ground) -> int:
    """In points, of a voucher that has been used: none where the programme leaves it at that, or
    points pay for nothing."""
    pay = ground.points.pay if ground.points else None
    if pay is None or not isinstance(benefit, VoucherGiven) or benefit.if_used == "keep":
        return 0
    amount = benefit.gives.amount if isinstance(benefit.gives, AmountOff) else 0
    return round_half_up(amount * pay.value.points, pay.value.amount)


class TakenBack(NamedTuple):
    """What one credit brought, from the lot that it went to, other pending ones, spendable ones,
    then debt: as the programme says of orders."""

    reference: str
    lot: str
    ground: Ground

    def of(
        self, account: Account | None, points: int, used: Mapping[str, int], reason: str
    ) -> list[Entry]:
        if account is None or account.status != "active":
            return []
        ground, taken = self.ground, wallet.Taken({}, 0, 0)
        if points:
            taken = wallet.take_back(
                account.wallet, points, self.lot, ground.claw_back, ground.at.day
            )
        reversing = entry(
            "reverse",
            taken.lots,
            taken.debt,
            reference=self.reference,
            reason=reason,
            occurred_at=ground.at.at,
            used=dict(used),
            version=ground.version,
        )
        return [reversing, *outlived(taken, self.reference, ground.at.at)]
