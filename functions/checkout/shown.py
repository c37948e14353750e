"""How what was priced is shown: with names and reasons in the reader's language."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.bill import Cut, Missed, Voucher
from stamkund.rules.earning import Component
from stamkund.rules.naming import named, names_of, tier_name, voucher_name
from stamkund.rules.placing import points_by_kind
from stamkund.rules.programme import (
    Currency,
    FreeArticle,
    FreeShipping,
    Language,
    PercentOff,
    Programme,
)
from stamkund.rules.text import say
from stamkund.tables.programmes import Published


class LineBenefit(Struct, frozen=True):
    """What one benefit takes off one line, in minor units."""

    kind: str
    id: str
    amount: int


class Benefit(Struct, frozen=True):
    """What one benefit takes off the whole basket, in minor units, and the points it adds."""

    kind: str
    id: str
    name: str
    amount: int
    points: int = 0


class MissedBenefit(Struct, frozen=True):
    """A club offer that is not given, and why: `code` and `params` are the contract."""

    id: str
    name: str
    code: str
    params: dict[str, int | str]
    text: str
    can_switch_on: bool


class PointsPart(Struct, frozen=True):
    """Points and what gave them."""

    id: str
    name: str
    points: int


class PointsEarned(Struct, frozen=True):
    """Points to be earned, or earned; `base` and `extra` sum to `total`."""

    total: int
    base: int
    extra: int
    parts: list[PointsPart]
    spendable_on: str | None
    expires: str | None


class TierProgress(Struct, frozen=True):
    """Where this purchase takes the member; `missing` is in points, or in minor units of
    `currency`, which is that of the programme, by `basis`."""

    now: str
    after: str
    next: str | None
    next_name: str | None
    missing: int
    basis: str
    currency: Currency | None
    text: str | None


def benefit_names(cuts: Sequence[Cut], programme: Programme, language: Language) -> dict[str, str]:
    """What each is called; one that the programme knows no more, by its id."""
    names = names_of(programme, language)
    voucher = say("voucher", language)
    return {cut.id: voucher if cut.kind == "voucher" else names.get(cut.id, cut.id) for cut in cuts}


def benefits(cuts: Sequence[Cut], programme: Programme, language: Language) -> list[Benefit]:
    names = benefit_names(cuts, programme, language)
    return [Benefit(cut.kind, cut.id, names[cut.id], cut.amount, cut.points) for cut in cuts]


def line_benefits(cuts: Sequence[Cut], line: int) -> list[LineBenefit]:
    taken = ((cut, cut.amounts.get(line, 0)) for cut in cuts)
    return [LineBenefit(cut.kind, cut.id, amount) for cut, amount in taken if amount]


def missed_benefits(
    missed: Sequence[Missed],
    programme: Programme,
    language: Language,
    currency: Currency,
    *,
    over: bool = False,
) -> list[MissedBenefit]:
    """Of a basket; or of an order that is `over`, for which nothing can be had any more."""
    names, when = names_of(programme, language), "then_" if over else ""
    return [
        MissedBenefit(
            id=each.id,
            name=names.get(each.id, each.id),
            code=each.code,
            params=each.params,
            text=say(
                when + each.code, language, **_words(each, names, programme, language, currency)
            ),
            can_switch_on=each.code == "switch_on" and not over,
        )
        for each in missed
    ]


def _words(
    missed: Missed,
    names: Mapping[str, str],
    programme: Programme,
    language: Language,
    currency: Currency,
) -> dict[str, str | int]:
    """The parameters with ids replaced by what people call them."""
    words: dict[str, str | int] = {**missed.params, "currency": currency}
    if "by" in words:
        words["by"] = names.get(str(words["by"]), str(words["by"]))
    if "tier" in words:
        words["tier"] = tier_name(programme, str(words["tier"]), language)
    return words


def points_earned(
    parts: Sequence[Component], lot: str, programme: Programme, language: Language, today: str
) -> PointsEarned:
    base, extra = points_by_kind(parts)
    spendable, _, expires = lot.partition(">")
    return PointsEarned(
        total=base + extra,
        base=base,
        extra=extra,
        parts=list(_named_parts(parts, programme, language)),
        spendable_on=(spendable or today) if parts else None,
        expires=expires if parts and expires[:1].isdigit() else None,
    )


def _named_parts(
    parts: Sequence[Component], programme: Programme, language: Language
) -> Iterator[PointsPart]:
    ours = {id: say(id, language) for id in ("base", "multipliers")}
    names = ours | names_of(programme, language)
    for part in parts:
        yield PointsPart(part.id, names.get(part.id, part.id), part.points)


def tier_progress(
    account: Account, after: Account, published: Published, month: str, language: Language
) -> TierProgress | None:
    """From the account as it is to what it will be; None for a programme without tiers."""
    programme, history = published.programme, published.tier_history
    ladder = membership.ladder_after(account, after, history, month)
    if ladder is None or programme.tiers is None:
        return None
    above = next((rung for rung in ladder.rungs if not rung.reached), None)
    following = named(above.step.name, language, programme) if above else None
    return TierProgress(
        now=membership.tier_of(account, history, month),
        after=ladder.tier,
        next=above.step.id if above else None,
        next_name=following,
        missing=above.missing if above else 0,
        basis=ladder.basis,
        currency=programme.currency if ladder.basis == "spend" else None,
        text=_next_tier_text(ladder.basis, above.missing, following, programme, language)
        if above and following
        else None,
    )


def _next_tier_text(
    basis: str, missing: int, tier: str, programme: Programme, language: Language
) -> str:
    if basis == "points":
        return say("next_tier_points", language, points=missing, tier=tier)
    return say("next_tier", language, amount=missing, currency=programme.currency, tier=tier)


class VoucherShown(Struct, frozen=True):
    """A voucher that can be used now, in minor units of `currency`, which is the programme's.

    `kind` is amount, or what it gives instead: percent, free_article, free_shipping. `name` is that
    of the reward that it came from.
    """

    id: str
    amount: int
    min_amount: int
    currency: Currency
    expires_at: datetime
    name: str
    kind: str = "amount"
    percent: int | None = None
    article: str | None = None


def voucher_shown(voucher: Voucher, programme: Programme, language: Language) -> VoucherShown:
    amounts = voucher.amount, voucher.min_amount
    name = voucher_name(programme, voucher.reward, language)
    plain = VoucherShown(voucher.id, *amounts, programme.currency, voucher.expires_at, name)
    match voucher.gives:
        case PercentOff(percent=percent):
            return replace(plain, kind="percent", percent=percent)
        case FreeArticle(article=article):
            return replace(plain, kind="free_article", article=article)
        case FreeShipping():
            return replace(plain, kind="free_shipping")
    return plain
