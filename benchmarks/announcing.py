"""An announcement to as many threads as you like, on the database of the laptop, while workers die.

    python -m benchmarks.announcing --threads 100000

At some parts, drawn by chance, the worker is killed between two calls, as an exception that nothing
of ours catches; its message is lost with it, and the part is met by the time. In the end every
thread has to be acted on once, and everybody told once, or this fails. It says how many calls that
takes and how many threads were done in a second on this machine: a ratio to go by, and no promise
about AWS. Nothing of `make bench`: a hundred thousand take their time.
"""

import os
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import boto3
import msgspec
from botocore.config import Config
from msgspec.structs import replace

from functions.feedback import announce, announce_again
from functions.feedback.announcing import PartWaits, send_on
from stamkund import tables
from stamkund.local import dynamodb
from stamkund.local.club import item_pumps
from stamkund.local.invocation import Context
from stamkund.local.queues import Queues
from stamkund.local.stream import Record
from stamkund.rules import threads as rules
from stamkund.rules.announcements import Announcement, Words, reference_of
from stamkund.rules.programme import Language
from stamkund.rules.threads import About, Author, Step
from stamkund.tables import announcements, keys, threads
from stamkund.tables.profiles import PROFILE, ProfileItem, Profiles
from stamkund.tables.threads import (
    NEWS,
    NOTICE,
    PART,
    THREAD,
    TOLD,
    EventItem,
    ThreadItem,
    Threads,
    event_key,
)
from stamkund.web import messages, queue
from tests.builders import SURROUNDINGS, Clock, Shop, a_programme, a_shop
from tests.reliability import faults
from tests.talking import RULES

BOX = "box"
WORDS: dict[Language, Words] = {"sv": Words("Ny kartong", "Den håller.")}
# A part makes about thirty; a worker that is to die later than that lives.
CALLS = 30


def main(asked: Namespace) -> None:
    os.environ.update(SURROUNDINGS | {"POWERTOOLS_LOG_LEVEL": "CRITICAL"})
    with (
        TemporaryDirectory() as folder,
        dynamodb.start_dynamodb_local(Path(folder), in_memory=True) as database,
    ):
        os.environ.update(database.settings())
        time = Clock()
        tables.connect("bench", real_time=time)
        tables.create_all()
        measured(asked, time)


def measured(asked: Namespace, time: Clock) -> None:
    shop = a_shop(programme=a_programme(feedback=RULES))
    started = perf_counter()
    seed(shop, asked.threads, asked.people, time)
    print(
        f"{asked.threads:,} threads of {asked.people:,} people written in {since(started)}",
        flush=True,
    )
    calls, sent = counted(), Counter[str]()
    messages.use(lambda message: sent.update([message.to]))
    acted_on(shop, asked, time, calls)
    told(asked, calls, sent)
    check(shop, asked)


def acted_on(shop: Shop, asked: Namespace, time: Clock, calls: Counter[str]) -> None:
    deaths = Deaths(asked)
    queues = Queues({"announcements": deaths.worker})
    queue.use(queues.put)
    announcements.write(shop.id, Announcement(id=BOX, words=WORDS, tags=[BOX]), "bench")
    announcements.publish(shop.id, BOX, "bench", time.now)
    started = perf_counter()
    send_on(shop.id, BOX, 0)
    brought = worked_off(queues, time, asked.deaths + 5)
    seconds = perf_counter() - started
    print(
        f"acted on by {brought:,} messages, of which {deaths.died} died with their worker "
        f"(--seed {asked.seed}): {calls.total() / asked.threads:.2f} calls a thread {dict(calls)}, "
        f"{seconds:.0f} s, {asked.threads / seconds:.0f} a second, one part at a time",
        flush=True,
    )


def worked_off(queues: Queues, time: Clock, patience: int) -> int:
    """How many messages were brought until no part was left to be met by the time."""
    brought = 0
    for _ in range(patience):
        brought += drained(queues)
        time.advance(minutes=11)
        if not announce_again.handler({}, Context("timed"))["sent"]:
            return brought
    raise AssertionError("there are parts that nobody can do")


def drained(queues: Queues) -> int:
    """Also of a worker that dies, the message was brought; the next one is another's."""
    brought, more = 0, True
    while more:
        try:
            more = queues.bring_one()
        except faults.Killed:
            more = True
        brought += more
    return brought


class Deaths:
    """Which parts a worker dies at, at which call of them, and whether before it or after."""

    def __init__(self, asked: Namespace) -> None:
        chance = Random(asked.seed)
        parts = asked.threads // 25 + 1
        self._left = {
            n: (chance.randrange(CALLS), chance.choice(["killed before", "killed after"]))
            for n in chance.sample(range(parts), min(asked.deaths, parts))
        }
        self.died = 0

    def worker(self, event: Any, context: Any) -> Any:
        waits = msgspec.json.decode(event["Records"][0]["body"], type=PartWaits)
        death = self._left.pop(waits.part, None)
        if death is None:
            return announce.handler(event, context)
        try:
            with faults.at(*death):
                return announce.handler(event, context)
        except faults.Killed:
            self.died += 1
            raise


def told(asked: Namespace, calls: Counter[str], sent: Counter[str]) -> None:
    calls.clear()
    started = perf_counter()
    for pump in item_pumps("bench", deliveries=notices):
        pump.drain()
    seconds = perf_counter() - started
    twice = sum(n > 1 for n in sent.values())
    print(
        f"{len(sent):,} people told, {twice} of them twice: {calls.total() / len(sent):.2f} calls "
        f"a person, {seconds:.0f} s, {len(sent) / seconds:.0f} a second"
    )
    assert (len(sent), twice) == (asked.people, 0)


def notices(records: list[Record]) -> Iterator[list[Record]]:
    """What the filter of the mapping lets through."""
    new = [one for one in records if one["dynamodb"]["Keys"]["sk"]["S"].startswith(NOTICE)]
    if new:
        yield new


def check(shop: Shop, asked: Namespace) -> None:
    """By what is kept, and not by what was added up."""
    found = Counter[str]()
    moved = event_key("club", reference_of(BOX))
    for item in kept(shop):
        sk = item["sk"]["S"]
        if sk == THREAD:
            found[ThreadItem.from_raw_data(item).thread.state] += 1
        found["parts"] += sk.startswith(PART) and item["pk"]["S"] == keys.of(shop.id, NEWS + BOX)
        found["moved"] += sk == moved
        found["told"] += sk == TOLD + BOX
    _, reach = announcements.find(shop.id, BOX)
    print(f"{found['parts']:,} parts; {found['acted_on']:,} threads are acted on")
    assert found["acted_on"] == found["moved"] == reach.threads == asked.threads
    assert found["told"] == reach.asked == asked.people
    assert reach.left == 0


def kept(shop: Shop) -> Iterator[dict[str, Any]]:
    """The more there is, the longer DynamoDB Local takes over a page: of 100,000 over a minute."""
    patient = boto3.client("dynamodb", config=Config(read_timeout=900))
    pages = patient.get_paginator("scan").paginate(TableName=Threads.full_name())
    for page in pages:
        yield from (one for one in page["Items"] if one["pk"]["S"].startswith(shop.id))


# What there is before


def seed(shop: Shop, count: int, people: int, time: Clock) -> None:
    written(Profiles, (profile(shop, n) for n in range(people)))
    written(
        Threads, chain.from_iterable(thread(shop, n, f"m{n % people}", time) for n in range(count))
    )


def written(table: type[tables.Table], items: Iterable[tables.Table]) -> None:
    with table.batch_write() as batch:
        for item in items:
            batch.save(item)


def profile(shop: Shop, n: int) -> ProfileItem:
    address = f"m{n}@example.com"
    return ProfileItem(
        keys.of(shop.id, f"m{n}"), PROFILE, language="sv", joined_as=b"", email=address
    )


def thread(shop: Shop, n: int, member: str, time: Clock) -> list[Threads]:
    """One that was opened, and labelled by staff."""
    author = Author(side="member", id=member, language="sv")
    said = Step(
        reference="r", what="opened", side="member", by=member, at=time.now, text="Kartongen gick."
    )
    opened, first = rules.opened(said, "idea", About(), author, RULES)
    label = Step(reference="l", what="labelled", side="staff", by="k", at=time.now, tags=[BOX])
    labelled, second = rules.moved(replace(opened, id=f"t{n:020}"), label, RULES)
    pk = keys.of(shop.id, labelled.id)
    return [
        threads._item(shop.id, labelled),  # noqa: SLF001 -- as a transaction would write it
        threads._item(shop.id, labelled, BOX),  # noqa: SLF001
        *(
            EventItem(pk, event_key(event.side, event.reference), event=event)
            for event in (first, second)
        ),
    ]


def counted() -> Counter[str]:
    calls = Counter[str]()

    def note(model: Any, **_: object) -> None:
        calls[model.name] += 1

    tables.client().client.meta.events.register("before-call.dynamodb", note)
    return calls


def since(started: float) -> str:
    return f"{perf_counter() - started:.0f} s"


def arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m benchmarks.announcing")
    parser.add_argument("--threads", type=int, default=3_000)
    parser.add_argument("--people", type=int, help="who has opened them; as many, if not said")
    parser.add_argument("--deaths", type=int, default=12, help="parts at which the worker dies")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    asked = parser.parse_args()
    asked.people = asked.people or asked.threads
    return asked


if __name__ == "__main__":
    main(arguments())
