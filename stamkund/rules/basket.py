"""What lies in a basket, as the shop tells it."""

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.rules.programme import Currency
from stamkund.rules.words import ArticleId, Channel, Word

LineKind = Literal["goods", "shipping", "gift_card", "deposit"]
VatRate = Annotated[int, Meta(ge=0, le=10_000, description="basis points: 2500 is 25 per cent")]
UnitPrice = Annotated[int, Meta(ge=0, le=10**10, description="minor units, tax included")]
Quantity = Annotated[int, Meta(ge=1, le=10_000)]

MOST_LINES = 200


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """One line: so many units of an article at the shop's price for anybody.

    Only `goods` are reduced and always earn; gift cards and deposits never do either.
    """

    id: OutsideId
    article: ArticleId
    quantity: Quantity
    unit_price: UnitPrice
    vat_rate: VatRate
    category: Word = ""
    brand: Word = ""
    kind: LineKind = "goods"


Lines = Annotated[list[Line], Meta(min_length=1, max_length=MOST_LINES)]


class PricedArticle(Struct, frozen=True, forbid_unknown_fields=True):
    """An article at the shop's price for anybody, in minor units with tax.

    `lowest_price_30_days` is passed through, for the page that must show it beside a reduction.
    """

    article: ArticleId
    price: UnitPrice
    vat_rate: VatRate
    category: Word = ""
    brand: Word = ""
    lowest_price_30_days: UnitPrice | None = None


def refuse_repeated_ids(lines: Sequence[Line]) -> None:
    """A refund names lines by their id, so an id names one line. Refused: duplicate_line."""
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if line.id in seen:
            raise Refused("duplicate_line", f"lines[{index}].id", line=line.id)
        seen.add(line.id)


class Basket(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is priced together."""

    currency: Currency
    lines: Lines
    channel: Channel = "web"


def one_unit(article: PricedArticle, currency: Currency, channel: Channel) -> Basket:
    """An article by itself, as on a page that shows many."""
    line = Line(
        "1",
        article.article,
        1,
        article.price,
        article.vat_rate,
        article.category,
        article.brand,
    )
    return Basket(currency, [line], channel)
