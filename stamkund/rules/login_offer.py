"""Why somebody unknown should log in: what membership is worth for exactly what they see.

No price and no point is worked out here. What they see is priced as for a member who joined this
very moment, and the arguments are read off the result.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import get_args

import msgspec
from msgspec import Struct

from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.basket import Basket, PricedArticle, one_unit
from stamkund.rules.bill import Cut, Priced, Shopper, currency_rate
from stamkund.rules.membership import Setting, ladder_after, with_purchase
from stamkund.rules.newcomers import newcomer_now
from stamkund.rules.pricing import price, worth_of
from stamkund.rules.programme import Currency, FreeShipping, Offer
from stamkund.rules.programme_file import LoginArgument, LoginOffer, LoginVariant
from stamkund.rules.selection import Compiled, Moment
from stamkund.rules.words import Channel

Params = dict[str, int | str]
EVERY_ARGUMENT: tuple[LoginArgument, ...] = get_args(LoginArgument)


class Argument(Struct, frozen=True):
    """One reason. `says` is the code of its text, `worth` what it is ranked by, in money."""

    code: LoginArgument
    says: str
    amount: int | None = None
    points: int | None = None
    worth: int = 0
    params: Params = {}

    @property
    def headline(self) -> str:
        """The code of its headline, which says less."""
        return self.says.removesuffix("_worth").replace("ladder_points", "ladder")


class Seen(Struct, frozen=True):
    """Where somebody unknown is: the club, at an instant, in a currency and a channel."""

    compiled: Compiled
    setting: Setting
    at: Moment
    currency: Currency
    channel: Channel


class Case(Struct, frozen=True):
    """What speaks for logging in; `saved` and `points` are those of a basket as a whole."""

    arguments: list[Argument]
    saved: int | None = None
    points: int | None = None


def for_basket(seen: Seen, basket: Basket) -> Case:
    """A page without goods is a basket with nothing in it."""
    account = newcomer_now(seen.setting, seen.at)
    priced = price(seen.compiled, basket, _shopper(seen, account), seen.at)
    arguments = [
        *_savings(seen, priced),
        *_points(seen, "points", priced.points, ""),
        *_welcome_points(seen),
        *_ladder(seen, account, priced),
        *_plain(),
    ]
    return Case(arguments, sum(cut.amount for cut in priced.cuts), priced.points)


def for_articles(seen: Seen, articles: Sequence[PricedArticle]) -> Case:
    """A page that shows many, of which nobody buys all: what is at most gained by one of them."""
    who = _shopper(seen, newcomer_now(seen.setting, seen.at))
    alone = [_alone(seen, article, who) for article in articles]
    cheaper = [article.price - sum(p.due) for article, p in zip(articles, alone, strict=True)]
    most, count = max(cheaper), sum(1 for amount in cheaper if amount)
    less = Argument("member_prices", "member_prices_list", most, None, most, {"units": count})
    return Case(
        [
            *([less] if most else []),
            *_points(seen, "points", max(priced.points for priced in alone), "_list"),
            *_welcome_points(seen),
            *_plain(),
        ]
    )


def _shopper(seen: Seen, account: Account) -> Shopper:
    return membership.shopper_of(account, seen.setting.history, seen.at.month)


def _alone(seen: Seen, article: PricedArticle, who: Shopper) -> Priced:
    basket = one_unit(article, seen.currency, seen.channel)
    return price(seen.compiled, basket, who, seen.at, offers=False)


def _savings(seen: Seen, priced: Priced) -> Iterator[Argument]:
    """Every cut belongs to one argument, so together they are what is saved."""
    offers = {offer.id: offer for offer in seen.setting.programme.offers}
    saved: dict[LoginArgument, int] = {}
    for cut in priced.cuts:
        code = _argument_of(cut, offers)
        saved[code] = saved.get(code, 0) + cut.amount
    for code, amount in saved.items():
        if amount:
            yield Argument(code, code, amount, worth=amount)
    if not saved.get("free_shipping"):
        yield from _shipping_missed(offers, priced)


def _argument_of(cut: Cut, offers: dict[str, Offer]) -> LoginArgument:
    if cut.kind == "member_price":
        return "member_prices"
    offer = offers[cut.id]
    if isinstance(offer.effect, FreeShipping):
        return "free_shipping"
    return "welcome_offer" if offer.when.first_order else "club_offers"


def _shipping_missed(offers: dict[str, Offer], priced: Priced) -> Iterator[Argument]:
    missing = [
        int(missed.params["amount"])
        for missed in priced.missed
        if missed.code == "amount_missing" and isinstance(offers[missed.id].effect, FreeShipping)
    ]
    if missing:
        yield Argument("free_shipping", "free_shipping_missing", params={"missing": min(missing)})


def _points(seen: Seen, code: LoginArgument, points: int, form: str) -> Iterator[Argument]:
    if not points:
        return
    rules = seen.setting.programme.points
    pay = rules.pay if rules else None
    rate = currency_rate(seen.setting.programme, seen.currency)
    worth = worth_of(points, pay, rate) if pay else 0
    says = f"{code}{form}" + ("_worth" if worth else "")
    yield Argument(code, says, worth or None, points, worth)


def _welcome_points(seen: Seen) -> Iterator[Argument]:
    rules = seen.setting.programme.points
    if rules:
        yield from _points(seen, "welcome_points", rules.welcome, "")


def _ladder(seen: Seen, account: Account, priced: Priced) -> Iterator[Argument]:
    """How far this purchase alone goes."""
    history, month = seen.setting.history, seen.at.month
    after = with_purchase(account, month, priced.qualifying_spend, priced.points)
    ladder = ladder_after(account, after, history, month)
    if ladder is None or not ladder.counted:
        return
    if ladder.tier != membership.tier_of(account, history, month):
        yield Argument("ladder", "ladder_reached", params={"tier": ladder.tier})
        return
    above = next((rung for rung in ladder.rungs if not rung.reached), None)
    if above:
        way = ladder.counted * 100 // above.step.threshold
        says = "ladder_points" if ladder.basis == "points" else "ladder"
        params: Params = {"tier": above.step.id, "percent": way, "missing": above.missing}
        yield Argument("ladder", says, params=params)


def _plain() -> Iterator[Argument]:
    yield Argument("faster_checkout", "faster_checkout")
    yield Argument("self_service", "self_service")


# In which order, and for whom


class Assigned(Struct, frozen=True):
    """The part of one visitor: who is `held` out sees nothing of what the variant would show."""

    variant: LoginVariant
    held: bool


def experiment_of(offer: LoginOffer) -> str:
    """What is counted together: another way of arguing is another experiment."""
    return sha256(msgspec.json.encode(offer, order="deterministic")).hexdigest()[:8]


def variants_of(offer: LoginOffer) -> list[LoginVariant]:
    if offer.order == "experiment":
        return offer.variants
    return [LoginVariant(offer.order, offer.order)]


def assigned(offer: LoginOffer, chance: int) -> Assigned:
    """By a number that is the visitor's own, and large. Whether one is held out and what one would
    have seen do not depend on each other, so that the two can be compared."""
    chance, out_of_hundred = divmod(chance, 100)
    variants = variants_of(offer)
    place = chance % sum(variant.share for variant in variants)
    for variant in variants:
        place -= variant.share
        if place < 0:
            return Assigned(variant, out_of_hundred < offer.hold_out)
    raise AssertionError("shares sum to their sum")


def ranked(arguments: Sequence[Argument], offer: LoginOffer, by: LoginVariant) -> list[Argument]:
    """Those that the programme wants; by worth, those without any in the programme's order."""
    wanted = by.arguments or offer.arguments or EVERY_ARGUMENT
    place = {code: number for number, code in enumerate(wanted)}
    found = [argument for argument in arguments if argument.code in place]
    if by.order == "fixed":
        return sorted(found, key=lambda one: place[one.code])
    return sorted(found, key=lambda one: (-one.worth, place[one.code]))
