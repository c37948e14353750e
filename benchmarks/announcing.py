"""An announcement to some thousand threads, on the database of the laptop.

    python -m benchmarks.announcing 3000

Says how many calls a thread takes, until it is acted on and until its author is told, and how many
were done in a second on this machine: a ratio to go by, and no promise about AWS.
"""

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from functions.feedback import announce
from stamkund import tables
from stamkund.local import dynamodb
from stamkund.local.club import item_pumps
from stamkund.local.queues import Queues
from stamkund.rules import threads as rules
from stamkund.rules.announcements import Announcement, Words
from stamkund.rules.programme import Language
from stamkund.rules.threads import About, Author, Step
from stamkund.tables import announcements, threads
from stamkund.web import messages, queue
from tests.builders import SURROUNDINGS, Shop, a_programme, a_shop
from tests.talking import RULES

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
A_THIRD = 3  # has a second thread: somebody else is told once for each


def main(count: int) -> None:
    os.environ.update(SURROUNDINGS)
    os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"
    with (
        TemporaryDirectory() as folder,
        dynamodb.start_dynamodb_local(Path(folder), in_memory=True) as database,
    ):
        os.environ.update(database.settings())
        tables.connect("bench", real_time=lambda: NOON)
        tables.create_all()
        measured(count)


def measured(count: int) -> None:
    shop = a_shop(programme=a_programme(feedback=RULES))
    started = perf_counter()
    for n in range(count):
        open_thread(shop, n)
    print(f"{count} threads opened in {perf_counter() - started:.0f} s")
    announcements.write(shop.id, Announcement(id="box", words=WORDS, tags=["box"]), "bench")
    queues = Queues({"announcements": announce.handler})
    queue.use(queues.put)
    sent: list[str] = []
    messages.use(lambda message: sent.append(message.id))
    calls = counted()
    announcements.publish(shop.id, "box", "bench", NOON)
    queues.put("announcements", f'{{"shop":"{shop.id}","announcement":"box","part":0}}')
    started = perf_counter()
    parts = queues.drain()
    seconds = perf_counter() - started
    _, reach = announcements.find(shop.id, "box")
    assert (reach.threads, reach.left) == (count, 0)
    print(
        f"{reach.threads} threads of {reach.asked} people acted on in {parts} parts: "
        f"{calls.total() / count:.2f} calls a thread {dict(calls)}, "
        f"{count / seconds:.0f} a second, one part at a time"
    )
    calls.clear()
    started = perf_counter()
    for pump in item_pumps("bench"):
        pump.drain()
    seconds = perf_counter() - started
    told = len({id for id in sent if id.endswith(".3")})
    assert told == reach.asked
    notices = len(sent)
    print(
        f"{told} people told, each once, of {notices} notices in all: "
        f"{calls.total() / notices:.2f} calls a notice, {notices / seconds:.0f} a second"
    )


WORDS: dict[Language, Words] = {"sv": Words("Ny kartong", "Den håller.")}


def open_thread(shop: Shop, n: int) -> None:
    """Of a guest with an address: two of three are somebody's only one."""
    person = n - 1 if n % A_THIRD == 1 else n
    author = Author(
        side="guest", id=f"web:{n}", email=f"p{person}@example.com", language="sv", new=True
    )
    step = Step(
        reference=f"r{n}", what="opened", side="guest", by=author.id, at=NOON, text="Trasig"
    )
    thread, event = rules.opened(step, "idea", About(), author, RULES)
    labelled = rules.moved(
        thread,
        Step(reference="l", what="labelled", side="staff", by="k", at=NOON, tags=["box"]),
        RULES,
    )
    threads.open_thread(shop.id, thread, event)
    threads.step(shop.id, thread, *labelled)


def counted() -> Counter[str]:
    calls = Counter[str]()

    def note(model: object, **_: object) -> None:
        calls[model.name] += 1  # type: ignore[attr-defined]

    tables.client().client.meta.events.register("before-call.dynamodb", note)
    return calls


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000)
