"""Fjällsport, the sandbox shop: its goods, its programme, its members and the year they lived."""

from pathlib import Path

from msgspec import Struct

from stamkund.tables import shops
from stamkund.tables.clock import real_time

SHOP, STORE = "fjallsport", "gamla-stan"
PROGRAMME = Path(__file__).parents[3] / "docs" / "examples" / "points-and-tiers.yaml"


class Keys(Struct, frozen=True):
    """As their holders send them; they are told once and kept only as digests."""

    shop: str
    storefront: str
    staff: str
    till: str = ""


def create_shop(shop: str = SHOP) -> Keys:
    """New keys for the shop, which is registered if it is not there yet."""
    if shops.find_shop(shop, now=real_time()) is None:
        shops.add_shop(shop, sandbox=True, language="sv")
    return Keys(
        shop=shops.add_key(shop, "shop", label="seed"),
        storefront=shops.add_key(shop, "storefront", label="seed"),
        staff=shops.add_key(shop, "staff", label="seed"),
        till=shops.add_key(shop, "till", label="seed", store=STORE),
    )


def seed(api_url: str, keys: Keys) -> None:
    """Publishes the programme and lets its members live their year, as far as they have not yet."""
    from stamkund.local.seed.living import live
    from stamkund.local.seed.shop_server import ShopServer

    server = ShopServer(api_url, keys.shop)
    server.call("POST", "/v1/programme/versions", PROGRAMME.read_bytes(), "application/yaml")
    live(server)
