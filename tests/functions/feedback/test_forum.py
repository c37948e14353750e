"""The forum: who may say what there, what everybody reads, and what it says of itself."""

import pytest
from msgspec.structs import replace

from functions.feedback import tell_people
from stamkund.local.invocation import Context
from stamkund.rules.ambassadors import MERIT
from stamkund.rules.programme import AmbassadorLevel, Ambassadors, ClawBack, PointRules, Rate, Text
from stamkund.rules.programme_file import MyPages, Purpose
from stamkund.rules.referral_rules import Referrals
from stamkund.tables import keys
from stamkund.tables.accounts import ACCOUNT, AccountItem
from stamkund.web import messages
from stamkund.web.messages import Message
from tests import dump
from tests.builders import Clock, Shop, a_shop
from tests.builders import a_member as known_for_long
from tests.discussing import (
    FORUM,
    TOPICS,
    a_forum,
    ask,
    asked,
    counted,
    read,
    recounted,
    report,
    reward,
    thank,
)
from tests.members import a_member
from tests.my_pages import give, withdraw
from tests.reliability.till import Till
from tests.talking import Talk, a_record

AMBASSADORS = Referrals(
    ambassadors=Ambassadors([AmbassadorLevel("friend", {"sv": "Vän", "en": "Friend"}, 1)])
)
GUESSED = "t" + "0" * 20


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_forum())


def bonus(shop: Shop, member: str) -> int:
    return sum(one.points for one in Till(shop, member).entries if one.kind == "bonus")


def test_a_topic_and_its_answers_are_one_page(shop: Shop) -> None:
    anna, bertil = a_member(shop), a_member(shop)
    topic = asked(shop, anna, "Vilken storlek?", text="Jag har 42.\nOch du?", name="Löparen")
    answer = topic.answered(bertil, "Ta 43.", name="Skomakaren")
    by_shop = topic.answered("staff", "Mät foten först.")
    found = topic.read()
    assert {**found["topic"], "opened_at": None, "last_at": None} == {
        "topic": topic.id,
        "title": "Vilken storlek?",
        "text": "Jag har 42. Och du?",
        "by": "member",
        "name": "Löparen",
        "ambassador": False,
        "language": "sv",
        "opened_at": None,
        "last_at": None,
        "answers": 2,
        "thanks": 0,
        "accepted": None,
        "gone": False,
    }
    said = {one["post"]: (one["by"], one["name"], one["text"]) for one in found["posts"]}
    assert said == {
        topic.id: ("member", "Löparen", "Jag har 42.\nOch du?"),
        answer: ("member", "Skomakaren", "Ta 43."),
        by_shop: ("shop", a_forum().name, "Mät foten först."),
    }
    assert found["posts"][0]["post"] == topic.id
    assert (found["previous"], found["next"]) == (None, None)


def test_without_a_section_there_is_no_forum(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    assert ask(shop, member).code == "forum_closed"
    assert shop.call("GET", TOPICS, as_="storefront").code == "forum_closed"
    for path in (f"{TOPICS}/{GUESSED}", f"{TOPICS}/{GUESSED}/mine"):
        as_ = member if path.endswith("mine") else "storefront"
        assert shop.call("GET", path, as_=as_).code == "forum_closed"
    assert thank(shop, GUESSED, member).code == "forum_closed"
    assert report(shop, GUESSED, member).code == "forum_closed"


def test_nobody_writes_without_a_name_of_their_own_choice(shop: Shop) -> None:
    member = a_member(shop)
    for nothing, code in (("", "missing"), (" ", "missing"), ("\u200b", "invalid")):
        assert ask(shop, member, name=nothing).code == f"{code}_field"
    assert ask(shop, member, name=a_forum().name.upper()).code == "invalid_field"
    first = asked(shop, member, name="Uven")
    assert first.read()["topic"]["name"] == "Uven"
    assert asked(shop, member, name="").read()["topic"]["name"] == "Uven"
    assert asked(shop, member, name="Berguven").read()["topic"]["name"] == "Berguven"
    assert asked(shop, member, name="").read()["topic"]["name"] == "Berguven"
    assert first.read()["topic"]["name"] == "Uven"
    mine = shop.call("GET", f"{first.path}/mine", as_=member)
    assert mine.json == {"name": "Berguven", "asked": True, "thanked": []}
    assert mine.headers["cache-control"] == "no-store"


def test_the_same_again_is_there_already_and_something_else_is_refused(shop: Shop) -> None:
    member = a_member(shop)
    topic = asked(shop, member, reference="r1", text="Hej")
    again = ask(shop, member, reference="r1", text="Hej")
    assert (again.status, again.json["post"]) == (200, topic.id)
    assert again.headers["idempotent-replayed"] == "true"
    assert ask(shop, member, reference="r1", text="Hopp").code == "reference_mismatch"
    assert topic.answer(member, "Hej", reference="r1").code == "reference_mismatch"
    answer = topic.answered(member, "Hej", reference="r2")
    assert topic.talk().step("refuse", text="Nej").status == 201
    again = topic.answer(member, "Hej", reference="r2")
    assert (again.status, again.json["post"]) == (200, answer)


def test_where_there_is_no_topic_nobody_answers(shop: Shop) -> None:
    member = a_member(shop)
    topic = asked(shop, member)
    topic.id = GUESSED
    assert topic.answer(member).code == "topic_not_found"
    assert thank(shop, GUESSED, member).code == "post_not_found"
    assert shop.call("GET", topic.path, as_="storefront").code == "topic_not_found"


# What waits for somebody to look at it


@pytest.mark.parametrize(
    ("text", "language", "state"),
    [
        ("Vilken SKITsko", "sv", "waiting"),
        ("Ski\u200bt", "sv", "waiting"),
        ("Vilken skitsko", "en", "published"),
        ("What rubbish", "en", "waiting"),
        ("Se www.example.com/x", "sv", "published"),
        ("<script>alert(1)</script>", "sv", "published"),
    ],
)
def test_words_of_the_list_wait_for_staff(shop: Shop, text: str, language: str, state: str) -> None:
    answer = ask(shop, known_for_long(shop), text=text, language=language)
    assert answer.json["state"] == state
    listed = [one["text"] for one in read(shop)["topics"]]
    assert listed == ([text] if state == "published" else [])


def test_links_of_who_is_new_wait_for_staff(shop: Shop) -> None:
    topic = asked(shop, a_member(shop), text="Se https://example.com/a")
    assert read(shop)["topics"] == []
    seen = topic.talk().staff_sees()["events"][0]
    assert seen["text"].endswith("\n\nSe [link to example com]")
    assert seen["detail"] == "topic link"
    assert topic.talk().step("publish").status == 201
    assert read(shop)["topics"][0]["text"] == "Se https://example.com/a"


def test_who_writes_for_the_first_time_waits_for_some_days(time: Clock) -> None:
    shop = a_shop(programme=a_forum(replace(FORUM, hold_days=7)))
    member = a_member(shop)
    first = ask(shop, member)
    assert first.json["state"] == "waiting"
    time.advance(days=6)
    assert ask(shop, member).json["state"] == "waiting"
    time.advance(days=1)
    assert ask(shop, member).json["state"] == "published"
    waiting = shop.call("GET", "/v1/feedback/inbox?kind=forum", as_="staff").json["threads"]
    assert [one["state"] for one in waiting] == ["answered", "received", "received"]
    detail = shop.call("GET", f"/v1/feedback/inbox/{first.json['post']}", as_="staff").json
    assert detail["events"][0]["detail"] == "topic newcomer"


def test_what_waits_cannot_be_answered_away_and_who_is_refused_reads_why(shop: Shop) -> None:
    member = a_member(shop)
    topic = asked(shop, member, text="skit")
    talk = topic.talk()
    assert talk.answers("Tack!").code == "not_possible_now"
    assert talk.step("refuse").code == "missing_field"
    assert talk.step("refuse", text="Skriv gärna vad som är fel.").status == 201
    assert talk.seen()["lines"][-1]["text"] == "Skriv gärna vad som är fel."
    assert talk.step("publish").status == 201
    assert [one["topic"] for one in read(shop)["topics"]] == [topic.id]
    assert talk.answers("Tack!").status == 201


def test_an_answer_that_is_hidden_leaves_its_place_and_its_thanks(shop: Shop) -> None:
    anna, bertil = a_member(shop), a_member(shop)
    topic = asked(shop, anna)
    answer = topic.answered(bertil, "Talgoxe")
    assert thank(shop, answer, anna).status == 201
    assert topic.accept(answer).json["accepted"] == answer
    talk = topic.talk(answer, by=bertil)
    assert talk.step("refuse", text="Det hör inte hit.").status == 201
    found = topic.read()
    assert (found["topic"]["answers"], found["topic"]["accepted"]) == (0, None)
    hidden = found["posts"][1]
    assert (hidden["gone"], hidden["text"], hidden["name"], hidden["thanks"]) == (True, "", "", 1)
    assert thank(shop, answer, a_member(shop)).code == "post_not_found"
    assert thank(shop, answer, anna).status == 200
    assert topic.accept(answer).code == "post_not_found"
    assert talk.step("publish").status == 201
    found = topic.read()
    assert (found["topic"]["answers"], found["posts"][1]["text"]) == (1, "Talgoxe")
    assert counted(shop, topic.id) == recounted(shop, topic.id)


def test_a_topic_that_is_hidden_is_nowhere(shop: Shop) -> None:
    anna, bertil = a_member(shop), a_member(shop)
    topic = asked(shop, anna)
    for _ in range(3):
        topic.answered(bertil)
    cursor = topic.read("?limit=2")["next"]
    assert topic.talk().step("refuse", text="Nej").status == 201
    assert [read(shop, f"?order={by}")["topics"] for by in ("newest", "most_thanked")] == [[], []]
    for query in ("", f"?limit=2&cursor={cursor}"):
        answer = shop.call("GET", topic.path + query, as_="storefront")
        assert answer.code == "topic_not_found"
    assert topic.answer(bertil).code == "topic_not_found"
    assert topic.talk().step("publish").status == 201
    assert topic.read()["topic"]["answers"] == 3
    assert len(read(shop, "?order=most_thanked")["topics"]) == 1


# Thanks, reports, the answer that is chosen


def test_thanks_count_once_for_each_member_and_not_for_oneself(shop: Shop) -> None:
    anna, bertil, cecilia = (a_member(shop) for _ in range(3))
    topic = asked(shop, anna)
    answer = topic.answered(bertil)
    assert [thank(shop, answer, anna).status for _ in range(3)] == [201, 200, 200]
    assert thank(shop, answer, cecilia).status == 201
    assert thank(shop, topic.id, cecilia).status == 201
    assert thank(shop, answer, bertil).code == "own_post"
    assert counted(shop, topic.id) == recounted(shop, topic.id)
    assert counted(shop, topic.id)["each"] == {answer: 2, topic.id: 1}
    mine = shop.call("GET", f"{topic.path}/mine", as_=cecilia).json
    assert sorted(mine["thanked"]) == sorted([answer, topic.id])


def test_what_many_have_reported_is_hidden_until_staff_has_looked(shop: Shop) -> None:
    anna, bertil = a_member(shop), a_member(shop)
    topic = asked(shop, anna)
    answer = topic.answered(bertil, "Talgoxe")
    others = [a_member(shop) for _ in range(4)]
    assert report(shop, answer, bertil).code == "own_post"
    assert report(shop, answer, others[0]).status == 201
    assert report(shop, answer, others[0], "other").status == 200
    assert report(shop, answer, others[1], "offensive").status == 201
    assert topic.read()["posts"][1]["gone"] is False
    queue = shop.call("GET", "/v1/feedback/inbox", as_="staff").json["threads"]
    assert [(one["thread"], one["kind"], one["last"]) for one in queue] == [
        (answer, "forum", "reported")
    ]
    assert report(shop, answer, others[2]).status == 201
    assert (topic.read()["posts"][1]["gone"], topic.read()["topic"]["answers"]) == (True, 0)
    assert report(shop, answer, others[2]).status == 200
    assert report(shop, answer, others[3]).code == "post_not_found"
    talk = topic.talk(answer, by=bertil)
    assert "reported" not in str(talk.seen()["lines"])
    assert talk.step("publish").status == 201
    assert report(shop, answer, others[3]).status == 201
    assert topic.read()["posts"][1]["text"] == "Talgoxe"


def test_who_asked_chooses_one_answer_and_the_first_is_rewarded_once(shop: Shop) -> None:
    anna, bertil, cecilia = (a_member(shop) for _ in range(3))
    topic = asked(shop, anna)
    own, first, second = (topic.answered(by) for by in (anna, bertil, cecilia))
    assert topic.accept(first, by=bertil).code == "not_yours"
    assert topic.accept(first, by="staff").code == "not_yours"
    assert topic.accept(asked(shop, anna).id).code == "post_not_found"
    assert topic.accept(own).json["accepted"] == own
    assert topic.accept(first).json["accepted"] == first
    assert topic.accept(second).status == topic.accept(second).status == 200
    chosen = [one["post"] for one in topic.read()["posts"] if one["accepted"]]
    assert chosen == [second]
    assert reward()["failed"] == 0
    assert topic.accept(None).json["accepted"] is None
    assert topic.accept(second).status == 200
    assert reward()["rewarded"] == 0
    assert [bonus(shop, one) for one in (anna, bertil, cecilia)] == [0, 30, 0]


def chosen(shop: Shop, by: str) -> Talk:
    topic = asked(shop, a_member(shop))
    answer = topic.answered(by)
    assert topic.accept(answer).status == 200
    return topic.talk(answer, by)


def refuse(talk: Talk) -> None:
    assert talk.step("refuse", text="Nej").status == 201


def test_points_of_an_answer_that_staff_takes_away_go_back_once(shop: Shop) -> None:
    bertil = a_member(shop)
    talk = chosen(shop, bertil)
    reward()
    for _ in range(2):
        refuse(talk)
        assert reward()["failed"] == 0
        assert (bonus(shop, bertil), Till(shop, bertil).account.lots) == (30, {})
        assert talk.step("publish").status == 201
        assert reward() == {"rewarded": 0, "failed": 0}
    taken = [one for one in Till(shop, bertil).entries if one.kind == "reverse"]
    assert [(one.points, one.reason) for one in taken] == [(-30, "answer")]
    assert taken[0].reverses in {one.id for one in Till(shop, bertil).entries}


@pytest.mark.parametrize(("policy", "debt"), [("within_balance", 0), ("debt", 30)])
def test_points_that_were_spent_are_taken_back_as_the_programme_says(
    time: Clock, policy: ClawBack, debt: int
) -> None:
    points = PointRules(earn=Rate(1, 100), pending_days=0, claw_back=policy)
    shop = a_shop(programme=a_forum(points=points))
    bertil = a_member(shop)
    talk = chosen(shop, bertil)
    reward()
    AccountItem(keys.of(shop.id, bertil), ACCOUNT).update([AccountItem.lots.set({})])
    refuse(talk)
    assert reward()["failed"] == 0
    assert Till(shop, bertil).account.debt == debt


def test_what_is_refused_before_it_is_paid_is_not_paid(shop: Shop) -> None:
    bertil = a_member(shop)
    refuse(chosen(shop, bertil))
    assert reward()["failed"] == 0
    assert bonus(shop, bertil) == 0


def test_what_members_report_keeps_its_points_until_staff_has_looked(shop: Shop) -> None:
    bertil = a_member(shop)
    talk = chosen(shop, bertil)
    reward()
    for _ in range(3):
        assert report(shop, talk.id, a_member(shop)).status == 201
    reward()
    assert Till(shop, bertil).points()["available"] == 30


def test_who_has_become_somebody_else_or_left_meanwhile_has_it_taken_from_who_they_are(
    shop: Shop,
) -> None:
    gone, stays, left = (a_member(shop) for _ in range(3))
    talks = [chosen(shop, gone), chosen(shop, left)]
    reward()
    merge(shop, stays, gone)
    assert shop.call("POST", f"/v1/members/{left}/leave", {}).status == 204
    for talk in talks:
        refuse(talk)
    assert reward() == {"rewarded": 2, "failed": 0}
    assert reward()["rewarded"] == 0
    assert Till(shop, stays).points()["available"] == 0


# Told of


NAME: Text = {"sv": "Svar", "en": "Answers"}
PURPOSES = MyPages(purposes=[Purpose("forum", NAME, NAME, "1")], forum="forum")


def who_wants_to_hear(shop: Shop, email: str, *, consents: bool = True) -> str:
    member = a_member(shop, email=email, language="fi")
    if consents:
        assert give(shop, member, "forum").status == 200
    return member


def told(*posts: str, shop: Shop) -> list[Message]:
    sent: list[Message] = []
    messages.use(sent.append)
    for post in posts:
        for n in (1, 2, 1):  # a stream may tell of it again
            event = {"Records": [a_record(shop, post, n)]}
            tell_people.handler(event, Context("stream"))  # type: ignore[arg-type]
    return sent


def test_who_asked_is_told_of_each_answer_once_and_only_if_they_want_to(time: Clock) -> None:
    shop = a_shop(programme=a_forum(my_pages=PURPOSES))
    anna, other = who_wants_to_hear(shop, "anna@example.com"), a_member(shop)
    quiet = who_wants_to_hear(shop, "quiet@example.com", consents=False)
    topics = [asked(shop, by) for by in (anna, quiet, "staff")]
    posts = [topic.answered(by) for topic in topics for by in (other, anna)]
    sent = told(*posts, *[topic.id for topic in topics], shop=shop)
    assert [(one.to, one.id) for one in sent] == [("anna@example.com", f"{shop.id}.{posts[0]}.1")]
    assert sent[0].text.startswith("Joku on vastannut aiheeseesi")
    assert f"#topic={topics[0].id}" in sent[0].text
    assert "Ta den större." not in sent[0].text
    withdraw(shop, anna, "forum")
    assert told(topics[0].answered(other), shop=shop) == []


def test_of_what_waits_who_asked_is_told_once_it_is_shown(time: Clock) -> None:
    shop = a_shop(programme=a_forum(my_pages=PURPOSES))
    anna, other = who_wants_to_hear(shop, "anna@example.com"), a_member(shop)
    topic = asked(shop, anna)
    held, hidden = topic.answered(other, "skit"), topic.answered(other)
    assert told(held, shop=shop) == []
    for _ in range(2):
        assert topic.talk(held, other).step("publish").status == 201
        refuse(topic.talk(held, other))
    assert topic.talk(held, other).step("publish").status == 201
    refuse(topic.talk(hidden, other))
    assert [one.to for one in told(held, hidden, shop=shop)] == ["anna@example.com"]


def test_who_has_become_somebody_else_is_told_as_who_they_are(time: Clock) -> None:
    shop = a_shop(programme=a_forum(my_pages=PURPOSES))
    gone, stays = who_wants_to_hear(shop, "gone@example.com"), a_member(shop)
    answer = asked(shop, gone).answered(a_member(shop))
    merge(shop, stays, gone)
    assert [one.to for one in told(answer, shop=shop)] == ["gone@example.com"]


def test_staff_chooses_where_the_shop_has_asked(shop: Shop) -> None:
    anna = a_member(shop)
    topic = asked(shop, "staff", "Vad saknar ni?")
    answer = topic.answered(anna)
    assert topic.accept(answer, by=anna).code == "not_yours"
    assert topic.accept(answer, by="staff").status == 200
    reward()
    assert bonus(shop, anna) == 30


def test_thanks_are_merit_once_for_each_answer_and_ambassadors_are_marked(time: Clock) -> None:
    shop = a_shop(programme=a_forum(referrals=AMBASSADORS))
    anna, bertil, cecilia = (a_member(shop) for _ in range(3))
    topic = asked(shop, anna)
    answer = topic.answered(bertil)
    thank(shop, topic.id, bertil)
    for other in (anna, cecilia):
        thank(shop, answer, other)
        reward()
    assert Till(shop, bertil).account.used.get(MERIT) == 1
    assert MERIT not in Till(shop, anna).account.used
    time.advance(minutes=1)
    topic.answered(bertil)
    assert [one["ambassador"] for one in topic.read()["posts"]] == [False, False, True]


# How much one may


@pytest.mark.parametrize("what", ["topics", "answers", "thanks", "reports"])
def test_nobody_does_more_of_it_in_a_day_than_the_programme_lets_them(
    time: Clock, what: str
) -> None:
    shop = a_shop(programme=a_forum(replace(FORUM, **{f"{what}_a_day": 2})))
    member, other = a_member(shop), a_member(shop)
    ours = [asked(shop, "staff") for _ in range(3)]
    acts = {
        "topics": lambda n: ask(shop, member),
        "answers": lambda n: ours[0].answer(member),
        "thanks": lambda n: thank(shop, ours[n].id, member),
        "reports": lambda n: report(shop, ours[n].id, member),
    }
    answers = [acts[what](n) for n in range(3)]
    assert [one.status for one in answers] == [201, 201, 429]
    assert answers[2].code == "too_many_attempts"
    assert int(answers[2].headers["retry-after"]) > 0
    assert ask(shop, other).status == 201
    time.advance(days=1)
    assert acts[what](2).status == 201


def test_what_is_no_text_is_refused(shop: Shop) -> None:
    member = a_member(shop)
    for field, bad in (("text", "x" * 10_000), ("title", "x" * 200), ("name", "x" * 41)):
        assert ask(shop, member, **{field: bad}).status == 422
    for field in ("text", "title", "name"):
        assert ask(shop, member, **{field: "\u202etxt.exe"}).code == "invalid_field"
    assert ask(shop, member, "En rad\ntill").status == 422
    assert read(shop)["topics"] == []


# Lists and pages


def titles(page: dict[str, object]) -> list[str]:
    return [one["title"] for one in page["topics"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("order", ["newest", "most_thanked"])
def test_lists_are_paged_both_ways(shop: Shop, time: Clock, order: str) -> None:
    anna, others = a_member(shop), [a_member(shop) for _ in range(2)]
    topics = []
    for n in range(5):
        topics.append(asked(shop, anna, f"{n}"))
        time.advance(minutes=1)
    for n, other in ((1, 0), (1, 1), (3, 0)):
        thank(shop, topics[n].id, others[other])
    wanted = {"newest": "43210", "most_thanked": "13420"}[order]
    query = f"?order={order}&limit=2"
    first = read(shop, query)
    second = read(shop, f"{query}&cursor={first['next']}")
    third = read(shop, f"{query}&cursor={second['next']}")
    assert "".join(titles(first) + titles(second) + titles(third)) == wanted
    assert (first["previous"], third["next"]) == (None, None)
    back = read(shop, f"{query}&cursor={third['previous']}")
    assert titles(back) == titles(second)
    start = read(shop, f"{query}&cursor={back['previous']}")
    assert (titles(start), start["previous"]) == (titles(first), None)
    assert titles(read(shop, f"{query}&cursor={start['next']}")) == titles(second)


def test_a_topic_is_paged_both_ways(shop: Shop, time: Clock) -> None:
    anna, bertil = a_member(shop), a_member(shop)
    topic = asked(shop, anna)
    posts = [topic.id]
    for _ in range(4):
        time.advance(minutes=1)
        posts.append(topic.answered(bertil))

    def of(page: dict[str, object]) -> list[str]:
        return [one["post"] for one in page["posts"]]  # type: ignore[attr-defined]

    first = topic.read("?limit=2")
    second = topic.read(f"?limit=2&cursor={first['next']}")
    third = topic.read(f"?limit=2&cursor={second['next']}")
    assert of(first) + of(second) + of(third) == posts
    assert (first["previous"], third["next"]) == (None, None)
    assert second["topic"] == first["topic"]
    back = topic.read(f"?limit=2&cursor={third['previous']}")
    assert of(back) == of(second)
    start = topic.read(f"?limit=2&cursor={back['previous']}")
    assert (of(start), start["previous"]) == (of(first), None)


def test_a_cursor_of_one_list_is_none_of_another(shop: Shop) -> None:
    anna = a_member(shop)
    for _ in range(2):
        asked(shop, anna)
    cursor = read(shop, "?limit=1")["next"]
    path = f"{TOPICS}?order=most_thanked&cursor={cursor}"
    assert shop.call("GET", path, as_="storefront").code == "invalid_field"


@pytest.mark.parametrize("path", [TOPICS, "{topic}", "/v1/feedback/articles/shoe/reviews"])
def test_what_everybody_reads_may_be_kept_and_who_has_it_is_spared_the_rest(
    shop: Shop, path: str
) -> None:
    topic = asked(shop, a_member(shop))
    where = path.format(topic=topic.path)
    first = shop.call("GET", where, as_="storefront")
    assert first.headers["cache-control"] == "public, max-age=60"
    headers = {"if-none-match": f'"other", W/{first.headers["etag"]}'}
    again = shop.call("GET", where, as_="storefront", headers=headers)
    assert (again.status, again.text) == (304, "")
    assert again.headers["etag"] == first.headers["etag"]
    asked(shop, a_member(shop))
    topic.answered(a_member(shop))
    if "articles" not in path:
        assert shop.call("GET", where, as_="storefront", headers=headers).status == 200


# Leaving, taking along, becoming one


def test_of_who_has_left_words_go_and_counts_stay(shop: Shop) -> None:
    anna, bertil = a_member(shop), a_member(shop)
    topic = asked(shop, anna, "Zebrafink", text="Notskrika", name="Pilfink")
    answer = topic.answered(anna, "Talltita", name="Pilfink")
    kept = topic.answered(bertil, "Ta 43")
    held = ask(shop, anna, "skit", text="Nektergal", name="Pilfink")
    assert held.json["state"] == "waiting"
    thank(shop, answer, bertil)
    thank(shop, kept, anna)
    before = counted(shop, topic.id)
    assert shop.call("POST", f"/v1/members/{anna}/leave", {}).status == 204
    words = {"Zebrafink", "Notskrika", "Pilfink", "Talltita", "Nektergal"}
    assert dump.found_in(dump.said(), words) == set()
    assert counted(shop, topic.id) == recounted(shop, topic.id) == before
    found = topic.read()
    assert (found["topic"]["title"], found["topic"]["gone"]) == ("", True)
    assert sorted(one["text"] for one in found["posts"]) == ["", "", "Ta 43"]


def test_what_a_member_has_done_in_the_forum_is_in_what_they_take_along(shop: Shop) -> None:
    anna, bertil = a_member(shop), a_member(shop)
    topic = asked(shop, anna, text="Notskrika", name="Pilfink")
    answer = topic.answered(bertil)
    thank(shop, answer, anna)
    export = shop.call("GET", f"/v1/members/{anna}/export", as_="shop")
    records = export.json["records"]
    (said,) = [one["data"] for one in records if one["kind"] == "thread"]
    assert (said["topic"], said["name"], said["post_state"]) == (topic.id, "Pilfink", "published")
    assert "Notskrika" in said["said"][0]["text"]
    (thanks,) = [one for one in records if one["kind"] == "thanks"]
    assert (thanks["id"], thanks["data"]["topic"]) == (answer, topic.id)
    (writer,) = [one["data"] for one in records if one["kind"] == "writer"]
    assert writer["name"] == "Pilfink"


def test_what_somebody_wrote_before_two_memberships_became_one_is_theirs(shop: Shop) -> None:
    gone, stays, bertil = (a_member(shop) for _ in range(3))
    topic = asked(shop, gone)
    answer = topic.answered(bertil)
    merge(shop, stays, gone)
    assert topic.accept(answer, by=stays).status == 200
    assert thank(shop, topic.id, stays).code == "own_post"


def test_what_both_of_two_memberships_thanked_for_has_the_thanks_of_one(shop: Shop) -> None:
    gone, stays, bertil = (a_member(shop) for _ in range(3))
    topic = asked(shop, bertil)
    both, one = (topic.answered(bertil) for _ in range(2))
    hidden = topic.answered(bertil)
    for post, member in ((both, gone), (both, stays), (one, gone), (hidden, gone), (hidden, stays)):
        assert thank(shop, post, member).status == 201
    assert topic.talk(hidden).step("refuse", text="Nej").status == 201
    merge(shop, stays, gone)
    assert counted(shop, topic.id) == recounted(shop, topic.id)
    assert counted(shop, topic.id)["thanks"] == 3
    assert [thank(shop, post, stays).status for post in (both, one)] == [200, 200]
    mine = shop.call("GET", f"{topic.path}/mine", as_=stays).json
    assert sorted(mine["thanked"]) == sorted([both, one, hidden])


def test_who_wrote_under_the_other_membership_is_no_newcomer(shop: Shop, time: Clock) -> None:
    shop.publish(a_forum(replace(FORUM, hold_days=7)))
    gone, stays = a_member(shop), a_member(shop)
    asked(shop, gone, name="Pilfink")
    time.advance(days=8)
    merge(shop, stays, gone)
    again = ask(shop, stays, name="").json
    assert (again["state"], again["name"]) == ("published", "Pilfink")


def merge(shop: Shop, stays: str, gone: str) -> None:
    body = {"member": stays, "merge": gone}
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
