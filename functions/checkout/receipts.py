"""The receipt: what was promised, what was given benefit by benefit, what came back since."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from functions.checkout.shown import (
    LineBenefit,
    PointsEarned,
    TierProgress,
    benefit_names,
    line_benefits,
    points_earned,
)
from stamkund.rules.calendar import day_of
from stamkund.rules.order import Order, OrderStatus, Refund
from stamkund.rules.programme import Currency, Language, Programme
from stamkund.rules.text import say
from stamkund.tables import programmes
from stamkund.tables.orders import Placed
from stamkund.web import asking, guest_claims
from stamkund.web.asking import Question
from stamkund.web.club import Club


class ReceiptLine(Struct, frozen=True):
    """Minor units: `full` at the shop's price, `charged` in money, `by_points` in points."""

    id: str
    article: str
    quantity: int
    full: int
    charged: int
    by_points: int
    benefits: list[LineBenefit]


class ReceiptTotal(Struct, frozen=True):
    """Minor units. `promised` is what was to be paid; `charged` is what was."""

    full: int
    saved: int
    by_points: int
    promised: int
    charged: int


class ShortfallShown(Struct, frozen=True):
    """What could not be given as promised, in minor units and points."""

    benefit: str
    amount: int
    points: int
    text: str


class RefundShown(Struct, frozen=True):
    """One return. `points` were taken back, of them `debt` is owed and `forgiven` let go;
    `restored` spent points were given back. `store` is that of the till to which it came back."""

    reference: str
    at: datetime
    lines: dict[str, int]
    amount: int
    currency: Currency
    points: int
    debt: int
    forgiven: int
    restored: int
    store: str | None


class ReceiptBenefit(Struct, frozen=True):
    """What was promised of a benefit and what was given, in minor units, and its extra points."""

    kind: str
    id: str
    name: str
    promised: int
    given: int
    points: int


class Receipt(Struct, frozen=True, kw_only=True):
    """An order and everything that became of it; `store` where a till of one sold it, and `next`,
    where the member stands by now, when the receipt is asked for.

    `claim` comes with a guest's order, which is the member's who brings it to `/v1/members/claims`.
    `questions` are to be asked now, and `survey_link` goes along with answers of who is not logged
    in.
    """

    order: str
    status: OrderStatus
    member: str | None
    occurred_at: datetime
    hold_until: datetime | None
    currency: Currency
    channel: str
    store: str | None
    programme_version: int
    tier: str | None
    lines: list[ReceiptLine]
    total: ReceiptTotal
    benefits: list[ReceiptBenefit]
    points: PointsEarned
    points_promised: int
    points_spent: int
    promise_kept: bool
    shortfalls: list[ShortfallShown]
    refunds: list[RefundShown]
    next: TierProgress | None = None
    text: str
    claim: str | None = None
    questions: list[Question] = []
    survey_link: str | None = None


def receipt_in(club: Club, placed: Placed, language: Language) -> Receipt:
    """What the order gave has the names of then, whatever is on offer today."""
    version, published = placed.order.version, club.published
    is_current = version == published.version
    programme = published.programme if is_current else programmes.version(club.shop, version)
    receipt = receipt_of(placed, programme, language, claim_on(club.shop, placed, programme))
    return _with_questions(receipt, club.shop, placed, programme, language)


def _with_questions(
    receipt: Receipt, shop: str, placed: Placed, programme: Programme, language: Language
) -> Receipt:
    """Only where a member has bought something: they come with the programme, and cost no call."""
    order = placed.order
    if not programme.checkout_questions or not order.member or placed.status == "cancelled":
        return receipt
    asked = asking.questions(programme.checkout_questions, programme, language)
    return replace(receipt, questions=asked, survey_link=asking.link_for(shop, order))


def claim_on(shop: str, placed: Placed, programme: Programme) -> str | None:
    """Only for a guest's order, and so nothing that a member's costs."""
    if placed.order.member or placed.status == "cancelled" or not programme.claims.days:
        return None
    return guest_claims.issue(shop, placed.order.key)


def receipt_of(
    placed: Placed, programme: Programme, language: Language, claim: str | None = None
) -> Receipt:
    order = placed.order
    today = day_of(order.occurred_at, programme.time_zone)
    return Receipt(
        order=order.key,
        status=placed.status,
        member=order.member or None,
        occurred_at=order.occurred_at,
        hold_until=placed.hold_until if placed.status == "held" else None,
        currency=order.currency,
        channel=order.channel,
        store=order.store or None,
        programme_version=order.version,
        tier=order.tier or None,
        lines=_lines(order),
        total=_total(order),
        benefits=_benefits(order, programme, language),
        points=points_earned(order.parts, order.lot, programme, language, today),
        points_promised=order.promised_points,
        points_spent=order.spent,
        promise_kept=not order.shortfalls,
        shortfalls=_shortfalls(order, language),
        refunds=[refund_shown(order, refund) for refund in placed.refunds],
        text=_text(order, language, today),
        claim=claim,
    )


def _lines(order: Order) -> list[ReceiptLine]:
    return [
        ReceiptLine(
            line.id,
            line.article,
            line.quantity,
            line.unit_price * line.quantity,
            line.charged,
            line.by_points,
            line_benefits(order.cuts, index),
        )
        for index, line in enumerate(order.lines)
    ]


def _benefits(order: Order, programme: Programme, language: Language) -> list[ReceiptBenefit]:
    names = benefit_names(order.cuts, programme, language)
    lacking = {missing.benefit: missing.amount for missing in order.shortfalls}
    return [
        ReceiptBenefit(
            cut.kind,
            cut.id,
            names[cut.id],
            promised=cut.amount + lacking.get(cut.id, 0),
            given=cut.amount,
            points=cut.points,
        )
        for cut in order.cuts
    ]


def _total(order: Order) -> ReceiptTotal:
    full = sum(line.unit_price * line.quantity for line in order.lines)
    by_points = sum(line.by_points for line in order.lines)
    saved = full - by_points - order.charged
    return ReceiptTotal(full, saved, by_points, order.promised_due, order.charged)


def _shortfalls(order: Order, language: Language) -> list[ShortfallShown]:
    return [
        ShortfallShown(
            missing.benefit,
            missing.amount,
            missing.points,
            say("shortfall", language, amount=missing.amount, currency=order.currency)
            if missing.amount
            else say("shortfall_points", language, points=missing.points),
        )
        for missing in order.shortfalls
    ]


def refund_shown(order: Order, refund: Refund) -> RefundShown:
    return RefundShown(
        reference=refund.reference,
        at=refund.at,
        lines={order.lines[index].id: units for index, units in sorted(refund.units.items())},
        amount=refund.amount,
        currency=order.currency,
        points=refund.points,
        debt=refund.debt,
        forgiven=refund.forgiven,
        restored=refund.restored,
        store=refund.store or None,
    )


def _text(order: Order, language: Language, today: str) -> str:
    """What was saved and what was earned, in a sentence each."""
    said = []
    saved = sum(cut.amount for cut in order.cuts)
    if saved:
        said.append(say("saved", language, amount=saved, currency=order.currency))
    spendable = order.lot.partition(">")[0]
    if order.points and spendable > today:
        said.append(say("earned", language, points=order.points, day=spendable))
    elif order.points:
        said.append(say("earned_now", language, points=order.points))
    return " ".join(said)
