"""Staff that announces something, and the queue that brings it: `news = announced(shop, ...)`."""

from itertools import count
from typing import Any

from functions.feedback import announce
from stamkund.local.queues import Queues
from stamkund.tables import announcements
from stamkund.web import queue
from tests.builders import Answer, Shop

_numbers = count(1)
WORDS = [
    {"language": "sv", "title": "Ny kartong", "text": "Den håller.\nOch går att återvinna."},
    {"language": "en", "title": "A new box", "text": "It holds.\nAnd can be recycled."},
]


def a_queue() -> Queues:
    """Nothing is brought before somebody asks for it."""
    queues = Queues({"announcements": announce.handler}, sleep=lambda _: None)
    queue.use(queues.put)
    return queues


def an_id() -> str:
    return f"news-{next(_numbers)}"


def path_of(id: str) -> str:
    return f"/v1/feedback/announcements/{id}"


def write(shop: Shop, id: str, **fields: Any) -> Answer:
    return shop.call("PUT", path_of(id), {"words": WORDS} | fields, as_="staff")


def publish(shop: Shop, id: str) -> Answer:
    return shop.call("POST", f"{path_of(id)}/publication", as_="staff")


def a_draft(shop: Shop, **fields: Any) -> str:
    id = an_id()
    answer = write(shop, id, **fields)
    assert answer.status == 200, answer.text
    return id


def published(shop: Shop, **fields: Any) -> str:
    id = a_draft(shop, **fields)
    answer = publish(shop, id)
    assert answer.status == 202, answer.text
    return id


def seen(shop: Shop, id: str) -> Any:
    return shop.call("GET", path_of(id), as_="staff").json


def reach(shop: Shop, id: str) -> tuple[int, int, int]:
    """How many people, in how many threads; and how many parts are left."""
    _, found = announcements.find(shop.id, id)
    return found.asked, found.threads, found.left
