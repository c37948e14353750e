"""What decides where the modules of my pages go: told from what they are drawn from, so that a
member is never told of something that is not there to be seen."""

from collections.abc import Sized

from functions.members.page_modules import Modules, VoucherShown
from functions.members.read_ladder import LadderShown
from stamkund.rules.calendar import day_of, last_day_until
from stamkund.rules.my_pages import Done, Ending, Facts
from stamkund.rules.naming import tier_name
from stamkund.rules.programme import Language
from stamkund.rules.programme_file import PageModule
from stamkund.web.club import Club


def facts_of(modules: Modules, club: Club, language: Language) -> Facts:
    """Of a module that failed there is nothing to say."""
    forecast = modules.ladder.forecast if modules.ladder else None
    next_tier, way = _next(modules.ladder)
    zone = club.programme.time_zone
    return Facts(
        today=club.at.day,
        currency=club.programme.currency,
        unanswered=sum(thread.answer_by is not None for thread in modules.threads or ()),
        asked=len(modules.survey.questions) if modules.survey else 0,
        done=[Done(day_of(n.published_at, zone), n.title) for n in modules.news or () if n.mine],
        vouchers=[_ending(voucher, zone) for voucher in modules.vouchers or ()],
        points=[Ending(e.day, e.points) for e in modules.points.expiring] if modules.points else (),
        falls_on=forecast.falls_on if forecast else "",
        keeps=tier_name(club.programme, forecast.keeps, language) if forecast else "",
        next_tier=next_tier,
        way=way,
        fallen=sum(wish.fallen > 0 for wish in modules.wish_list or ()),
        open_offers=sum(one.switch_on and not one.on for one in modules.offers or ()),
        missing_details=len(modules.details.missing) if modules.details else 0,
        subscribed=bool(modules.newsletter and modules.newsletter.consent.given),
        empty=_empty(modules),
    )


def _ending(voucher: VoucherShown, zone: str) -> Ending:
    """One that is no money off has nothing to say but its name."""
    name = "" if voucher.gives.kind == "amount" else voucher.name
    return Ending(last_day_until(voucher.expires_at, zone), voucher.amount, name)


def _next(ladder: LadderShown | None) -> tuple[str, int]:
    """The next step by its name, and how much of the way to it is done, in per cent."""
    step = next((one for one in ladder.steps if not one.reached), None) if ladder else None
    if step is None or not step.threshold:
        return "", 0
    return step.name, (step.threshold - step.missing) * 100 // step.threshold


def _empty(modules: Modules) -> frozenset[PageModule]:
    lists: dict[PageModule, Sized | None] = {
        "offers": modules.offers,
        "vouchers": modules.vouchers,
        "orders": modules.orders,
        "threads": modules.threads,
        "news": modules.news,
        "wish_list": modules.wish_list,
        "consents": modules.consents,
    }
    return frozenset(name for name, items in lists.items() if items is not None and not items)
