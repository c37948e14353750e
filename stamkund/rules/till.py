"""The till: what a shop says about it, and for how long what happens there holds."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.login import DAY, HOUR, Limit, Login, limits

# Somebody stands there with the phone in their hand, and others behind them.
CONFIRMING = timedelta(minutes=10)
# Whoever has a purchase to carry may not look at the phone before they are outside.
JOINING = timedelta(hours=1)
# Nobody is asked more often than they can look.
MOST_ASKED = 10


class TillRules(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a store's tills may do: typed look-ups that find nobody, and messages to join by."""

    failed_lookups_an_hour: Annotated[int, Meta(ge=1, le=10_000)] = 60
    joinings_a_day: Annotated[int, Meta(ge=1, le=100_000)] = 200


def guessing(rules: TillRules) -> Limit:
    return Limit("till", HOUR, rules.failed_lookups_an_hour)


def asking() -> Limit:
    return Limit("member", CONFIRMING, MOST_ASKED)


def joining_limits(rules: TillRules, login: Login) -> list[Limit]:
    """As of codes by SMS, but that everybody in a store has the store's address."""
    of_codes = [limit for limit in limits(login, "sms") if limit.by != "address"]
    return [*of_codes, Limit("till", DAY, rules.joinings_a_day)]


def confirmed_by(asked_at: datetime) -> datetime:
    return asked_at + CONFIRMING
