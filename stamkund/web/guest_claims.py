"""What a guest's order is claimed by: a signed word that this order was theirs.

It is bound to the shop and the order. Where the shop has said whose order it was, the order knows
the keyed hash of that contact, and the word alone is not enough.
"""

from stamkund.rules.errors import Refused
from stamkund.rules.programme import Currency
from stamkund.web.secrets import keyed_hash, seal_for_long, unseal_of_long

_PURPOSE = "stamkund guest claim"


def issue(shop: str, order: str) -> str:
    # A programme may let orders be claimed for a year.
    return seal_for_long(order.encode(), _PURPOSE, shop)


def order_in(shop: str, claim: str) -> str:
    """The key of the order. Refused: claim_invalid."""
    content = unseal_of_long(claim, _PURPOSE, shop)
    if content is None:
        raise Refused("claim_invalid", "claim")
    return content.decode()


def contact_key(shop: str, email: str | None, phone: str | None, currency: Currency) -> str:
    """Its kind, and the hash by which whoever has it is looked up.
    Refused: missing_field, invalid_field."""
    # Few orders bring one, and nothing else of the checkout knows contacts.
    from stamkund.rules.contacts import contact_of

    try:
        contact = contact_of(email, phone, currency)
    except Refused as refused:
        raise Refused(refused.code, f"contact.{refused.field}", **refused.params) from None
    return f"{contact.kind}:{keyed_hash(shop, contact.kind, contact.value)}"
