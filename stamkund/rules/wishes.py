"""What somebody wishes for, and whether there is news of it."""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules.programme import Currency

MOST_WISHES = 100
News = Literal["price_fallen", "back_in_stock"]


class Offered(Struct, frozen=True):
    """What the shop asks for an article now, and whether it has any."""

    article: str
    currency: Currency
    price: int
    in_stock: bool = True


class Wish(Struct, frozen=True, kw_only=True):
    """`price` and `in_stock` as they were noted; `..._now` as the shop last told; `told` is the
    last price that the member was told of."""

    article: str
    added_at: datetime
    name: str = ""
    price: int | None = None
    currency: Currency | None = None
    in_stock: bool | None = None
    price_now: int | None = None
    in_stock_now: bool | None = None
    told: int | None = None

    @property
    def fallen(self) -> int:
        """By how much it is cheaper than when it was wished for."""
        if self.price is None or self.price_now is None:
            return 0
        return max(0, self.price - self.price_now)


def news_of(wish: Wish, offered: Offered, least_fall: int) -> News | None:
    """A fall by fewer per cent than `least_fall` is none, nor one of what cannot be bought."""
    if not offered.in_stock:
        return None
    before = wish.in_stock if wish.in_stock_now is None else wish.in_stock_now
    if before is False:
        return "back_in_stock"
    known = wish.price if wish.told is None else wish.told
    if known is None or wish.currency != offered.currency:
        return None
    fallen = offered.price < known and offered.price * 100 <= known * (100 - least_fall)
    return "price_fallen" if fallen else None


def seen(wish: Wish, offered: Offered, *, told: bool) -> Wish:
    """A price that has gone up again to what it was may fall anew."""
    if wish.currency is not None and wish.currency != offered.currency:
        return replace(wish, in_stock_now=offered.in_stock)
    back = wish.price is not None and offered.price >= wish.price
    return replace(
        wish,
        price_now=offered.price,
        in_stock_now=offered.in_stock,
        told=None if back else offered.price if told else wish.told,
    )
