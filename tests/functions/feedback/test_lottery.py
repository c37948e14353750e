"""The lottery among reviews: whose seed is chosen before, drawn once, and checked by anybody."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from functions.feedback import draw_lottery
from functions.operations import follow_up
from stamkund import lottery as checking
from stamkund.local.invocation import Context
from stamkund.rules.review_rules import Lottery
from stamkund.tables.lottery import SeedItem
from tests.builders import Clock, Shop, a_shop, everything_kept
from tests.dump import said
from tests.reviewing import Bought, a_club, bought, reversal
from tests.talking import Talk

PRIZE = Lottery(prize={"sv": "Ett tält", "en": "A tent"})
APRIL = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_club(lottery=PRIZE))


def draw() -> dict[str, int]:
    return draw_lottery.handler({}, Context("timed"))


def draws(shop: Shop, as_: str = "storefront") -> list[Any]:
    answer = shop.call("GET", "/v1/feedback/draws", as_=as_)
    assert answer.status == 200, answer.text
    found: list[Any] = answer.json["draws"]
    return found


def tickets(shop: Shop, period: str = "2026-03") -> list[str]:
    answer = shop.call("GET", f"/v1/feedback/draws/{period}/tickets", as_="storefront")
    assert answer.status == 200, answer.text
    found: list[str] = answer.json["tickets"]
    return found


def reviewers(shop: Shop, number: int) -> list[Bought]:
    people = [bought(shop) for _ in range(number)]
    for who in people:
        assert who.says().status == 201
    return people


def test_a_period_opens_with_the_hash_of_a_seed_that_nobody_can_read(shop: Shop) -> None:
    assert draw() == {"done": 1, "left": 0, "failed": 0}
    assert draw() == {"done": 0, "left": 0, "failed": 0}
    (march,) = draws(shop, "staff")
    assert (march["period"], march["begins_on"], march["ends_on"]) == (
        "2026-03", "2026-03-01", "2026-03-31",
    )  # fmt: skip
    assert (march["prize"], march["seed"], march["winner"]) == ("Ett tält", None, None)
    seed = SeedItem.get(f"{shop.id}#lottery#2026-03").seed
    assert sha256(seed.encode()).hexdigest() == march["commitment"]
    elsewhere = {name: rows for name, rows in everything_kept().items() if name != "identities"}
    assert seed not in str(said(elsewhere))


def test_the_next_period_opens_the_day_before(shop: Shop, time: Clock) -> None:
    time.set(datetime(2026, 3, 30, 23, tzinfo=UTC))
    draw()
    assert [one["period"] for one in draws(shop)] == ["2026-04", "2026-03"]


def test_each_review_that_is_shown_is_a_ticket_and_one_wins(shop: Shop, time: Clock) -> None:
    draw()
    people = reviewers(shop, 3)
    mine = [who.seen()["ticket"] for who in people]
    assert {who.seen()["ticket_period"] for who in people} == {"2026-03"}
    assert tickets(shop) == []
    time.set(datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    draw()
    assert draws(shop)[1]["winner"] is None
    time.set(APRIL)
    draw()
    march = draws(shop)[1]
    assert tickets(shop) == sorted(mine)
    assert march["tickets"] == 3
    assert march["thread"] is None
    (winner,) = [who for who in people if who.seen()["ticket"] == march["winner"]]
    assert draws(shop, "staff")[1]["thread"] == winner.seen()["thread"]
    won = [line for line in winner.talk().seen()["lines"] if line["what"] == "won"]
    assert [line["text"] for line in won] == ["Ett tält"]
    assert draw()["done"] == 0
    assert [line["what"] for line in winner.talk().seen()["lines"]].count("won") == 1


def test_the_winner_is_told_once_in_a_message(shop: Shop, time: Clock) -> None:
    from stamkund.web import bus, messages
    from tests.members import a_member

    sent: list[Any] = []
    messages.use(sent.append)
    told: list[Any] = []
    bus.use(told.append)
    who = bought(shop, member=a_member(shop, email="ellen@example.com"))
    who.says()
    draw()
    time.set(APRIL)
    draw()
    from functions.feedback import tell_again

    time.advance(minutes=5)
    tell_again.handler({}, Context("timed"))
    tell_again.handler({}, Context("timed"))
    texts = [message.text for message in sent if "vunnit" in message.text]
    assert len(texts) == 1
    assert "Ett tält" in texts[0]
    assert [event.kind for event in told] == ["thread.received", "thread.won"]


def test_what_is_withdrawn_or_refused_is_no_ticket(shop: Shop, time: Clock) -> None:
    draw()
    back, refused, stays = reviewers(shop, 3)
    back.till.refund("r")
    follow_up.handler(reversal(shop, back), Context("stream"))  # type: ignore[arg-type]
    refused.talk().step("refuse", text="Nej")
    time.set(APRIL)
    draw()
    assert tickets(shop) == [stays.seen()["ticket"]]
    assert draws(shop)[1]["winner"] == stays.seen()["ticket"]


def test_what_somebody_says_anew_is_no_second_ticket(shop: Shop, time: Clock) -> None:
    draw()
    (who,) = reviewers(shop, 1)
    first = who.seen()["ticket"]
    time.set(APRIL)
    draw()
    who.says(1, "skit")
    who.talk().step("publish")
    assert who.seen()["ticket"] == first
    time.set(datetime(2026, 5, 2, tzinfo=UTC))
    draw()
    assert tickets(shop, "2026-04") == []
    assert [one["winner"] for one in draws(shop)][1] is None


def test_who_has_left_has_no_ticket(shop: Shop, time: Clock) -> None:
    draw()
    (who,) = reviewers(shop, 1)
    assert shop.call("POST", f"/v1/members/{who.member}/leave", {}).status == 204
    time.set(APRIL)
    draw()
    assert (tickets(shop), draws(shop)[1]["winner"]) == ([], None)


def test_a_period_that_is_none_is_not_there(shop: Shop) -> None:
    path = "/v1/feedback/draws/2025-01/tickets"
    assert shop.call("GET", path, as_="storefront").code == "draw_not_found"
    assert shop.call("GET", "/v1/feedback/draws/x/tickets", as_="storefront").status == 422


def test_without_a_lottery_there_is_none(time: Clock) -> None:
    shop = a_shop(programme=a_club())
    (who,) = reviewers(shop, 1)
    assert draw()["done"] == 0
    assert (draws(shop), who.seen()["ticket"]) == ([], None)


def a_file(shop: Shop, folder: Path, **changes: Any) -> Path:
    path = folder / "draw.json"
    path.write_text(json.dumps({**draws(shop)[1], "tickets": tickets(shop), **changes}))
    return path


def test_the_command_finds_the_same_winner_and_sees_what_was_changed(
    shop: Shop, time: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw()
    reviewers(shop, 5)
    time.set(APRIL)
    draw()
    assert checking.main(["--file", str(a_file(shop, tmp_path))]) == 0
    assert capsys.readouterr().out == (f"5 tickets; the winner is {draws(shop)[1]['winner']}.\n")
    listed = tickets(shop)
    loser = next(one for one in listed if one != draws(shop)[1]["winner"])
    for change in ({"seed": "0" * 64}, {"tickets": listed[1:]}, {"winner": loser}):
        assert checking.main(["--file", str(a_file(shop, tmp_path, **change))]) == 1
    assert checking.main(["--file", str(a_file(shop, tmp_path, seed=None))]) == 2


def test_the_command_says_so_when_it_cannot_read_the_draw() -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        club = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SystemExit, match=f"{club} does not answer"):
            checking.main([club, "2026-03", "--key", "pk_none"])


def test_a_thread_is_never_found_from_a_ticket(shop: Shop, time: Clock) -> None:
    (who,) = reviewers(shop, 1)
    ticket, thread = who.seen()["ticket"], who.seen()["thread"]
    assert len(ticket) == 20
    assert (
        Talk(shop, who.member, "t" + ticket)
        .shop.call("GET", f"/v1/feedback/threads/t{ticket}", as_=who.member)
        .code
        == "thread_not_found"
    )
    assert ticket not in {sha256(thread.encode()).hexdigest()[:20], thread[1:]}
