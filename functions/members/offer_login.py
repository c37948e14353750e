"""Tells somebody unknown what logging in is worth, for exactly what they see."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from functions.members.login_tickets import mark_of, part_of, ticket_of
from functions.members.shown import called
from stamkund.rules.basket import (
    MOST_LINES,
    Basket,
    Line,
    PricedArticle,
    refuse_repeated_ids,
)
from stamkund.rules.errors import Refused
from stamkund.rules.login_offer import (
    Argument,
    Assigned,
    Case,
    Params,
    Seen,
    experiment_of,
    for_articles,
    for_basket,
    ranked,
    variants_of,
)
from stamkund.rules.programme import Currency, Language
from stamkund.rules.programme_file import HOLD_OUT, LoginArgument
from stamkund.rules.text import say
from stamkund.rules.words import Channel
from stamkund.tables import Read
from stamkund.tables.login_counters import Visit
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint

MOST_ARTICLES = 100
VisitorId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,64}$")]


class LoginOfferRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a visitor sees: `lines` of their basket, `articles` of a page that shows many, or
    neither.

    `visitor` is a random id that the page keeps. Without it nothing is counted.
    """

    currency: Currency
    lines: Annotated[list[Line], Meta(max_length=MOST_LINES)] = []
    articles: Annotated[list[PricedArticle], Meta(max_length=MOST_ARTICLES)] = []
    channel: Channel = "web"
    visitor: VisitorId | None = None


class ArgumentShown(Struct, frozen=True):
    """One reason, in minor units or points, or neither. `code` and `params` are the contract."""

    code: LoginArgument
    amount: int | None
    points: int | None
    params: dict[str, int | str]
    text: str


class Headline(Struct, frozen=True):
    """That of the first argument."""

    argument: LoginArgument
    text: str


class LoginOfferShown(Struct, frozen=True):
    """`arguments` as they are to be shown, the first the best; none for who is held out.

    `saved` and `points` are what a quote would say of this basket if the visitor joined now.
    `ticket` goes with every event of this visit.
    """

    currency: Currency
    headline: Headline | None
    arguments: list[ArgumentShown]
    saved: int | None
    points: int | None
    variant: str | None
    ticket: str | None


@endpoint(
    "POST",
    "/v1/members/login-offers",
    caller=[Storefront],
    access={Programmes: Read},
    problems=["no_programme", "basket_too_large", "currency_not_supported", "duplicate_line"],
)
def offer_login(request: LoginOfferRequest, caller: Caller, now: datetime) -> LoginOfferShown:
    """Say why to log in.

    What a member who joined now would save and earn with exactly these goods, as arguments ranked
    by what they are worth, each with its text, and one headline. Reads no member.
    """
    if request.lines and request.articles:
        raise Refused("invalid_field", "articles", detail="Give lines or articles, not both")
    refuse_repeated_ids(request.lines)
    club = club_at(caller.shop, now)
    case = _case(club, request)
    offer = club.file.login_offer
    if request.visitor is None:
        found = ranked(case.arguments, offer, variants_of(offer)[0])
        return _shown(club, request.currency, case, found, caller.language)
    experiment = experiment_of(offer)
    part = part_of(caller.shop, experiment, request.visitor, offer)
    found = ranked(case.arguments, offer, part.variant)
    visit = _visit(club, experiment, request.visitor, part, found)
    if part.held:
        return LoginOfferShown(request.currency, None, [], None, None, HOLD_OUT, visit)
    shown = _shown(club, request.currency, case, found, caller.language)
    return replace(shown, variant=part.variant.id, ticket=visit)


def _case(club: Club, request: LoginOfferRequest) -> Case:
    published = club.published
    seen = Seen(published.compiled, published.setting, club.at, request.currency, request.channel)
    if request.articles:
        return for_articles(seen, request.articles)
    return for_basket(seen, Basket(request.currency, request.lines, request.channel))


def _visit(
    club: Club, experiment: str, visitor: str, part: Assigned, found: list[Argument]
) -> str | None:
    """None where there is nothing to show, so that nobody who saw nothing is counted for it."""
    if not found:
        return None
    mark = mark_of(club.shop, experiment, visitor, club.at.day)
    lead = found[0].code
    visit = Visit(mark, club.at.day, experiment, part.variant.id, lead, part.held)
    return ticket_of(visit, club.shop)


def _shown(
    club: Club, currency: Currency, case: Case, found: list[Argument], language: Language
) -> LoginOfferShown:
    said = [_argument(argument, _words(argument, club, currency, language), language)
            for argument in found]  # fmt: skip
    headline = _headline(found[0], club, currency, language) if found else None
    return LoginOfferShown(currency, headline, said, case.saved, case.points, None, None)


def _argument(argument: Argument, words: Params, language: Language) -> ArgumentShown:
    text = say(f"login_{argument.says}", language, **words)
    return ArgumentShown(argument.code, argument.amount, argument.points, argument.params, text)


def _headline(argument: Argument, club: Club, currency: Currency, language: Language) -> Headline:
    words = _words(argument, club, currency, language)
    return Headline(argument.code, say(f"login_headline_{argument.headline}", language, **words))


def _words(argument: Argument, club: Club, currency: Currency, language: Language) -> Params:
    """What is missing to a tier is counted in the club's own currency."""
    words: Params = {**argument.params, "currency": currency}
    if argument.amount is not None:
        words["amount"] = argument.amount
    if argument.points is not None:
        words["points"] = argument.points
    if "missing" in words:
        words["points" if argument.says == "ladder_points" else "amount"] = words["missing"]
    if "tier" in words:
        words["tier"] = called(club, str(words["tier"]), language)
        words["currency"] = club.programme.currency
    return words
