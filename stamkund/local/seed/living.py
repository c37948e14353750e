"""Lives the story through the club's own endpoints, with the sandbox clock moved along."""

from contextlib import suppress
from datetime import datetime, timedelta

from stamkund.local.seed.catalogue import line
from stamkund.local.seed.shop_server import NotThere, ShopServer
from stamkund.local.seed.story import Bought, Event, Person, Returned, events
from stamkund.tables.clock import real_time

CURRENCY = "SEK"
NOON = 11  # UTC; around noon in the Nordic countries all year


def live(server: ShopServer) -> None:
    """Everything that has not happened yet, so that it can be broken off and begun again."""
    story = events()
    if all(_has_happened(server, event.what) for event in story):
        return
    try:
        _live_through(server, story, real_time())
    finally:
        _set_clock(server, real_time())


def _live_through(server: ShopServer, story: list[Event], now: datetime) -> None:
    members: dict[str, str] = {}
    for event in story:
        noon = (now - timedelta(days=event.days_ago)).replace(hour=NOON, minute=0)
        _set_clock(server, noon)
        if event.what is None:
            members[event.who.customer] = _join(server, event.who)
        elif not _has_happened(server, event.what):
            _happen(server, event.what, members[event.who.customer])
        _let_tiers_follow(server)


def _set_clock(server: ShopServer, time: datetime) -> None:
    server.call("PUT", "/v1/programme/clock", {"time": time.isoformat()})


def _let_tiers_follow(server: ShopServer) -> None:
    """The next purchase earns by the tier that this one led to: on a laptop one can wait for it."""
    with suppress(NotThere):
        server.call("POST", "/_local/settle")


def _join(server: ShopServer, person: Person) -> str:
    enrolment = {
        "customer_id": person.customer,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
    }
    return str(server.call("POST", "/v1/members", enrolment)["member"])


def _has_happened(server: ShopServer, what: Bought | Returned | None) -> bool:
    """Joining twice is joining once, so it need not be asked for."""
    if what is None:
        return True
    try:
        receipt = server.call("GET", f"/v1/checkout/orders/{what.order}")
    except NotThere:
        return False
    return bool(receipt["refunds"] if isinstance(what, Returned) else receipt["status"] != "held")


def _happen(server: ShopServer, what: Bought | Returned, member: str) -> None:
    if isinstance(what, Returned):
        _return(server, what)
    elif what.channel == "store":
        _pay_at_the_till(server, what, member)
    else:
        _order(server, what, member)


def _order(server: ShopServer, bought: Bought, member: str) -> None:
    """As a web shop does: quote, commit, and confirm when the money is there."""
    basket = _basket(bought, member)
    quote = server.call("POST", "/v1/checkout/quotes", {**basket, "spend_points": bought.points})
    order = {**basket, "order_id": bought.id, "quote": quote["quote"]}
    server.call("POST", "/v1/checkout/orders", order)
    server.call("POST", f"/v1/checkout/orders/{bought.order}/confirmation")


def _pay_at_the_till(server: ShopServer, bought: Bought, member: str) -> None:
    """As a till does: the customer has paid what the quote said before the order is told of."""
    basket = _basket(bought, member)
    quote = server.call("POST", "/v1/checkout/quotes", basket)
    charged = {quoted["id"]: quoted["due"] for quoted in quote["lines"]}
    lines = [{**line(id, units), "charged": charged[id]} for id, units in bought.buys.items()]
    paid = {"order_id": bought.id, "source": bought.channel, "paid": True, "quote": quote["quote"]}
    server.call("POST", "/v1/checkout/orders", {**basket, **paid, "lines": lines})


def _basket(bought: Bought, member: str) -> dict[str, object]:
    return {
        "currency": CURRENCY,
        "channel": bought.channel,
        "member": member,
        "lines": [line(article, units) for article, units in bought.buys.items()],
    }


def _return(server: ShopServer, returned: Returned) -> None:
    lines = [{"id": id, "quantity": units} for id, units in returned.units.items()]
    refund = {"reference": "seed", "lines": lines}
    server.call("POST", f"/v1/checkout/orders/{returned.order}/refunds", refund)
