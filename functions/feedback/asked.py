"""Who answers about which order: a member in a session, or whoever has the link."""

from stamkund.rules.errors import Refused
from stamkund.tables import clock
from stamkund.web import asking
from stamkund.web.callers import Caller, Storefront


def who(caller: Caller, order: str | None, link: str | None) -> tuple[str, str]:
    """Member and order. Refused: missing_field, invalid_field, survey_link_invalid."""
    if caller.kind is Storefront:
        if link is None:
            raise Refused("missing_field", "link")
        asked = asking.asked_by(caller.shop, link, clock.real_time())
        if order not in {None, asked.order}:
            raise Refused("invalid_field", "order", detail="The link is about another")
        return asked.member, asked.order
    if link is not None:
        raise Refused("invalid_field", "link", detail="Not for this caller")
    if order is None:
        raise Refused("missing_field", "order")
    return caller.member or "", order
