"""Every way of saying no: the code is the contract, the status is for machines in between.

A rule raises `Refused(code)`; here stands what HTTP makes of it, as RFC 9457 problem documents.
A new code is added here, and what a person reads about it to `stamkund/rules/texts`.
"""

from typing import Any

import msgspec

from stamkund.rules.errors import Mistake, Refused
from stamkund.rules.programme import Language

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 1

PROBLEMS: dict[str, tuple[int, str]] = {
    # The request itself
    "not_json": (400, "The body is not JSON"),
    "duplicate_key": (400, "A key occurs twice in one object"),
    "body_too_deep": (400, "The body is nested too deeply"),
    "body_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body has a content type that is not read here"),
    "invalid_field": (422, "A field has a value that is not allowed"),
    "missing_field": (422, "A required field is missing"),
    "unknown_field": (422, "A field is not known here"),
    # Who asks
    "unauthenticated": (401, "The credential is missing, unknown or out of date"),
    "forbidden": (403, "This kind of caller may not do this"),
    "origin_not_allowed": (403, "This key may not be used from this website"),
    "wrong_entrance": (403, "This address is not for calling; the club has another one"),
    "not_a_sandbox": (403, "Only a sandbox shop can do this"),
    # What is asked for
    "not_found": (404, "There is no such thing"),
    "method_not_allowed": (405, "This path does not know this method"),
    "no_programme": (409, "The shop has not published a programme yet"),
    "programme_invalid": (422, "The programme has mistakes"),
    "programme_too_large": (413, "The programme is too large to be kept"),
    "not_yaml": (400, "The body is not YAML, or more than plain values"),
    "publish_conflict": (409, "Somebody else published at the same moment"),
    # Members
    "member_not_found": (404, "There is no such member"),
    "code_invalid": (422, "The code on the card is not one of this shop's"),
    "code_expired": (409, "The code on the card has run out"),
    "member_exists": (409, "There is already a member with this e-mail, phone or customer number"),
    "member_not_active": (409, "The membership is not active"),
    "member_merged": (409, "The membership was merged into another"),
    "login_code_invalid": (403, "The code is wrong or out of date"),
    "contact_not_verified": (403, "The proof of the contact is not ours, or has run out"),
    "already_linked": (409, "The membership has another of this kind already"),
    "reference_used": (409, "The session of this reference has been refreshed since"),
    "session_ended": (401, "The session has ended; log in again"),
    "device_not_found": (404, "There is no such device"),
    "sms_not_available": (422, "This number is not written to by SMS"),
    "joining_not_available": (409, "The programme names no page on which somebody could join"),
    "not_sent": (503, "The message could not be sent; try again"),
    "too_many_attempts": (429, "Too many attempts; try again later"),
    "points_not_enough": (409, "There are not enough points"),
    "reward_not_available": (409, "The reward is not available"),
    "reward_sold_out": (409, "The reward has been had as often as there is of it"),
    "reward_closed": (409, "The reward is used, kept, released, or its time was over"),
    "voucher_not_kept": (409, "The voucher is only reserved: keep it first"),
    "voucher_not_transferable": (409, "The voucher may not be given to somebody else"),
    "gift_invalid": (422, "The gift is not one of a link of this shop"),
    "gift_gone": (409, "The link was taken back, or the voucher used, taken, ended, or one's own"),
    "cause_not_found": (422, "The programme has no such cause"),
    "action_not_found": (422, "The programme has no such action"),
    "reference_mismatch": (409, "The reference is known already with other content"),
    "voucher_not_open": (409, "The voucher is used, out of date, or not this member's"),
    "offer_not_available": (409, "The offer is not available"),
    "offer_sold_out": (409, "The offer has been switched on as often as there is of it"),
    "offer_used": (409, "The offer has been used"),
    "limit_reached": (409, "The limit is reached"),
    "merge_too_large": (409, "More leads to the membership than can be moved at once"),
    # A guest's order
    "claim_invalid": (422, "The claim is not one that came with a receipt of this shop"),
    "claim_expired": (409, "The order is too old to be claimed"),
    "claim_taken": (409, "The order belongs to a member already"),
    "claim_of_another": (403, "The order was made with a contact that is not this member's"),
    "too_many_claims": (409, "The member has claimed as many orders as may be"),
    # The login offer
    "ticket_invalid": (422, "The ticket is not one that came with this shop's login offers"),
    "ticket_expired": (409, "The ticket is too old to count for anything"),
    # My pages
    "consent_outdated": (409, "The text that was consented to is not the one of today"),
    "wish_list_full": (409, "The wish list is full"),
    "no_faq": (404, "The shop has not published any frequent questions yet"),
    "faq_invalid": (422, "The frequent questions have mistakes"),
    # What staff decides
    "no_points": (409, "The programme has no points"),
    "adjustment_too_large": (422, "Nobody may adjust by so many points"),
    "staff_limit_reached": (409, "This key has moved as much alone today as it may"),
    "second_person_needed": (403, "Somebody else has to approve this"),
    "decision_not_found": (404, "There is no such decision"),
    "decision_closed": (409, "The decision is made, refused, or has waited too long"),
    "decision_mismatch": (409, "The reference is known already with other content"),
    "voucher_mismatch": (409, "The reference is known already with another voucher"),
    # Bring a friend
    "referrals_not_available": (409, "The programme gives nothing for bringing friends"),
    "invitation_unknown": (404, "Nobody invites by this code"),
    "no_invitation": (
        404,
        "The member has no code yet, or the programme no page for it to lead to",
    ),
    "own_code": (409, "Nobody brings themselves"),
    "referrer_set": (409, "Somebody else has brought this member"),
    "referrer_joined_later": (409, "Who brings somebody has to have been a member before them"),
    "not_a_new_customer": (409, "The member has bought here before"),
    "referral_not_found": (404, "Nobody has brought this member"),
    "referral_not_held": (409, "The referral does not wait for anybody to decide"),
    "referral_not_releasable": (409, "What was turned away for this reason cannot be let in"),
    # Feedback
    "thread_not_found": (404, "There is no such thread"),
    "thread_changed": (409, "Somebody else did something to the thread meanwhile"),
    "thread_full": (409, "The thread has as many messages as there can be; open another"),
    "thread_mismatch": (409, "The reference is known already with another thread"),
    "not_possible_now": (409, "The thread is in a state in which this cannot be done"),
    "template_not_found": (422, "The programme has no such template"),
    "no_report": (404, "There is no report yet; it is made at night"),
    "announcement_not_found": (404, "There is no such announcement"),
    "announcement_published": (409, "The announcement is published, and stays as it is"),
    "picture_invalid": (422, "The picture is not one that was begun here, or too long ago"),
    "pictures_undecided": (409, "Say which of the review's pictures everybody may see"),
    "picture_not_found": (404, "There is no such picture, or nobody has approved it yet"),
    "guest_link_invalid": (403, "The link is not one of this shop's, or has run out"),
    "survey_not_found": (404, "The programme asks no such thing"),
    "survey_link_invalid": (403, "The link is not one of this shop's, or has run out"),
    "answered_already": (409, "This was answered already, in another way"),
    "draw_not_found": (404, "There is no such draw"),
    "forum_closed": (404, "The programme has no forum"),
    "topic_not_found": (404, "There is no such topic"),
    "post_not_found": (404, "There is no such post to be read"),
    "own_post": (409, "The post is your own"),
    "not_yours": (403, "Only who has asked says which answer helped"),
    "review_not_found": (404, "There is no such review"),
    "line_returned": (409, "The line of the order has come back"),
    "review_too_late": (409, "The order is too old to be reviewed"),
    "review_withdrawn": (409, "The review was withdrawn, because its line has come back"),
    # Checkout
    "duplicate_line": (422, "Two lines have the same id"),
    "charged_missing": (422, "A paid order says of each line what was charged"),
    "not_offline": (422, "A batch has only paid orders without a quote that say when they were"),
    "identification_invalid": (422, "The identification is not one of this store's look-ups"),
    "identification_expired": (409, "The identification has run out; look the member up again"),
    "confirmation_needed": (403, "This is spent with a fresh card code, or confirmed on the phone"),
    "spending_not_found": (404, "There is no such question to this member"),
    "spending_mismatch": (409, "The reference is known already with another order or amount"),
    "spending_closed": (409, "The question is answered already, or has run out"),
    "voucher_needs_more": (409, "The voucher needs a larger purchase"),
    "voucher_fits_nothing": (409, "The voucher takes nothing off this basket"),
    "basket_too_large": (422, "No purchase comes to so much money or so many points"),
    "currency_not_supported": (422, "The programme does not know this currency"),
    "quote_invalid": (422, "The quote is not one of ours, or for somebody else"),
    "quote_expired": (409, "The quote has run out"),
    "quote_mismatch": (409, "The basket is not the one that was quoted"),
    "order_mismatch": (409, "The order is known already with other content"),
    "order_not_found": (404, "There is no such order"),
    "order_not_confirmed": (409, "The order is not confirmed yet"),
    "line_not_found": (422, "The order has no such line"),
    "order_closed": (409, "The order is confirmed, cancelled or reversed already"),
    "refund_mismatch": (409, "The refund is known already with other content"),
    "refund_too_large": (409, "More would be refunded than is left of the order"),
    "changed_meanwhile": (409, "Something changed in the meantime; read again and repeat"),
    "too_early": (422, "The order lies too far in the future"),
    "too_late": (422, "The order lies too far back"),
    # Us
    "unexpected": (500, "Something went wrong on our side"),
    "busy": (503, "Try again in a moment"),
}


class Problem(msgspec.Struct, omit_defaults=True):
    type: str
    title: str
    status: int
    code: str
    request_id: str
    field: str | None = None
    detail: str | None = None
    params: dict[str, Any] = {}
    mistakes: list[Mistake] = []


def problem_of(refused: Refused, request_id: str, language: Language) -> Problem:
    """`detail` and `mistakes` are members of their own; all other parameters go to `params`."""
    # Unknown to the table is our own slip; to the client it is still a refusal with its code.
    status, title = PROBLEMS.get(refused.code, (422, refused.code.replace("_", " ")))
    params = dict(refused.params)
    return Problem(
        type=f"urn:stamkund:problem:{refused.code}",
        title=title,
        status=status,
        code=refused.code,
        request_id=request_id,
        field=refused.field,
        detail=params.pop("detail", None) or _said(refused, language),
        mistakes=params.pop("mistakes", []),
        params=params,
    )


def _said(refused: Refused, language: Language) -> str | None:
    """What a person may read, where there is such a text and all that it needs."""
    # Most requests are not refused, and most refusals are for machines.
    from stamkund.rules import text

    params = {name: value for name, value in refused.params.items() if isinstance(value, str | int)}
    code = _words_for(refused.code, params)
    if not text.is_code(code):
        return None
    try:
        return text.say(code, language, **params)
    except KeyError:
        return None


def _words_for(code: str, params: dict[str, str | int]) -> str:
    """Of points that would do in another number, which number that is: to pay with, or, where it
    is also said how many are pending, to be taken by staff."""
    if code != "points_not_enough" or "most" not in params:
        return code
    params["points"] = params["most"]
    if "pending" in params:
        return "points_to_take"
    if not params["most"]:
        return code if "minimum" in params else "points_unfit"
    return "points_fit"


def headers_of(problem: Problem) -> dict[str, str]:
    headers = {"Content-Type": CONTENT_TYPE}
    if problem.status in {429, 503}:
        headers["Retry-After"] = str(problem.params.get("retry_after", RETRY_SECONDS))
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers
