"""Reads that decide something are consistent; those that may be a moment behind are listed here."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from stamkund import tables
from stamkund.tables import cache
from tests.builders import Clock
from tests.contract.test_access import MORE
from tests.samples import Club, written

# Shown to somebody, and nothing follows from it.
SHOWN = {
    "feedback/open_inbox": {"ledger"},  # the last order, beside what is asked
    "feedback/read_guest_threads": {"threads"},
    "feedback/read_inbox": {"threads"},
    "feedback/read_news": {"threads"},
    "feedback/read_threads": {"threads"},
    "feedback/read_topics": {"threads"},
    "feedback/take_step": {"profiles"},  # the language to be spoken to in
    "feedback/take_steps": {"profiles"},
    "referrals/read_ambassadors": {"accounts"},
    "referrals/read_held": {"accounts"},
    # Who is not found is held when they are looked at next.
    "referrals/stop_referrer": {"accounts"},
    "members/read_adjustments": {"accounts"},
    "members/read_statement": {"ledger"},
    "members/read_page": {"ledger", "threads"},
    "members/tell_wishers": {"profiles"},  # an index; what it finds is read again
    "members/open_session": {"profiles"},  # the language to be spoken to in
    "members/verify_login_code": {"profiles"},
    "members/read_export": {"identities", "threads"},
    "members/read_export_page": {"identities", "threads"},
    # What was said at that very moment goes along in the night after.
    "members/merge_memberships": {"threads"},
    # Besides it deletes what it knows itself; what neither knows is met by the look the day after.
    "members/leave": {"identities", "threads"},
}
# At most a minute old, and remembered for as long: keys, shops, the current programme.
REMEMBERED = "programmes"


@contextmanager
def stale_reads() -> Iterator[set[str]]:
    """The tables that were read in a way that may miss what has just been written."""
    events, found = tables.client().client.meta.events, set[str]()

    def look(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in {"GetItem", "Query"} and not params.get("ConsistentRead"):
            found.add(params["TableName"].split("-", 2)[2])

    events.register("before-parameter-build.dynamodb", look, unique_id="stamkund-stale")
    try:
        yield found
    finally:
        events.unregister("before-parameter-build.dynamodb", unique_id="stamkund-stale")


@pytest.mark.parametrize("name", written())
def test_what_an_endpoint_decides_it_decides_on_what_is_there(time: Clock, name: str) -> None:
    cache.forget()
    club = Club(sandbox=name == "programme/set_clock")
    club.run(name)
    with stale_reads() as found:
        club.send(name)
        for _ in MORE[name](club, time) if name in MORE else ():
            cache.forget()
    assert found - {REMEMBERED} == SHOWN.get(name, set())
