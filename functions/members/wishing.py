"""Wishes as they are shown."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.programme import Currency
from stamkund.rules.wishes import Wish


class WishShown(Struct, frozen=True):
    """`price` and `in_stock` as noted when it was wished for, `price_now` and `in_stock_now` as the
    shop has told since; `fallen` by how much it is cheaper. null where it is not known."""

    article: str
    name: str | None
    added_at: datetime
    currency: Currency | None
    price: int | None
    price_now: int | None
    fallen: int
    in_stock: bool | None
    in_stock_now: bool | None


def shown(wish: Wish) -> WishShown:
    return WishShown(
        article=wish.article,
        name=wish.name or None,
        added_at=wish.added_at,
        currency=wish.currency,
        price=wish.price,
        price_now=wish.price_now,
        fallen=wish.fallen,
        in_stock=wish.in_stock,
        in_stock_now=wish.in_stock_now,
    )
