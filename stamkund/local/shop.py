"""The sandbox shop of this machine, opened and given its members once."""

import msgspec
from msgspec import Struct

from stamkund.local import seed
from stamkund.local.home import Home
from stamkund.local.seed import SHOP, Keys
from stamkund.tables import shops
from stamkund.tables.clock import real_time


class Kept(Struct, frozen=True):
    """The club itself only knows digests of the keys."""

    keys: Keys
    seeded: bool = False


def furnished(here: Home, url: str) -> Keys:
    """What a developer did to the shop since, its programme for instance, is left alone."""
    kept = _kept(here) or _keep(here, Kept(seed.create_shop()))
    if not kept.seeded:
        print("Its members live their year; that takes a moment, this once ...", flush=True)
        seed.seed(url, kept.keys)
        _keep(here, Kept(kept.keys, seeded=True))
    return kept.keys


def _kept(here: Home) -> Kept | None:
    """Nothing, too, where the database is another than the one that these keys opened."""
    file = here.data / "shop.json"
    if not file.exists() or shops.find_shop(SHOP, now=real_time()) is None:
        return None
    return msgspec.json.decode(file.read_bytes(), type=Kept)


def _keep(here: Home, kept: Kept) -> Kept:
    here.data.mkdir(parents=True, exist_ok=True)
    (here.data / "shop.json").write_bytes(msgspec.json.encode(kept))
    return kept
