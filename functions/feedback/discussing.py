"""What becomes of a post in the forum, a topic or an answer: it is written, let through or refused,
reported; and an answer is chosen. What is given for one is given afterwards, by `reward_answers`.
"""

from typing import NamedTuple

from msgspec.structs import replace

from functions.feedback.authors import member_author
from functions.feedback.limits import of_forum
from stamkund.rules import forum as rules
from stamkund.rules import threads
from stamkund.rules.account import Account
from stamkund.rules.ambassadors import level_of, merit_of
from stamkund.rules.errors import Refused
from stamkund.rules.forum import Post, Said, Writer
from stamkund.rules.forum_rules import ForumRules
from stamkund.rules.programme import Language
from stamkund.rules.threads import About, Author, Event, Step, Thread
from stamkund.tables import accounts, clock, counting
from stamkund.tables import forum as kept
from stamkund.tables import threads as talks
from stamkund.tables.forum import Head, Known, Speaker
from stamkund.tables.posting import Conflict
from stamkund.tables.threads import Also
from stamkund.web.callers import Caller, Member, Staff
from stamkund.web.club import Club
from stamkund.web.secrets import keyed_hash

ROUNDS = 8
# What whoever writes may be refused with.
PROBLEMS = (
    "no_programme", "forum_closed", "topic_not_found", "member_not_found", "member_not_active",
    "member_merged", "reference_mismatch", "too_many_attempts", "busy",
)  # fmt: skip


class Wish(NamedTuple):
    """What somebody wants to write; without `topic` it is a new one."""

    reference: str
    topic: str
    title: str
    text: str
    name: str
    language: Language


class Done(NamedTuple):
    """The post as it is now, and whether it was there before."""

    id: str
    post: Post
    again: bool


def open_forum(club: Club) -> ForumRules:
    """Refused: forum_closed."""
    forum = club.file.feedback.forum
    if forum is None:
        raise Refused("forum_closed")
    return forum


# Written


def write(club: Club, wish: Wish, caller: Caller) -> Done:
    """Refused: forum_closed, topic_not_found, member_not_found, member_not_active, member_merged,
    missing_field, invalid_field, reference_mismatch, too_many_attempts, busy."""
    open_forum(club)
    id = post_id(_writer_id(caller), wish.reference)
    for _ in range(ROUNDS):
        found = kept.speaker(club.shop, caller.member, wish.topic)
        post, author = _post(club, wish, found, caller)
        if wish.topic and (found.head is None or not found.head.listed):
            return Done(id, _same(club, id, post, "topic_not_found"), again=True)
        try:
            again = _opened(club, id, post, author, found, caller)
        except Conflict:
            continue
        if not again:
            return Done(id, post, again=False)
        return Done(id, _same(club, id, post, "busy"), again=True)
    raise Refused("busy")


def post_id(writer: str, reference: str) -> str:
    """The same for the same, so that writing again finds what is there; it leads to nobody, not
    even who knows their id. The shop comes before it in every key."""
    return "t" + keyed_hash("", "post", f"{writer}#{reference}")[:20]


def _writer_id(caller: Caller) -> str:
    return caller.member or caller.key


def _post(club: Club, wish: Wish, found: Speaker, caller: Caller) -> tuple[Post, Author]:
    if caller.kind is Staff:
        author = Author(side="staff", id=caller.key, new=False, language=caller.language)
        name = club.programme.name
        said = Said(wish.title, wish.text, name, wish.language, shop=True)
        return rules.written(wish.topic, said, [], club.at.at), author
    account = _account(found)
    author = member_author(club, account, caller.language)
    name = rules.called(wish.name, found.writer, club.programme.name)
    ambassador = level_of(club.programme, merit_of(account)) is not None
    said = Said(wish.title, wish.text, name, wish.language, ambassador=ambassador)
    why = rules.found_in(
        said, author, found.writer, club.file.reviews, open_forum(club), club.at.at
    )
    return rules.written(wish.topic, said, why, club.at.at), author


def _account(found: Speaker) -> Account:
    if found.account is None:
        raise Refused("member_not_found")
    return found.account


def _opened(
    club: Club, id: str, post: Post, author: Author, found: Speaker, caller: Caller
) -> bool:  # fmt: skip
    """Whether it was there already. Raises Conflict."""
    thread, events = _thread(club, id, post, author)
    moves = kept.moving(club.shop, id, None, post, asker=_told_of(author, found.asker))
    also = _naming(club, author, post, found.writer, moves)
    counts = of_forum(open_forum(club), caller, "answer" if post.topic else "topic")
    known = talks.open_thread(club.shop, thread, *events, counts=counts, also=also)
    return known is not None


def _told_of(author: Author, asker: Author | None) -> str:
    """The member who asked, unless they answer themself."""
    return asker.id if asker and asker.side == "member" and asker.id != author.id else ""


def _naming(club: Club, author: Author, post: Post, writer: Writer | None, moves: Also) -> Also:
    """What they are called is kept where the rest of who they are is."""
    now = Writer(post.said.name, writer.since if writer else club.at.at)
    if author.side != "member" or now == writer:
        return moves
    return kept.naming(club.shop, author.id, now, moves)


def _thread(club: Club, id: str, post: Post, author: Author) -> tuple[Thread, list[Event]]:
    """Nobody is told by mail of what they have just written themself."""
    step = Step(
        reference=kept.WRITING,
        what="opened",
        side=author.side,
        by=author.id,
        at=club.at.at,
        text=post.words,
        held=author.new and threads.has_links(post.words),
        detail=" ".join(["answer" if post.topic else "topic", *post.found]),
        quiet=True,
    )
    thread, event = threads.opened(step, "forum", About(), author, club.file.feedback)
    thread = replace(thread, id=id)
    if not post.shown:
        return thread, [event]
    at_once = Step(reference="post.shown", what="published", side="club", by="", at=club.at.at)
    after, shown = threads.moved(thread, at_once, club.file.feedback)
    return after, [event, shown]


def _same(club: Club, id: str, post: Post, otherwise: str) -> Post:
    """What was written before by this reference, also where nobody writes any more."""
    known = kept.find(club.shop, id)
    if known is None:
        raise Refused(otherwise)
    if not known.post.same(post):
        raise Refused("reference_mismatch", "reference")
    return known.post


# Let through, or not


def let_through(club: Club, thread: Thread, step: Step) -> Also:
    """What goes with the step by which staff publishes it, or takes it away and says why.

    Refused: not_possible_now.
    """
    known = kept.find(club.shop, thread.id)
    if known is None:
        raise Refused("not_possible_now", step=step.what, state=thread.state)
    post = known.post
    if step.what == "refused":
        accepted = kept.accepted_in(club.shop, known.topic) if post.shown else ""
        return kept.moving(club.shop, thread.id, post, rules.refused(post), accepted)
    first = post.topic and not post.published_at
    asked = kept.find(club.shop, post.topic) if first else None
    asker = _told_of(thread.author, asked.thread.author if asked else None)
    return kept.moving(club.shop, thread.id, post, rules.published(post, step.at), asker=asker)


# Reported


def report(club: Club, id: str, reason: str, caller: Caller) -> bool:
    """Whether this member had reported it before.

    Refused: forum_closed, post_not_found, own_post, thread_full, too_many_attempts, busy,
    member_not_found, member_not_active, member_merged.
    """
    forum, member = open_forum(club), caller.member or ""
    counted = False
    for _ in range(ROUNDS):
        known = _others_post(club, id, member)
        _, event = talks.find_for(club.shop, id, "member", f"report.{member}")
        if event:
            return True
        _refuse_hidden(known)
        if not counted:
            now = clock.real_time()
            counting.add_all(club.shop, of_forum(forum, caller, "report"), now)
            counted = True
        try:
            _reported(club, known, member, reason, forum)
        except Conflict:
            continue
        return False
    raise Refused("busy")


def _others_post(club: Club, id: str, member: str) -> Known:
    """What everybody can read, or could, and is not this member's own.

    Refused: post_not_found, own_post, member_not_found, member_not_active, member_merged.
    """
    found = kept.reader(club.shop, member, id)
    if found.account is None:
        raise Refused("member_not_found")
    accounts.refuse_inactive(found.account)
    known = found.known
    if known is None or known.post.published_at is None:
        raise Refused("post_not_found")
    if known.thread.author.id == member:
        raise Refused("own_post")
    return known


def _refuse_hidden(known: Known) -> None:
    if not known.post.shown:
        raise Refused("post_not_found")


def _reported(club: Club, known: Known, member: str, reason: str, forum: ForumRules) -> None:
    """Raises Conflict."""
    step = Step(
        reference=f"report.{member}",
        what="reported",
        side="member",
        by=member,
        at=club.at.at,
        detail=reason,
    )
    after, event = threads.moved(known.thread, step, club.file.feedback)
    post = rules.reported(known.post, forum)
    accepted = kept.accepted_in(club.shop, known.topic) if not post.shown else ""
    also = kept.moving(club.shop, known.thread.id, known.post, post, accepted)
    talks.step(club.shop, known.thread, after, event, also=also)


# Thanks, and the answer that is chosen


def thank(club: Club, id: str, caller: Caller) -> tuple[Known, bool]:
    """Whether this member had said thanks before.

    Refused: forum_closed, post_not_found, own_post, too_many_attempts, member_not_found,
    member_not_active, member_merged.
    """
    forum, member = open_forum(club), caller.member or ""
    known = _others_post(club, id, member)
    merits = club.file.referrals.ambassadors is not None
    counts = of_forum(forum, caller, "thanks")
    first = kept.thank(club.shop, member, known, counts, club.at.at, merits=merits)
    return known, not first


def accept(club: Club, topic: str, answer: str | None, caller: Caller) -> Head:
    """By whoever asked, who may change it; a reward is for the first that was chosen.

    Refused: forum_closed, topic_not_found, post_not_found, not_yours, busy.
    """
    open_forum(club)
    for _ in range(ROUNDS):
        head, asked = kept.head(club.shop, topic), kept.find(club.shop, topic)
        if asked is None or not _is_theirs(asked, caller):
            raise Refused("not_yours")
        if head.accepted == (answer or ""):
            return head
        chosen = _answer_in(club, topic, answer) if answer else None
        rewards = bool(chosen and not head.rewarded and _of_another(chosen, asked))
        try:
            kept.accept(club.shop, topic, head, chosen, club.at.at, rewards=rewards)
        except Conflict:
            continue
        return head._replace(accepted=answer or "")
    raise Refused("busy")


def _is_theirs(asked: Known, caller: Caller) -> bool:
    """Of what the shop has asked, all of staff may choose."""
    author = asked.thread.author
    if caller.kind is Member:
        return author.side == "member" and author.id == caller.member
    return author.side == "staff"


def _answer_in(club: Club, topic: str, answer: str) -> Known:
    known = kept.find(club.shop, answer)
    if known is None or known.post.topic != topic:
        raise Refused("post_not_found")
    _refuse_hidden(known)
    return known


def _of_another(answer: Known, asked: Known) -> bool:
    """Nobody is rewarded for answering themself."""
    author = answer.thread.author
    return author.side == "member" and author.id != asked.thread.author.id
