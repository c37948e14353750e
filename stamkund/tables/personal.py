"""What lies where about a member: one list, which export, leaving and the privacy guide go by.

A new kind of item is a line here. A test runs every sample and finds what has none; whatever lies
beside a profile goes with it all the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from stamkund.tables import keys
from stamkund.tables.accounts import AccountItem, Accounts, BenefitItem
from stamkund.tables.consents import ConsentItem
from stamkund.tables.decisions import DecisionItem
from stamkund.tables.devices import DeviceItem
from stamkund.tables.identities import Identities, IdentityItem
from stamkund.tables.invitations import InvitationItem
from stamkund.tables.profiles import ProfileItem, Profiles
from stamkund.tables.referrals import AmbassadorItem, FriendItem
from stamkund.tables.table import Table

Raw = Mapping[str, Any]
Whose = Literal["member", "contact", "nobody"]
Leaving = Literal["deleted", "emptied", "kept", "runs out"]


class Kind(NamedTuple):
    """Of item: in which table, under keys that begin how, whose, what is in it, for how long, and
    what becomes of it when the member leaves. `record` is what an export calls it."""

    table: str
    prefix: str
    whose: Whose
    holds: str
    lasts: str
    leaving: Leaving
    record: str = ""
    model: type[Table] | None = None

    def fits(self, table: str, place: str) -> bool:
        return table == self.table and place.startswith(self.prefix)


MEMBERSHIP = "as long as the membership"
FOR_GOOD = "for good, of nobody once the member has left"

KINDS = (
    Kind("profiles", "PROFILE", "member", "name, contacts, customer id, language, month last seen",
         MEMBERSHIP, "deleted", "profile", ProfileItem),
    Kind("profiles", "DEVICE#", "member", "where the member is logged in, and when last",
         "90 days, or 12 hours, after it was used last", "deleted", "device", DeviceItem),
    Kind("profiles", "CONSENT#", "member", "what was consented to, when, where, in which words",
         MEMBERSHIP, "deleted", "consent", ConsentItem),
    Kind("profiles", "WISH#", "member", "articles on the wish list",
         MEMBERSHIP, "deleted", "wish"),
    Kind("profiles", "INVITATION", "member", "the code by which a member invites friends",
         MEMBERSHIP, "deleted", "invitation", InvitationItem),
    Kind("profiles", "WRITER", "member", "what a member wants to be called in the forum",
         MEMBERSHIP, "deleted", "writer"),
    Kind("profiles", "SIGN#", "member", "keyed hashes of cards, addresses and devices, to compare",
         "as long as the programme says, 400 days unless it does", "deleted", "sign"),
    Kind("profiles", "SPENDING#", "member", "what a till asks to pay with points, and the answer",
         "about an hour", "deleted", "spending"),
    Kind("profiles", "CHANGED#", "member", "a contact that was replaced, until it is told of that",
         "a moment, or a day if it cannot be", "deleted", "changed"),
    Kind("identities", "customer#", "member", "keyed hash of the shop's customer id",
         MEMBERSHIP, "deleted", "identity", IdentityItem),
    Kind("identities", "email#", "member", "keyed hash of the e-mail address",
         MEMBERSHIP, "deleted", "identity", IdentityItem),
    Kind("identities", "phone#", "member", "keyed hash of the phone number",
         MEMBERSHIP, "deleted", "identity", IdentityItem),
    Kind("identities", "card#", "member", "keyed hash of the card number",
         MEMBERSHIP, "deleted", "identity", IdentityItem),
    Kind("identities", "invitation#", "member", "keyed hash of the code to invite friends by",
         MEMBERSHIP, "deleted", "identity", IdentityItem),
    Kind("identities", "count#contact", "contact", "how many codes were sent to a contact, hashed",
         "15 minutes, or until midnight", "deleted"),
    Kind("identities", "count#", "nobody", "codes an address, hashed, or a shop asked for; threads",
         "until midnight at most", "runs out"),
    Kind("identities", "login#", "nobody", "digest of a code; whose it is, is not there",
         "10 minutes", "runs out"),
    Kind("identities", "visit#", "nobody", "for what a visit, hashed by day, has been counted",
         "nine days", "runs out"),
    Kind("identities", "faq#", "nobody", "for what a visit, hashed by day, has been counted there",
         "some days", "runs out"),
    Kind("identities", "lottery#", "nobody", "the seed of a draw, until it is published",
         "for good", "kept"),
    Kind("identities", "invited#", "nobody", "that a visit by a link, hashed by day, was counted",
         "two days", "runs out"),
    Kind("identities", "crowd#", "nobody", "how many friends an address or a device, hashed, had",
         "two months, unless the programme says otherwise", "runs out"),
    Kind("accounts", "ACCOUNT", "member", "wallet, totals of months, tier, card number",
         FOR_GOOD, "emptied", "account", AccountItem),
    Kind("accounts", "BENEFIT#", "member", "vouchers and switched-on offers",
         MEMBERSHIP, "deleted", "benefit", BenefitItem),
    Kind("accounts", "DECISION#", "member", "what staff decided, why, and who",
         FOR_GOOD, "kept", "decision", DecisionItem),
    Kind("accounts", "EARNED#", "member", "what points were given for that is no order",
         MEMBERSHIP, "deleted", "earned"),
    Kind("accounts", "GIFT#", "member", "points that were given to a cause, and to which",
         MEMBERSHIP, "deleted", "gift"),
    Kind("accounts", "FRIEND#", "member", "what became of each friend, and not who it is",
         MEMBERSHIP, "deleted", "friend", FriendItem),
    Kind("accounts", "AMBASSADOR", "member", "how much merit a member has, to be listed by",
         MEMBERSHIP, "deleted", "ambassador", AmbassadorItem),
    Kind("accounts", "referral.", "nobody", "who brought whom, or tried to, by ids, and what of it",
         FOR_GOOD, "kept"),
    Kind("accounts", "gifts.", "nobody", "what came together for each cause in a month",
         "for good", "kept"),
    Kind("accounts", "offer.", "nobody", "how much of a limited offer is claimed",
         "for good", "kept"),
    Kind("accounts", "staff.", "nobody", "how much a staff key has moved in a day",
         "for good", "kept"),
    Kind("ledger", "", "member", "points and money of each thing that happened, with order ids",
         FOR_GOOD, "kept", "entry"),
    Kind("orders", "", "member", "lines, prices, benefits and refunds of an order",
         FOR_GOOD, "kept", "order"),
    Kind("threads", "THREAD", "member", "the state of a thread, and the beginning of what was said",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "EVENT#", "member", "what was said and done in a thread, and when",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "TAG#", "member", "the same as of the thread, once for each tag",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "REVIEW", "member", "stars, text and name of a review, and its points",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "SHOWN#", "member", "of a review what everybody may read",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "POST", "member", "a topic or an answer in the forum, and the name to it",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "HEAD", "member", "a topic, and how many answers and thanks there are in it",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "OPENING", "member", "of a topic what everybody may read",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "REPLY#", "member", "of an answer what everybody may read",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "THANKED#", "member", "for which post a member has said thanks",
         FOR_GOOD, "kept", "thanks"),
    Kind("threads", "SUMMARY", "nobody", "how many reviews of each number of stars an article has",
         "for good", "kept"),
    Kind("threads", "DRAW#", "nobody", "a draw of the lottery: its hash, then its seed and winner",
         "for good", "kept"),
    Kind("threads", "TICKET#", "member", "which review a ticket of the lottery is of",
         FOR_GOOD, "emptied", "thread"),
    Kind("threads", "LIST#", "nobody", "the tickets that took part in a draw",
         "for good", "kept"),
    Kind("threads", "ASK#", "member", "that somebody is asked about an order, and when",
         FOR_GOOD, "kept", "answer"),
    Kind("threads", "ASKED", "member", "which question about an order is open on a member's page",
         MEMBERSHIP, "deleted", "answer"),
    Kind("threads", "ANSWER#", "member", "what was answered to a question about an order",
         FOR_GOOD, "emptied", "answer"),
    Kind("threads", "COUNT#", "nobody", "how often each answer was given, by month, tier, category",
         "for good", "kept"),
    Kind("threads", "PICTURE#", "member", "that there is a picture, and its kind",
         "as long as the membership", "deleted", "thread"),
    Kind("threads", "TOLD#", "nobody", "that somebody was told of an announcement",
         "for good", "kept"),
    Kind("threads", "PART#", "nobody", "to which threads a part of an announcement is told",
         "for good", "kept"),
    Kind("threads", "NOTICE#", "nobody", "that somebody was told of a step, and when it was tried",
         "for good", "kept"),
    Kind("programmes", "", "nobody", "shops, keys, programmes, clocks, counters of login offers",
         "for good", "kept"),
)  # fmt: skip


def place_of(table: str, item: Raw) -> str:
    """Where in its table an item lies, as kinds name it."""
    thing, sort = keys.thing(item["pk"]["S"]), item.get("sk", {}).get("S", "")
    if table == "identities":
        return thing
    # Beside no account: a member's id has no dot.
    return thing if table == "accounts" and "." in thing else str(sort)


def kind_of(table: str, item: Raw) -> Kind | None:
    place = place_of(table, item)
    return next((kind for kind in KINDS if kind.fits(table, place)), None)


def goes(table: str, item: Raw) -> bool:
    """Whether leaving deletes it: also what waits for somebody to decide, as nobody may any more,
    and also what lies beside a profile without being declared."""
    kind = kind_of(table, item)
    if kind is None:
        return table == Profiles.short_name()
    return kind.leaving == "deleted" or "waiting_key" in item


# Where a member's own partition is, which is read whole
PARTITIONS: tuple[type[Table], ...] = (Profiles, Accounts)


def beside(table: type[Table], shop: str, member: str, after: str = "") -> Iterator[Raw]:
    """What lies in a member's partition, in the order of its keys."""
    connection = table._get_connection()  # noqa: SLF001 -- items of any kind, as they are
    # The keys of all kinds begin with something; an expression has no word for "any".
    condition = table.sk > (after or " ")  # type: ignore[attr-defined]
    last = None
    while True:
        page = connection.query(
            keys.of(shop, member),
            range_key_condition=condition,
            consistent_read=True,
            exclusive_start_key=last,
        )
        yield from page["Items"]
        last = page.get("LastEvaluatedKey")
        if last is None:
            return


def leads_to(shop: str, member: str) -> list[str]:
    """The keys in `identities` that lead to a member."""
    return [item.pk for item in Identities.owned.query(keys.of(shop, member))]


def counts_of(shop: str, key: str) -> list[str]:
    """The keys of what is counted of the contact that has this key there."""
    return [item.pk for item in Identities.owned.query(keys.of(shop, keys.thing(key)))]
