"""Everything about one member, in the order of `personal.KINDS`, from any place in it on."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import dropwhile, islice
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from stamkund.rules.ledger import Entry
from stamkund.tables import forum, keys, ledger, orders, personal, reviews, surveys, threads
from stamkund.tables.ledger import EntryItem
from stamkund.tables.orders import Placed
from stamkund.tables.personal import Kind, Raw
from stamkund.tables.table import Table

RETURNS = "return:"  # returns without a receipt are kept as orders that never earned
# What items need among themselves, and what says nothing about anybody.
MACHINERY = {
    "pk", "sk", "version", "digest", "joined_as", "generation", "owner", "member", "standing",
    "given_to", "review_key", "waiting_key", "waiting_since", "seen_key", "birthday_key",
    "untold_key", "untold_since", "lease", "shard",
}  # fmt: skip
ENTRIES_AT_ONCE = 100


class Record(NamedTuple):
    """`kind` is the name by which a kind of item is declared."""

    kind: str
    id: str
    data: dict[str, Any]


class Group(NamedTuple):
    """What comes together, and the place from which to go on after it."""

    place: str
    records: list[Record]


def everything(shop: str, member: str, after: str = "") -> Iterator[Group]:
    """An entry brings its order along."""
    source, _, last = after.partition(keys.SEPARATOR)
    names = [table.short_name() for table in personal.PARTITIONS]
    for table in personal.PARTITIONS[names.index(source) if source in names else 0 :]:
        if source in {"", *names}:
            name = table.short_name()
            yield from _beside(table, shop, member, last if name == source else "")
    if source in {"", *names}:
        yield Group(f"identities{keys.SEPARATOR}", list(_leads(shop, member)))
    if source in {"", *names, "identities", "threads"}:
        yield from _threads(shop, member, last if source == "threads" else "")
    if source != "ledger":
        said = [*_answers(shop, member, source), *_thanks(shop, member, source)]
        yield Group(f"answers{keys.SEPARATOR}", said)
    yield from _entries(shop, member, last if source == "ledger" else "")


def _beside(table: type[Table], shop: str, member: str, after: str) -> Iterator[Group]:
    name = table.short_name()
    for item in personal.beside(table, shop, member, after):
        place = item["sk"]["S"]
        kind = personal.kind_of(name, item)
        record = kind.record if kind else place.partition(keys.SEPARATOR)[0].lower()
        id = place.partition(keys.SEPARATOR)[2]
        yield Group(name + keys.SEPARATOR + place, [Record(record, id, _data(kind, item))])


def _leads(shop: str, member: str) -> Iterator[Record]:
    """By which a member is found. There is nothing to read in a hash, so only the kind is told."""
    for key in personal.leads_to(shop, member):
        by = keys.thing(key).partition(keys.SEPARATOR)[0]
        yield Record("identity", by, {"found_by": by})


def _threads(shop: str, member: str, after: str) -> Iterator[Group]:
    """What the member has said and was told. What staff notes among themselves is not of them."""
    ids = threads.opened_by(shop, member)
    if after:
        ids = islice(dropwhile(lambda one: one != after, ids), 1, None)
    for id in ids:
        whole = threads.read(shop, id)
        said = [
            {
                "at": event.at,
                "who": event.side,
                "what": event.what,
                "text": event.text,
                "pictures": [
                    _picture_address(id, picture)
                    for picture in event.pictures
                    if picture in whole.pictures
                ],
            }
            for event in whole.events
            if not event.internal
        ]
        data = {"about": whole.thread.about, "state": whole.thread.state, "said": said}
        if whole.thread.kind == "review":
            data |= _review(shop, id)
        if whole.thread.kind == "forum":
            data |= _post(shop, id)
        record = Record("thread", id, plain({"kind": whole.thread.kind, **data}))
        yield Group(f"threads{keys.SEPARATOR}{id}", [record])


def _review(shop: str, id: str) -> dict[str, Any]:
    known = reviews.find(shop, id)
    if known is None:
        return {}
    review = known.review
    return {"review": review.written, "review_state": review.state, "points": review.paid}


def _post(shop: str, id: str) -> dict[str, Any]:
    known = forum.find(shop, id)
    if known is None:
        return {}
    post = known.post
    return {"topic": known.topic, "name": post.said.name, "post_state": post.state}


def _thanks(shop: str, member: str, source: str) -> Iterator[Record]:
    """That the member has said in the forum."""
    for topic, post, at in forum.thanked_by(shop, member) if source != "answers" else ():
        yield Record("thanks", post, {"topic": topic, "at": at})


def _answers(shop: str, member: str, source: str) -> Iterator[Record]:
    """To what was asked about orders."""
    for answer in surveys.given_by(shop, member) if source != "answers" else ():
        data = plain({"given": answer.given, "order": answer.order, "at": answer.at})
        yield Record("answer", answer.survey, data)


def _picture_address(thread: str, picture: str) -> str:
    """Where it is had, once somebody has approved it."""
    return f"/v1/feedback/threads/{thread}/pictures/{picture}"


def _entries(shop: str, member: str, after: str) -> Iterator[Group]:
    condition = EntryItem.sk > after if after else None
    key = keys.of(shop, member)
    items = EntryItem.query(key, condition, consistent_read=True, page_size=ENTRIES_AT_ONCE)
    for item in items:
        entry = ledger.entry_from(item)
        records = [Record("entry", entry.id, msgspec.to_builtins(entry))]
        placed = orders.look_up(shop, entry.order) if _brings_order(entry) else None
        if placed:
            records.append(Record("order", placed.order.key, _order(placed)))
        yield Group(f"ledger{keys.SEPARATOR}{item.sk}", records)


def _brings_order(entry: Entry) -> bool:
    """Every order earns, if only nothing, and once."""
    return entry.kind == "earn" or entry.order.startswith(RETURNS)


def _order(placed: Placed) -> dict[str, Any]:
    order: dict[str, Any] = plain(placed.order)
    return {**order, "status": placed.status, "refunds": plain(placed.refunds)}


def _data(kind: Kind | None, item: Raw) -> dict[str, Any]:
    if kind is None or kind.model is None:
        values = {name: _raw(value) for name, value in item.items()}
    else:
        values = kind.model.from_raw_data(dict(item)).attribute_values
    data = {name: plain(value) for name, value in values.items() if name not in MACHINERY}
    if values.get("seen_key"):
        data["seen"] = values["seen_key"].split(keys.SEPARATOR)[1]
    return data


def plain(value: Any) -> Any:
    """With the names of fields, also where structs are stored as lists; without bytes."""
    match value:
        case Struct():
            # Of several that may stand in one place, which it is says as much as its fields.
            tag = value.__struct_config__
            which = {tag.tag_field: tag.tag} if tag.tag_field else {}
            fields = {name: getattr(value, name) for name in value.__struct_fields__}
            return plain(which | fields)
        case Mapping():
            inner = {name: plain(each) for name, each in value.items()}
            return {name: each for name, each in inner.items() if each is not None}
        case list() | tuple() | set() | frozenset():
            return [plain(each) for each in value]
        case datetime():
            return value.isoformat()
        case bytes():
            return None
        case _:
            return value


def _raw(typed: Mapping[str, Any]) -> Any:
    """Of a kind that is not declared."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return int(value)
        case "M":
            return {name: _raw(each) for name, each in value.items()}
        case "L":
            return [_raw(each) for each in value]
        case _:
            return value
