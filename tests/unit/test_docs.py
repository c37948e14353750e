"""What the documents name is there: pages, files, commands, variables, endpoints, codes."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from stamkund.web.app import build_app
from stamkund.web.metrics import DIMENSION, NAMESPACE, Metric
from stamkund.web.openapi import every_app
from stamkund.web.problems import PROBLEMS
from tests.builders import ROOT, a_member, a_shop, http_event, mocked_tables
from tests.documented import the_document

PAGES = ["README.md", "CHANGELOG.md", *(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))]
OURS = ("benchmarks", "docs", "events", "functions", "infrastructure", "stamkund", "tests")

EACH = pytest.mark.parametrize("page", PAGES)


def text_of(page: str) -> str:
    return (ROOT / page).read_text()


def prose_of(page: str) -> str:
    return re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)


@EACH
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", prose_of(page))
    pictures = re.findall(r'<img src="([^"]*)"', text_of(page))
    for target, heading in [*links, *((picture, "") for picture in pictures)]:
        if target.startswith("https://"):
            continue
        file = (ROOT / page).parent / target if target else ROOT / page
        assert file.exists(), target
        assert not heading or heading in headings(file), f"{target}#{heading}"


def headings(file: Path) -> set[str]:
    """As GitHub writes them in links."""
    found = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in found}


@EACH
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = re.findall(rf"`((?:{'|'.join(OURS)})/[\w./-]*)`", text_of(page))
    assert [path for path in named if not (ROOT / path).exists()] == []


@EACH
def test_every_make_target_that_is_named_is_one(page: str) -> None:
    known = set(re.findall(r"^([a-z0-9]+):.*## ", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z0-9]+)", text_of(page))) <= known


@EACH
def test_every_endpoint_that_is_named_is_one(page: str) -> None:
    known = {
        f"{method.upper()} {path}"
        for path, methods in the_document()["paths"].items()
        for method in methods
    }
    assert set(re.findall(r"`((?:GET|POST|PUT|DELETE) /v1/[^`]*)`", prose_of(page))) <= known


def test_the_readme_leads_to_every_document() -> None:
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)\)", text_of("README.md")))
    assert linked == {page for page in PAGES if page.startswith("docs/")}


def test_the_guide_says_what_to_do_on_every_problem() -> None:
    table = text_of("docs/integration.md").partition("## What to do on each problem")[2]
    rows = re.findall(r"^\| (`[^|]*) \| (\d+) \|", table, re.MULTILINE)
    said = {(code, int(status)) for codes, status in rows for code in re.findall(r"`(\w+)`", codes)}
    assert said == {(code, PROBLEMS[code][0]) for code in every_code()}


def every_code() -> set[str]:
    """That any endpoint declares, or that any may be answered with."""
    declared = {code for app in every_app() for one in app.endpoints for code in one.problems}
    statuses = {400, 401, 413, 415, 422, 500}
    general = {code for code, (status, _) in PROBLEMS.items() if status in statuses}
    anywhere = {
        "forbidden",
        "wrong_entrance",
        "origin_not_allowed",
        "not_found",
        "method_not_allowed",
        "busy",
    }
    return declared | general | anywhere


def test_every_variable_that_is_read_is_documented() -> None:
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", text_of("docs/operations.md"), re.MULTILINE)
    documented = {name for names in rows for name in re.findall(r"`([A-Z_]+)`", names)}
    assert set(variables()) <= documented


def variables() -> Iterator[str]:
    for file in (ROOT / "stamkund").rglob("*.py"):
        yield from re.findall(r'os\.environ(?:\.\w+\(|\[)"([A-Z_]+)"', file.read_text())


def test_every_metric_is_documented() -> None:
    section = text_of("docs/operations.md").partition("## Metrics")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert rows == [metric.value for metric in Metric]
    assert f"namespace is `{NAMESPACE}`, the only dimension `{DIMENSION}`" in section


def test_every_alarm_has_its_section_where_alarms_lead_to() -> None:
    """An alarm that goes off at night brings its address along."""
    assert headings(ROOT / "docs/operations.md") >= {
        "stream-behind", "dead-letters", "throttling", "promise-not-kept", "books-differ",
        "errors", "slow",
    }  # fmt: skip


INSIGHTS = {
    "filter", "stats", "fields", "sort", "limit", "by", "as", "and", "or", "in",
    "desc", "bin", "m", "h",
    "count", "sum", "avg", "max", "pct", "earliest", "latest", "@timestamp",
}  # fmt: skip


def queries() -> list[str]:
    pattern = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    blocks = pattern.findall(text_of("docs/operations.md"))
    return [block for block in blocks if block.startswith(("filter", "fields", "stats"))]


@pytest.mark.parametrize("query", queries())
def test_a_query_asks_for_fields_that_there_are(query: str) -> None:
    """And for the names that it gives itself."""
    bare = re.sub(r'"[^"]*"', "", query)
    named = set(re.findall(r"\bas (\w+)", bare))
    words = set(re.findall(r"@?[A-Za-z_]+", bare)) - INSIGHTS - named
    # `differ` is on the one line that is about no piece of work: reconciling names what it found.
    assert words <= log_fields() | {metric.value for metric in Metric} | {"differ"}


def test_the_queries_are_found() -> None:
    assert len(queries()) >= 9


def log_fields() -> set[str]:
    table = text_of("docs/operations.md").partition("## Logs")[2].partition("\n\nBodies")[0]
    rows = re.findall(r"^\| (`[\w`, ]+`) \|", table, re.MULTILINE)
    return {name for names in rows for name in re.findall(r"`(\w+)`", names)}


def test_the_endpoint_that_is_shown_can_be_called() -> None:
    shown = text_of("docs/architecture.md").partition("```python\n")[2].partition("```")[0]
    module = ModuleType("functions.members.read_card_number")
    exec(compile(shown, module.__name__, "exec"), vars(module))
    with mocked_tables():
        shop = a_shop()
        path = f"/v1/members/{a_member(shop)}/card-number"
        event = http_event("GET", path, None, shop.credential("shop"))
        answer = build_app("members", module.read_card_number)(event, None)
    assert (answer["statusCode"], len(answer["body"])) == (200, len('{"number":"0000000000000"}'))
