"""Club offers: which one of each group is given, and why the others are not."""

from collections.abc import Iterator

from msgspec import Struct

from stamkund.rules.ambassadors import is_for
from stamkund.rules.bill import Amounts, Bill, Missed, Shopper, Use
from stamkund.rules.earning import Extra
from stamkund.rules.money import allocate, round_half_up
from stamkund.rules.plans import earns
from stamkund.rules.programme import (
    AmountOff,
    BuyGet,
    Effect,
    ExtraPoints,
    FixedPrice,
    FreeArticle,
    FreeShipping,
    Offer,
    PercentOff,
)
from stamkund.rules.selection import refusal

# Each is the rest of the offers once more; who has more to switch on is told so without a sum.
MOST_GAINS = 3

Group = list[tuple[int, Offer]]


class _Candidate(Struct):
    """An offer that would give something, if it wins its group and is switched on."""

    offer: Offer
    goods: list[int]
    amounts: Amounts
    points: int

    @property
    def worth(self) -> tuple[int, int]:
        return (sum(self.amounts.values()), self.points)

    @property
    def order(self) -> tuple[int, int, str]:
        """The winner of a group comes first: most money, then points, then id."""
        amount, points = self.worth
        return (-amount, -points, self.offer.id)


class _Switch(Struct):
    """An offer that would win its group if it were switched on: `before` is the bill that its
    group met, `after` are the groups that follow."""

    candidate: _Candidate
    before: Bill
    after: list[Group]


def take_offers(bill: Bill, who: Shopper) -> list[Extra]:
    masks = bill.masks(bill.compiled.offer_selector)
    extras, switches = _take_groups(bill, who, masks, bill.compiled.offers_by_group)
    told = sorted(switches, key=lambda switch: switch.candidate.order)
    gains = [_gain(bill, who, masks, each) for each in told[:MOST_GAINS]]
    others = [Missed(each.candidate.offer.id, "switch_on") for each in told[MOST_GAINS:]]
    # What one tap puts right comes first.
    bill.missed[:0] = [*(missed for missed in gains if missed), *others]
    return extras


def _take_groups(
    bill: Bill, who: Shopper, masks: list[int], groups: list[Group]
) -> tuple[list[Extra], list[_Switch]]:
    matched = 0
    for mask in masks:
        matched |= mask
    extras: list[Extra] = []
    switches: list[_Switch] = []
    for number, group in enumerate(groups):
        found = list(_candidates(bill, who, masks, [one for one in group if matched >> one[0] & 1]))
        given = [one for one in found if not _is_off(one.offer, who)]
        winner = min(given, key=lambda one: one.order, default=None)
        better = _better(bill, winner, [one for one in found if _is_off(one.offer, who)])
        if better:
            before = bill.fork()
            switches += [_Switch(one, before, groups[number + 1 :]) for one in better]
        if winner:
            extras += _give(bill, winner, given)
    return extras, switches


def _candidates(bill: Bill, who: Shopper, masks: list[int], group: Group) -> Iterator[_Candidate]:
    for bit, offer in group:
        goods = [index for index, mask in enumerate(masks) if mask >> bit & 1]
        found = _consider(bill, who, offer, goods)
        if isinstance(found, _Candidate):
            yield found
        elif found:
            bill.missed.append(found)


def _is_off(offer: Offer, who: Shopper) -> bool:
    return offer.switch_on and offer.id not in who.switched_on


def _better(
    bill: Bill, winner: _Candidate | None, switched_off: list[_Candidate]
) -> list[_Candidate]:
    """Those that would give more if they were switched on; switching on the others is no use."""
    if winner is None:
        return switched_off
    better = [one for one in switched_off if one.worth > winner.worth]
    bill.missed += [
        Missed(one.offer.id, "beaten", {"by": winner.offer.id})
        for one in switched_off
        if one.worth <= winner.worth
    ]
    return better


def _gain(bill: Bill, who: Shopper, masks: list[int], switch: _Switch) -> Missed | None:
    """What this basket gains by it: what it gives, without what it displaces in its own group,
    and with what that means for the groups that follow. Nothing is missed where that is a loss."""
    trial, candidate = switch.before.fork(), switch.candidate
    _take(trial, candidate)
    _take_groups(trial, who, masks, switch.after)
    amount = sum(bill.left) - sum(trial.left)
    points = _points_of(trial) - _points_of(bill)
    if amount <= 0 and points <= 0:
        return None
    return Missed(candidate.offer.id, "switch_on", {"amount": amount, "points": points})


def _points_of(bill: Bill) -> int:
    return sum(cut.points for cut in bill.cuts)


def _consider(
    bill: Bill, who: Shopper, offer: Offer, matched: list[int]
) -> _Candidate | Missed | None:
    if not is_for(offer, bill.compiled.programme, who.used):
        return None  # it is nobody else's business
    if offer.when.first_order and not who.first_order:
        return None  # nobody can do anything about it: not worth a line on the page
    reason = refusal(
        offer.when, bill.at, bill.basket.channel, who.tier, first_order=who.first_order
    )
    if reason:
        return None if reason == "not_now" else Missed(offer.id, reason, _wanted(offer, reason))
    gone = _gone(bill, who, offer)
    if gone:
        return gone
    goods = [index for index in matched if bill.goods[index].line.kind == "goods"]
    missing = _missing(bill, offer, goods)
    if missing:
        return missing
    amounts, points = effect_on(bill, offer.effect, goods)
    if not points and not any(amounts.values()):
        return _no_effect(bill, offer)
    return _Candidate(offer, goods, amounts, points)


def _gone(bill: Bill, who: Shopper, offer: Offer) -> Missed | None:
    """Why it is not to be had any more, whatever else lies in the basket."""
    if offer.limit_per_member and who.used.get(offer.id, 0) >= offer.limit_per_member:
        return Missed(offer.id, "limit_reached", {"limit": offer.limit_per_member})
    if not _is_off(offer, who):
        return None
    if offer.id in who.used_up:
        return Missed(offer.id, "limit_reached", {"limit": 1})
    return Missed(offer.id, "sold_out") if offer.id in bill.compiled.sold_out else None


def _wanted(offer: Offer, reason: str) -> dict[str, int | str]:
    if reason == "tier_needed":
        return {"tier": offer.when.tiers[0]}
    return {"channel": offer.when.channels[0]} if reason == "channel_only" else {}


def _missing(bill: Bill, offer: Offer, goods: list[int]) -> Missed | None:
    if offer.min_amount:
        missing = bill.money(offer.min_amount) - sum(bill.left[index] for index in goods)
        if missing > 0:
            return Missed(offer.id, "amount_missing", {"amount": missing})
    if offer.min_units:
        short = offer.min_units - sum(bill.goods[index].units for index in goods)
        if short > 0:
            return Missed(offer.id, "units_missing", {"units": short})
    return None


def _no_effect(bill: Bill, offer: Offer) -> Missed | None:
    effect = offer.effect
    if isinstance(effect, FreeArticle) and not _has(bill, effect.article):
        return Missed(offer.id, "article_missing", {"article": effect.article})
    if isinstance(effect, BuyGet):
        return Missed(offer.id, "units_missing", {"units": effect.buy + effect.get})
    return None


def _has(bill: Bill, article: str) -> bool:
    return any(good.line.article == article for good in bill.goods)


def effect_on(bill: Bill, effect: Effect, goods: list[int]) -> tuple[Amounts, int]:
    """What it would take off each good now, and the points it would add."""
    if isinstance(effect, ExtraPoints):
        return {}, effect.points if _earning(bill, goods) else 0
    if isinstance(effect, PercentOff):
        return _percent_off(bill, effect, goods), 0
    if isinstance(effect, AmountOff):
        left = [bill.left[index] for index in goods]
        off = allocate(min(bill.money(effect.amount), sum(left)), left)
        return dict(zip(goods, off, strict=True)), 0
    if isinstance(effect, FixedPrice):
        return {index: _above(bill, effect, index) for index in goods}, 0
    if isinstance(effect, FreeShipping):
        shipping = [i for i, good in enumerate(bill.goods) if good.line.kind == "shipping"]
        return {index: bill.left[index] for index in shipping}, 0
    if isinstance(effect, FreeArticle):
        return _free_article(bill, effect), 0
    return _buy_get(bill, effect, goods), 0


def _percent_off(bill: Bill, effect: PercentOff, goods: list[int]) -> Amounts:
    """Rounded once over all matched units, then allocated; never more than is left."""
    base = bill.left if effect.of == "remaining" else bill.full
    amounts = [base[index] for index in goods]
    off = allocate(round_half_up(sum(amounts) * effect.percent, 100), amounts)
    return {index: min(part, bill.left[index]) for index, part in zip(goods, off, strict=True)}


def _above(bill: Bill, effect: FixedPrice, index: int) -> int:
    return max(0, bill.left[index] - bill.money(effect.price) * bill.goods[index].units)


def _free_article(bill: Bill, effect: FreeArticle) -> Amounts:
    """One unit of the article that costs something still, the cheapest if it is there at several
    prices."""
    units = [
        (round_half_up(bill.left[index], good.units - bill.freed[index]), index)
        for index, good in enumerate(bill.goods)
        if good.line.article == effect.article and good.line.kind == "goods" and bill.left[index]
    ]
    if not units:
        return {}
    amount, index = min(units)
    return {index: amount}


def _of_units(bill: Bill, index: int, units: int) -> int:
    """What is left of so many units of a good; exactly everything for all of them."""
    return round_half_up(bill.left[index] * units, bill.goods[index].units)


def _buy_get(bill: Bill, effect: BuyGet, goods: list[int]) -> Amounts:
    return {
        index: round_half_up(_of_units(bill, index, units) * effect.percent, 100)
        for index, units in _reduced(bill, effect, goods)
    }


def _reduced(bill: Bill, effect: BuyGet, goods: list[int]) -> Iterator[tuple[int, int]]:
    """The cheapest units of all matched ones are the reduced ones."""
    units = sum(bill.goods[index].units for index in goods)
    reduced = units // (effect.buy + effect.get) * effect.get
    for index in sorted(goods, key=lambda i: (_of_units(bill, i, 1), i)):
        here = min(reduced, bill.goods[index].units)
        yield index, here
        reduced -= here


def _take(bill: Bill, one: _Candidate) -> None:
    freed = freed_by(bill, one.offer.effect, one.goods, one.amounts)
    bill.take("offer", one.offer.id, one.amounts, one.points, freed)


def freed_by(bill: Bill, effect: Effect, goods: list[int], amounts: Amounts) -> dict[int, int]:
    """How many units of each good cost nothing once it has been taken: a second free article is
    another unit, and not the same one once more."""
    if isinstance(effect, FreeArticle):
        return dict.fromkeys(amounts, 1)
    if isinstance(effect, BuyGet) and effect.percent == 100:
        # Where units are free already, it takes a share of all of them, and frees no whole one.
        return {index: n for index, n in _reduced(bill, effect, goods) if not bill.freed[index]}
    return {}


def _give(bill: Bill, winner: _Candidate, candidates: list[_Candidate]) -> list[Extra]:
    offer = winner.offer
    _take(bill, winner)
    beaten = [c.offer.id for c in candidates if c is not winner]
    bill.missed += [Missed(id, "beaten", {"by": offer.id}) for id in beaten]
    if offer.limit_per_member:
        bill.uses.append(Use(offer.id, 1, offer.limit_per_member))
    if offer.limit_total:
        bill.claimed.append(offer.id)
    bill.relies_on_first |= offer.when.first_order
    if not winner.points:
        return []
    return [Extra(offer.id, "order", winner.points, _earning(bill, winner.goods))]


def _earning(bill: Bill, goods: list[int]) -> list[int]:
    return [index for index in goods if earns(bill.goods[index].line, bill.compiled)]
