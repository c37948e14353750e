"""A timed job with months before it may be cut off: the next run goes on from where it was."""

from datetime import date, timedelta
from types import ModuleType

import pytest

from functions.checkout import reverse_unconfirmed
from functions.members import review_accounts
from stamkund.tables import shops
from tests.builders import a_shop, connect_for_tests
from tests.reliability import faults
from tests.reliability.faults import Killed

QUERIES_A_DAY = 8


@pytest.mark.parametrize("job", [review_accounts, reverse_unconfirmed])
def test_a_job_that_is_cut_off_does_not_begin_again(prefix: str, job: ModuleType) -> None:
    time = connect_for_tests()  # tables of its own: a job is about all shops that there are
    shop = a_shop()
    job.handler({}, None)
    began = reached(shop.id, job)
    time.advance(days=150)
    with pytest.raises(Killed), faults.at(QUERIES_A_DAY * 100, "killed before"):
        job.handler({}, None)
    assert timedelta(60) < reached(shop.id, job) - began < timedelta(100)
    with faults.counted() as calls:
        job.handler({}, None)
    assert calls.operations.count("Query") < QUERIES_A_DAY * 100
    assert reached(shop.id, job) == time.now.date()


def reached(shop: str, job: ModuleType) -> date:
    return date.fromisoformat(shops.reached(shop, job.JOB) or "")
