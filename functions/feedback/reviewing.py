"""What becomes of a review: it is written and written anew, let through or refused, withdrawn when
its line comes back; and its points come and go with it.

Whatever moves a review leaves it to be seen to, and `see_to` looks at everything again: the order,
the review, the account. So it does not matter who comes first, a refund or an approval, nor how
often or by whom it is asked.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from functions.feedback.authors import member_author
from functions.feedback.picturing import Chosen, send_on
from stamkund.rules import paid, threads, word_lists
from stamkund.rules import reviews as rules
from stamkund.rules.account import Account, with_entries
from stamkund.rules.ambassadors import review_merit
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.lottery import period_of
from stamkund.rules.paid import At
from stamkund.rules.programme import Language
from stamkund.rules.reviews import Bought, Review, Ticket, Written
from stamkund.rules.threads import About, Author, Event, Step, Thread
from stamkund.tables import accounts, orders
from stamkund.tables import reviews as kept
from stamkund.tables import threads as talks
from stamkund.tables.orders import Placed
from stamkund.tables.posting import Conflict
from stamkund.tables.reviews import Known, Reviewer
from stamkund.tables.threads import Also, Picture
from stamkund.web.club import Club
from stamkund.web.secrets import keyed_hash

ROUNDS = 8


class Wish(NamedTuple):
    """Who wants to review what. `pictures` are those of what is said."""

    member: str
    order: str
    line: str
    said: Written
    language: Language
    pictures: Chosen


class Done(NamedTuple):
    """The review as it is now, and whether it was the same before, or is the first."""

    id: str
    review: Review
    same: bool
    first: bool


# Written, and written anew


def write(club: Club, wish: Wish) -> Done:
    """Refused: member_not_found, member_not_active, member_merged, order_not_found,
    order_not_confirmed, line_not_found, line_returned, review_too_late, review_withdrawn,
    picture_invalid, thread_full, busy."""
    id = rules.review_id(wish.order, wish.line)
    for _ in range(ROUNDS):
        found = kept.reviewer(club.shop, wish.member, wish.order, wish.line)
        account = _reviewer(found)
        if found.review and _says_the_same(found, wish):
            return Done(id, found.review, same=True, first=False)
        bought = _bought(club, found, wish)
        try:
            review = _written(club, found, wish, account, bought)
        except Conflict:
            continue
        return Done(id, review, same=False, first=found.review is None)
    raise Refused("busy")


def _says_the_same(found: Reviewer, wish: Wish) -> bool:
    """The same person: whoever else says the same learns nothing of it."""
    author = found.thread.author.id if found.thread else ""
    return author == wish.member and found.review is not None and found.review.written == wish.said


def _reviewer(found: Reviewer) -> Account:
    if found.account is None:
        raise Refused("member_not_found")
    accounts.refuse_inactive(found.account)
    return found.account


def _bought(club: Club, found: Reviewer, wish: Wish) -> Bought:
    placed = found.placed
    if placed is None or not _is_theirs(club.shop, placed, wish.member):
        raise Refused("order_not_found")
    order = placed.order
    _, bought = rules.reviewable(order, placed.refunds, placed.status, wish.line)
    if found.review is None:
        rules.refuse_late(order, club.file.reviews, club.at.at)
    elif found.review.state == "withdrawn":
        raise Refused("review_withdrawn")
    return bought


def _is_theirs(shop: str, placed: Placed, member: str) -> bool:
    """Also by a membership that has become part of theirs."""
    owner = placed.order.member
    return bool(owner) and (owner == member or accounts.survivor(shop, owner) == member)


def _written(club: Club, found: Reviewer, wish: Wish, account: Account, bought: Bought) -> Review:
    """Raises Conflict. Refused: picture_invalid, thread_full."""
    said = wish.said
    new = wish.pictures.besides(found.review.written.pictures if found.review else ())
    text = f"{said.name} {said.text}"
    why = word_lists.found_in(text, said.language, club.file.reviews)
    review = rules.written_down(found.review, wish.said, bought, why, club.at.at)
    thread, event = _said(club, found, review, member_author(club, account, wish.language))
    events = [event]
    if rules.passes(why, club.file.reviews):
        thread, published, review = _at_once(club, thread, review)
        events.append(published)
    _save(club, found, thread, events, review, new)
    return review


def _said(club: Club, found: Reviewer, review: Review, author: Author) -> tuple[Thread, Event]:
    """The thread, begun or gone on with."""
    text, bought = review.written.text, review.bought
    step = Step(
        reference=f"review.{review.version}",
        what="edited" if found.thread else "opened",
        side="member",
        by=author.id,
        at=club.at.at,
        text=text,
        held=author.new and threads.has_links(text),
        detail=_detail(review),
        pictures=review.written.pictures,
    )
    if found.thread:
        return threads.moved(found.thread, step, club.file.feedback)
    about = About(bought.article, bought.order, bought.line)
    thread, event = threads.opened(step, "review", about, author, club.file.feedback)
    return replace(thread, id=rules.review_id(bought.order, bought.line)), event


def _detail(review: Review) -> str:
    """For staff, in the history."""
    return " ".join([f"stars:{review.written.stars}", *review.found])


def _at_once(club: Club, thread: Thread, review: Review) -> tuple[Thread, Event, Review]:
    """Nothing speaks against it; but pictures that nobody has seen are shown later."""
    step = Step(
        reference=f"published.{review.version}",
        what="text_published" if review.pictures_wait else "published",
        side="club",
        by="",
        at=club.at.at,
    )
    after, event = threads.moved(thread, step, club.file.feedback)
    shown = rules.published(review, club.at.at, _ticket(club, thread.id))
    return after, event, replace(shown, version=review.version)


def _ticket(club: Club, id: str) -> Ticket | None:
    """It leads to nobody: only who wrote the review is shown which is theirs."""
    drawn = club.file.lottery
    if drawn is None:
        return None
    return Ticket(keyed_hash(club.shop, "ticket", id)[:20], period_of(club.at.day, drawn.every))


def _save(
    club: Club,
    found: Reviewer,
    thread: Thread,
    events: list[Event],
    review: Review,
    new: list[Picture],
) -> None:
    """Raises Conflict."""
    also = kept.moving(club.shop, thread.id, found.review, review, club.at.at)
    if found.thread:
        talks.step(club.shop, found.thread, thread, *events, pictures=new, also=also)
    elif talks.open_thread(club.shop, thread, *events, pictures=new, also=also):
        raise Conflict
    send_on(club.shop, thread.id, [one.id for one in new])


# Let through, or not


def let_through(club: Club, thread: Thread, step: Step, pictures: list[str] | None) -> Also:
    """What goes with the step by which staff publishes or refuses it. `pictures`: which of its own
    everybody may see; the others go.

    Refused: not_possible_now, review_withdrawn, pictures_undecided, picture_not_found.
    """
    known = kept.find(club.shop, thread.id)
    if known is None:
        raise Refused("not_possible_now", step=step.what, state=thread.state)
    review = known.review
    if review.state == "withdrawn":
        raise Refused("review_withdrawn")
    after = rules.refused(review)
    if step.what == "published":
        decided = _with_pictures(club, thread, review, pictures)
        after = rules.published(decided, step.at, _ticket(club, thread.id))
    return kept.moving(club.shop, thread.id, review, after, step.at)


def _with_pictures(
    club: Club, thread: Thread, review: Review, pictures: list[str] | None
) -> Review:
    """Refused: pictures_undecided, picture_not_found, not_possible_now."""
    if pictures is None:
        if review.pictures_wait:
            raise Refused("pictures_undecided", "step.pictures")
        return review
    for picture in pictures:
        known = talks.picture(club.shop, thread.id, picture)
        if known is None or picture not in review.written.pictures or known.status == "refused":
            raise Refused("picture_not_found", "step.pictures")
        if known.status != "kept":
            raise Refused("not_possible_now", step="published", state=thread.state)
    return rules.with_pictures(review, [p for p in review.written.pictures if p in pictures])


def without(club: Club, thread: Thread, step: Step, picture: str) -> Also | None:
    """What goes with the step by which staff removes a picture; None of one that came later, with
    a message."""
    known = kept.find(club.shop, thread.id)
    if known is None or picture not in known.review.written.pictures:
        return None
    after = rules.without_picture(known.review, picture)
    return kept.moving(club.shop, thread.id, known.review, after, step.at)


# Seen to


def see_to(club: Club, id: str) -> bool:
    """Whether anything had to be done: what came back is withdrawn, what is shown gets its points,
    and what is withdrawn gives them back. Raises Conflict when others were faster all the time."""
    changed = False
    for _ in range(ROUNDS):
        known = kept.find(club.shop, id)
        if known is None:
            return changed
        placed = orders.look_up(club.shop, known.review.bought.order)
        try:
            if not _seen_to(club, known, placed):
                return changed
        except Conflict:
            continue
        changed = True
    raise Conflict


def _seen_to(club: Club, known: Known, placed: Placed | None) -> bool:
    """One thing that had to be done; False when there is nothing left. Raises Conflict."""
    review = known.review
    if review.state != "withdrawn" and _has_come_back(placed, review):
        _withdraw(club, known)
    elif review.shown and review.paid is None:
        _pay(club, known)
    elif review.state == "withdrawn" and (review.paid or review.merit) and not review.taken_back:
        _take_back(club, known)
    elif known.due and known.due <= club.at.at:
        kept.settle(club.shop, known, review, _last_look(club, review, placed))
    else:
        return False
    return True


def _last_look(club: Club, review: Review, placed: Placed | None) -> datetime | None:
    """When nothing can come back any more: what the stream has not brought is found then."""
    if placed is None or review.state == "withdrawn":
        return None
    late = club.programme.late
    days = late.return_days + late.upload_days + 1
    last = placed.order.occurred_at + timedelta(days=days)
    return last if last > club.at.at else None


def _has_come_back(placed: Placed | None, review: Review) -> bool:
    return placed is not None and rules.is_returned(
        placed.order, placed.refunds, placed.status, review.bought.line
    )


def _withdraw(club: Club, known: Known) -> None:
    step = Step(reference="withdrawn", what="withdrawn", side="club", by="", at=club.at.at)
    after, event = threads.moved(known.thread, step, club.file.feedback)
    review = rules.withdrawn(known.review)
    also = kept.moving(club.shop, known.thread.id, known.review, review, club.at.at)
    talks.step(club.shop, known.thread, after, event, also=also)


def _pay(club: Club, known: Known) -> None:
    account = _owner(club, known)
    entries = _earned(club, account, known.thread.id) if account else []
    _book(club, known, account, entries, rules.with_payment(known.review, entries))


def _earned(club: Club, account: Account, id: str) -> list[Entry]:
    """Points for who is given some, and merit in a club that has ambassadors."""
    points, setting = club.programme.points, At(club.at, club.published.version)
    actions = [one for one in club.file.actions if one.kind == "review"]
    earned = paid.earned(actions, account, id, points, setting) if points else []
    return [*earned, *rules.merit_given(review_merit(club.file), id, setting)]


def _take_back(club: Club, known: Known) -> None:
    account = _owner(club, known)
    points, id = club.programme.points, known.thread.id
    policy = points.claw_back if points else "within_balance"
    entries = list[Entry]()
    if account:
        setting = At(club.at, club.published.version)
        entries += paid.taken_back(known.review.paid or [], account, id, policy, club.at)
        entries += rules.merit_taken_back(known.review, id, setting)
    _book(club, known, account, entries, rules.with_points_back(known.review))


def _owner(club: Club, known: Known) -> Account | None:
    """Whose review it is now; of who has left nothing is given or taken."""
    try:
        account = accounts.surviving(accounts.find(club.shop, known.thread.author.id))
    except Refused:
        return None
    return account if account.status == "active" else None


def _book(
    club: Club, known: Known, account: Account | None, entries: list[Entry], review: Review
) -> None:
    """Raises Conflict."""
    if account and entries:
        after = with_entries(account, entries)
        kept.pay(account, after, entries, known, review)
    else:
        kept.settle(club.shop, known, review, known.due)


def see_to_lines(club: Club, order: str) -> int:
    """The reviews of an order of which something has come back; how many had to be changed."""
    placed = orders.look_up(club.shop, order)
    if placed is None or not placed.refunds:
        return 0
    back = [
        line.id
        for line in placed.order.lines
        if rules.is_returned(placed.order, placed.refunds, placed.status, line.id)
    ]
    return sum(see_to(club, rules.review_id(order, line)) for line in back)
