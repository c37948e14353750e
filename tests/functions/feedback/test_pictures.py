"""Pictures come along with what is said, and are shown once somebody has looked at them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from functions.feedback import look_again
from stamkund.local.invocation import Context
from stamkund.local.picture_folder import PictureFolder
from stamkund.local.queues import Queues
from stamkund.rules.pictures import LARGEST
from stamkund.tables import threads
from stamkund.web import pictures, queue
from tests.builders import Clock, Shop, a_programme, a_shop
from tests.members import a_member
from tests.picturing import a_picture, a_queue, begun, files, got, put, sent
from tests.talking import RULES, Talk, open_, opened


@pytest.fixture
def shop(time: Clock, queues: Queues) -> Shop:
    return a_shop(programme=a_programme(feedback=RULES))


def a_talk(shop: Shop, store: PictureFolder, content: bytes, type: str = "image/jpeg") -> Talk:
    member = a_member(shop, email="jonas@example.com")
    return opened(shop, member, pictures=[sent(shop, store, member, content, type)])


def mine(talk: Talk, line: int = 0) -> list[Any]:
    shown: list[Any] = talk.seen()["lines"][line]["pictures"]
    return shown


def theirs(talk: Talk, event: int = 0) -> list[Any]:
    shown: list[Any] = talk.staff_sees()["events"][event]["pictures"]
    return shown


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_seen_by_staff_and_by_who_sent_it_once_it_is_approved(
    shop: Shop, store: PictureFolder, queues: Queues, form: str
) -> None:
    type = f"image/{form.lower()}"
    talk = a_talk(shop, store, a_picture(form), type)
    assert [one["state"] for one in mine(talk) + theirs(talk)] == ["waiting", "waiting"]
    queues.drain()
    (staff,) = theirs(talk)
    assert (staff["state"], got(store, staff["url"])[:2]) == ("shown", (200, type))
    path = f"{talk.path}/pictures/{staff['picture']}"
    assert [(one["state"], one["url"]) for one in mine(talk)] == [("waiting", None)]
    assert shop.call("GET", path, as_=talk.member).code == "picture_not_found"
    assert talk.step("approve", event=1).status == 201
    (shown,) = mine(talk)
    assert shown["state"] == "shown"
    assert got(store, shown["url"])[0] == 200
    read = shop.call("GET", path, as_=talk.member)
    assert got(store, read.json["url"])[0] == 200
    assert read.headers["cache-control"] == "no-store"


def test_where_it_was_taken_is_not_in_what_is_kept(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path
) -> None:
    talk = a_talk(shop, store, a_picture(comment=b"at home"))
    queues.drain()
    _, _, content = got(store, theirs(talk)[0]["url"])
    assert b"at home" not in content
    assert not [name for name in files(tmp_path) if name.startswith("incoming")]


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (a_picture() + b"PK\x03\x04", "image/jpeg"),
        (a_picture("PNG"), "image/jpeg"),
        (b"<script>alert(1)</script>", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/webp"),
    ],
    ids=["polyglot", "another kind", "a script", "a drawing"],
)
def test_what_is_no_picture_is_shown_to_nobody_and_kept_nowhere(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path, content: bytes, type: str
) -> None:
    talk = a_talk(shop, store, content, type)
    queues.drain()
    talk.step("approve", event=1)
    for (shown,) in (mine(talk), theirs(talk)):
        assert (shown["state"], shown["url"]) == ("refused", None)
    assert files(tmp_path) == set()


def test_a_form_takes_one_picture_of_its_kind_and_no_larger(
    shop: Shop, store: PictureFolder
) -> None:
    fields = begun(shop, a_member(shop))["upload"]["fields"]
    assert put(store, fields, a_picture()) == 204
    assert put(store, {**fields, "Content-Type": "text/html"}, b"<p>") == 403
    assert put(store, {**fields, "key": "kept/other/p1"}, a_picture()) == 403
    assert put(store, {**fields, "policy": fields["policy"][:-1]}, a_picture()) == 403
    assert put(store, fields, b"x" * (LARGEST + 1)) == 400
    assert put(store, fields, b"x" * (LARGEST + 20_000)) == 400
    assert put(store, fields, b"") == 400


def test_what_was_never_said_is_not_approved(shop: Shop) -> None:
    talk = opened(shop, a_member(shop))
    answer = talk.step("approve", event=2)
    assert (answer.status, answer.code) == (422, "invalid_field")
    assert answer.json["field"] == "step.event"
    assert len(talk.staff_sees()["events"]) == 1


def test_what_was_approved_stays_what_it_is(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    """By the same form another picture is put there, and named once more."""
    member = a_member(shop)
    one = begun(shop, member)
    put(store, one["upload"]["fields"], a_picture())
    talk = opened(shop, member, pictures=[one["picture"]])
    queues.drain()
    talk.step("approve", event=1)
    _, _, before = got(store, mine(talk)[0]["url"])
    put(store, one["upload"]["fields"], a_picture(quality=5))
    body = {"reference": "m", "text": "Again", "pictures": [one["picture"]]}
    shop.call("POST", f"{talk.path}/messages", body, as_=member)
    open_(shop, member, pictures=[one["picture"]])
    queues.drain()
    assert got(store, mine(talk)[0]["url"])[2] == before


@pytest.mark.parametrize("type", ["image/gif", "image/svg+xml", "text/html", ""])
def test_other_kinds_are_not_even_begun(shop: Shop, type: str) -> None:
    answer = shop.call(
        "POST", "/v1/feedback/pictures", {"reference": "r", "type": type}, as_=a_member(shop)
    )
    assert (answer.status, answer.code) == (422, "invalid_field")


def test_nobody_names_somebody_elses_picture(shop: Shop, store: PictureFolder) -> None:
    one, other = a_member(shop), a_member(shop)
    token = sent(shop, store, one, a_picture())
    assert open_(shop, other, pictures=[token]).code == "picture_invalid"
    assert open_(shop, one, pictures=[f"{token}x"]).code == "picture_invalid"
    assert open_(shop, "staff", member=one, pictures=[token]).status == 201


def test_a_picture_has_to_be_named_within_hours(
    shop: Shop, store: PictureFolder, time: Clock
) -> None:
    member = a_member(shop)
    token = sent(shop, store, member, a_picture())
    time.advance(hours=13)
    assert open_(shop, member, pictures=[token]).code == "picture_invalid"


def test_a_guest_sends_pictures_too(shop: Shop, store: PictureFolder, queues: Queues) -> None:
    made = {"order": "web:1", "email": "guest@example.com"}
    link = shop.call("POST", "/v1/feedback/guest-links", made).json["link"]
    one = begun(shop, "storefront", link=link)
    put(store, one["upload"]["fields"], a_picture())
    thread = open_(shop, "storefront", link=link, pictures=[one["picture"]]).json["thread"]
    queues.drain()
    talk = Talk(shop, "", thread)
    talk.step("approve", event=1)
    read = shop.call("POST", "/v1/feedback/guest-threads", {"link": link}, as_="storefront").json
    (shown,) = read["threads"][0]["lines"][0]["pictures"]
    assert got(store, shown["url"])[0] == 200


def an_answer(shop: Shop, talk: Talk, store: PictureFolder, content: bytes) -> Any:
    token = sent(shop, store, "staff", content)
    return talk.step("answer", text="Like this.", pictures=[token], reference="desk")


def test_staff_answers_with_a_picture_which_nobody_has_to_approve(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    talk = opened(shop, a_member(shop))
    assert an_answer(shop, talk, store, a_picture(comment=b"in the office")).status == 201
    assert [one["state"] for one in mine(talk, 1) + theirs(talk, 1)] == ["waiting", "waiting"]
    queues.drain()
    (shown,) = mine(talk, 1)
    status, _, content = got(store, shown["url"])
    assert (status, b"in the office" in content) == (200, False)
    path = f"{talk.path}/pictures/{shown['picture']}"
    assert shop.call("GET", path, as_=talk.member).status == 200


def test_what_staff_sends_is_looked_at_as_well(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path
) -> None:
    talk = opened(shop, a_member(shop))
    an_answer(shop, talk, store, a_picture() + b"PK")
    queues.drain()
    assert (mine(talk, 1)[0]["state"], files(tmp_path)) == ("refused", set())


def test_a_picture_of_staff_comes_once_to_one_thread_and_from_its_own_key(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    one, other = opened(shop, a_member(shop)), opened(shop, a_member(shop))
    token = sent(shop, store, "staff", a_picture())
    for status in (201, 200):
        again = one.step("answer", text="So.", pictures=[token], reference="r", version=1)
        assert again.status == status
    without = one.step("answer", text="So.", reference="r", version=1)
    assert without.code == "reference_mismatch"
    queues.drain()
    assert other.step("answer", text="So.", pictures=[token]).status == 201
    queues.drain()
    assert (mine(one, 1)[0]["state"], mine(other, 1)[0]["state"]) == ("shown", "refused")
    theirs_ = sent(shop, store, one.member, a_picture())
    assert one.step("answer", text="So.", pictures=[theirs_]).code == "picture_invalid"
    which = [{"thread": one.id, "version": 2}]
    step = {"do": "answer", "text": "So.", "pictures": [token]}
    body = {"reference": "many", "threads": which, "step": step}
    assert shop.call("POST", "/v1/feedback/steps", body, as_="staff").code == "invalid_field"


def test_staff_removes_a_picture_with_its_file_and_the_history_says_who(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path
) -> None:
    talk = a_talk(shop, store, a_picture())
    queues.drain()
    talk.step("approve", event=1)
    picture = mine(talk)[0]["picture"]
    assert files(tmp_path) == {
        f"kept/{shop.id}/{talk.id}/{picture}",
        f"kept/{shop.id}/{talk.id}/{picture}.type",
    }
    state = talk.state
    removed = talk.step("remove", picture=picture)
    assert (removed.status, removed.json["state"]) == (201, state)
    assert [one["state"] for one in mine(talk) + theirs(talk)] == ["refused", "refused"]
    queues.drain()
    assert files(tmp_path) == set()
    last = talk.staff_sees()["events"][-1]
    assert (last["what"], last["by"]) == ("removed", removed.json["last_by"])
    assert last["at"] == removed.json["last_at"]
    assert [one["picture"] for one in last["pictures"]] == [picture]
    assert talk.seen()["lines"][-1]["what"] == "removed"
    assert talk.step("remove", picture=picture).code == "picture_not_found"
    path = f"{talk.path}/pictures/{picture}"
    assert shop.call("GET", path, as_=talk.member).code == "picture_not_found"


def test_one_that_is_removed_before_anybody_has_looked_is_never_kept(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path
) -> None:
    talk = a_talk(shop, store, a_picture())
    talk.step("remove", picture=theirs(talk)[0]["picture"])
    queues.drain()
    assert files(tmp_path) == set()


def test_one_that_is_removed_goes_also_when_the_queue_has_lost_it(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path, time: Clock
) -> None:
    talk = a_talk(shop, store, a_picture())
    queues.drain()
    lost = queues
    again = a_queue()
    queue.use(lost.put)
    talk.step("remove", picture=theirs(talk)[0]["picture"])
    queue.use(again.put)
    time.advance(minutes=1)
    assert look_again.handler({}, Context("timed"))["sent"] == 1
    again.drain()
    assert files(tmp_path) == set()
    assert look_again.handler({}, Context("timed"))["sent"] == 0


def test_pictures_come_with_a_message_and_once(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    member = a_member(shop)
    talk = opened(shop, member)
    tokens = [sent(shop, store, member, a_picture()) for _ in range(2)]
    body = {"reference": "m", "text": "Look", "pictures": [*tokens, tokens[0]]}
    path = f"{talk.path}/messages"
    assert shop.call("POST", path, body, as_=member).status == 201
    assert shop.call("POST", path, body, as_=member).status == 200
    assert shop.call("POST", path, {**body, "pictures": []}, as_=member).code == (
        "reference_mismatch"
    )
    queues.drain()
    assert [one["state"] for one in theirs(talk, 1)] == ["shown", "shown"]
    assert shop.call("POST", path, {**body, "pictures": tokens * 3}, as_=member).status == 422


def test_one_that_never_came_is_refused(shop: Shop, queues: Queues, store: PictureFolder) -> None:
    member = a_member(shop)
    talk = opened(shop, member, pictures=[begun(shop, member)["picture"]])
    queues.drain()
    assert theirs(talk)[0]["state"] == "refused"


def test_what_the_queue_has_lost_is_looked_at_by_the_time(
    shop: Shop, store: PictureFolder, time: Clock
) -> None:
    talk = a_talk(shop, store, a_picture())
    again = a_queue()
    assert look_again.handler({}, Context("timed")) == {"sent": 0, "left": 0, "failed": 0}
    time.advance(minutes=6)
    assert look_again.handler({}, Context("timed")) == {"sent": 1, "left": 0, "failed": 0}
    again.drain()
    assert theirs(talk)[0]["state"] == "shown"
    time.advance(minutes=6)
    assert look_again.handler({}, Context("timed")) == {"sent": 0, "left": 0, "failed": 0}


def test_pictures_go_with_who_leaves_and_are_named_in_what_they_take_along(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path
) -> None:
    talk = a_talk(shop, store, a_picture())
    queues.drain()
    talk.step("approve", event=1)
    export = shop.call("GET", f"/v1/members/{talk.member}/export").json
    (thread,) = [one["data"] for one in export["records"] if one["kind"] == "thread"]
    (address,) = thread["said"][0]["pictures"]
    assert shop.call("GET", address, as_=talk.member).status == 200
    assert files(tmp_path)
    assert shop.call("POST", f"/v1/members/{talk.member}/leave", {}).status == 204
    assert files(tmp_path) == set()
    assert theirs(talk)[0]["state"] == "refused"


@pytest.mark.parametrize("what", ["left", "removed", "looked at"])
def test_what_happens_while_it_is_looked_at_decides(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path, what: str
) -> None:
    talk = a_talk(shop, store, a_picture())
    picture = theirs(talk)[0]["picture"]
    meanwhile: dict[str, Callable[[], object]] = {
        "left": lambda: threads.forget_picture(shop.id, talk.id, picture),
        "removed": lambda: talk.step("remove", picture=picture),
        "looked at": lambda: threads.looked_at(shop.id, talk.id, picture, "kept"),
    }

    class Late(PictureFolder):
        def read(self, key: str) -> bytes | None:
            content = super().read(key)
            meanwhile[what]()
            return content

    pictures.use(Late(tmp_path))
    queues.drain()
    assert (files(tmp_path) == set()) == (what != "looked at")
