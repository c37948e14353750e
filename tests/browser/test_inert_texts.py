"""What people write is text in every page that shows it: a browser runs none of it.

Each page is opened as a file, without the headers that would stop a script as well, so that it is
the page itself that is looked at. A script of the test, at its end, says what happened.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.feedback import report_engagement, tell_people
from stamkund.local.invocation import Context
from stamkund.local.mailbox import Mailbox
from stamkund.web import messages
from tests.announcing import a_queue, published
from tests.builders import Clock, Shop, a_programme, a_shop, mocked_tables
from tests.members import a_member
from tests.talking import RULES, Talk, a_record, opened

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
# A browser of this machine; there is none in a package of PyPI.
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium on this machine")

HOSTILE = [
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "<svg onload='window.ran = 1'>",
    "</pre></td></table><iframe srcdoc='<script>parent.ran = 1</script>'></iframe>",
    "\"><a href='javascript:window.ran = 1' id=bad autofocus onfocus='window.ran = 1'>x</a>",
    "https://x.example/'onmouseover='window.ran=1 javascript:window.ran=1",
    "{{constructor.constructor('window.ran = 1')()}}",
    "<style>*{display:none}</style><base href='https://evil.example/'>",
    "&lt;script&gt;window.ran = 1&lt;/script&gt;",
]
LONG = "W" * 4_000
PROBE = """<script>
for (const one of document.querySelectorAll("a")) {
  if (!one.href.startsWith("https:") && !one.href.startsWith("http:")) window.ran = one.href;
}
const page = document.documentElement;
page.dataset.ran = window.ran ?? "no";
page.dataset.wide = page.scrollWidth > innerWidth ? "yes" : "no";
page.dataset.strange = document.body.querySelectorAll(
  "img, iframe, base, body style, body script:not(:last-of-type), form, input").length;
page.dataset.text = document.body.innerText.includes("window.ran = 1") ? "shown" : "gone";
</script>"""


@pytest.fixture
def time() -> Iterator[Clock]:
    with mocked_tables() as time:
        yield time


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(feedback=RULES))


def opened_in_chromium(page: str, folder: Path) -> dict[str, str]:
    """What the probe found."""
    file = folder / "page.html"
    file.write_text(page + PROBE)
    how = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000"]
    profile = f"--user-data-dir={folder / 'profile'}"
    made = subprocess.run(
        [str(CHROMIUM), *how, profile, "--dump-dom", file.as_uri()],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    found = re.search(r"<html[^>]*>", made.stdout)
    assert found
    return dict(re.findall(r'data-(\w+)="([^"]*)"', found[0]))


def a_talk(shop: Shop) -> Talk:
    """Both sides write whatever they can think of."""
    talk = opened(shop, a_member(shop, email="jonas@example.com"), text=LONG)
    for text in HOSTILE:
        assert talk.says(text).status == 201
        assert talk.answers(text).status == 201
    return talk


def test_the_probe_notices_what_runs(tmp_path: Path) -> None:
    page = f"<html><body>{HOSTILE[0]}<p>window.ran = 1</p><p>{LONG}</p>"
    found = opened_in_chromium(page, tmp_path)
    assert (found["ran"], found["wide"], found["text"]) == ("1", "yes", "shown")


def test_what_somebody_takes_along_is_a_page_of_text(shop: Shop, tmp_path: Path) -> None:
    talk = a_talk(shop)
    page = shop.call("GET", "/v1/members/me/export.html", as_=talk.member)
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    found = opened_in_chromium(page.text, tmp_path)
    assert found == {"ran": "no", "wide": "no", "strange": "0", "text": "shown"}


def test_what_is_written_to_somebody_is_text_in_the_mailbox(
    shop: Shop, time: Clock, tmp_path: Path
) -> None:
    box = Mailbox()
    messages.use(box.put)
    talk = a_talk(shop)
    queues = a_queue()
    words = [
        {"language": "sv", "title": HOSTILE[0], "text": "\n".join([*HOSTILE[1:], LONG[:3_000]])}
    ]
    published(shop, threads=[talk.id], words=words)
    queues.drain()
    last = talk.staff_sees()["thread"]["version"]
    records = [a_record(shop, talk.id, n) for n in range(1, last + 1)]
    tell_people.handler({"Records": records}, Context("stream"))  # type: ignore[arg-type]
    page: str = box.pages()["/mailbox"]()["body"]
    without_reload = re.sub(r"<meta http-equiv=\"refresh\"[^>]*>", "", page)
    found = opened_in_chromium(without_reload, tmp_path)
    assert found == {"ran": "no", "wide": "no", "strange": "0", "text": "shown"}


def test_the_report_runs_nothing_either(shop: Shop, tmp_path: Path) -> None:
    a_talk(shop)
    report_engagement.handler({}, Context("timed"))
    page = shop.call("GET", "/v1/feedback/engagement.html", as_="staff").text
    found = opened_in_chromium(page, tmp_path)
    assert (found["ran"], found["wide"], found["strange"]) == ("no", "no", "0")
