"""The ladder: every step, where the member stands, and what is missing to the next."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from functions.members.shown import called
from stamkund.rules import membership, tiers
from stamkund.rules.account import Account
from stamkund.rules.naming import named
from stamkund.rules.programme import Currency, Language
from stamkund.rules.text import say
from stamkund.rules.tiers import Forecast, Ladder, Rung
from stamkund.tables import Read, accounts
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import endpoint

Basis = Literal["spend", "points"]


class PerkShown(Struct, frozen=True):
    id: str
    name: str


class StepShown(Struct, frozen=True):
    """`threshold` and `missing` in minor units or in points, by the ladder's basis; `multiplier`
    of points in per cent."""

    id: str
    name: str
    threshold: int
    multiplier: int
    perks: list[PerkShown]
    reached: bool
    missing: int


class ForecastShown(Struct, frozen=True):
    """Without `missing` more from `counts_from` to `last_day`, the tier is another on
    `falls_on`."""

    keeps: str
    missing: int
    counts_from: str
    last_day: str
    falls_on: str
    falls_to: str
    text: str


class LadderShown(Struct, frozen=True):
    """`counted` is what counts today, since `counted_since`; in minor units, or points, by `basis`.

    A programme without tiers has no steps, and null for all else.
    """

    tier: str | None
    basis: Basis | None
    currency: Currency
    counted: int | None
    counted_since: str | None
    steps: list[StepShown]
    next: str | None
    text: str | None
    forecast: ForecastShown | None


@endpoint(
    "GET",
    "/v1/members/{member}/ladder",
    caller=[Member, Shop, Staff],
    access={Accounts: Read, Programmes: Read},
    problems=MEMBER_PROBLEMS,
)
def read_ladder(member: str, caller: Caller, now: datetime) -> LadderShown:
    """Read where a member stands on the ladder.

    Every step with its perks, what is missing to it, and what keeps the member from falling.
    """
    club = club_at(caller.shop, now)
    account = accounts.find(caller.shop, member_of(caller, member))
    accounts.refuse_inactive(account)
    return ladder_of(club, account, caller.language)


def ladder_of(club: Club, account: Account, language: Language) -> LadderShown:
    history, month = club.published.tier_history, club.at.month
    start = membership.standing(account, history)
    ladder = tiers.ladder(history, account.record, start, month)
    if ladder is None:
        return LadderShown(None, None, club.programme.currency, None, None, [], None, None, None)
    forecast = tiers.forecast(history, account.record, start, month)
    above = next((rung for rung in ladder.rungs if not rung.reached), None)
    return LadderShown(
        tier=ladder.tier,
        basis=ladder.basis,
        currency=club.programme.currency,
        counted=ladder.counted,
        counted_since=ladder.counted_since,
        steps=[_step(rung, club, language) for rung in ladder.rungs],
        next=above.step.id if above else None,
        text=_next_text(ladder, above, club, language),
        forecast=_forecast(forecast, club, language) if forecast else None,
    )


def _step(rung: Rung, club: Club, language: Language) -> StepShown:
    step, programme = rung.step, club.programme
    perks = [PerkShown(perk.id, named(perk.name, language, programme)) for perk in step.perks]
    return StepShown(
        id=step.id,
        name=named(step.name, language, programme),
        threshold=step.threshold,
        multiplier=step.multiplier,
        perks=perks,
        reached=rung.reached,
        missing=rung.missing,
    )


def _next_text(ladder: Ladder, above: Rung | None, club: Club, language: Language) -> str:
    if above is None:
        return say("top_tier", language, tier=called(club, ladder.tier, language))
    name = named(above.step.name, language, club.programme)
    return _missing_text("next_tier", above.missing, ladder.basis, club, language, tier=name)


def _forecast(forecast: Forecast, club: Club, language: Language) -> ForecastShown:
    words = {
        "tier": called(club, forecast.keeps, language),
        "day": forecast.last_day,
    }
    code = "tier_forecast"
    # What is bought today may still count for the tier as it is, and not for keeping it.
    if forecast.counts_from > club.at.day:
        code, words["since"] = "tier_forecast_from", forecast.counts_from
    text = _missing_text(code, forecast.missing, forecast.basis, club, language, **words)
    return ForecastShown(
        forecast.keeps,
        forecast.missing,
        forecast.counts_from,
        forecast.last_day,
        forecast.falls_on,
        forecast.falls_to,
        text,
    )


def _missing_text(
    code: str, missing: int, basis: Basis, club: Club, language: Language, **words: str
) -> str:
    if basis == "points":
        return say(f"{code}_points", language, points=missing, **words)
    return say(code, language, amount=missing, currency=club.programme.currency, **words)
