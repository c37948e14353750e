import re

from functions.members.page_modules import MODULES
from stamkund.local import my_page


def the_page() -> str:
    answer = my_page.pages()["/my-page"]()
    assert answer["statusCode"] == 200
    return str(answer["body"])


def test_every_module_that_may_be_answered_is_drawn() -> None:
    drawn = the_page().partition("const DRAW = {")[2].partition("};")[0]
    assert [name for name in MODULES if not re.search(rf"\b{name}\b", drawn)] == []


def test_nothing_that_is_answered_is_read_as_html_and_nothing_comes_from_elsewhere() -> None:
    page = the_page()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", page)
    assert "//" not in page.replace("// Texts only", "")
    policy = my_page.pages()["/my-page"]()["headers"]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
