"""From the rows of a real supermarket's tills to lines of a basket that the club understands.

What the shop took for a line is exact: units times unit price is the row's amount to the cent, and
a cent becomes an öre.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from stamkund.rules.basket import MOST_LINES, Line, LineKind

# Whole things are bought by the dozen at the most; above are thousandths of a gallon of fuel.
MOST_UNITS = 100

FOOD_VAT, OTHER_VAT = 1_200, 2_500
NO_FOOD = {
    "AUTOMOTIVE", "COSMETICS", "DRUG GM", "FLORAL", "FUEL", "GARDEN CENTER", "HOUSEWARES",
    "MISCELLANEOUS", "PHOTO & VIDEO", "POSTAL CENTER", "SPIRITS", "TOYS", "TRAVEL & LEISURE",
}  # fmt: skip


class TooManyLines(Exception):  # noqa: N818 -- the message is written for a person
    """A basket that the club would refuse."""


class Row(NamedTuple):
    """A row of a till: `sales` is what the shop took for it, in cents."""

    product: int
    quantity: int
    sales: int


class Product(NamedTuple):
    """What the club needs to know of an article; `category` is a path."""

    category: str
    brand: str
    vat_rate: int
    kind: LineKind


UNKNOWN = Product("unknown", "", FOOD_VAT, "goods")


def product_of(department: str, category: str, type: str, brand: str) -> Product:
    path = "/".join(slug for slug in map(_slug, (department, category, type)) if slug)
    vat_rate = OTHER_VAT if department in NO_FOOD else FOOD_VAT
    return Product(path or UNKNOWN.category, _slug(brand), vat_rate, _kind(category, type))


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _kind(category: str, type: str) -> LineKind:
    """Money that is only changed into something else earns nothing."""
    if "GIFT CARD" in type:
        return "gift_card"
    return "deposit" if "DEPOSIT" in f"{category} {type}" else "goods"


def lines_of(rows: Iterable[Row], products: Mapping[int, Product]) -> list[Line]:
    """The basket in the order of the till; nothing for a row by which nothing was bought.

    Raises TooManyLines: cutting a basket would be worse than not replaying it.
    """
    lines = [line for row in rows for line in _lines(row, products.get(row.product, UNKNOWN))]
    if len(lines) > MOST_LINES:
        raise TooManyLines(f"A basket of {len(lines)} lines; the club takes {MOST_LINES}.")
    return lines


def _lines(row: Row, product: Product) -> Iterator[Line]:
    """Where the amount cannot be shared equally, some units cost a cent more than the others."""
    units = units_of(row)
    if not units:
        return
    price, dearer = divmod(row.sales, units)
    if units > dearer:
        yield _line(str(row.product), row.product, units - dearer, price, product)
    if dearer:
        yield _line(f"{row.product}-b", row.product, dearer, price + 1, product)


def units_of(row: Row) -> int:
    """No units but money, and fuel by the thousandth of a gallon: that much of it, once."""
    if row.quantity == 0:
        return 1 if row.sales else 0
    return row.quantity if row.quantity <= MOST_UNITS else 1


def _line(id: str, article: int, units: int, price: int, product: Product) -> Line:
    return Line(
        id,
        str(article),
        units,
        price,
        product.vat_rate,
        product.category,
        product.brand,
        product.kind,
    )
