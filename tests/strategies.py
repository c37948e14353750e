"""Shops, baskets and members as Hypothesis may draw them: small worlds in which everything meets.

Few articles, few days and small numbers on purpose, so that rules overlap and limits are reached.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.account import Account
from stamkund.rules.basket import Basket, Line, LineKind
from stamkund.rules.bill import Priced, Shopper, Voucher, Wish
from stamkund.rules.checking import check
from stamkund.rules.errors import Refused
from stamkund.rules.pricing import price
from stamkund.rules.programme import (
    AmountOff,
    Basis,
    BuyGet,
    Cap,
    EarnRule,
    Effect,
    Expiry,
    ExtraPoints,
    FixedPrice,
    FreeArticle,
    FreeShipping,
    Gives,
    Goods,
    Late,
    Match,
    MemberPrice,
    Offer,
    Pay,
    PercentOff,
    PointRules,
    PriceCut,
    Rate,
    Tiers,
    TierStep,
    When,
)
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.rules.selection import Compiled, Moment, moment
from stamkund.rules.wallet import Wallet

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
ZONE = "Europe/Stockholm"
TIERS = ["bas", "silver", "guld"]
# What a voucher gives that is no amount.
GIVEN: list[Gives] = [
    PercentOff(15), PercentOff(100, of="full"), FreeArticle("gel"), FreeShipping(),
]  # fmt: skip
RATES: dict[Any, int] = {"NOK": 980_000, "EUR": 11_234_567}

# article -> (category, brand, VAT rate)
ARTICLES = {
    "shoe": ("shoes/running", "fjell", 2500),
    "boot": ("shoes", "berg", 2500),
    "gel": ("food", "fjell", 1200),
    "map": ("", "", 600),
}
KINDS: dict[str, LineKind] = {"freight": "shipping", "card": "gift_card", "can": "deposit"}


def at_noon() -> Moment:
    return moment(NOON, ZONE)


@cache
def matches() -> st.SearchStrategy[Match]:
    return st.sampled_from(
        [
            Match(),
            Match(categories=["shoes"]),
            Match(brands=["fjell"]),
            Match(articles=["shoe", "map"]),
            Match(categories=["shoes"], but_not=Goods(brands=["berg"])),
        ]
    )


@cache
def caps() -> st.SearchStrategy[Cap | None]:
    limits = st.none() | st.integers(0, 60)
    return st.none() | st.builds(Cap, order=limits, day=limits, month=limits)


@cache
def windowed() -> st.SearchStrategy[tuple[Cap | None, When]]:
    """A cap of a rule, and when the rule is in force: only what ends can be capped as a whole."""
    whens = [When(), When(), When(tiers=["guld"]), When(first_order=True)]
    ends = st.sampled_from([When(end=END), When(start=START, end=END)])
    whole = st.builds(Cap, day=st.none() | st.integers(0, 60), window=st.integers(0, 90))
    return st.tuples(caps(), st.sampled_from(whens)) | st.tuples(whole, ends)


@cache
def earn_rules(id: str) -> st.SearchStrategy[EarnRule]:
    gives: st.SearchStrategy[dict[str, int]] = st.one_of(
        st.fixed_dictionaries({"multiplier": st.sampled_from([100, 150, 200, 333])}),
        st.fixed_dictionaries({"points_per_unit": st.integers(0, 20)}),
        st.fixed_dictionaries({"points_per_order": st.integers(0, 50)}),
    )
    return st.builds(
        lambda match, given, window, exclusive: EarnRule(
            id=id, name={}, match=match, cap=window[0], when=window[1], exclusive=exclusive, **given
        ),
        matches(),
        gives,
        windowed(),
        st.booleans(),
    )


@cache
def effects(*, points: bool = True) -> st.SearchStrategy[Effect]:
    kinds: list[st.SearchStrategy[Effect]] = [
        st.builds(PercentOff, st.sampled_from([1, 10, 33, 100]), st.sampled_from(["remaining"])),
        st.builds(PercentOff, st.sampled_from([50]), st.sampled_from(["full"])),
        st.builds(AmountOff, st.integers(1, 30_000)),
        st.builds(FixedPrice, st.integers(0, 9_999)),
        st.just(FreeShipping()),
        st.builds(FreeArticle, st.sampled_from(["gel", "shoe"])),
        st.builds(BuyGet, st.integers(1, 3), st.integers(1, 2), st.sampled_from([50, 100])),
    ]
    return st.one_of(*kinds, *([st.builds(ExtraPoints, st.integers(1, 40))] if points else []))


@cache
def offers(id: str, *, points: bool = True) -> st.SearchStrategy[Offer]:
    return st.builds(
        lambda effect, match, group, minimum, limit, switch_on: Offer(
            id=id,
            name={},
            effect=effect,
            match=match,
            group=group,
            min_amount=minimum,
            limit_per_member=limit,
            switch_on=switch_on,
        ),
        effects(points=points),
        matches(),
        st.sampled_from(["goods", "order"]),
        st.sampled_from([0, 0, 5_000]),
        st.sampled_from([None, None, 1, 2]),
        st.sampled_from([False, False, True]),
    )


@cache
def member_prices(id: str) -> st.SearchStrategy[MemberPrice]:
    cuts = st.builds(PriceCut, percent=st.sampled_from([5, 17, 100])) | st.builds(
        PriceCut, price=st.sampled_from([0, 99, 4_999])
    )
    tiers = st.dictionaries(st.sampled_from(["*", *TIERS]), cuts, min_size=1, max_size=3)
    return st.builds(lambda match, by: MemberPrice(id, {}, match, by), matches(), tiers)


@cache
def pays() -> st.SearchStrategy[Pay | None]:
    return st.none() | st.builds(
        Pay,
        value=st.builds(Rate, st.integers(1, 10), st.sampled_from([1, 7, 100])),
        minimum=st.sampled_from([1, 5]),
        step=st.sampled_from([1, 5]),
        share=st.sampled_from([30, 100]),
    )


@cache
def expiries() -> st.SearchStrategy[Expiry | None]:
    return st.sampled_from(
        [None, Expiry(months=3), Expiry(months=12), Expiry(inactive_months=2)],
    )


@cache
def point_rules() -> st.SearchStrategy[PointRules]:
    return st.builds(
        PointRules,
        earn=st.builds(Rate, st.integers(1, 3), st.sampled_from([100, 999, 1_000])),
        basis=st.builds(
            Basis,
            tax=st.sampled_from(["included", "excluded"]),
            shipping=st.sampled_from(["included", "excluded"]),
            paid_with_points=st.sampled_from(["included", "excluded"]),
            excluded=st.sampled_from([Goods(), Goods(), Goods(brands=["fjell"])]),
        ),
        rounding=st.sampled_from(["floor", "half_up", "ceil"]),
        pending_days=st.sampled_from([0, 0, 14, 45]),
        expiry=expiries(),
        claw_back=st.sampled_from(["only_pending", "within_balance", "debt"]),
        rules=some_of(earn_rules("r0"), earn_rules("r1"), earn_rules("r2")),
        cap=caps(),
        pay=pays(),
    )


def some_of(*things: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    maybe = st.tuples(*(st.none() | thing for thing in things))
    return maybe.map(lambda drawn: [thing for thing in drawn if thing is not None])


@cache
def ladder() -> Tiers:
    steps = [("bas", 0, 100), ("silver", 30_000, 125), ("guld", 80_000, 200)]
    return Tiers(
        steps=[TierStep(id=id, name={}, threshold=least, multiplier=m) for id, least, m in steps],
        rolling_months=12,
    )


@cache
def programmes(*, with_points: bool = True) -> st.SearchStrategy[ProgrammeFile]:
    return st.builds(
        _programme,
        point_rules() if with_points else st.none(),
        some_of(member_prices("p0"), member_prices("p1")),
        some_of(*(offers(f"o{n}", points=with_points) for n in range(4))),
    )


@cache
def any_programme() -> st.SearchStrategy[ProgrammeFile]:
    return st.one_of(*[programmes()] * 4, programmes(with_points=False))


def _programme(
    points: PointRules | None, prices: list[MemberPrice], offered: list[Offer]
) -> ProgrammeFile:
    programme = ProgrammeFile(
        name="Klubben",
        time_zone=ZONE,
        currency="SEK",
        languages=["sv"],
        points=points,
        tiers=ladder(),
        prices=prices,
        offers=offered,
        groups=["goods", "order"],
        rates=RATES,
        late=Late(return_days=30, upload_days=14),
    )
    assert {mistake.code for mistake in check(programme)} <= {"text_missing"}
    return programme


@cache
def lines() -> st.SearchStrategy[Line]:
    goods = st.builds(
        lambda article, units, price: Line(
            "", article, units, price, ARTICLES[article][2], *ARTICLES[article][:2]
        ),
        st.sampled_from(sorted(ARTICLES)),
        st.integers(1, 7),
        st.sampled_from([0, 1, 333, 4_999, 9_990]),
    )
    others = st.builds(
        lambda article, price: Line(article, article, 1, price, 2500, kind=KINDS[article]),
        st.sampled_from(sorted(KINDS)),
        st.sampled_from([0, 4_900, 10_000]),
    )
    return st.one_of(goods, goods, goods, others)


@cache
def baskets(currencies: tuple[Any, ...] = ("SEK", "SEK", "NOK", "EUR")) -> Any:
    return st.builds(
        lambda currency, drawn: Basket(currency, numbered(drawn)),
        st.sampled_from(currencies),
        st.lists(lines(), min_size=1, max_size=6),
    )


def numbered(drawn: list[Line]) -> list[Line]:
    return [replace(line, id=f"l{number}") for number, line in enumerate(drawn)]


@cache
def wallets() -> st.SearchStrategy[Wallet]:
    keys = st.sampled_from(
        [
            ">never", ">2026-03", ">2026-04", ">2027-01", ">idle2",
            "2026-02-10>2026-03", "2026-03-10>2026-05", "2026-03-11>2026-05",
            "2026-03-20>never", "2026-03-01>idle2", "2026-04-20>idle2",
        ]
    )  # fmt: skip
    return st.builds(
        Wallet,
        st.dictionaries(keys, st.integers(0, 400), max_size=5),
        st.sampled_from([0, 0, 0, 1, 50, 5_000]),
        st.sampled_from(["", "2026-01-15", "2026-03-10"]),
    )


@cache
def shoppers() -> st.SearchStrategy[Shopper]:
    vouchers = st.lists(
        st.builds(
            lambda name, amount, least, gives: Voucher(
                name, amount, datetime(2026, 4, 1, tzinfo=UTC), least, gives
            ),
            st.sampled_from(["v", "w"]),
            st.sampled_from([1, 5_000, 100_000]),
            st.sampled_from([0, 0, 4_000]),
            st.sampled_from([None, None, *GIVEN]),
        ),
        max_size=2,
    )
    return st.builds(
        lambda tier, wallet, used, on, held, first: Shopper(
            tier=tier,
            wallet=wallet,
            used=used,
            switched_on=frozenset(on),
            vouchers={voucher.id: voucher for voucher in held},
            first_order=first,
        ),
        st.sampled_from(["", *TIERS]),
        wallets(),
        st.dictionaries(
            st.sampled_from(["o0", "o1", "r0@2026-03-10", "points@2026-03", "r1@2026-03"]),
            st.integers(1, 50),
            max_size=3,
        ),
        st.sets(st.sampled_from(["o0", "o1", "o2"])),
        vouchers,
        st.booleans(),
    )


class Case(NamedTuple):
    """A programme, a basket, somebody, and a wish that can be granted."""

    compiled: Compiled
    basket: Basket
    who: Shopper
    wish: Wish
    priced: Priced


@st.composite
def cases(draw: st.DrawFn) -> Case:
    compiled = Compiled(draw(any_programme()))
    basket, who = draw(baskets()), draw(shoppers())
    wish = Wish(vouchers=tuple(who.vouchers))
    wish = wish if _granted(compiled, basket, who, wish) else Wish()
    most = price(compiled, basket, who, at_noon(), wish).most_points
    pay = compiled.programme.points.pay if compiled.programme.points else None
    if most and pay:
        steps = st.integers(-(-pay.minimum // pay.step), most // pay.step)
        some = replace(wish, points=draw(steps) * pay.step)
        wish = some if _granted(compiled, basket, who, some) else replace(wish, points=most)
    return Case(compiled, basket, who, wish, price(compiled, basket, who, at_noon(), wish))


def _granted(compiled: Compiled, basket: Basket, who: Shopper, wish: Wish) -> bool:
    """A voucher may need more than there is, and a few points may be worth nothing."""
    try:
        price(compiled, basket, who, at_noon(), wish)
    except Refused:
        return False
    return True


def a_member(**fields: Any) -> Account:
    """Who joined at the beginning of the year and has bought nothing yet."""
    usual = {"shop": "s", "member": "m", "card": "1", "joined_on": "2026-01-01"}
    return Account(**{**usual, **fields})
