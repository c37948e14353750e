"""How long somebody unknown waits to be told why to log in: a basket of 50 articles, and a page
that shows 50 of which each is priced by itself. From the event to the answer, no database."""

import os
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from benchmarks.database import opened
from benchmarks.figures import Figure, at_most, information, timed
from benchmarks.scene import a_programme_of, a_request, articles
from stamkund.rules.programme_file import LoginOffer, LoginVariant
from tests.builders import Shop, app_for, http_event
from tests.recorder import recorded

REPEATS = 300
PATH = "/v1/members/login-offers"
VISITOR = "9f86d081884c7d659a2f"
EXPERIMENT = LoginOffer(
    order="experiment",
    variants=[LoginVariant("worth"), LoginVariant("points-first", "fixed", ["points", "ladder"])],
)


def figures() -> list[Figure]:
    os.environ["POWERTOOLS_LOG_LEVEL"] = "INFO"  # as in production: a line per request
    page = {"currency": "SEK", "articles": articles(50), "visitor": VISITOR}
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        shop, _ = opened(replace(a_programme_of(50), login_offer=EXPERIMENT))
        return [
            *_offered(shop, "a basket of 50 articles", a_request(50, visitor=VISITOR)),
            *_offered(shop, "a page of 50 articles", page),
        ]


def _offered(shop: Shop, what: str, body: dict[str, Any]) -> Iterator[Figure]:
    event, app = http_event("POST", PATH, body, shop.credential("storefront")), app_for(PATH)
    assert app(event, None)["statusCode"] == 200  # keys and programme are read once a minute
    with recorded() as calls:
        assert app(event, None)["statusCode"] == 200
    yield at_most(0, f"calls of a login offer for {what}", len(calls), "calls")
    spread = timed(lambda: app(event, None), REPEATS)
    yield information(f"login offer for {what}", spread.median, "ms")
    yield at_most(5, f"login offer for {what}, p99", spread.p99, "ms")
