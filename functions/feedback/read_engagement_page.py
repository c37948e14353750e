"""How well what people say is answered, on one page."""

from collections.abc import Iterator, Sequence
from html import escape

from functions.feedback.charts import Series, bars, lines
from functions.feedback.read_engagement import EngagementShown, RowShown, report_of, shown
from stamkund.rules import text
from stamkund.rules.engagement import EVERY_KIND
from stamkund.rules.programme import Language
from stamkund.tables import Read
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.endpoint import Reply, endpoint

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b2b28;background:#f4f6f5}"
    "h1{font-size:1.5rem;margin:0}p{margin:.25rem 0 1rem;color:#55635f}"
    "figure,table{background:#fff;border-radius:.5rem;padding:1rem;margin:1rem 0}"
    "figcaption{font-weight:600;margin-bottom:.5rem}svg{width:100%;height:auto}"
    "svg text{font-size:11px;fill:#55635f}"
    ".key{font-weight:400;font-size:.8rem;margin-left:1rem;white-space:nowrap}"
    ".key i{display:inline-block;width:.7rem;height:.7rem;border-radius:2px;margin-right:.3rem}"
    "ul{display:flex;gap:1rem;list-style:none;padding:0;margin:1rem 0;flex-wrap:wrap}"
    "li{background:#fff;border-radius:.5rem;padding:.75rem 1rem;flex:1;min-width:8rem}"
    "li b{display:block;font-size:1.6rem;line-height:1.2}"
    "table{border-collapse:collapse;width:100%;font-size:.85rem}"
    "th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid #e8edeb}"
    "th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}"
)
# Nothing of it is run or fetched.
ALONE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
KINDS = ("comment", "complaint", "idea", "question", "review", "survey_answer")
HOUR = 3600
NOTHING = "\u2013"


@endpoint(
    "GET",
    "/v1/feedback/engagement.html",
    caller=[Staff],
    access={Programmes: Read},
    problems=["no_report"],
    produces="text/html",
)
def read_engagement_page(caller: Caller) -> Reply[str]:
    """Read how well what people say is answered, as a page.

    The same numbers with charts: what comes, how soon it is answered, how much of it in time, acted
    on and told, and who is silent.
    """
    report = shown(report_of(caller.shop))
    return Reply("".join(_page(report, caller.language)), headers=ALONE)


def _page(report: EngagementShown, language: Language) -> Iterator[str]:
    def say(code: str, **params: str | int) -> str:
        return text.say(f"engagement_{code}", language, **params)

    whole = [row for row in report.rows if row.kind == EVERY_KIND]
    months = [row.month for row in whole]
    title = escape(say("title"))
    yield f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"
    yield f"<p>{escape(say('made', since=report.since, day=report.made_at.date().isoformat()))}</p>"
    yield f"<ul>{''.join(_tiles(report, language))}</ul>"
    yield bars(say("opened"), months, _by_kind(report, months, language))
    yield lines(
        say("hours"),
        months,
        [
            Series(say("median"), [_hours(row.median_seconds) for row in whole]),
            Series(say("ninetieth"), [_hours(row.ninetieth_seconds) for row in whole]),
        ],
    )
    shares = [
        Series(say("within"), [row.within_due_percent for row in whole]),
        Series(say("acted"), [row.acted_on_percent for row in whole]),
        Series(say("told"), [row.told_percent for row in whole]),
    ]
    yield lines(say("shares"), months, shares, top=100.0)
    yield _table(report.rows, language)
    yield "</body></html>"


def _tiles(report: EngagementShown, language: Language) -> Iterator[str]:
    whole = [row for row in report.rows if row.kind == EVERY_KIND]
    silent = report.silence
    for code, value in (
        ("waiting", text.number(sum(row.waiting for row in whole), language)),
        ("late", text.number(sum(row.late for row in whole), language)),
        ("silent", NOTHING if silent.silent_percent is None else f"{silent.silent_percent} %"),
    ):
        said = text.say(f"engagement_{code}", language, units=silent.silent, members=silent.buyers)
        yield f"<li><b>{escape(value)}</b>{escape(said)}</li>"


def _by_kind(report: EngagementShown, months: Sequence[str], language: Language) -> list[Series]:
    opened = {(row.month, row.kind): row.opened for row in report.rows}
    return [
        Series(_kind(kind, language), [opened.get((month, kind), 0) for month in months])
        for kind in KINDS
        if any(opened.get((month, kind)) for month in months)
    ]


def _kind(kind: str, language: Language) -> str:
    return text.say(f"engagement_kind_{kind}", language)


def _table(rows: Sequence[RowShown], language: Language) -> str:
    heads = ("month", "kind", "number", "median", "ninetieth", "within", "acted", "told")
    head = "".join(f"<th>{escape(text.say(f'engagement_{one}', language))}</th>" for one in heads)
    return f"<table><tr>{head}</tr>{''.join(_line(row, language) for row in rows)}</table>"


def _line(row: RowShown, language: Language) -> str:
    cells = (
        row.month,
        _kind(row.kind, language),
        text.number(row.opened, language),
        _written_hours(row.median_seconds, language),
        _written_hours(row.ninetieth_seconds, language),
        _percent(row.within_due_percent),
        _percent(row.acted_on_percent),
        _percent(row.told_percent),
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _hours(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / HOUR, 1)


def _written_hours(seconds: int | None, language: Language) -> str:
    if seconds is None:
        return NOTHING
    tenths = (seconds * 10 + HOUR // 2) // HOUR
    decimal = "." if language == "en" else ","
    return f"{tenths // 10}{decimal}{tenths % 10} h"


def _percent(value: int | None) -> str:
    return NOTHING if value is None else f"{value} %"
