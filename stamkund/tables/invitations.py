"""The code by which a member invites: beside the profile, and under its keyed hash in `identities`.

What a member was seen with lies beside the profile too, as keyed hashes, and only for a while.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.suspicions import SIGN_KINDS, Sign
from stamkund.tables import identities, keys, transact
from stamkund.tables.accounts import ACCOUNT, AccountItem, account_from
from stamkund.tables.identities import Identity
from stamkund.tables.profiles import PROFILE, Profile, ProfileItem, Profiles, profile_from
from stamkund.tables.table import client, code_of

INVITATION = "INVITATION"
SIGN = "SIGN#"
ATTEMPTS = 5
NOBODY = "nobody"


class InvitationItem(Profiles):
    """`named`: whether the first name is told to who is invited."""

    code = UnicodeAttribute()
    named = BooleanAttribute(default=False)
    made_at = UnicodeAttribute()


class SignItem(Profiles):
    seen_at = UnicodeAttribute()


class Invitation(NamedTuple):
    code: str
    named: bool


class Inviter(NamedTuple):
    """Who invites by a code: account and profile, and the invitation itself."""

    account: Account
    profile: Profile
    invitation: Invitation


def find(shop: str, member: str) -> Invitation | None:
    try:
        item = InvitationItem.get(keys.of(shop, member), INVITATION, consistent_read=True)
    except DoesNotExist:
        return None
    return invitation_from(item)


def invitation_from(item: InvitationItem) -> Invitation:
    return Invitation(item.code, bool(item.named))


def make(
    shop: str,
    member: str,
    draw: Callable[[], str],
    identity_of: Callable[[str], Identity],
    now: datetime,
    *,
    named: bool,
) -> tuple[Invitation, bool]:
    """The one that the member has, and whether it is new; `named` is as it was said last.

    Refused: member_not_found, busy.
    """
    for _ in range(ATTEMPTS):
        known = find(shop, member)
        if known:
            return _named(shop, member, known, named=named), False
        made = Invitation(draw(), named)
        if _made(shop, member, made, identity_of(made.code), now):
            return made, True
    raise Refused("busy")


def _made(shop: str, member: str, made: Invitation, identity: Identity, now: datetime) -> bool:
    """False where somebody has this code, or the member got another meanwhile."""
    key = keys.of(shop, member)

    def fill(transaction: TransactWrite) -> None:
        identities.put_all(transaction, shop, member, [identity])
        transaction.save(
            InvitationItem(
                key, INVITATION, code=made.code, named=made.named, made_at=keys.written(now)
            ),
            InvitationItem.pk.does_not_exist(),
        )
        _beside(transaction, key, now)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 2):
            raise Refused("member_not_found") from None
        if transact.refused(error, 0) or transact.refused(error, 1):
            return False
        raise
    return True


def _beside(transaction: TransactWrite, key: str, now: datetime) -> None:
    """Nothing is put beside nobody."""
    transaction.update(
        ProfileItem(key, PROFILE),
        [ProfileItem.beside_at.set(keys.written(now))],
        ProfileItem.pk.exists(),
    )


def _named(shop: str, member: str, known: Invitation, *, named: bool) -> Invitation:
    if known.named == named:
        return known
    item = InvitationItem(keys.of(shop, member), INVITATION)
    item.update([InvitationItem.named.set(named)], InvitationItem.pk.exists())
    return known._replace(named=named)


def inviter(shop: str, identity: Identity) -> Inviter | None:
    """Two reads, whether anybody has this code or not, so that nobody learns by a watch."""
    return inviting(shop, identities.find_or_none(shop, identity) or NOBODY)


def inviting(shop: str, member: str) -> Inviter | None:
    """One read. None for who is no member, or not any more."""
    key = keys.of(shop, member)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, key, ACCOUNT)
        profile = transaction.get(ProfileItem, key, PROFILE)
        invitation = transaction.get(InvitationItem, key, INVITATION)
    found, person = transact.or_none(account.get), transact.or_none(profile.get)
    if found is None or person is None or found.status != "active":
        return None
    made = transact.or_none(invitation.get)
    kept = invitation_from(made) if made else Invitation("", named=False)
    return Inviter(account_from(found), profile_from(person), kept)


def hold_friends(shop: str, member: str, by: str | None) -> None:
    """Of a member all whom they bring, or, by nobody, no more than the guards say. Again is no
    harm. Refused: member_not_found."""
    held_by = ProfileItem.friends_held_by
    item = ProfileItem(keys.of(shop, member), PROFILE)
    try:
        item.update([held_by.set(by) if by else held_by.remove()], ProfileItem.pk.exists())
    except UpdateError as error:
        nobody = code_of(error) == "ConditionalCheckFailedException"
        raise (Refused("member_not_found") if nobody else error) from None


# What a member was seen with


def note_signs(
    shop: str, member: str, signs: Sequence[Sign], now: datetime, until: datetime
) -> None:
    """Again is no harm. Refused: member_not_found."""

    def fill(transaction: TransactWrite) -> None:
        for sign in signs:
            add_sign(transaction, shop, member, sign, now, until)
        _beside(transaction, keys.of(shop, member), now)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        raise (Refused("member_not_found") if _is_nobody(error, len(signs)) else error) from None


def _is_nobody(error: TransactWriteError, before: int) -> bool:
    return transact.refused(error, before) is not None


def add_sign(
    transaction: TransactWrite, shop: str, member: str, sign: Sign, now: datetime, until: datetime
) -> None:
    item = SignItem(keys.of(shop, member), SIGN + sign.kind + keys.SEPARATOR + sign.hash)
    item.seen_at, item.expires_at = keys.written(now), until
    transaction.save(item)


def signs_of(shop: str, member: str, now: datetime) -> frozenset[Sign]:
    """One query. What should be forgotten by now is, whether it has been deleted yet or not."""
    found = SignItem.query(
        keys.of(shop, member), SignItem.sk.startswith(SIGN), consistent_read=True
    )
    return frozenset(_sign(item) for item in found if item.expires_at > now)


def _sign(item: SignItem) -> Sign:
    kind, _, hash = item.sk.removeprefix(SIGN).partition(keys.SEPARATOR)
    return next(Sign(one, hash) for one in SIGN_KINDS if one == kind)
