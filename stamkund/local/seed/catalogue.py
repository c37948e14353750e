"""The goods on the shelves of the sandbox shop."""

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from stamkund.rules.basket import LineKind

FILE = Path(__file__).with_name("articles.yaml")


class Article(Struct, frozen=True, forbid_unknown_fields=True):
    """One article as the shop knows it; the club only sees it as a line of a basket."""

    id: str
    name: dict[str, str]
    category: str
    brand: str
    price: int
    sizes: list[str]
    vat_rate: int = 2_500
    kind: LineKind = "goods"


class Catalogue(Struct, frozen=True):
    sizes: dict[str, list[str]]
    articles: list[Article]


@cache
def catalogue() -> dict[str, Article]:
    """Every article by its id."""
    read = msgspec.yaml.decode(FILE.read_bytes(), type=Catalogue)
    return {article.id: article for article in read.articles}


def line(article_id: str, units: int) -> dict[str, object]:
    """The article as a line of a basket; its id is the article's, which a basket has once."""
    article = catalogue()[article_id]
    return {
        "id": article.id,
        "article": article.id,
        "quantity": units,
        "unit_price": article.price,
        "vat_rate": article.vat_rate,
        "category": article.category,
        "brand": article.brand,
        "kind": article.kind,
    }
