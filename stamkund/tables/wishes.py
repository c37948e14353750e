"""The wish list, beside the profile, and an index of who wishes for what."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.consents import Consent
from stamkund.rules.errors import Refused
from stamkund.rules.wishes import MOST_WISHES, Wish
from stamkund.tables import keys, transact
from stamkund.tables.consents import CONSENT, ConsentItem, consent_from
from stamkund.tables.profiles import PROFILE, Profile, ProfileItem, Profiles, profile_from
from stamkund.tables.table import client

WISH = "WISH#"
# Whoever is about to write to somebody has this long for it; then it is somebody else's turn.
CLAIMED_FOR = timedelta(seconds=60)


class WishItem(Profiles):
    name = UnicodeAttribute(null=True)
    price = NumberAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    in_stock = BooleanAttribute(null=True)
    added_at = UnicodeAttribute()
    price_now = NumberAttribute(null=True)
    in_stock_now = BooleanAttribute(null=True)
    told = NumberAttribute(null=True)
    claimed_until = UnicodeAttribute(null=True)


class Wisher(NamedTuple):
    member: str
    profile: Profile
    wish: Wish
    consent: Consent


class Wishers(NamedTuple):
    """A page of them, and after whom the next one begins."""

    members: list[str]
    last: str | None


def add(shop: str, member: str, wish: Wish) -> tuple[Wish, bool]:
    """The wish as it is kept, and whether it is new: what was noted first stays.

    Refused: member_not_found, wish_list_full.
    """
    key = keys.of(shop, member)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(
            _item_from(shop, member, wish),
            WishItem.pk.does_not_exist(),
            return_values=transact.RETURN_OLD,
        )
        transaction.update(
            ProfileItem(key, PROFILE),
            [ProfileItem.wishes.set((ProfileItem.wishes | 0) + 1)],
            ProfileItem.pk.exists() & _room(),
            return_values=transact.RETURN_OLD,
        )

    try:
        transact.write(fill)
    except TransactWriteError as error:
        return _known_or_refused(error), False
    return wish, True


def _room() -> Condition:
    room: Condition = ProfileItem.wishes.does_not_exist() | (ProfileItem.wishes < MOST_WISHES)
    return room


def _known_or_refused(error: TransactWriteError) -> Wish:
    known, profile = transact.refused(error, 0), transact.refused(error, 1)
    if known and known.raw_item:
        return wish_from(WishItem.from_raw_data(known.raw_item))
    if profile is None:
        raise error
    raise Refused("wish_list_full" if profile.raw_item else "member_not_found") from None


def remove(shop: str, member: str, article: str) -> None:
    """What is not there is gone as well. Refused: member_not_found."""
    key = keys.of(shop, member)

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(WishItem(key, WISH + article), WishItem.pk.exists())
        transaction.update(
            ProfileItem(key, PROFILE),
            [ProfileItem.wishes.set(ProfileItem.wishes - 1)],
            ProfileItem.pk.exists() & (ProfileItem.wishes > 0),
            return_values=transact.RETURN_OLD,
        )

    try:
        transact.write(fill)
    except TransactWriteError as error:
        profile = transact.refused(error, 1)
        if profile and not profile.raw_item:
            raise Refused("member_not_found") from None
        if not transact.refused(error, 0):
            raise


def hand_over(shop: str, member: str, to: str) -> None:
    """The wishes of a membership that became part of another, the newest first, as far as there is
    room; of an article that both wish for, what was noted of it stays. Again is no harm."""
    begins = WishItem.sk.startswith(WISH)
    found = WishItem.query(keys.of(shop, member), begins, consistent_read=True)
    for item in sorted(found, key=lambda item: datetime.fromisoformat(item.added_at), reverse=True):
        if not _handed_over(shop, item, to):
            return


def _handed_over(shop: str, item: WishItem, to: str) -> bool:
    """False where there is no room for more, or nobody left to wish for it."""
    key = keys.of(shop, to)

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(WishItem(item.pk, item.sk), WishItem.pk.exists())
        theirs = WishItem(**{**item.attribute_values, "pk": key})
        transaction.save(theirs, WishItem.pk.does_not_exist())
        transaction.update(
            ProfileItem(key, PROFILE),
            [ProfileItem.wishes.set((ProfileItem.wishes | 0) + 1)],
            ProfileItem.pk.exists() & _room(),
        )

    try:
        transact.write(fill)
    except TransactWriteError as error:
        reasons = [transact.refused(error, place) for place in range(3)]
        if not any(reasons):
            raise
        # It has been handed over already, or they wish for it as well.
        return bool(reasons[0] or reasons[1])
    return True


def who_wishes(shop: str, article: str, limit: int, after: str | None) -> Wishers:
    """One query of the index, which may be a moment behind: what follows is read again."""
    key = wish_key(shop, article)
    start: Any = after and {
        "wish_key": {"S": key},
        "pk": {"S": keys.of(shop, after)},
        "sk": {"S": WISH + article},
    }
    found = WishItem.wished.query(key, limit=limit, last_evaluated_key=start or None)
    members = [keys.thing(item.pk) for item in found]
    return Wishers(members, members[-1] if found.last_evaluated_key and members else None)


def wishers(shop: str, article: str, purpose: str, members: Sequence[str]) -> list[Wisher]:
    """In one read; without those who are gone, or wish for it no more."""
    if not members:
        return []
    with TransactGet(connection=client()) as transaction:
        asked = [_ask(transaction, keys.of(shop, one), article, purpose) for one in members]
    return [wisher for one in asked if (wisher := _wisher(one, purpose))]


class _Asked(NamedTuple):
    profile: Any
    wish: Any
    consent: Any


def _ask(transaction: TransactGet, key: str, article: str, purpose: str) -> _Asked:
    return _Asked(
        transaction.get(ProfileItem, key, PROFILE),
        transaction.get(WishItem, key, WISH + article),
        transaction.get(ConsentItem, key, CONSENT + purpose),
    )


def _wisher(asked: _Asked, purpose: str) -> Wisher | None:
    profile: ProfileItem | None = transact.or_none(asked.profile.get)
    wish: WishItem | None = transact.or_none(asked.wish.get)
    consent: ConsentItem | None = transact.or_none(asked.consent.get)
    if profile is None or wish is None:
        return None
    given = consent_from(consent) if consent else Consent(purpose)
    return Wisher(keys.thing(profile.pk), profile_from(profile), wish_from(wish), given)


def claim(shop: str, member: str, wish: Wish, now: datetime) -> None:
    """The right to write to somebody about a wish that is still as it was read.

    Refused: busy, if somebody else has it, or has just written.
    """
    item = WishItem(keys.of(shop, member), WISH + wish.article)
    free = WishItem.claimed_until.does_not_exist() | (WishItem.claimed_until <= keys.written(now))
    as_read = (_is(getattr(WishItem, name), value) for name, value in _seen(wish).items())
    until = keys.written(now + CLAIMED_FOR)
    as_before = reduce(and_, as_read, WishItem.pk.exists() & free)
    if not item.update_if([WishItem.claimed_until.set(until)], as_before):
        raise Refused("busy")


def _seen(wish: Wish) -> dict[str, int | None]:
    return {"price_now": wish.price_now, "in_stock_now": wish.in_stock_now, "told": wish.told}


def _is(attribute: Any, value: int | None) -> Condition:
    condition: Condition = attribute.does_not_exist() if value is None else attribute == value
    return condition


def release(shop: str, member: str, article: str) -> None:
    """What was claimed and came to nothing."""
    _change(shop, member, article, [WishItem.claimed_until.remove()])


def note(shop: str, member: str, wish: Wish, *, told: bool) -> None:
    """What has been seen of it, and told, which ends the claim; of a wish that is gone, nothing."""
    seen = _seen(wish).items()
    actions = [_set_or_remove(getattr(WishItem, name), value) for name, value in seen]
    if told:
        actions.append(WishItem.claimed_until.remove())
    _change(shop, member, wish.article, actions)


def _set_or_remove(attribute: Any, value: int | None) -> Action:
    action: Action = attribute.remove() if value is None else attribute.set(value)
    return action


def _change(shop: str, member: str, article: str, actions: list[Action]) -> None:
    item = WishItem(keys.of(shop, member), WISH + article)
    item.update_if(actions, WishItem.pk.exists())


def wish_key(shop: str, article: str) -> str:
    return keys.of(shop, article)


def wish_from(item: WishItem) -> Wish:
    return Wish(
        article=item.sk.removeprefix(WISH),
        added_at=datetime.fromisoformat(item.added_at),
        name=item.name or "",
        price=_number(item.price),
        currency=item.currency,  # type: ignore[arg-type]
        in_stock=item.in_stock,
        price_now=_number(item.price_now),
        in_stock_now=item.in_stock_now,
        told=_number(item.told),
    )


def _number(value: float | None) -> int | None:
    return None if value is None else int(value)


def _item_from(shop: str, member: str, wish: Wish) -> WishItem:
    return WishItem(
        keys.of(shop, member),
        WISH + wish.article,
        wish_key=wish_key(shop, wish.article),
        name=wish.name or None,
        price=wish.price,
        currency=wish.currency,
        in_stock=wish.in_stock,
        added_at=wish.added_at.isoformat(),
    )
