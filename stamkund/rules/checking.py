"""What can be wrong with a programme although it has the right shape."""

from collections.abc import Iterator, Mapping, Sequence

from stamkund.rules.errors import Mistake
from stamkund.rules.programme import (
    EVERY_TIER,
    MOST_LIMITED,
    AmbassadorLevel,
    AmountOff,
    Charity,
    ExtraPoints,
    Language,
    Offer,
    Programme,
    Survey,
    When,
)
from stamkund.rules.programme_file import (
    HOLD_OUT,
    LoginArgument,
    LoginOffer,
    ProgrammeFile,
)
from stamkund.rules.referral_rules import Benefit, OfferGiven, PointsGiven, VoucherGiven

# Parts of an order's points, counters and shortfalls that are no rule's own.
OURS = frozenset({"base", "multipliers", "points", "first_order", "price"})
# What a mistake is seen by, beside what stands at its own place: `{at}` is that place, `{beside}`
# the one it lies in, and `[]` any item of a list.
SEEN_BY: dict[str, tuple[str, ...]] = {
    "unknown_tier": ("tiers.steps[].id",),
    "unknown_group": ("groups[]",),
    "no_points": ("points",),
    "text_missing": ("languages",),
    "own_currency": ("currency",),
    "alone_above_most": ("staff.most",),
    "too_few_variants": ("login_offer.order",),
    "not_an_experiment": ("login_offer.order",),
    "needs_switch_on": ("{beside}.switch_on",),
    "needs_link": ("login.link",),
    "needs_end": ("{beside}.when", "{beside}.when.end"),
    "no_causes": ("rewards.causes",),
    "no_choices": ("{beside}.kind",),
    "unknown_offer": ("offers[].id",),
    "unknown_level": ("referrals.ambassadors.levels[].id",),
    "not_to_be_given": ("offers[].switch_on", "offers[].limit_total", "offers[].ambassadors"),
    "no_worth": ("{beside}.gives", "points.pay"),
    "unknown_purpose": ("my_pages.purposes[].id",),
    "expires_while_pending": ("points.pending_days",),
    "one_of": (
        *("{at}.multiplier", "{at}.points_per_unit", "{at}.points_per_order"),
        *("{at}.months", "{at}.inactive_months"),
        *("{at}.percent", "{at}.price"),
    ),
}


def check(programme: ProgrammeFile, before: ProgrammeFile | None = None) -> list[Mistake]:
    """Every mistake that the shape of the file alone does not show.

    `before` is the programme that is in force.
    """
    return [
        *_zone(programme),
        *_languages(programme),
        *_repeated(programme),
        *_taken(programme),
        *_tiers(programme),
        *_points(programme),
        *_prices(programme),
        *_offers(programme),
        *_too_many_limited(programme),
        *_windows(programme),
        *_texts(programme),
        *_rates(programme),
        *_staff(programme),
        *_login(programme),
        *_login_offer(programme.login_offer),
        *_feedback(programme),
        *_questions(programme),
        *_rewards(programme),
        *_my_pages(programme),
        *_referrals(programme),
        *changed(programme, before),
    ]


def changed(programme: Programme, before: Programme | None) -> Iterator[Mistake]:
    """What stays as it was first published: vouchers and month totals are kept without it."""
    if before and programme.currency != before.currency:
        detail = f"vouchers, totals and orders are kept in {before.currency}"
        yield Mistake("currency", "currency_changed", detail)


def seen_by(mistake: Mistake) -> list[str]:
    """The other places by which it is one."""
    beside = mistake.path.rpartition(".")[0]
    places = SEEN_BY.get(mistake.code, ())
    return [place.format(at=mistake.path, beside=beside) for place in places]


def _zone(programme: ProgrammeFile) -> Iterator[Mistake]:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(programme.time_zone)
    except (KeyError, ValueError, OSError):
        yield Mistake("time_zone", "unknown_time_zone", f"no time zone {programme.time_zone!r}")


def _repeated(programme: ProgrammeFile) -> Iterator[Mistake]:
    points = programme.points
    lists: dict[str, Sequence[str]] = {
        "points.rules": [rule.id for rule in points.rules] if points else [],
        "tiers.steps": programme.step_ids(),
        "prices": [price.id for price in programme.prices],
        "offers": [offer.id for offer in programme.offers],
        "groups": list(programme.groups),
        "feedback.templates": [template.id for template in programme.feedback.templates],
        "rewards.catalogue": [reward.id for reward in programme.rewards.catalogue],
        "rewards.causes": [cause.id for cause in programme.rewards.causes],
        "actions": [action.id for action in programme.actions],
        "my_pages.purposes": [purpose.id for purpose in programme.my_pages.purposes],
        "my_pages.details": [detail.id for detail in programme.my_pages.details],
        "my_pages.modules": list(programme.my_pages.modules),
        "referrals.special": [special.id for special in programme.referrals.special],
        "referrals.ambassadors.levels": [level.id for level in _levels(programme)],
        **_perks(programme),
    }
    for path, ids in lists.items():
        for index, id in enumerate(ids):
            if id in ids[:index]:
                yield Mistake(f"{path}[{index}]", "repeated_id", f"{id!r} is there already")


def _perks(programme: ProgrammeFile) -> dict[str, list[str]]:
    steps = programme.tiers.steps if programme.tiers else []
    return {
        f"tiers.steps[{index}].perks": [perk.id for perk in step.perks]
        for index, step in enumerate(steps)
    }


def _languages(programme: ProgrammeFile) -> Iterator[Mistake]:
    for index, language in enumerate(programme.languages):
        if language in programme.languages[:index]:
            detail = f"{language!r} is there already"
            yield Mistake(f"languages[{index}]", "repeated_language", detail)


def _benefits(programme: ProgrammeFile) -> Iterator[tuple[str, str]]:
    """What may take something off an order, or add points to it: path and id."""
    rules = programme.points.rules if programme.points else []
    yield from ((f"points.rules[{i}].id", rule.id) for i, rule in enumerate(rules))
    yield from ((f"prices[{i}].id", price.id) for i, price in enumerate(programme.prices))
    yield from ((f"offers[{i}].id", offer.id) for i, offer in enumerate(programme.offers))


def _taken(programme: ProgrammeFile) -> Iterator[Mistake]:
    """On an order, and in what it counts, a benefit is known by its id alone."""
    seen: dict[str, str] = {}
    for path, id in _benefits(programme):
        known = seen.setdefault(id, path)
        if id in OURS:
            yield Mistake(path, "reserved_id", f"{id!r} has a meaning of its own on a receipt")
        elif known.partition("[")[0] != path.partition("[")[0]:
            yield Mistake(path, "repeated_id", f"{id!r} is there already, as {known}")


def _tiers(programme: ProgrammeFile) -> Iterator[Mistake]:
    if programme.tiers is None:
        return
    thresholds = [step.threshold for step in programme.tiers.steps]
    if thresholds[0] != 0:
        yield Mistake("tiers.steps[0].threshold", "first_not_zero", "the lowest tier starts at 0")
    for index in range(1, len(thresholds)):
        if thresholds[index] <= thresholds[index - 1]:
            path = f"tiers.steps[{index}].threshold"
            yield Mistake(path, "not_ascending", "each step needs more than the one before")
    if programme.tiers.basis == "points" and programme.points is None:
        yield Mistake("tiers.basis", "no_points", "tiers by points need a points section")


def _points(programme: ProgrammeFile) -> Iterator[Mistake]:
    if programme.points is None:
        return
    expiry = programme.points.expiry
    if expiry and (expiry.months is None) == (expiry.inactive_months is None):
        yield Mistake("points.expiry", "one_of", "give either months or inactive_months")
    if expiry and expiry.months and expiry.months * 28 <= programme.points.pending_days + 7:
        yield Mistake("points.expiry.months", "expires_while_pending", "they expire while pending")
    for index, rule in enumerate(programme.points.rules):
        given = (rule.multiplier, rule.points_per_unit, rule.points_per_order)
        if sum(value is not None for value in given) != 1:
            detail = "give one of multiplier, points_per_unit, points_per_order"
            yield Mistake(f"points.rules[{index}]", "one_of", detail)
        if rule.cap and rule.cap.window is not None and rule.when.end is None:
            yield Mistake(f"points.rules[{index}].cap", "needs_end", "its window has no end")
    if programme.points.cap and programme.points.cap.window is not None:
        yield Mistake("points.cap", "needs_end", "only a rule has a window")


def _prices(programme: ProgrammeFile) -> Iterator[Mistake]:
    for index, price in enumerate(programme.prices):
        for tier, cut in price.tiers.items():
            path = f"prices[{index}].tiers.{tier}"
            if tier != EVERY_TIER and tier not in programme.step_ids():
                yield Mistake(path, "unknown_tier", f"no tier {tier!r}")
            if (cut.percent is None) == (cut.price is None):
                yield Mistake(path, "one_of", "give either percent or price")


def _offers(programme: ProgrammeFile) -> Iterator[Mistake]:
    for index, offer in enumerate(programme.offers):
        path = f"offers[{index}]"
        if offer.group not in programme.groups:
            yield Mistake(f"{path}.group", "unknown_group", f"{offer.group!r} is not in groups")
        if offer.limit_total:
            yield from _limited(offer, path)
        if isinstance(offer.effect, ExtraPoints) and programme.points is None:
            yield Mistake(f"{path}.effect", "no_points", "extra points need a points section")
        levels = [level.id for level in _levels(programme)]
        for n, id in enumerate(offer.ambassadors):
            if id not in levels:
                yield Mistake(f"{path}.ambassadors[{n}]", "unknown_level", f"no level {id!r}")


def _limited(offer: Offer, path: str) -> Iterator[Mistake]:
    if not offer.switch_on:
        detail = "a limit over all members is claimed when the offer is switched on"
        yield Mistake(f"{path}.limit_total", "needs_switch_on", detail)
    if offer.limit_per_member and offer.limit_per_member > 1:
        detail = "an offer of which there are only so many is once per member"
        yield Mistake(f"{path}.limit_per_member", "once_per_member", detail)


def _too_many_limited(programme: ProgrammeFile) -> Iterator[Mistake]:
    limited = [index for index, offer in enumerate(programme.offers) if offer.limit_total]
    for index in limited[MOST_LIMITED:]:
        detail = f"at most {MOST_LIMITED} offers are limited over all members"
        yield Mistake(f"offers[{index}].limit_total", "too_many_limited", detail)


def _whens(programme: ProgrammeFile) -> Iterator[tuple[str, When]]:
    rules = programme.points.rules if programme.points else []
    yield from ((f"points.rules[{i}].when", rule.when) for i, rule in enumerate(rules))
    yield from ((f"prices[{i}].when", price.when) for i, price in enumerate(programme.prices))
    yield from ((f"offers[{i}].when", offer.when) for i, offer in enumerate(programme.offers))
    for i, reward in enumerate(programme.rewards.catalogue):
        yield f"rewards.catalogue[{i}]", When(start=reward.start, end=reward.end)
    referrals = programme.referrals
    yield "referrals", When(start=referrals.start, end=referrals.end)
    for i, special in enumerate(referrals.special):
        yield f"referrals.special[{i}]", When(start=special.start, end=special.end)


def _windows(programme: ProgrammeFile) -> Iterator[Mistake]:
    for path, when in _whens(programme):
        for name, moment in (("start", when.start), ("end", when.end)):
            if moment and moment.tzinfo is None:
                yield Mistake(f"{path}.{name}", "no_offset", "a time needs its offset from UTC")
        if _backwards(when):
            yield Mistake(f"{path}.end", "ends_before_start", "the window ends before it starts")
        if when.hours and when.hours.start == when.hours.end:
            detail = "hours that end as they start are the whole day, or none of it"
            yield Mistake(f"{path}.hours.end", "ends_as_it_starts", detail)
        for index, tier in enumerate(when.tiers):
            if tier not in programme.step_ids():
                yield Mistake(f"{path}.tiers[{index}]", "unknown_tier", f"no tier {tier!r}")


def _backwards(when: When) -> bool:
    if not (when.start and when.end and when.start.tzinfo and when.end.tzinfo):
        return False
    return when.end <= when.start


def _named(programme: ProgrammeFile) -> Iterator[tuple[str, Mapping[Language, str]]]:
    rules = programme.points.rules if programme.points else []
    yield from ((f"points.rules[{i}].name", rule.name) for i, rule in enumerate(rules))
    for i, step in enumerate(programme.tiers.steps if programme.tiers else []):
        yield f"tiers.steps[{i}].name", step.name
        yield from ((f"tiers.steps[{i}].perks[{j}].name", p.name) for j, p in enumerate(step.perks))
    yield from ((f"prices[{i}].name", price.name) for i, price in enumerate(programme.prices))
    yield from ((f"offers[{i}].name", offer.name) for i, offer in enumerate(programme.offers))
    for i, template in enumerate(programme.feedback.templates):
        yield f"feedback.templates[{i}].text", template.text
    if programme.lottery:
        yield "lottery.prize", programme.lottery.prize
    for path, survey in _surveys(programme):
        yield f"{path}.question", survey.question
        choices = enumerate(survey.choices)
        yield from ((f"{path}.choices[{n}].name", choice.name) for n, choice in choices)
    rewards = programme.rewards
    yield from ((f"rewards.catalogue[{i}].name", r.name) for i, r in enumerate(rewards.catalogue))
    yield from ((f"rewards.causes[{i}].name", c.name) for i, c in enumerate(rewards.causes))
    yield from ((f"actions[{i}].name", action.name) for i, action in enumerate(programme.actions))
    for i, purpose in enumerate(programme.my_pages.purposes):
        yield f"my_pages.purposes[{i}].name", purpose.name
        yield f"my_pages.purposes[{i}].text", purpose.text
    details = enumerate(programme.my_pages.details)
    yield from ((f"my_pages.details[{i}].name", detail.name) for i, detail in details)
    yield from _named_in_referrals(programme)


def _named_in_referrals(programme: ProgrammeFile) -> Iterator[tuple[str, Mapping[Language, str]]]:
    for i, special in enumerate(programme.referrals.special):
        yield f"referrals.special[{i}].name", special.name
    for i, level in enumerate(_levels(programme)):
        yield f"referrals.ambassadors.levels[{i}].name", level.name
    for channel, text in programme.referrals.share.items():
        yield f"referrals.share.{channel}", text


def _levels(programme: ProgrammeFile) -> list[AmbassadorLevel]:
    ambassadors = programme.referrals.ambassadors
    return ambassadors.levels if ambassadors else []


def _surveys(programme: ProgrammeFile) -> Iterator[tuple[str, Survey]]:
    at_once, later = programme.checkout_questions, programme.surveys.asked
    yield from ((f"checkout_questions[{i}]", survey) for i, survey in enumerate(at_once))
    yield from ((f"surveys.asked[{i}]", survey) for i, survey in enumerate(later))


def _questions(programme: ProgrammeFile) -> Iterator[Mistake]:
    """Answers are counted by the id of the question, wherever it is asked."""
    seen: set[str] = set()
    for path, survey in _surveys(programme):
        if survey.id in seen:
            yield Mistake(f"{path}.id", "repeated_id", f"{survey.id!r} is there already")
        seen.add(survey.id)
        if (survey.kind == "choice") != bool(survey.choices):
            yield Mistake(
                f"{path}.choices", "no_choices", "only `choice` has choices, and has some"
            )


def _texts(programme: ProgrammeFile) -> Iterator[Mistake]:
    if not programme.name.strip():
        yield Mistake("name", "text_blank", "there is nothing to read")
    for path, text in _named(programme):
        for language, name in text.items():
            if not name.strip():
                yield Mistake(f"{path}.{language}", "text_blank", "there is nothing to read")
        for language in programme.languages:
            if language not in text:
                yield Mistake(f"{path}.{language}", "text_missing", f"no text in {language!r}")


def _rates(programme: ProgrammeFile) -> Iterator[Mistake]:
    if programme.currency in programme.rates:
        path = f"rates.{programme.currency}"
        yield Mistake(path, "own_currency", "the accounting currency needs no rate")


def _staff(programme: ProgrammeFile) -> Iterator[Mistake]:
    if programme.staff.alone > programme.staff.most:
        yield Mistake("staff.alone", "alone_above_most", "nobody may pass `most`")


def _login(programme: ProgrammeFile) -> Iterator[Mistake]:
    sms = programme.login.sms
    if sms and sms.link and programme.login.link is None:
        yield Mistake("login.sms.link", "needs_link", "there is no page for a link to lead to")


def _login_offer(offer: LoginOffer) -> Iterator[Mistake]:
    experiment = offer.order == "experiment"
    if experiment and len(offer.variants) < 2:
        detail = "an experiment compares at least two variants"
        yield Mistake("login_offer.variants", "too_few_variants", detail)
    if offer.variants and not experiment:
        detail = "variants are for order: experiment"
        yield Mistake("login_offer.variants", "not_an_experiment", detail)
    ids = [variant.id for variant in offer.variants]
    for index, id in enumerate(ids):
        if id in ids[:index]:
            path = f"login_offer.variants[{index}]"
            yield Mistake(path, "repeated_id", f"{id!r} is there already")
        if id == HOLD_OUT:
            path = f"login_offer.variants[{index}].id"
            yield Mistake(path, "reserved_id", f"{id!r} are those who see nothing")
    yield from _twice("login_offer.arguments", offer.arguments)
    for index, variant in enumerate(offer.variants):
        yield from _twice(f"login_offer.variants[{index}].arguments", variant.arguments)


def _feedback(programme: ProgrammeFile) -> Iterator[Mistake]:
    for tier in programme.feedback.tiers:
        if tier not in programme.step_ids():
            yield Mistake(f"feedback.tiers.{tier}", "unknown_tier", f"no tier {tier!r}")


def _twice(path: str, arguments: list[LoginArgument]) -> Iterator[Mistake]:
    for index, argument in enumerate(arguments):
        if argument in arguments[:index]:
            yield Mistake(f"{path}[{index}]", "repeated_id", f"{argument!r} is there already")


def _rewards(programme: ProgrammeFile) -> Iterator[Mistake]:
    for path, things in (
        ("rewards.catalogue", programme.rewards.catalogue),
        ("actions", programme.actions),
    ):
        if things and programme.points is None:
            yield Mistake(path, "no_points", "without a points section there are no points")
    for index, reward in enumerate(programme.rewards.catalogue):
        path = f"rewards.catalogue[{index}]"
        if reward.from_tier and reward.from_tier not in programme.step_ids():
            yield Mistake(f"{path}.from_tier", "unknown_tier", f"no tier {reward.from_tier!r}")
        if isinstance(reward.gives, Charity) and not programme.rewards.causes:
            yield Mistake(f"{path}.gives", "no_causes", "there is no cause to give to")
        if isinstance(reward.gives, Charity) and reward.transferable:
            detail = "a gift to a cause is no voucher to be given on"
            yield Mistake(f"{path}.transferable", "no_voucher", detail)


def _my_pages(programme: ProgrammeFile) -> Iterator[Mistake]:
    pages = programme.my_pages
    known = {purpose.id for purpose in pages.purposes}
    for field in ("newsletter", "wishes", "forum"):
        purpose: str | None = getattr(pages, field)
        if purpose is not None and purpose not in known:
            yield Mistake(f"my_pages.{field}", "unknown_purpose", f"no purpose {purpose!r}")


def _referrals(programme: ProgrammeFile) -> Iterator[Mistake]:
    referrals = programme.referrals
    given = {"referrals.referrer": referrals.referrer, "referrals.friend": referrals.friend}
    for i, special in enumerate(referrals.special):
        given[f"referrals.special[{i}].referrer"] = special.referrer
    for path, benefit in given.items():
        if isinstance(benefit, PointsGiven) and programme.points is None:
            yield Mistake(path, "no_points", "without a points section there are no points")
        if isinstance(benefit, OfferGiven):
            yield from _switched_on(programme, f"{path}.offer", benefit.offer)
        yield from _worth(programme, path, benefit)


def _worth(programme: ProgrammeFile, path: str, benefit: Benefit | None) -> Iterator[Mistake]:
    if not isinstance(benefit, VoucherGiven) or benefit.if_used == "keep":
        return
    if not isinstance(benefit.gives, AmountOff) or not (programme.points and programme.points.pay):
        detail = "how many points it was worth is known of an amount, where points pay"
        yield Mistake(f"{path}.if_used", "no_worth", detail)


def _switched_on(programme: ProgrammeFile, path: str, id: str) -> Iterator[Mistake]:
    offer = next((one for one in programme.offers if one.id == id), None)
    if offer is None:
        yield Mistake(path, "unknown_offer", f"no offer {id!r}")
    elif not offer.switch_on or offer.limit_total or offer.ambassadors:
        detail = "it has to be one to switch on, for everybody, and of which there are any number"
        yield Mistake(path, "not_to_be_given", detail)
