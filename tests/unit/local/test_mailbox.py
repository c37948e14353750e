from pathlib import Path

import pytest

from stamkund.local.mailbox import MOST_SHOWN, Mailbox
from stamkund.web.messages import Message


def mail(text: str = "Your code is 204817.", subject: str = "A code") -> Message:
    return Message("email", "jonas@example.com", "Fjällklubben", subject, text)


def page(mailbox: Mailbox, path: str = "/mailbox") -> str:
    answer = mailbox.pages()[path]()
    assert answer["statusCode"] == 200
    return str(answer["body"])


@pytest.fixture(params=["in memory", "in a file"])
def mailbox(request: pytest.FixtureRequest, tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "data" / "mailbox.jsonl" if request.param == "in a file" else None)


def test_an_empty_mailbox_says_so(mailbox: Mailbox) -> None:
    assert "Nothing has been sent yet" in page(mailbox)
    assert page(mailbox, "/mailbox.json") == "[]"


def test_the_newest_is_shown_first_and_not_all_that_ever_was(mailbox: Mailbox) -> None:
    for number in range(MOST_SHOWN + 3):
        mailbox.put(mail(f"Number {number}."))
    texts = [kept.message.text for kept in mailbox.newest()]
    assert (texts[0], texts[-1], len(texts)) == (f"Number {MOST_SHOWN + 2}.", "Number 3.", 50)


def test_what_was_sent_is_there_after_a_restart(tmp_path: Path) -> None:
    Mailbox(tmp_path / "mailbox.jsonl").put(mail())
    assert "204817" in page(Mailbox(tmp_path / "mailbox.jsonl"))


def test_a_link_can_be_followed(mailbox: Mailbox) -> None:
    mailbox.put(mail("Open:\n\nhttps://shop.example/#login=a.b-c\n\nBye."))
    assert '<a href="https://shop.example/#login=a.b-c">' in page(mailbox)


def test_what_is_written_in_a_message_stays_text(mailbox: Mailbox) -> None:
    mailbox.put(mail("<script>alert(1)</script> https://x/'\"><img>", subject="<b>"))
    shown = page(mailbox)
    assert "<script>" not in shown
    assert "<img>" not in shown
    assert "<b>" not in shown
