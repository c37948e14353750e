"""How two memberships become one: the accounts, what they are found by, and who they are, at once.

What lies beside the account that is gone follows after it, piece by piece; whoever comes again
finds the rest. Nothing here depends on how many orders there were: an order goes on naming who made
it, and whoever takes it back learns from that account who that is now.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from msgspec.structs import replace
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.tables import (
    accounts,
    benefits,
    consents,
    forum,
    identities,
    keys,
    leaving,
    posting,
    referrals,
    surveys,
    threads,
    transact,
    wishes,
)
from stamkund.tables.accounts import BENEFIT, Accounts, BenefitItem
from stamkund.tables.earnings import EARNED, EarnedItem
from stamkund.tables.gifts import GIFT, GiftItem
from stamkund.tables.identities import Identity
from stamkund.tables.posting import Conflict, Rewriting
from stamkund.tables.profiles import (
    PROFILE,
    Details,
    Merged,
    Person,
    Profile,
    ProfileItem,
    Profiles,
    details_set,
)
from stamkund.tables.referrals import FRIEND, FriendItem
from stamkund.tables.table import refused_by_condition

# A transaction has a hundred items, and a dozen of them are not these.
MOST_KNOWN_BY = 80
AT_ONCE = 40  # two items each

CONTACTS = ("customer_id", "email", "phone")
TAKEN_OVER = (*CONTACTS, "first_name", "last_name", "friends_held_by")
ADDRESS = ("street", "postal_code", "city", "country")


def merge(
    survivor: Person, gone: Person, changes: Sequence[Rewriting], known_by: Sequence[Identity]
) -> None:
    """`known_by`: all that leads to the one that is gone, and to the survivor from now on.

    Raises Conflict.
    """
    shop, to, from_ = survivor.account.shop, survivor.account.member, gone.account.member
    merged = Merged(from_, list(known_by), gone.profile.joined_as)

    def also(transaction: TransactWrite) -> None:
        for identity in known_by:
            identities.move(transaction, shop, identity, from_, to)
        left = ProfileItem(keys.of(shop, from_), PROFILE)
        transaction.delete(left, _as_read(gone.profile))
        transaction.update(
            ProfileItem(keys.of(shop, to), PROFILE),
            [
                *_taken_over(survivor.profile, gone.profile),
                *details_set(shop, to, together(survivor.profile, gone.profile)),
                _noted(survivor.profile, merged),
            ],
            _as_read(survivor.profile),
        )

    posting.rewrite_together(changes, also)


def _as_read(profile: Profile) -> Condition:
    """No contact has been linked meanwhile, and nothing else been said: where somebody was seen,
    and what lies beside, may change as it likes."""
    edits = ProfileItem.edits
    condition: Any = ProfileItem.pk.exists() & (edits.does_not_exist() | (edits == profile.edits))
    for name in CONTACTS:
        attribute, value = getattr(ProfileItem, name), getattr(profile, name)
        condition &= (attribute == value) if value else attribute.does_not_exist()
    return condition  # type: ignore[no-any-return]


def _taken_over(profile: Profile, gone: Profile) -> list[Action]:
    """What was not known of the one, and is of the other."""
    return [
        getattr(ProfileItem, name).set(getattr(gone, name))
        for name in TAKEN_OVER
        if getattr(gone, name) and not getattr(profile, name)
    ]


def together(profile: Profile, gone: Profile) -> Profile:
    """With the details of both: what the one has said counts, and where it has said nothing, what
    the other has. An address is one thing."""
    own, other = profile.details, gone.details
    answers = {**other.answers, **own.answers}
    details = replace(_with_address(own, other), answers=answers)
    born = profile.born
    if not own.birthday:
        details, born = replace(details, birthday=other.birthday), gone.born
    return replace(profile, details=details, born=born)


def _with_address(own: Details, other: Details) -> Details:
    if any(getattr(own, name) for name in ADDRESS):
        return own
    return replace(own, **{name: getattr(other, name) for name in ADDRESS})


def _noted(profile: Profile, merged: Merged) -> Action:
    return ProfileItem.merged.set([*profile.merged, merged])


def known_before(profile: Profile) -> list[Identity]:
    """What leads to a member because of memberships that were merged into it."""
    return [identity for merged in profile.merged for identity in merged.identities]


# What follows


def finish(shop: str, survivor: str, gone: str) -> None:
    """Vouchers, offers and receipts of gifts go along, and so do threads, thanks, consents and, as
    far as there is room, wishes. Devices are logged out, and what is left beside the profile is
    deleted.

    Again is no harm.
    """
    _move_benefits(shop, survivor, gone)
    for table, prefix in ((EarnedItem, EARNED), (GiftItem, GIFT), (FriendItem, FRIEND)):
        begins = table.sk.startswith(prefix)
        for item in table.query(keys.of(shop, gone), begins, consistent_read=True):
            # What was done by both of them was done; the one that is in the way says so. Of a
            # friend the survivor has what has happened since.
            if not _moved([item], shop, survivor):
                table(item.pk, item.sk).delete()
    referrals.take_along(shop, survivor, gone)
    threads.hand_over(shop, gone, survivor)
    surveys.hand_over(shop, gone, survivor)
    forum.hand_over(shop, gone, survivor)
    consents.hand_over(shop, gone, survivor)
    wishes.hand_over(shop, gone, survivor)
    leaving.sweep_table(Profiles, shop, gone)


def _move_benefits(shop: str, survivor: str, gone: str) -> None:
    items = list(accounts.beside(shop, gone))
    for first in range(0, len(items), AT_ONCE):
        chunk = items[first : first + AT_ONCE]
        if not _moved(chunk, shop, survivor):
            for item in chunk:
                _move_alone(item, shop, survivor)


def _moved(items: Sequence[Accounts], shop: str, survivor: str, sk: str = "") -> bool:
    """Whether none of them was in the way of another, or gone already."""

    def fill(transaction: TransactWrite) -> None:
        for item in items:
            transaction.delete(type(item)(item.pk, item.sk), Accounts.pk.exists())
            values = {**item.attribute_values, "pk": keys.of(shop, survivor), "sk": sk or item.sk}
            transaction.save(type(item)(**values), Accounts.pk.does_not_exist())

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if not refused_by_condition(error):
            raise
        return False
    return True


def _move_alone(item: BenefitItem, shop: str, survivor: str) -> None:
    if _moved([item], shop, survivor):
        return
    if item.kind == "voucher":
        _moved([item], shop, survivor, BENEFIT + renamed(item))
    elif item.status == "open":
        _give_back(item, shop)
    else:
        _use_up(item, shop, survivor)


def renamed(item: BenefitItem) -> str:
    """The id of a voucher whose own the survivor has another voucher by."""
    told_apart = sha256(f"{item.pk}#{item.sk}".encode()).hexdigest()[:12]
    return f"{item.sk.removeprefix(BENEFIT)[:50]}.{told_apart}"


def _give_back(item: BenefitItem, shop: str) -> None:
    """An offer that both had switched on is on once."""
    try:
        benefits.switch_off(shop, keys.thing(item.pk), item)
    except Conflict:
        return  # somebody else has just done it


def _use_up(item: BenefitItem, shop: str, survivor: str) -> None:
    """An offer that one of them has used is used."""

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(BenefitItem(item.pk, item.sk), BenefitItem.pk.exists())
        theirs = BenefitItem(keys.of(shop, survivor), item.sk)
        transaction.update(theirs, [BenefitItem.status.set("used")], BenefitItem.pk.exists())

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if not refused_by_condition(error):
            raise
