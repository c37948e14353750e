"""People who talk in the forum: `topic = asked(shop, member); answered(topic, other)`."""

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from functions.feedback import reward_answers
from stamkund.local.invocation import Context
from stamkund.rules import threads
from stamkund.rules.forum import Said, written
from stamkund.rules.forum_rules import ForumRules
from stamkund.rules.programme import PointRules, Rate
from stamkund.rules.programme_file import Action, ProgrammeFile
from stamkund.rules.threads import About, Author, Step
from stamkund.tables import clock, forum, keys
from stamkund.tables import threads as kept
from tests.builders import Answer, Shop, a_programme, everything_kept
from tests.reviewing import WORDS
from tests.talking import RULES, Talk, a_reference

FORUM = ForumRules(
    topics_a_day=1_000, answers_a_day=1_000, thanks_a_day=1_000, reports_a_day=1_000, hold_days=0
)
ANSWERING = Action("answer", {"sv": "Ett svar", "en": "An answer"}, 30, kind="answer", most=50)
TOPICS = "/v1/feedback/forum/topics"
Json = dict[str, Any]


def a_forum(forum: ForumRules = FORUM, **sections: Any) -> ProgrammeFile:
    usual: dict[str, Any] = {
        "feedback": replace(RULES, forum=forum),
        "reviews": WORDS,
        "actions": [ANSWERING],
        "points": PointRules(earn=Rate(points=1, amount=100), pending_days=0),
    }
    return a_programme(**usual | sections)


@dataclass
class Topic:
    shop: Shop
    member: str
    id: str

    @property
    def path(self) -> str:
        return f"{TOPICS}/{self.id}"

    def answer(self, by: str, text: str = "Ta den större.", **more: Any) -> Answer:
        body = {"reference": a_reference(), "text": text, **more}
        if by != "staff":
            body.setdefault("name", f"Namn {by}")
        return self.shop.call("POST", f"{self.path}/answers", body, as_=by)

    def answered(self, by: str, text: str = "Ta den större.", **more: Any) -> str:
        answer = self.answer(by, text, **more)
        assert answer.status == 201, answer.text
        id: str = answer.json["post"]
        return id

    def accept(self, answer: str | None, by: str = "") -> Answer:
        body = {"answer": answer}
        return self.shop.call("PUT", f"{self.path}/accepted", body, as_=by or self.member)

    def read(self, query: str = "") -> Json:
        return read(self.shop, f"/{self.id}{query}")

    def talk(self, post: str = "", by: str = "") -> Talk:
        """What staff sees of a post, and who wrote it."""
        return Talk(self.shop, by or self.member, post or self.id)


def ask(shop: Shop, by: str, title: str = "Vilken storlek?", **more: Any) -> Answer:
    body = {"reference": a_reference(), "title": title, "text": "Jag har 42 i skor.", **more}
    if by != "staff":
        body.setdefault("name", f"Namn {by}")
    return shop.call("POST", TOPICS, body, as_=by)


def asked(shop: Shop, by: str, title: str = "Vilken storlek?", **more: Any) -> Topic:
    answer = ask(shop, by, title, **more)
    assert answer.status == 201, answer.text
    return Topic(shop, by, answer.json["post"])


def written_late(shop: Shop, member: str) -> str:
    """By a call that was on its way when the member left."""
    author = Author(side="member", id=member)
    said = Said("Vilken storlek?", "Jag har 42.", "Pilfink", "sv")
    post = written("", said, [], clock.real_time())
    step = Step(
        reference="post", what="opened", side="member", by=member, at=clock.real_time(),
        text=post.words,
    )  # fmt: skip
    thread, event = threads.opened(step, "forum", About(), author, RULES)
    also = forum.moving(shop.id, thread.id, None, post)
    kept.open_thread(shop.id, thread, event, also=also)
    return thread.id


def thank(shop: Shop, post: str, by: str) -> Answer:
    return shop.call("PUT", f"/v1/feedback/forum/posts/{post}/thanks", as_=by)


def report(shop: Shop, post: str, by: str, reason: str = "spam") -> Answer:
    path = f"/v1/feedback/forum/posts/{post}/report"
    return shop.call("PUT", path, {"reason": reason}, as_=by)


def read(shop: Shop, path: str = "") -> Json:
    answer = shop.call("GET", TOPICS + path, as_="storefront")
    assert answer.status == 200, answer.text
    found: Json = answer.json
    return found


def reward() -> dict[str, int]:
    return reward_answers.handler({}, Context("timed"))


def recounted(shop: Shop, topic: str) -> Json:
    """What the topic should say of itself, by all that is kept."""
    items = [
        one for one in everything_kept()["threads"] if one["pk"]["S"].startswith(f"{shop.id}#")
    ]
    places = [(keys.thing(one["pk"]["S"]), one["sk"]["S"], one) for one in items]
    thanked = [sk for _, sk, _ in places if sk.startswith(f"THANKED#{topic}#")]
    here = [(sk, one) for pk, sk, one in places if pk == f"topic.{topic}"]
    replies = [one for sk, one in here if sk.startswith("REPLY#") and "hidden" not in one]
    posts = [sk.rpartition("#")[2] for sk in thanked]
    return {
        "answers": len(replies),
        "thanks": len(thanked),
        "each": {post: posts.count(post) for post in sorted(set(posts))},
    }


def counted(shop: Shop, topic: str) -> Json:
    """What it says of itself."""
    found = read(shop, f"/{topic}?limit=100")
    each = {one["post"]: one["thanks"] for one in found["posts"] if one["thanks"]}
    return {
        "answers": found["topic"]["answers"],
        "thanks": found["topic"]["thanks"],
        "each": dict(sorted(each.items())),
    }
