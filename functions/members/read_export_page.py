"""Everything about a member, to read: a page that needs nothing beside itself."""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any

import msgspec

from functions.members import taking
from functions.members.read_export import ACCESS
from functions.members.read_statement import text_of
from functions.members.shown import NOT_KEPT
from stamkund.rules import text
from stamkund.rules.calendar import day_of
from stamkund.rules.ledger import Entry
from stamkund.rules.programme import Language
from stamkund.tables import profiles
from stamkund.tables.taking_along import Record
from stamkund.web.callers import Caller, CallerKind, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.pages import Cursor

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;"
    "border-bottom:1px solid #ddd;overflow-wrap:anywhere}"
    "td.n{text-align:right;white-space:nowrap}"
)
# Whatever somebody called their device, nothing of it is run or fetched.
ALONE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


@endpoint(
    "GET",
    "/v1/members/{member}/export.html",
    caller=[Member, Shop],
    access=ACCESS,
    problems=MEMBER_PROBLEMS,
    produces="text/html",
)
def read_export_page(member: str, caller: Caller, now: datetime, cursor: Cursor = "") -> Reply[str]:
    """Read everything about a member as a page.

    The same as the export, in the same parts, in words. Where there is another part, `Link` has
    its address with `rel="next"`.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    part = taking.part(caller.shop, owner, cursor)
    language = _language(caller, owner)
    page = "".join(_page(club, language, part.records, more=part.next is not None))
    headers = NOT_KEPT | ALONE
    if part.next:
        headers["Link"] = f'</v1/members/{member}/export.html?cursor={part.next}>; rel="next"'
    return Reply(page, headers=headers)


def _language(caller: Caller, member: str) -> Language:
    """It is the member who reads it, also where customer service asks for it."""
    if caller.kind is CallerKind.MEMBER:
        return caller.language
    return profiles.language_of(caller.shop, member) or caller.language


def _page(club: Club, language: Language, records: list[Record], *, more: bool) -> Iterator[str]:
    words = {"shop": club.programme.name, "day": club.at.day}
    title = escape(text.say("export_title", language, **words))
    yield f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    yield f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"
    yield f"<p>{escape(text.say('export_intro', language, **words))}</p>"
    in_order = sorted(records, key=lambda record: record.kind in {"entry", "order"})
    orders = [record for record in in_order if record.kind == "order"]
    others = [record for record in in_order if record.kind != "order"]
    for kind, some in groupby([*others, *orders], key=lambda record: record.kind):
        yield f"<h2>{escape(_said(f'export_kind_{kind}', kind, language))}</h2><table>"
        for record in some:
            yield from _rows(club, language, record)
        yield "</table>"
    if more:
        yield f"<p>{escape(text.say('export_more', language))}</p>"
    yield "</body></html>"


def _rows(club: Club, language: Language, record: Record) -> Iterator[str]:
    match record.kind:
        case "entry":
            yield _entry_row(club, language, record)
        case "order":
            yield _order_row(club, language, record)
        case _:
            for name, value in record.data.items():
                label = _said(f"export_field_{name}", name, language)
                yield _row(f"<th>{escape(label)}</th>", f"<td>{escape(_written(value))}</td>")


def _entry_row(club: Club, language: Language, record: Record) -> str:
    entry = msgspec.convert(record.data, Entry)
    day = day_of(entry.occurred_at, club.programme.time_zone)
    said = text_of(entry, club, language)
    points = text.number(entry.points, language) if entry.points else ""
    return _row(
        f"<td>{escape(day)}</td>",
        f"<td>{escape(said)}</td>",
        f'<td class="n">{escape(points)}</td>',
    )


def _order_row(club: Club, language: Language, record: Record) -> str:
    order = record.data
    happened = datetime.fromisoformat(order["occurred_at"])
    goods = "; ".join(f"{line['quantity']} {line['article']}" for line in order["lines"])
    charged = text.money(
        sum(line["charged"] for line in order["lines"]), order["currency"], language
    )
    return _row(
        f"<td>{escape(day_of(happened, club.programme.time_zone))}</td>",
        f"<td>{escape(record.id)}: {escape(goods)}</td>",
        f'<td class="n">{escape(charged)}</td>',
    )


def _row(*cells: str) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _said(code: str, otherwise: str, language: Language) -> str:
    if text.is_code(code):
        return text.say(code, language)
    return otherwise.replace("_", " ").capitalize()


def _written(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
