"""Member prices: the lowest that the member's tier, or any tier below it, is given."""

from stamkund.rules.bill import Amounts, Bill, Shopper, bits
from stamkund.rules.money import round_half_up
from stamkund.rules.programme import EVERY_TIER, MemberPrice
from stamkund.rules.selection import refusal


def take_member_prices(bill: Bill, who: Shopper) -> None:
    taken: dict[int, Amounts] = {}
    for index, mask in enumerate(bill.masks(bill.compiled.price_selector)):
        line = bill.goods[index].line
        if mask and line.kind == "goods":
            unit, number = best_unit_price(bill, line.unit_price, mask, who)
            if unit < line.unit_price:
                off = (line.unit_price - unit) * bill.goods[index].units
                taken.setdefault(number, {})[index] = off
    for number, amounts in taken.items():
        rule = bill.compiled.programme.prices[number]
        bill.relies_on_first |= rule.when.first_order
        bill.take("member_price", rule.id, amounts)


def best_unit_price(bill: Bill, unit_price: int, mask: int, who: Shopper) -> tuple[int, int]:
    """(unit price, number of the rule that gives it); the first rule wins a tie."""
    best, best_rule = unit_price, -1
    for rule in bits(mask):
        price = bill.compiled.programme.prices[rule]
        unit = unit_price_at(bill, price, unit_price, who)
        if unit < best:
            best, best_rule = unit, rule
    return best, best_rule


def unit_price_at(bill: Bill, rule: MemberPrice, unit_price: int, who: Shopper) -> int:
    """By this rule at the member's tier or any below it; rounded half up per unit."""
    if refusal(rule.when, bill.at, bill.basket.channel, who.tier, first_order=who.first_order):
        return unit_price
    rank = bill.compiled.tier_rank
    mine = rank.get(who.tier, -1)
    best = unit_price
    for tier, cut in rule.tiers.items():
        if tier == EVERY_TIER or rank.get(tier, mine + 1) <= mine:
            if cut.price is not None:
                best = min(best, bill.money(cut.price))
            elif cut.percent is not None:
                best = min(best, round_half_up(unit_price * (100 - cut.percent), 100))
    return best
