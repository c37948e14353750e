"""What everybody shall read waits until somebody has let it through, whatever is done to it."""

from stamkund.rules.threads import Thread
from stamkund.tables import forum, reviews
from stamkund.web.club import Club


def is_undecided(club: Club, thread: Thread) -> bool:
    """Whether it is a review, or a post of the forum, and is still to be let through or refused."""
    if thread.kind == "review":
        review = reviews.find(club.shop, thread.id)
        return review is not None and review.review.undecided
    if thread.kind == "forum":
        post = forum.find(club.shop, thread.id)
        return post is not None and post.post.state == "waiting"
    return False
