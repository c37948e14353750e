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

# Those for rewards are one query a day more than those for orders.
JOBS = [(review_accounts, 8), (reverse_unconfirmed, 9)]


@pytest.mark.parametrize(("job", "queries_a_day"), JOBS)
def test_a_job_that_is_cut_off_does_not_begin_again(
    prefix: str, job: ModuleType, queries_a_day: int
) -> None:
    time = connect_for_tests()  # tables of its own: a job is about all shops that there are
    shop = a_shop()
    job.handler({}, None)
    began = reached(shop.id, job)
    time.advance(days=150)
    with pytest.raises(Killed), faults.at(queries_a_day * 100, "killed before"):
        job.handler({}, None)
    assert timedelta(60) < reached(shop.id, job) - began < timedelta(100)
    with faults.counted() as calls:
        job.handler({}, None)
    assert calls.operations.count("Query") < queries_a_day * 100
    assert reached(shop.id, job) == time.now.date()


def reached(shop: str, job: ModuleType) -> date:
    return date.fromisoformat(shops.reached(shop, job.JOB) or "")
