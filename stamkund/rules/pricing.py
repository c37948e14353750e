"""What a basket costs a member: member prices, club offers, vouchers, points; and what it earns."""

from collections.abc import Sequence

from stamkund.rules.basket import Basket
from stamkund.rules.bill import Amounts, Bill, Cut, Priced, Shopper, Use, Voucher, Wish, spread
from stamkund.rules.earning import Extra, Remaining, components, earning_amounts
from stamkund.rules.errors import Refused
from stamkund.rules.member_prices import take_member_prices
from stamkund.rules.money import allocate, from_accounting, to_accounting
from stamkund.rules.offers import effect_on, freed_by, take_offers
from stamkund.rules.plans import cap_uses, plan_of
from stamkund.rules.programme import AmountOff, Pay
from stamkund.rules.selection import Compiled, Moment
from stamkund.rules.wallet import Take, balance, choose, earned_lot

NO_WISH = Wish()
# Counted only by orders that were given something for being the first.
FIRST_ORDER = "first_order"


def price(
    compiled: Compiled,
    basket: Basket,
    who: Shopper | None,
    at: Moment,
    wish: Wish = NO_WISH,
    *,
    offers: bool = True,
) -> Priced:
    """Prices a basket; nobody (`who` is None) pays the shop's own prices and earns nothing.

    Without `offers`: member prices alone, as on a page that shows articles one by one.
    Refused: basket_too_large, currency_not_supported, voucher_not_open, voucher_needs_more,
    voucher_fits_nothing, points_not_enough.
    """
    bill = Bill(compiled, basket, who, at)
    if who is None:
        return _priced(bill, {}, [], 0)
    take_member_prices(bill, who)
    offered = take_offers(bill, who) if offers else []
    _use_vouchers(bill, who, wish)
    by_points, takes, most = _pay_with_points(bill, who, wish)
    return _priced(bill, by_points, takes, most, offered)


def due_at_member_prices(compiled: Compiled, basket: Basket, who: Shopper, at: Moment) -> int:
    """What the basket costs before any offer; nothing of what it earns is worked out."""
    bill = Bill(compiled, basket, who, at)
    take_member_prices(bill, who)
    return sum(bill.left)


def _use_vouchers(bill: Bill, who: Shopper, wish: Wish) -> None:
    for position, id in enumerate(wish.vouchers):
        voucher = who.vouchers.get(id)
        if voucher is None or voucher.expires_at <= bill.at.at:
            raise Refused("voucher_not_open", f"vouchers[{position}]", voucher=id)
        goods = _payable(bill)
        left = [bill.left[index] for index in goods]
        missing = bill.money(voucher.min_amount) - sum(left)
        if missing > 0:
            raise Refused(
                "voucher_needs_more",
                f"vouchers[{position}]",
                amount=missing,
                currency=bill.basket.currency,
            )
        amounts = _voucher_amounts(bill, voucher, goods)
        if voucher.gives and not any(amounts.values()):
            # It would be used up for nothing.
            raise Refused("voucher_fits_nothing", f"vouchers[{position}]", voucher=id)
        freed = freed_by(bill, voucher.gives, goods, amounts) if voucher.gives else {}
        bill.take("voucher", id, amounts, freed=freed)


def _voucher_amounts(bill: Bill, voucher: Voucher, payable: list[int]) -> Amounts:
    if voucher.gives:
        goods = [index for index in payable if bill.goods[index].line.kind == "goods"]
        return effect_on(bill, voucher.gives, goods)[0]
    return effect_on(bill, AmountOff(voucher.amount), payable)[0]


def _payable(bill: Bill) -> list[int]:
    """Gift cards and deposits are money already: no voucher and no points pay for them."""
    kinds = ("goods", "shipping")
    return [i for i, good in enumerate(bill.goods) if good.line.kind in kinds]


def _pay_with_points(bill: Bill, who: Shopper, wish: Wish) -> tuple[Amounts, list[Take], int]:
    pay = bill.compiled.programme.points.pay if bill.compiled.programme.points else None
    most = most_spendable(bill, pay, who) if pay else 0
    if wish.points == 0:
        return {}, [], most
    if pay is None:
        raise Refused("points_not_enough", "spend_points", most=0)
    worth = _worth(bill, pay, wish.points)
    unfit = wish.points > most or wish.points < pay.minimum or wish.points % pay.step
    if unfit or worth == 0:  # they would be gone for nothing, and no refund could find them
        raise Refused(
            "points_not_enough", "spend_points", most=most, minimum=pay.minimum, step=pay.step
        )
    goods = _payable(bill)
    by_points = allocate(worth, [bill.left[index] for index in goods])
    return (
        dict(zip(goods, by_points, strict=True)),
        choose(who.wallet, wish.points, bill.at.day),
        most,
    )


def most_spendable(bill: Bill, pay: Pay, who: Shopper) -> int:
    """The most points that may pay for this basket: by balance, by share, in whole steps."""
    payable = sum(bill.left[index] for index in _payable(bill)) * pay.share // 100
    worth = to_accounting(payable, bill.rate) * pay.value.points // pay.value.amount
    most = min(balance(who.wallet, bill.at.day).available, worth) // pay.step * pay.step
    while most > 0 and _worth(bill, pay, most) > payable:
        most -= pay.step  # exchange rates round twice
    return most if most >= pay.minimum and _worth(bill, pay, most) else 0


def _worth(bill: Bill, pay: Pay, points: int) -> int:
    return worth_of(points, pay, bill.rate)


def worth_of(points: int, pay: Pay, rate: int) -> int:
    """What points pay, in the currency that has this rate."""
    return from_accounting(points * pay.value.amount // pay.value.points, rate)


def _priced(
    bill: Bill,
    by_points: Amounts,
    takes: list[Take],
    most: int,
    offered: Sequence[Extra] = (),
) -> Priced:
    left = [line.unit_price * line.quantity for line in bill.basket.lines]
    cuts = [_by_line(bill, cut, left) for cut in bill.cuts]
    due = list(left)
    points_by_line = spread(bill.goods, by_points, left)
    paid_by_points = [points_by_line.get(line, 0) for line in range(len(due))]
    plan = plan_of(bill, offered)
    uses = list(bill.uses)
    parts = components(plan, whole(bill.basket, earning_amounts(plan, due, paid_by_points)))
    if bill.who is not None:
        uses += list(cap_uses(bill, parts))
        uses += [Use(FIRST_ORDER, 1, 1)] if bill.relies_on_first else []
    rules = bill.compiled.programme.points
    return Priced(
        due=due,
        by_points=paid_by_points,
        cuts=cuts,
        missed=bill.missed,
        plan=plan,
        parts=parts,
        takes=takes,
        uses=uses,
        lot=earned_lot(rules, bill.at.day) if rules else "",
        most_points=most,
        claimed=bill.claimed,
    )


def _by_line(bill: Bill, cut: Cut, left: list[int]) -> Cut:
    return Cut(cut.kind, cut.id, spread(bill.goods, cut.amounts, left), cut.points)


def whole(basket: Basket, amounts: Sequence[int]) -> Remaining:
    units = [line.quantity for line in basket.lines]
    return Remaining(amounts, units, amounts)
