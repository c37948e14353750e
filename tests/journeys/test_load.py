"""A campaign of a few seconds, in all the processes that `make load` starts."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from benchmarks.load import books
from benchmarks.load.__main__ import PAGE, driven
from benchmarks.load.plan import Done, Looked
from benchmarks.load.report import Campaign, blocks, lags
from stamkund.local.dynamodb import Database
from stamkund.tables.orders import OrderItem
from stamkund.web.settings import settings


@pytest.fixture(scope="module")
def surroundings(database: Database) -> Iterator[Database]:
    prefix = f"load-{uuid4().hex[:8]}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**database.settings(), "STAMKUND_TABLE_PREFIX": prefix}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield database
    settings.cache_clear()


@pytest.fixture(scope="module")
def campaign(surroundings: Database, tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    folder = tmp_path_factory.mktemp("load")
    return driven(folder, users=10, seconds=8, think=(0.0, 0.4), database=surroundings)


def test_nothing_fails_and_nothing_is_lost(campaign: Campaign) -> None:
    assert campaign.errors == 0
    assert campaign.settled
    assert campaign.found.wrong == []
    assert campaign.found.orders > 0
    assert len(campaign.lags) == campaign.found.orders
    assert {"session", "prices", "quote", "commit"} <= {one.name for one in campaign.asked}


def test_every_table_is_on_the_page(campaign: Campaign) -> None:
    for name, lines in blocks(campaign).items():
        assert f"<!-- {name} -->" in PAGE.read_text()
        assert len(list(lines())) > 5


def test_what_is_not_in_the_books_is_found(campaign: Campaign) -> None:
    """A yes for an order that nobody has heard of, and one that was taken out of its table."""
    stranger = Done("commit", "web:stranger", at=0.0, earned=1)
    kept = next(iter(OrderItem.scan(OrderItem.pk.startswith("campaign#"))))
    key = str(kept.pk).partition("#")[2]
    known = [Done("sent", key, 0.0), Done("commit", key, 0.0)]
    kept.delete()
    wrong = books.audited("campaign", [stranger, *known]).wrong
    assert "web:stranger was accepted and is not there" in wrong
    assert "web:stranger is in the ledger 0 times" in wrong
    assert f"{key} was accepted and is not there" in wrong
    assert any(words.endswith("is in the ledger and nobody sent it") for words in wrong)


def test_the_lag_is_from_the_answer_to_the_first_look() -> None:
    done = [Done("commit", "a", 10.0), Done("commit", "b", 11.0), Done("commit", "c", 12.0)]
    seen = [Looked("a", 10.5), Looked("a", 30.0), Looked("b", 10.9)]
    assert lags(done, seen) == [0.5, 0.0]
