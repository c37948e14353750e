"""Programmes and baskets in which every rule meets every other, and limits are soon reached."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from stamkund.rules.checking import check
from stamkund.rules.programme import (
    AmountOff,
    Basis,
    BuyGet,
    Cap,
    Cause,
    Charity,
    ClawBack,
    EarnRule,
    Expiry,
    ExtraPoints,
    FreeShipping,
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
    Reward,
    Rewards,
    Text,
    Tiers,
    TierStep,
    When,
)
from stamkund.rules.programme_file import Action, Detail, MyPages, ProgrammeFile, Purpose

NAME: Text = {"sv": "Namn", "en": "Name"}
LATE = Late(return_days=30, upload_days=14)

RULES = [
    EarnRule(id="shoes", name=NAME, match=Match(categories=["shoes"]), multiplier=250),
    EarnRule(id="capped", name=NAME, multiplier=150, cap=Cap(day=40, month=60)),
    EarnRule(id="units", name=NAME, match=Match(brands=["fjell"]), points_per_unit=3),
    EarnRule(id="order", name=NAME, points_per_order=17, cap=Cap(month=40)),
]
OFFERS = [
    Offer(id="ten", name=NAME, effect=PercentOff(10), limit_per_member=2),
    Offer(id="first", name=NAME, effect=PercentOff(25), when=When(first_order=True)),
    Offer(id="three", name=NAME, effect=BuyGet(2, 1), match=Match(brands=["fjell"]), group="goods"),
    Offer(id="gift", name=NAME, effect=ExtraPoints(20), group="gifts", limit_per_member=1),
    Offer(id="freight", name=NAME, effect=FreeShipping(), group="freight", min_amount=30_000),
    Offer(
        id="few", name=NAME, effect=PercentOff(50), group="goods", switch_on=True, limit_total=2
    ),
]  # fmt: skip
PRICES = [
    MemberPrice("guld", NAME, Match(), {"guld": PriceCut(percent=7)}),
    MemberPrice("gel", NAME, Match(articles=["gel"]), {"*": PriceCut(price=900)}),
]
REWARDS = Rewards(
    catalogue=[
        Reward("cheque", NAME, 20, AmountOff(2_500), limit_per_member=2, transferable=True),
        Reward("code", NAME, 30, PercentOff(20), valid_days=10, points_back=True),
        Reward("delivery", NAME, 10, FreeShipping(), limit_total=3),
        Reward("gift", NAME, 15, Charity(1_000), limit_per_member=3),
    ],
    causes=[Cause("sea", NAME), Cause("forest", NAME)],
)
ACTIONS = [
    Action("visit", NAME, 25, most=2, per="day"),
    Action("newsletter", NAME, 40, "newsletter"),
    Action("birthday", NAME, 60, "birthday", per="year"),
]
PAGES = MyPages(
    purposes=[Purpose(id, NAME, {"sv": "Ja."}, "1") for id in ("letters", "wishes")],
    details=[Detail(id, NAME) for id in ("sport", "size")],
    wishes="wishes",
)
EXPIRIES = [None, Expiry(months=2), Expiry(months=12), Expiry(inactive_months=2)]


@cache
def programmes() -> st.SearchStrategy[ProgrammeFile]:
    claw_backs: list[ClawBack] = ["only_pending", "within_balance", "debt", "debt"]
    return st.builds(
        _programme,
        claw_back=st.sampled_from(claw_backs),
        expiry=st.sampled_from(EXPIRIES),
        pending_days=st.sampled_from([0, 0, 14, 40]),
        rounding=st.sampled_from(["floor", "half_up", "ceil"]),
        basis=st.builds(
            Basis,
            tax=st.sampled_from(["included", "excluded"]),
            paid_with_points=st.sampled_from(["included", "excluded"]),
            excluded=st.sampled_from([Goods(), Goods(), Goods(brands=["fjell"])]),
        ),
        rules=st.integers(0, 15),
        offers=st.integers(0, 63),
        cap=st.sampled_from([None, None, Cap(month=300), Cap(order=90, day=120)]),
        tier_basis=st.sampled_from(["spend", "points"]),
        grace=st.sampled_from([0, 1]),
    )


def _programme(**drawn: Any) -> ProgrammeFile:
    points = PointRules(
        earn=Rate(points=1, amount=100),
        basis=drawn["basis"],
        rounding=drawn["rounding"],
        pending_days=drawn["pending_days"],
        expiry=drawn["expiry"],
        claw_back=drawn["claw_back"],
        rules=_some(RULES, drawn["rules"]),
        cap=drawn["cap"],
        pay=Pay(value=Rate(points=1, amount=10), share=60),
        welcome=30,
    )
    programme = ProgrammeFile(
        name="Klubben",
        time_zone="Europe/Stockholm",
        currency="SEK",
        languages=["sv"],
        points=points,
        tiers=_ladder(drawn["tier_basis"], drawn["grace"]),
        prices=PRICES,
        offers=_some(OFFERS, drawn["offers"]),
        groups=["goods", "offers", "gifts", "freight"],
        rates={"EUR": 11_234_567},
        late=LATE,
        rewards=REWARDS,
        actions=ACTIONS,
        my_pages=PAGES,
    )
    assert not check(programme), check(programme)
    return programme


def _some(things: list[Any], mask: int) -> list[Any]:
    return [thing for bit, thing in enumerate(things) if mask >> bit & 1]


def _ladder(basis: Any, grace: int) -> Tiers:
    scale = 1 if basis == "points" else 100
    steps = [("bas", 0, 100), ("silver", 300, 125), ("guld", 800, 200)]
    return Tiers(
        steps=[TierStep(id=i, name=NAME, threshold=n * scale, multiplier=m) for i, n, m in steps],
        basis=basis,
        rolling_months=3,
        grace_months=grace,
    )


def _line(id: str, article: str, quantity: int, price: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "article": article, "quantity": quantity, "unit_price": price,
        "vat_rate": 2500, **more,
    }  # fmt: skip


SHOE = {"category": "shoes/running", "brand": "fjell"}
BASKETS: list[dict[str, Any]] = [
    {"currency": "SEK", "lines": [_line("a", "shoe", 1, 49_900, **SHOE)]},
    {
        "currency": "SEK",
        "lines": [
            _line("a", "gel", 7, 1_390, brand="fjell", vat_rate=1200),
            _line("b", "boot", 1, 12_345, category="shoes"),
            _line("c", "freight", 1, 4_900, kind="shipping"),
        ],
    },
    {"currency": "SEK", "lines": [_line("a", "map", 3, 333), _line("b", "sticker", 2, 0)]},
    {
        "currency": "EUR",
        "lines": [
            _line("a", "shoe", 2, 3_999, **SHOE),
            _line("b", "card", 1, 5_000, kind="gift_card", vat_rate=0),
        ],
    },
]
