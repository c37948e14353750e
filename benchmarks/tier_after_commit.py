"""How soon after a purchase the new tier stands, on a laptop: gateway, stream and pump running.

From the answer to the shop until the ledger's reader has written the tier. Between two purchases
there is a pause, because a pump that has nothing to do looks less often.
"""

from time import monotonic, sleep

import requests

from benchmarks import scene
from benchmarks.figures import Figure, at_most, information
from benchmarks.figures import spread as spread_of
from stamkund import tables
from stamkund.local.club import Club
from stamkund.tables import accounts
from tests.builders import Clock, Shop, a_member, a_shop

PREFIX = "bench-tier"
MEMBERS = 40
PAUSES = [0.2 + 0.013 * n for n in range(MEMBERS)]
PATIENCE = 10


def figures() -> list[Figure]:
    tables.connect(PREFIX, real_time=Clock())
    tables.create_all()
    shop = a_shop(programme=scene.a_programme_of(50))
    with Club(PREFIX) as club:
        spread = spread_of([_seconds(club, shop, pause) for pause in PAUSES])
    return [
        at_most(0.3, "tier after commit", spread.median, "s"),
        information("tier after commit, p99", spread.p99, "s"),
    ]


def _seconds(club: Club, shop: Shop, pause: float) -> float:
    member = a_member(shop)
    sleep(pause)
    _commit(club, shop, member)
    started = monotonic()
    while accounts.find(shop.id, member).tier == "bas":
        assert monotonic() - started < PATIENCE
        sleep(0.005)
    return monotonic() - started


def _commit(club: Club, shop: Shop, member: str) -> None:
    answer = requests.post(
        f"{club.url}/v1/checkout/orders",
        json=_order(member),
        headers=shop.credential("shop"),
        timeout=PATIENCE,
    )
    assert answer.status_code == 201, answer.text


def _order(member: str) -> dict[str, object]:
    """Dear enough for the next tier."""
    line = {"id": "1", "article": "tent", "quantity": 1, "unit_price": 500_000, "vat_rate": 2500}
    return {"order_id": member, "member": member, "currency": "SEK", "lines": [line]}
