"""The `profiles` table: everything personal, under its own key and apart from the money."""

from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.transactions import TransactGet

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.tables import keys
from stamkund.tables.accounts import ACCOUNT, AccountItem, account_from
from stamkund.tables.attributes import Packed
from stamkund.tables.posting import Conflict
from stamkund.tables.table import Table, client

PROFILE = "PROFILE"


class WishedIndex(GlobalSecondaryIndex["Profiles"]):  # type: ignore[no-untyped-call]
    """Who wishes for an article: sparse, and only keys, in which nothing is personal."""

    class Meta:
        index_name = "wished"
        projection = KeysOnlyProjection()

    wish_key = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class Profiles(Table):
    class Meta:
        name = "profiles"
        personal = True  # kept under a key of its own

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = TTLAttribute(null=True)
    wish_key = UnicodeAttribute(null=True)
    wished = WishedIndex()


class Details(Struct, frozen=True, kw_only=True):
    """What members say of themselves besides their name; `answers` by the shop's own ids."""

    birthday: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    answers: dict[str, str] = {}


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
    details = Packed[Details](Details, null=True)
    edits = NumberAttribute(default=0)
    wishes = NumberAttribute(default=0)
    beside_at = UnicodeAttribute(null=True)


class Profile(Struct, frozen=True, kw_only=True):
    """Who a member is. Empty where it is not known."""

    language: Language
    joined_as: bytes
    customer_id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    channel: str = ""
    details: Details = Details()
    edits: int = 0


class Person(NamedTuple):
    account: Account
    profile: Profile


def find_person(shop: str, member: str) -> Person:
    """Account and profile in one read. Refused: member_not_found."""
    key = keys.of(shop, member)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, key, ACCOUNT)
        profile = transaction.get(ProfileItem, key, PROFILE)
    try:
        return Person(account_from(account.get()), profile_from(profile.get()))
    except DoesNotExist:
        raise Refused("member_not_found") from None


def find(shop: str, member: str) -> Profile:
    """Refused: member_not_found."""
    try:
        return profile_from(ProfileItem.get(keys.of(shop, member), PROFILE, consistent_read=True))
    except DoesNotExist:
        raise Refused("member_not_found") from None


def language_of(shop: str, member: str) -> Language | None:
    """What the member wants to be spoken to in; None for who has no profile."""
    try:
        item = ProfileItem.get(keys.of(shop, member), PROFILE, attributes_to_get=["language"])
    except DoesNotExist:
        return None
    return item.language  # type: ignore[return-value]


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
        details=details or Details(),
        edits=int(item.edits),
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
        details=profile.details if profile.details != Details() else None,
        edits=profile.edits,
    )


def edit(shop: str, member: str, before: Profile, after: Profile) -> Profile:
    """Names, language and details become others. Raises Conflict if somebody else was faster."""
    actions: list[Action] = [
        ProfileItem.language.set(after.language),
        ProfileItem.edits.set(before.edits + 1),
        _set_or_remove(ProfileItem.first_name, after.first_name),
        _set_or_remove(ProfileItem.last_name, after.last_name),
        ProfileItem.details.set(after.details),
    ]
    as_before = ProfileItem.edits == before.edits
    try:
        ProfileItem(keys.of(shop, member), PROFILE).update(
            actions, ProfileItem.pk.exists() & (ProfileItem.edits.does_not_exist() | as_before)
        )
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise Conflict from error
    return replace(after, edits=before.edits + 1)


def _set_or_remove(attribute: UnicodeAttribute, value: str) -> Action:
    return attribute.set(value) if value else attribute.remove()
