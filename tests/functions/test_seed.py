from datetime import datetime
from typing import Any

import pytest

from functions.members.settling import settle
from stamkund.local.seed import PROGRAMME, SHOP, create_shop
from stamkund.local.seed.living import live
from stamkund.local.seed.shop_server import ShopServer
from stamkund.local.seed.story import people
from stamkund.rules.ledger import Entry
from stamkund.rules.wallet import balance, expiring
from stamkund.tables import accounts, clock, keys, ledger, shops
from stamkund.tables.profiles import ProfileItem
from tests.builders import Clock, send

TIERS = {
    "Jonas": "guld",
    "Sara": "silver",
    "Leila": "guld",
    "Mikael": "silver",
    "Aino": "bas",
    "Ebba": "bas",
    "Nils": "bas",
}


class PowerCut(Exception):  # noqa: N818 -- it is what happens
    """The seeding ends in the middle."""


class InProcess(ShopServer):
    """The shop's server without a wire between it and the club, and the stream read at once."""

    def __init__(self, shop: str) -> None:
        self.shop = shop
        super().__init__("http://localhost", create_shop(shop).shop)
        self.calls: list[tuple[str, str]] = []
        self.calls_left = 10_000
        self.buyers: set[str] = set()
        self.call("POST", "/v1/programme/versions", PROGRAMME.read_bytes(), "application/yaml")

    def members(self) -> dict[str, str]:
        """Of those who have joined, by the shop's own number."""
        return {
            item.customer_id: keys.thing(item.pk)
            for item in ProfileItem.scan()
            if item.pk.startswith(self.shop + keys.SEPARATOR)
        }

    def _send(self, method: str, path: str, content: Any, media_type: str) -> tuple[int, str]:
        if not self.calls_left:
            raise PowerCut
        self.calls_left -= 1
        self.calls.append((method, path))
        if path == "/_local/settle":
            return self._settle()
        headers = {"authorization": self._credential, "content-type": media_type}
        answer = send(method, path, content, headers)
        if path == "/v1/checkout/orders":
            self.buyers.add(answer.json["member"])
        return answer.status, answer.text

    def _settle(self) -> tuple[int, str]:
        while self.buyers:
            settle(self.shop, self.buyers.pop(), shops.now_for(self.shop, sandbox=True))
        return 200, "{}"


@pytest.fixture(scope="module")
def lived(mocked: Clock) -> InProcess:
    server = InProcess(SHOP)
    live(server)
    return server


@pytest.fixture(autouse=True)
def time(same_time: Clock) -> Clock:
    return same_time


def what_happened(server: InProcess) -> list[tuple[str, str]]:
    return sorted((e.kind, e.order) for e in every_entry(server) if e.order)


def every_entry(server: InProcess) -> list[Entry]:
    members = sorted(server.members().items())
    return [entry for _, member in members for entry in ledger.everything(server.shop, member)]


def test_the_members_stand_at_every_tier(lived: InProcess) -> None:
    members = lived.members()
    cards = {
        person.first_name: lived.call("GET", f"/v1/members/{members[person.customer]}/card")
        for person in people()
    }
    assert {name: card["tier"]["id"] for name, card in cards.items()} == TIERS


def test_their_points_wait_can_be_spent_and_will_end(lived: InProcess) -> None:
    today = f"{clock.real_time():%Y-%m-%d}"
    wallets = [accounts.find(SHOP, member).wallet for member in lived.members().values()]
    assert any(balance(wallet, today).available for wallet in wallets)
    assert any(balance(wallet, today).pending for wallet in wallets)
    months_left = {due.day[:7] for wallet in wallets for due in expiring(wallet, today)}
    assert len(months_left) > 5
    assert any(entry.kind == "expire" for entry in every_entry(lived))


def test_somebody_paid_with_points_and_somebody_sent_something_back(lived: InProcess) -> None:
    kinds = {entry.kind for entry in every_entry(lived)}
    assert {"earn", "spend", "reverse", "bonus", "tier"} <= kinds


def test_afterwards_the_shop_has_real_time_again(lived: InProcess) -> None:
    shown = datetime.fromisoformat(lived.call("GET", "/v1/programme/clock")["time"])
    assert shown == clock.real_time()


def test_living_twice_doubles_nothing(lived: InProcess) -> None:
    before = every_entry(lived)
    earlier = len(lived.calls)
    live(lived)
    assert {method for method, _ in lived.calls[earlier:]} == {"GET"}
    assert every_entry(lived) == before


@pytest.mark.parametrize("calls", [9, 100])
def test_a_year_that_broke_off_goes_on_another_day(
    calls: int, lived: InProcess, time: Clock
) -> None:
    server = InProcess(f"shop-{calls}")
    server.calls_left = calls
    with pytest.raises(PowerCut):
        live(server)
    server.calls_left = 10_000
    time.advance(days=2)
    live(server)
    assert what_happened(server) == what_happened(lived)
