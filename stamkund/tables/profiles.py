"""The `profiles` table: everything personal, under its own key and apart from the money."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.tables import keys, transact
from stamkund.tables.accounts import ACCOUNT, AccountItem, account_from, refuse_inactive
from stamkund.tables.attributes import Packed
from stamkund.tables.identities import Identity
from stamkund.tables.posting import Conflict
from stamkund.tables.table import Table, client

PROFILE = "PROFILE"


class SeenIndex(GlobalSecondaryIndex["ProfileItem"]):  # type: ignore[no-untyped-call]
    """Who was last logged in in which month, or else on which day they will be forgotten, as
    they were told: sharded."""

    class Meta:
        index_name = "seen"
        projection = KeysOnlyProjection()

    seen_key = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class WishedIndex(GlobalSecondaryIndex["Profiles"]):  # type: ignore[no-untyped-call]
    """Who wishes for an article: sparse, and only keys, in which nothing is personal."""

    class Meta:
        index_name = "wished"
        projection = KeysOnlyProjection()

    wish_key = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class BirthdayIndex(GlobalSecondaryIndex["ProfileItem"]):  # type: ignore[no-untyped-call]
    """Whose birthday is on which day, by a keyed hash of it: sharded, sparse, only keys."""

    class Meta:
        index_name = "birthday"
        projection = KeysOnlyProjection()

    birthday_key = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class UntoldIndex(GlobalSecondaryIndex["Profiles"]):  # type: ignore[no-untyped-call]
    """What somebody has still to be told of, by when it happened: sparse, and only keys. It is so
    little that one partition for each shop will do."""

    class Meta:
        index_name = "untold"
        projection = KeysOnlyProjection()

    untold_key = UnicodeAttribute(hash_key=True)
    untold_since = UnicodeAttribute(range_key=True)


class Profiles(Table):
    class Meta:
        name = "profiles"
        personal = True  # kept under a key of its own

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = TTLAttribute(null=True)
    seen_key = UnicodeAttribute(null=True)
    seen = SeenIndex()
    wish_key = UnicodeAttribute(null=True)
    wished = WishedIndex()
    birthday_key = UnicodeAttribute(null=True)
    birthday = BirthdayIndex()
    untold_key = UnicodeAttribute(null=True)
    untold_since = UnicodeAttribute(null=True)
    untold = UntoldIndex()


class Details(Struct, frozen=True, kw_only=True):
    """What members say of themselves besides their name; `answers` by the shop's own ids."""

    birthday: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    answers: dict[str, str] = {}


class Merged(Struct, frozen=True, array_like=True):
    """A membership that became part of another: under which keyed hashes it is found, and by which
    request it was made."""

    member: str
    identities: list[Identity]
    joined_as: bytes


class ProfileItem(Profiles):
    """`joined_as` is a digest of the request that made the member, to know a repeat by; `edits`
    counts the changes of names and details, and `wishes` what lies in the wish list beside it.
    `beside_at` is written with whatever is put beside, so that nothing is put beside nobody."""

    language = UnicodeAttribute()
    joined_as = BinaryAttribute(legacy_encoding=False)
    customer_id = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    merged = Packed[list[Merged]](list[Merged], null=True)
    details = Packed[Details](Details, null=True)
    edits = NumberAttribute(default=0)
    wishes = NumberAttribute(default=0)
    beside_at = UnicodeAttribute(null=True)
    joined_at = UnicodeAttribute(null=True)


class Profile(Struct, frozen=True, kw_only=True):
    """Who a member is. Empty where it is not known; `seen` and `born` are where indexes have them,
    the second by a keyed hash of their birthday; `joined_at` is the instant at which they joined.
    """

    language: Language
    joined_as: bytes
    customer_id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    channel: str = ""
    seen: str = ""
    born: str = ""
    merged: list[Merged] = []
    details: Details = Details()
    edits: int = 0
    joined_at: str = ""


class Person(NamedTuple):
    account: Account
    profile: Profile


def find_person(shop: str, member: str) -> Person:
    """Account and profile in one read. Refused: member_not_found, and who has left or become part
    of another: member_not_active, member_merged."""
    key = keys.of(shop, member)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, key, ACCOUNT)
        profile = transaction.get(ProfileItem, key, PROFILE)
    try:
        found = account_from(account.get())
    except DoesNotExist:
        raise Refused("member_not_found") from None
    known = transact.or_none(profile.get)
    if known is None:
        refuse_inactive(found)
        raise Refused("member_not_found")
    return Person(found, profile_from(known))


def find(shop: str, member: str) -> Profile:
    """Refused: member_not_found."""
    profile = find_or_none(shop, member)
    if profile is None:
        raise Refused("member_not_found")
    return profile


def find_or_none(shop: str, member: str) -> Profile | None:
    try:
        return profile_from(ProfileItem.get(keys.of(shop, member), PROFILE, consistent_read=True))
    except DoesNotExist:
        return None


class Spoken(NamedTuple):
    """What the member wants to be spoken to in, and where the index has them."""

    language: Language
    seen: str


def spoken_to(shop: str, member: str) -> Spoken | None:
    """None for who has no profile."""
    try:
        names = ["language", "seen_key"]
        item = ProfileItem.get(keys.of(shop, member), PROFILE, attributes_to_get=names)
    except DoesNotExist:
        return None
    return Spoken(item.language, _seen(item))  # type: ignore[arg-type]


def language_of(shop: str, member: str) -> Language | None:
    spoken = spoken_to(shop, member)
    return spoken.language if spoken else None


def _seen(item: ProfileItem) -> str:
    return _in_index(item.seen_key)


def _in_index(key: str | None) -> str:
    """Without shop and shard."""
    return key.split(keys.SEPARATOR)[1] if key else ""


def profile_from(item: ProfileItem) -> Profile:
    language: Language = item.language  # type: ignore[assignment]
    details: Details | None = item.details
    return Profile(
        language=language,
        joined_as=item.joined_as,
        customer_id=item.customer_id or "",
        first_name=item.first_name or "",
        last_name=item.last_name or "",
        email=item.email or "",
        phone=item.phone or "",
        channel=item.channel or "",
        seen=_seen(item),
        born=_in_index(item.birthday_key),
        merged=item.merged or [],
        details=details or Details(),
        edits=int(item.edits),
        joined_at=item.joined_at or "",
    )


def item_from(shop: str, member: str, profile: Profile) -> ProfileItem:
    return ProfileItem(
        keys.of(shop, member),
        PROFILE,
        language=profile.language,
        joined_as=profile.joined_as,
        customer_id=profile.customer_id or None,
        first_name=profile.first_name or None,
        last_name=profile.last_name or None,
        email=profile.email or None,
        phone=profile.phone or None,
        channel=profile.channel or None,
        merged=profile.merged or None,
        details=profile.details if profile.details != Details() else None,
        edits=profile.edits,
        joined_at=profile.joined_at or None,
        seen_key=keys.sharded(shop, profile.seen, member) if profile.seen else None,
        birthday_key=keys.sharded(shop, profile.born, member) if profile.born else None,
    )


def was_seen(transaction: TransactWrite, shop: str, member: str, month: str) -> None:
    """They are logged in. Only where there is a profile: who has left leaves nothing behind."""
    transaction.update(
        ProfileItem(keys.of(shop, member), PROFILE),
        [ProfileItem.seen_key.set(keys.sharded(shop, month, member))],
        ProfileItem.pk.exists(),
    )


def note_seen(shop: str, member: str, month: str) -> None:
    """They are logged in, and nothing else is written. Refused: busy, if they leave just now."""
    try:
        transact.write(lambda transaction: was_seen(transaction, shop, member, month))
    except TransactWriteError as error:
        raise (Refused("busy") if transact.refused(error, 0) else error) from None


def move(shop: str, member: str, before: str, after: str) -> None:
    """In the index, from where it was. Who was seen meanwhile is somewhere else already."""
    seen = ProfileItem.seen_key
    ProfileItem(keys.of(shop, member), PROFILE).update_if(
        [seen.set(keys.sharded(shop, after, member))],
        seen == keys.sharded(shop, before, member),
        gives_way=True,  # whoever is at it was seen by that
    )


def seen_in(shop: str, place: str) -> Iterator[str]:
    """The members that the index has there."""
    for shard in keys.shards(shop, place):
        # Read to the end first: who reads this changes what is in the index.
        yield from [keys.thing(item.pk) for item in ProfileItem.seen.query(shard)]


def born_on(shop: str, hash: str) -> Iterator[str]:
    """The members that the index has under the hash of a birthday."""
    for shard in keys.shards(shop, hash):
        yield from [keys.thing(item.pk) for item in ProfileItem.birthday.query(shard)]


def edit(shop: str, member: str, before: Profile, after: Profile) -> Profile:
    """Names, language and details become others. Raises Conflict if somebody else was faster."""
    actions: list[Action] = [
        ProfileItem.language.set(after.language),
        _set_or_remove(ProfileItem.first_name, after.first_name),
        _set_or_remove(ProfileItem.last_name, after.last_name),
        *details_set(shop, member, after),
    ]
    as_before = ProfileItem.edits == before.edits
    unchanged = ProfileItem.pk.exists() & (ProfileItem.edits.does_not_exist() | as_before)
    if not ProfileItem(keys.of(shop, member), PROFILE).update_if(actions, unchanged):
        raise Conflict
    return replace(after, edits=before.edits + 1)


def details_set(shop: str, member: str, profile: Profile) -> list[Action]:
    """Whoever has read the profile as it was before has read something old."""
    born = keys.sharded(shop, profile.born, member) if profile.born else ""
    return [
        ProfileItem.edits.set(profile.edits + 1),
        ProfileItem.details.set(profile.details),
        _set_or_remove(ProfileItem.birthday_key, born),
    ]


def _set_or_remove(attribute: UnicodeAttribute, value: str) -> Action:
    return attribute.set(value) if value else attribute.remove()
