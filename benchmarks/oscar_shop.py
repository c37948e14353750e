"""A django-oscar shop with one basket, on SQLite in memory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import thread_time
from typing import Any, NamedTuple
from warnings import simplefilter

import django
from django.conf import settings


class Applied(NamedTuple):
    """Milliseconds of one application of all offers, and how many queries it made."""

    evaluating: float
    asking: float
    queries: int


class OscarShop:
    """Prices in minor units; what is `offer`ed replaces what was."""

    def __init__(self, prices: Sequence[int]) -> None:
        _set_up()
        from django.core.management import call_command

        simplefilter("ignore")  # its search says that it does not search
        call_command("migrate", run_syncdb=True, verbosity=0)
        self._products = [_product(n, price) for n, price in enumerate(prices)]
        self._basket = _basket(self._products)

    def offer(self, about: Sequence[Sequence[int]], percent: int) -> None:
        from oscar.core.loading import get_model

        for model in ("ConditionalOffer", "Condition", "Benefit", "Range"):
            get_model("offer", model).objects.all().delete()
        for number, articles in enumerate(about):
            self._make_offer(number, articles, percent)

    def _make_offer(self, number: int, articles: Sequence[int], percent: int) -> None:
        from oscar.test.factories import (
            BenefitFactory,
            ConditionalOfferFactory,
            ConditionFactory,
            RangeFactory,
        )

        products = [self._products[n] for n in articles if n < len(self._products)]
        range_ = RangeFactory(name=f"range {number}", products=products)
        ConditionalOfferFactory(
            name=f"offer {number}",
            condition=ConditionFactory(range=range_, type="Count", value=1),
            benefit=BenefitFactory(range=range_, type="Percentage", value=percent),
        )

    def total(self) -> int:
        """What is to be paid once the offers are applied."""
        self._apply()
        return int(self._basket.total_incl_tax * 100)

    def apply(self) -> Applied:
        with _asking() as asked:
            started = thread_time()
            self._apply()
            took = thread_time() - started
        asking = sum(asked)
        return Applied((took - asking) * 1000, asking * 1000, len(asked))

    def _apply(self) -> None:
        from oscar.core.loading import get_class

        self._basket.reset_offer_applications()
        get_class("offer.applicator", "Applicator")().apply(self._basket)


@contextmanager
def _asking() -> Iterator[list[float]]:
    """How long each query took, from asking for it to having the objects that it found."""
    from django.db.models.query import QuerySet

    asked: list[float] = []
    usual = {name: getattr(QuerySet, name) for name in ("_fetch_all", "exists", "get")}
    for name, method in usual.items():
        setattr(QuerySet, name, _watched(method, asked))
    try:
        yield asked
    finally:
        for name, method in usual.items():
            setattr(QuerySet, name, method)


def _watched(method: Callable[..., Any], asked: list[float]) -> Callable[..., Any]:
    def watch(queryset: Any, *arguments: Any, **named: Any) -> Any:
        if getattr(queryset, "_result_cache", None) is not None:
            return method(queryset, *arguments, **named)
        before, started = len(asked), thread_time()
        result = method(queryset, *arguments, **named)
        del asked[before:]  # `get` asks by way of `_fetch_all`
        asked.append(thread_time() - started)
        return result

    return watch


def _set_up() -> None:
    from oscar import INSTALLED_APPS, defaults

    settings.configure(
        **{name: getattr(defaults, name) for name in dir(defaults) if name.isupper()},
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=INSTALLED_APPS,
        SITE_ID=1,
        USE_TZ=True,
        SECRET_KEY="none",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        MIDDLEWARE=[],
        TEMPLATES=[],
    )
    django.setup()


def _product(number: int, price: int) -> Any:
    from decimal import Decimal

    from oscar.test.factories import create_product

    return create_product(upc=f"article-{number}", price=Decimal(price) / 100, num_in_stock=100)


def _basket(products: Sequence[Any]) -> Any:
    from oscar.test.factories import create_basket

    basket = create_basket(empty=True)
    for product in products:
        basket.add_product(product)
    return basket
