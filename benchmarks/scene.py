"""What is measured on: a shop with as many rules as asked for, baskets, and a faithful member."""

from typing import Any

from msgspec.structs import replace

from stamkund.rules.account import Account
from stamkund.rules.basket import Basket, Line
from stamkund.rules.calendar import add_months
from stamkund.rules.membership import Setting, settled
from stamkund.rules.programme import (
    AmountOff,
    BuyGet,
    EarnRule,
    Effect,
    Expiry,
    ExtraPoints,
    Match,
    MemberPrice,
    Offer,
    Pay,
    PercentOff,
    PointRules,
    PriceCut,
    Programme,
    Rate,
    Text,
)
from stamkund.rules.selection import Moment
from stamkund.tables import accounts
from tests.builders import Shop, a_programme

MEMBER = "m0123456789abcdef"
EFFECTS: list[Effect] = [
    PercentOff(10),
    AmountOff(5_000),
    BuyGet(buy=2, get=1),
    ExtraPoints(50),
]


def a_programme_of(rules: int) -> Programme:
    """Two fifths member prices, as many rules for points, one fifth club offers."""
    usual = a_programme()
    name: Text = {"sv": "Regel", "en": "Rule"}
    prices = [
        MemberPrice(f"price-{n}", name, _about(n), {"*": PriceCut(5), "guld": PriceCut(10 + n % 9)})
        for n in range(rules * 2 // 5)
    ]
    earning = [
        EarnRule(f"rule-{n}", name, _about(n), multiplier=200)
        if n % 2
        else EarnRule(f"rule-{n}", name, _about(n), points_per_unit=5)
        for n in range(rules * 2 // 5)
    ]
    offers = [
        Offer(
            f"offer-{n}", name, EFFECTS[n % 4], group=("offers", "extras")[n % 2], match=_about(n)
        )
        for n in range(rules - len(prices) - len(earning))
    ]
    points = PointRules(
        earn=Rate(points=1, amount=100),
        expiry=Expiry(months=24),
        rules=earning,
        pay=Pay(value=Rate(points=1, amount=10)),
    )
    return replace(usual, points=points, prices=prices, offers=offers, groups=["offers", "extras"])


def _about(n: int) -> Match:
    """By turns a category, a brand, both, and a handful of articles."""
    category, brand = f"sport/kind-{n % 10}", f"brand-{n % 7}"
    articles = [f"article-{(n + k) % 40}" for k in range(3)]
    return [
        Match(categories=[category]),
        Match(brands=[brand]),
        Match(categories=[category], brands=[brand]),
        Match(articles=articles),
    ][n % 4]


def a_line(n: int) -> Line:
    return Line(
        id=str(n),
        article=f"article-{n}",
        quantity=1 + n % 3,
        unit_price=9_900 + 1_000 * n,
        vat_rate=2500,
        category=f"sport/kind-{n % 10}",
        brand=f"brand-{n % 7}",
    )


def a_basket(lines: int) -> Basket:
    return Basket("SEK", [a_line(n) for n in range(lines)])


def a_request(lines: int, **more: Any) -> dict[str, Any]:
    basket = a_basket(lines)
    return {"currency": basket.currency, "lines": basket.lines, **more}


def a_member(shop: Shop, setting: Setting, at: Moment) -> None:
    """Bought every month for a year, and has been looked after as every member is."""
    months = [add_months(at.month, -n) for n in range(12)]
    account = Account(
        shop=shop.id,
        member=MEMBER,
        card="1234567890128",
        joined_on=f"{months[-1]}-01",
        lots={f">{add_months(month, 24)}": 1_200 for month in months[1:]},
        active_on=at.day,
        spend=dict.fromkeys(months, 60_000),
        qualifying=dict.fromkeys(months, 1_200),
        orders=1,
    )
    accounts.item_from(settled(account, setting, at)[0]).save()


def articles(count: int) -> list[dict[str, Any]]:
    return [
        {
            "article": line.article,
            "price": line.unit_price,
            "vat_rate": line.vat_rate,
            "category": line.category,
            "brand": line.brand,
        }
        for line in map(a_line, range(count))
    ]
