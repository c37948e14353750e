"""Surveys, in the `threads` table: an `ASK#` for each time somebody is asked about an order, an
`ANSWER#` for each answer to a question, and what came of them counted, `COUNT#`, in the same
transactions. An order is asked about once for each, and answered once: its key says which.

What a member was asked last is once more under them, `ASKED`: in the index of what they have said
it comes before all else, so that who reads their threads for a page has it without asking.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.surveys import ASKED, SHOWN_FOR, Answer, Ask, Cell, Open, value_of
from stamkund.tables import keys, leases, mixed, orders, transact
from stamkund.tables.accounts import ACCOUNT, AccountItem, account_from
from stamkund.tables.attributes import Packed
from stamkund.tables.keys import written
from stamkund.tables.leases import Leased
from stamkund.tables.orders import OrderItem, Placed
from stamkund.tables.table import client, refused_by_condition
from stamkund.tables.threads import BEFORE_ALL, Also, Threads

ASK, ANSWER, COUNT = "ASK#", "ANSWER#", "COUNT#"
OPEN = "ASKED"
TO_ASK = "to-ask"  # a list in the index of what is due
ANSWERED = "answers.given"  # and one in that of kinds: no kind has a dot


class AskItem(Leased, Threads):
    ask = Packed[Ask](Ask)


class AnswerItem(Threads):
    answer = Packed[Answer](Answer)


class CountItem(Threads):
    n = NumberAttribute(default=0)


class OpenItem(Threads):
    """`left` is a set, from which one answer is taken without reading the others."""

    order = UnicodeAttribute()
    left = UnicodeSetAttribute(null=True)
    until = UnicodeAttribute()


class Answering(NamedTuple):
    """Who answers about which order, what they have answered already, and what is open on their
    page."""

    account: Account | None
    placed: Placed | None
    answer: Answer | None
    open: Open | None


class About(NamedTuple):
    """What is asked about an order, and to which questions there is an answer."""

    asks: list[Ask]
    answered: set[str]


class Counted(NamedTuple):
    cell: Cell
    value: str
    n: int


# Asking


def plan(shop: str, asks: Sequence[Ask], at_once: str) -> bool:
    """What will be asked about an order, and what has been asked `at_once`; whether it was not
    planned before. One transaction."""

    def fill(transaction: TransactWrite) -> None:
        for ask in asks:
            asked = ask.group == at_once
            transaction.save(_ask_item(shop, ask, asked=asked), AskItem.pk.does_not_exist())
            if asked:
                _count_asked(transaction, shop, ask)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if not refused_by_condition(error):
            raise
        return False
    return True


def due(shop: str, until: datetime) -> list[tuple[str, str]]:
    """Orders, and which group of questions about them should have been asked by then."""
    condition = Threads.due_at < f"{written(until)}$"
    found = Threads.query(keys.of(shop, TO_ASK), condition, index_name="due")
    # Read to the end first: who reads this changes what is in the index.
    return [(_order_in(item.pk), item.sk.removeprefix(ASK)) for item in list(found)]


def take(shop: str, order: str, group: str, now: datetime) -> tuple[Ask, int] | None:
    """To be asked now, and how often that was tried; None where there is nothing to ask, or
    somebody is at it. One call."""
    item = AskItem(_order_key(shop, order), ASK + group)
    return (item.ask, int(item.attempts)) if leases.take(item, now) else None


def asked(shop: str, ask: Ask, left: Sequence[str], now: datetime) -> None:
    """It has been, and is counted with it; what is `left` to be answered is on the member's page
    from now on. Again is no harm."""

    def fill(transaction: TransactWrite) -> None:
        if left:
            transaction.save(_open_item(shop, ask, left, now))
        transaction.update(
            AskItem(_order_key(shop, ask.order), ASK + ask.group),
            _over("asked"),
            leases.is_taken(),
        )
        _count_asked(transaction, shop, ask)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if not refused_by_condition(error):
            raise


def drop(shop: str, ask: Ask) -> None:
    """There is nobody to ask, or nothing to ask about any more."""
    item = AskItem(_order_key(shop, ask.order), ASK + ask.group)
    item.update_if(_over("dropped"), leases.is_taken())


def put_back(shop: str, ask: Ask) -> None:
    leases.put_back(AskItem(_order_key(shop, ask.order), ASK + ask.group))


def _over(how: str) -> list[Action]:
    return [*leases.ended(how), AskItem.due_key.remove(), AskItem.due_at.remove()]


def _open_item(shop: str, ask: Ask, left: Sequence[str], now: datetime) -> OpenItem:
    key = keys.of(shop, ask.member)
    return OpenItem(
        key,
        OPEN,
        author_key=key,
        opened=BEFORE_ALL,
        order=ask.order,
        left=set(left),
        until=written(now + SHOWN_FOR),
    )


def open_from(item: OpenItem) -> Open:
    return Open(item.order, frozenset(item.left or ()), datetime.fromisoformat(item.until))


def _ask_item(shop: str, ask: Ask, *, asked: bool) -> AskItem:
    item = AskItem(_order_key(shop, ask.order), ASK + ask.group, ask=ask)
    if asked:
        item.status = "asked"
    else:
        item.due_key = keys.of(shop, TO_ASK)
        item.due_at = f"{written(ask.due)}#{ask.order}"
    return item


def _count_asked(transaction: TransactWrite, shop: str, ask: Ask) -> None:
    for survey in ask.surveys:
        _count(transaction, shop, survey, ask.cell, ASKED)


# Answering


def answering(shop: str, member: str, order: str, survey: str) -> Answering:
    """One read."""
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, keys.of(shop, member), ACCOUNT)
        placed = transaction.get(OrderItem, keys.of(shop, order))
        answer = transaction.get(AnswerItem, _order_key(shop, order), ANSWER + survey)
        shown = transaction.get(OpenItem, keys.of(shop, member), OPEN)
    person, bought = transact.or_none(account.get), transact.or_none(placed.get)
    known, on_page = transact.or_none(answer.get), transact.or_none(shown.get)
    return Answering(
        account_from(person) if person else None,
        orders.placed_from(bought) if bought else None,
        known.answer if known else None,
        open_from(on_page) if on_page else None,
    )


def giving(shop: str, answer: Answer, shown: Open | None) -> Also:
    """What goes into the transaction of an answer. `shown`: what is open on the member's page."""

    def also(transaction: TransactWrite) -> None:
        transaction.save(_answer_item(shop, answer), AnswerItem.pk.does_not_exist())
        _count(transaction, shop, answer.survey, answer.cell, value_of(answer.given))
        if shown and shown.order == answer.order and answer.survey in shown.left:
            item = OpenItem(keys.of(shop, answer.member), OPEN)
            answered = OpenItem.left.delete({answer.survey})
            transaction.update(item, [answered], OpenItem.order == answer.order)

    return also


def give(shop: str, answer: Answer, shown: Open | None) -> bool:
    """Whether there was none yet."""
    try:
        transact.write(giving(shop, answer, shown))
    except TransactWriteError as error:
        if not refused_by_condition(error):
            raise
        return False
    return True


def asked_about(shop: str, order: str) -> About:
    """One query."""
    asks, answered = list[Ask](), set[str]()
    # Both begin with A, and nothing else is beside them.
    here = Threads.sk.startswith("A")
    for raw in mixed.items(Threads, _order_key(shop, order), here, consistent=True):
        sk = raw["sk"]["S"]
        if sk.startswith(ASK):
            asks.append(AskItem.from_raw_data(raw).ask)
        else:
            answered.add(sk.removeprefix(ANSWER))
    return About(asks, answered)


def _answer_item(shop: str, answer: Answer) -> AnswerItem:
    item = AnswerItem(_order_key(shop, answer.order), ANSWER + answer.survey, answer=answer)
    if answer.member:
        item.author_key = _author_key(shop, answer.member)
        item.kind_key = keys.of(shop, ANSWERED)
        item.opened = f"{written(answer.at)}#{answer.survey}#{answer.order}"
    return item


def _count(transaction: TransactWrite, shop: str, survey: str, cell: Cell, value: str) -> None:
    place = f"{COUNT}{cell.month}#{cell.tier}#{cell.category}#{value}"
    transaction.update(CountItem(_results_key(shop, survey), place), [CountItem.n.add(1)])


# What came of it


def counts(shop: str, survey: str, first: str, last: str) -> Iterator[Counted]:
    """From the first month to the last. One query, unless it is very much."""
    # `$` comes behind the `#` that ends a month.
    months = CountItem.sk.between(f"{COUNT}{first}#", f"{COUNT}{last}$")
    for item in CountItem.query(_results_key(shop, survey), months, consistent_read=True):
        month, tier, category, value = item.sk.removeprefix(COUNT).split("#")
        yield Counted(Cell(month, tier, category), value, int(item.n))


def answered_since(shop: str, since: datetime) -> Iterator[str]:
    """Who has answered anything from then on; the index may be a moment behind."""
    after = AnswerItem.opened > written(since)
    for item in AnswerItem.query(keys.of(shop, ANSWERED), after, index_name="kind"):
        yield item.answer.member


# Of a member


def given_by(shop: str, member: str) -> Iterator[Answer]:
    """The newest first; the index may be a moment behind."""
    for item in AnswerItem.query(
        _author_key(shop, member), index_name="author", scan_index_forward=False
    ):
        yield item.answer


def forget(shop: str, member: str) -> None:
    """Empties what a member has answered in words, and whose it was. What was counted stays."""
    for answer in list(given_by(shop, member)):
        nobody = replace(answer, member="", given=replace(answer.given, text=""))
        _answer_item(shop, nobody).save()
    OpenItem(keys.of(shop, member), OPEN).delete()


def hand_over(shop: str, member: str, to: str) -> None:
    """What a membership had answered that became part of another, and what it was asked, unless
    the other is asked something too."""
    for answer in list(given_by(shop, member)):
        _answer_item(shop, replace(answer, member=to)).save()
    theirs = keys.of(shop, to)
    for item in OpenItem.query(keys.of(shop, member), OpenItem.sk == OPEN, consistent_read=True):
        values = {**item.attribute_values, "pk": theirs, "author_key": theirs}
        OpenItem(**values).save_if(OpenItem.pk.does_not_exist())
        item.delete()


# No thread has such a key: their ids have no dot.


def _order_key(shop: str, order: str) -> str:
    return keys.of(shop, f"asked.{order}")


def _order_in(pk: str) -> str:
    return keys.thing(pk).removeprefix("asked.")


def _results_key(shop: str, survey: str) -> str:
    return keys.of(shop, f"results.{survey}")


def _author_key(shop: str, member: str) -> str:
    return keys.of(shop, f"answers.{member}")
