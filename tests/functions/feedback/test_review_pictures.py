"""Pictures of reviews: while one is shown, everybody sees those that staff has let through."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from functions.feedback import look_again
from stamkund.local.invocation import Context
from stamkund.local.picture_folder import PictureFolder
from stamkund.local.queues import Queues
from stamkund.web import pictures
from tests.builders import Answer, Clock, Shop, a_shop
from tests.members import a_member
from tests.picturing import a_picture, files, got, sent
from tests.recorder import recorded
from tests.reviewing import Bought, a_club, bought, read, settle


@pytest.fixture
def shop(time: Clock, queues: Queues) -> Shop:
    return a_shop(programme=a_club())


def token(who: Bought, store: PictureFolder) -> str:
    return sent(who.shop, store, who.member, a_picture())


def pictured(who: Bought, store: PictureFolder, queues: Queues, count: int = 1, **said: Any) -> Any:
    """The pictures, as whoever wrote it is told of them."""
    answer = who.says(**said, pictures=[token(who, store) for _ in range(count)])
    assert answer.status < 300, answer.text
    queues.drain()
    return answer.json["pictures"]


def ids(shown: Any) -> list[str]:
    return [one["picture"] for one in shown]


def publish(who: Bought, *pictures: str) -> Answer:
    return who.talk().step("publish", pictures=list(pictures))


def public(shop: Shop) -> list[list[str]]:
    """Of each review its pictures, by ids."""
    return [ids(one["pictures"]) for one in read(shop)["reviews"]]


def waiting(shop: Shop) -> list[str]:
    found = shop.call("GET", "/v1/feedback/inbox", as_="staff").json["threads"]
    return [one["thread"] for one in found]


def test_a_picture_is_public_once_staff_has_let_it_through(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    who = bought(shop)
    (mine,) = pictured(who, store, queues)
    assert (mine["state"], mine["url"]) == ("waiting", None)
    assert (who.seen()["state"], public(shop)) == ("published", [[]])
    talk = who.talk()
    (theirs,) = talk.staff_sees()["events"][0]["pictures"]
    assert got(store, theirs["url"])[0] == 200
    assert waiting(shop) == [talk.id]
    assert publish(who, mine["picture"]).status == 201
    assert (waiting(shop), talk.state) == ([], "answered")
    (review,) = read(shop)["reviews"]
    assert got(store, review["pictures"][0]["url"])[:2] == (200, "image/jpeg")
    (seen,) = who.seen()["pictures"]
    assert (seen["state"], got(store, seen["url"])[0]) == ("shown", 200)
    (line,) = [one for one in talk.seen()["lines"] if one["what"] == "published"]
    assert ids(line["pictures"]) == [mine["picture"]]


def test_a_picture_that_is_let_through_is_not_shown_without_its_review(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    who = bought(shop)
    (one,) = ids(pictured(who, store, queues, text="skit"))
    assert (who.seen()["state"], public(shop)) == ("waiting", [])
    publish(who, one)
    assert public(shop) == [[one]]
    who.talk().step("refuse", text="No")
    assert public(shop) == []
    who.says(text="skit igen", pictures=[one])
    assert public(shop) == []


def test_staff_says_which_pictures_everybody_sees_and_the_others_go(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path, time: Clock
) -> None:
    who = bought(shop)
    _, second = ids(pictured(who, store, queues, 2))
    talk = who.talk()
    assert talk.step("publish").code == "pictures_undecided"
    assert talk.answers().code == "not_possible_now"
    assert publish(who, "p" + 32 * "0").code == "picture_not_found"
    many = {"reference": "m", "threads": [{"thread": talk.id, "version": 2}]}
    answer = shop.call(
        "POST", "/v1/feedback/steps", {**many, "step": {"do": "publish"}}, as_="staff"
    )
    assert answer.json["outcomes"][0]["problem"] == "pictures_undecided"
    assert publish(who, second).status == 201
    assert (public(shop), ids(who.seen()["pictures"])) == ([[second]], [second])
    time.advance(minutes=1)
    look_again.handler({}, Context("timed"))
    queues.drain()
    assert {Path(one).stem for one in files(tmp_path)} == {second}
    assert talk.step("publish").status == 201
    assert public(shop) == [[second]]


def test_what_nobody_has_looked_at_yet_or_is_no_picture_is_not_let_through(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    who = bought(shop)
    waits = who.says(pictures=[token(who, store)]).json["pictures"][0]["picture"]
    assert publish(who, waits).code == "not_possible_now"
    other = bought(shop)
    answer = other.says(pictures=[sent(shop, store, other.member, b"<script>")])
    queues.drain()
    (seen,) = other.seen()["pictures"]
    assert (seen["state"], seen["url"]) == ("refused", None)
    assert publish(other, answer.json["pictures"][0]["picture"]).code == "picture_not_found"
    assert publish(other).status == 201
    assert public(shop) == [[], []]


def test_who_says_it_anew_names_the_pictures_that_shall_stay(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path, time: Clock
) -> None:
    who = bought(shop)
    first, second = ids(pictured(who, store, queues, 2))
    publish(who, first, second)
    time.advance(days=2)
    kept = who.says(5, "Fortfarande bra.", pictures=[second])
    assert (kept.json["state"], public(shop), waiting(shop)) == ("published", [[second]], [])
    third = who.says(5, pictures=[second, token(who, store)]).json["pictures"][1]["picture"]
    assert public(shop) == [[second]]
    assert waiting(shop) == [who.talk().id]
    look_again.handler({}, Context("timed"))
    queues.drain()
    assert {Path(one).stem for one in files(tmp_path)} == {second, third}
    assert who.says(5, pictures=[first]).code == "picture_invalid"
    who.says(5, "Utan bild.")
    assert public(shop) == [[]]
    time.advance(minutes=1)
    look_again.handler({}, Context("timed"))
    queues.drain()
    assert files(tmp_path) == set()


def test_the_same_again_changes_nothing_also_when_the_names_have_run_out(
    shop: Shop, store: PictureFolder, queues: Queues, time: Clock
) -> None:
    who = bought(shop)
    name = token(who, store)
    assert who.says(pictures=[name, name]).status == 201
    time.advance(hours=13)
    again = who.says(pictures=[name])
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    other = bought(shop)
    assert other.says(pictures=[name]).code == "picture_invalid"
    assert other.says(pictures=ids(again.json["pictures"])).code == "picture_invalid"
    late = token(other, store)
    time.advance(hours=13)
    assert other.says(pictures=[late]).code == "picture_invalid"
    assert who.says(pictures=[name] * 4).status == 422


def test_what_comes_back_takes_its_pictures_along(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path, time: Clock
) -> None:
    who = bought(shop)
    (one,) = ids(pictured(who, store, queues))
    publish(who, one)
    who.till.refund("r")
    time.advance(days=46)
    settle()
    assert (who.seen()["state"], who.seen()["pictures"], public(shop)) == ("withdrawn", [], [])
    time.advance(minutes=1)
    look_again.handler({}, Context("timed"))
    queues.drain()
    assert files(tmp_path) == set()


def test_a_picture_that_staff_removes_is_gone_from_the_review(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path
) -> None:
    who = bought(shop)
    first, second = ids(pictured(who, store, queues, 2))
    publish(who, first, second)
    assert who.talk().step("remove", picture=first).status == 201
    assert (public(shop), ids(who.seen()["pictures"])) == ([[second]], [second])
    queues.drain()
    assert {Path(one).stem for one in files(tmp_path)} == {second}


def test_of_who_leaves_no_picture_is_left(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path
) -> None:
    who = bought(shop)
    first, _ = ids(pictured(who, store, queues, 2))
    publish(who, first)
    pictured(who, store, queues, text="Mer")
    export = shop.call("GET", f"/v1/members/{who.member}/export").json
    (thread,) = [one["data"] for one in export["records"] if one["kind"] == "thread"]
    assert thread["review"]["pictures"]
    assert files(tmp_path)
    assert shop.call("POST", f"/v1/members/{who.member}/leave", {}).status == 204
    assert (files(tmp_path), public(shop)) == (set(), [[]])


def test_what_is_taken_along_says_where_a_picture_is(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    who = bought(shop)
    (one,) = ids(pictured(who, store, queues))
    publish(who, one)
    export = shop.call("GET", f"/v1/members/{who.member}/export").json
    (thread,) = [one["data"] for one in export["records"] if one["kind"] == "thread"]
    (address,) = thread["said"][0]["pictures"]
    link = shop.call("GET", address, as_=who.member).json["url"]
    assert got(store, link)[0] == 200


def test_with_pictures_it_is_one_read_and_may_be_kept_for_a_minute(
    shop: Shop, store: PictureFolder, queues: Queues, tmp_path: Path, time: Clock
) -> None:
    for _ in range(3):
        who = bought(shop)
        publish(who, *ids(pictured(who, store, queues, 3)))
    links = count(1)

    class Bucket(PictureFolder):
        """Each link is another, as it says until when it is good."""

        def link(self, key: str) -> str:
            return f"https://{next(links)}"

    pictures.use(Bucket(tmp_path))
    path = "/v1/feedback/articles/shoe/reviews"
    first = shop.call("GET", path, as_="storefront")
    assert first.headers["cache-control"] == "public, max-age=60"
    mark = {"if-none-match": first.headers["etag"]}
    with recorded() as calls:
        again = shop.call("GET", path, as_="storefront", headers=mark)
    assert (calls.operations, again.status) == (["Query"], 304)
    time.advance(minutes=2)
    assert shop.call("GET", path, as_="storefront", headers=mark).status == 200


def test_writing_with_pictures_is_one_read_and_one_transaction(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    who = bought(shop)
    names = [token(who, store) for _ in range(3)]
    with recorded() as calls:
        assert who.says(pictures=names).status == 201
    assert calls.operations == ["TransactGetItems", "TransactWriteItems"]


def test_a_picture_in_a_message_about_a_review_is_not_for_everybody(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    who = bought(shop)
    who.says()
    talk = who.talk()
    body = {"reference": "m", "text": "Så här.", "pictures": [token(who, store)]}
    assert shop.call("POST", f"{talk.path}/messages", body, as_=who.member).status == 201
    queues.drain()
    talk.step("approve", event=3)
    (shown,) = talk.seen()["lines"][-1]["pictures"]
    assert (shown["state"], public(shop)) == ("shown", [[]])
    assert publish(who, shown["picture"]).code == "picture_not_found"
    assert talk.step("remove", picture=shown["picture"]).status == 201


def test_of_merged_memberships_the_picture_stays_with_the_review(
    shop: Shop, store: PictureFolder, queues: Queues
) -> None:
    who, survivor = bought(shop), a_member(shop)
    (one,) = ids(pictured(who, store, queues))
    publish(who, one)
    body = {"member": survivor, "merge": who.member}
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    assert public(shop) == [[one]]
