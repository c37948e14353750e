"""What my pages ask of the database, and how long they take without it; and what a session that is
refreshed asks."""

import os
from contextlib import redirect_stdout
from pathlib import Path

from msgspec.structs import replace

from benchmarks.database import echoing, opened
from benchmarks.figures import Figure, at_most, information, timed
from benchmarks.scene import a_programme_of
from stamkund.web import messages
from tests.builders import OUTBOX, Shop, a_voucher, app_for, http_event
from tests.login import Person
from tests.members import a_member, has_bought
from tests.my_pages import FAQ, PAGES, give, wish
from tests.recorder import recorded
from tests.talking import opened as said

REPEATS = 100
PATH = "/v1/members/me/page"
OF_EACH = 10


def figures() -> list[Figure]:
    os.environ["POWERTOOLS_LOG_LEVEL"] = "INFO"  # as in production: a line per request
    messages.use(OUTBOX.append)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        shop, _ = opened(replace(a_programme_of(50), my_pages=PAGES))
        member = a_member(shop, email="jonas@example.com", first_name="Jonas")
        _fill(shop, member)
        return [*_page(shop, member), _refreshed(shop)]


def _fill(shop: Shop, member: str) -> None:
    """Ten of everything of which there can be many."""
    assert shop.call("PUT", "/v1/members/faq", FAQ, as_="staff").status == 200
    give(shop, member)
    for number in range(OF_EACH):
        has_bought(shop, member, lots={">never": 5})
        wish(shop, member, f"article-{number}")
        a_voucher(shop, member, f"voucher-{number}")
        said(shop, member)


def _page(shop: Shop, member: str) -> list[Figure]:
    event, app = http_event("GET", PATH, None, shop.credential(member)), app_for(PATH)
    assert app(event, None)["statusCode"] == 200  # who asks and what all are shown is read
    with recorded() as calls:
        assert app(event, None)["statusCode"] == 200
    with echoing(apart=True):
        spread = timed(lambda: app(event, None), REPEATS)
    what = f"my page with {OF_EACH} of each"
    return [
        at_most(4, f"calls of {what}", len(calls), "calls"),
        information(f"{what}, without DynamoDB", spread.median, "ms"),
        information(f"{what}, without DynamoDB, p99", spread.p99, "ms"),
    ]


def _refreshed(shop: Shop) -> Figure:
    person = Person(shop, "karin@example.com")
    token = person.join(person.proof()).json["session"]["refresh_token"]
    with recorded() as calls:
        assert person.refresh(token).status == 201
    return at_most(1, "calls of refreshing a session", len(calls), "calls")
