"""What a till's key may do: what its own store began, and spend what the member was there for."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.bill import Wish
from stamkund.rules.errors import Refused
from stamkund.tables import clock
from stamkund.web.callers import Caller, Member, Shop, Storefront, Till
from stamkund.web.identification import Identification, identification_in

IdentificationToken = Annotated[str, Meta(min_length=1, max_length=1_000)]


class Shopping(Struct, frozen=True):
    """Whose basket it is, and how the till knows them. `bound`: to whom, besides shop and member,
    a quote of it is worth something."""

    member: str | None
    seen: Identification | None = None
    bound: tuple[str, ...] = ()


def refuse_other_stores(caller: Caller, order: str) -> None:
    """A till finishes what its own store began; all else looks as if it were not there."""
    if caller.kind is Till and not order.startswith(f"{caller.store}:"):
        raise Refused("order_not_found")


def shopping(caller: Caller, named: str | None, token: str | None) -> Shopping:
    """Who asks for a quote. Refused: identification_invalid, identification_expired."""
    if token is None:
        return Shopping(asking_member(caller, named), bound=_till_of(caller))
    if named is not None:
        raise Refused("invalid_field", "identification", detail="Give either this or member")
    if caller.kind not in {Shop, Till}:
        raise Refused("forbidden", "identification")
    seen = identification_in(token, caller.shop, caller.store, clock.real_time())
    # What was confirmed for an order is worth nothing in another one.
    order = (seen.order,) if seen.order else ()
    return Shopping(seen.member, seen, (*_till_of(caller), *order))


def asking_member(caller: Caller, named: str | None) -> str | None:
    """Whose basket it is: the session's member, or the one that the shop's server names."""
    if caller.kind is Member:
        if named is not None:
            raise Refused("invalid_field", "member", detail="A session is the member")
        return caller.member
    if caller.kind is Storefront and named is not None:
        raise Refused("forbidden", "member")
    return named


def refuse_unconfirmed(caller: Caller, who: Shopping, wish: Wish) -> None:
    """Anybody may know a number: it earns, and spends nothing. Refused: confirmation_needed."""
    seen, wanted = who.seen, bool(wish.points or wish.vouchers)
    if not wanted or (seen is None and caller.kind is not Till):
        return
    if seen is None or seen.evidence == "typed":
        raise _needed(wish)
    if seen.evidence == "confirmed" and not _is_within(wish, seen):
        raise _needed(wish, points=seen.points, vouchers=seen.vouchers)


def _is_within(wish: Wish, seen: Identification) -> bool:
    return wish.points <= seen.points and set(wish.vouchers) <= set(seen.vouchers)


def _needed(wish: Wish, **confirmed: object) -> Refused:
    field = "spend_points" if wish.points else "vouchers"
    return Refused("confirmation_needed", field, **confirmed)


def quotes_worth(caller: Caller, order_id: str) -> Iterator[tuple[str, ...]]:
    """What a quote may be bound to that this caller commits as this order."""
    till = _till_of(caller)
    yield till
    if till:
        yield (*till, order_id)


def _till_of(caller: Caller) -> tuple[str, ...]:
    return (caller.store,) if caller.kind is Till else ()
