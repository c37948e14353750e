import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from stamkund.rules.checking import check
from stamkund.rules.errors import Mistake
from stamkund.rules.programme_file import ProgrammeFile

Json = dict[str, Any]

TEXT = {"sv": "Namn", "en": "Name"}
LADDER = [
    {"id": "bas", "name": TEXT, "threshold": 0},
    {"id": "silver", "name": TEXT, "threshold": 500_000},
    {"id": "guld", "name": TEXT, "threshold": 1_500_000},
]
EARN = {"points": 1, "amount": 1_000}


def programme(**sections: object) -> ProgrammeFile:
    file: Json = {
        "name": "Klubben",
        "time_zone": "Europe/Stockholm",
        "currency": "SEK",
        "languages": ["sv", "en"],
        **sections,
    }
    return msgspec.json.decode(json.dumps(file), type=ProgrammeFile)


def points(**keys: object) -> Json:
    return {"points": {"earn": EARN, **keys}}


def tiers(*steps: Json, **keys: object) -> Json:
    return {"tiers": {"steps": list(steps) or LADDER, **keys}}


def rule(**keys: object) -> Json:
    return {"id": "rule", "name": TEXT, **keys}


def price(**cuts: Json) -> Json:
    return {"prices": [{"id": "member", "name": TEXT, "match": {}, "tiers": cuts}]}


def offer(**keys: object) -> Json:
    effect = {"kind": "percent", "percent": 10}
    return {"id": "offer", "name": TEXT, "effect": effect, **keys}


def found(**sections: object) -> list[tuple[str, str]]:
    return [(mistake.path, mistake.code) for mistake in check(programme(**sections))]


def test_nobody_may_do_alone_what_nobody_may_do_at_all() -> None:
    assert found(staff={"alone": 101, "most": 100}) == [("staff.alone", "alone_above_most")]
    assert found(staff={"alone": 100_001}) == [("staff.alone", "alone_above_most")]
    assert found(staff={"alone": 100, "most": 100}) == []


def test_the_smallest_programme_is_a_name_a_place_a_currency_and_a_language() -> None:
    assert check(programme()) == []


def test_a_whole_programme_without_mistakes_has_none() -> None:
    assert not found(
        **points(rules=[rule(multiplier=200)], expiry={"months": 24}),
        **tiers(),
        **price(guld={"percent": 10}, **{"*": {"price": 100}}),
        offers=[offer(switch_on=True, limit_total=5, when={"tiers": ["guld"]})],
    )


def test_a_time_zone_must_exist() -> None:
    assert found(time_zone="Europe/Atlantis") == [("time_zone", "unknown_time_zone")]
    assert found(time_zone="../etc/passwd") == [("time_zone", "unknown_time_zone")]


@pytest.mark.parametrize(
    ("sections", "path"),
    [
        (points(rules=[rule(multiplier=200)] * 2), "points.rules[1]"),
        ({"offers": [offer(), offer()]}, "offers[1]"),
        ({"groups": ["offers", "offers"]}, "groups[1]"),
        ({"prices": price(**{"*": {"percent": 1}})["prices"] * 2}, "prices[1]"),
    ],
)
def test_an_id_is_there_once(sections: Json, path: str) -> None:
    assert found(**sections) == [(path, "repeated_id")]


def test_a_rule_a_price_and_an_offer_have_ids_of_their_own() -> None:
    """On an order, and in what it counts, each is known by its id alone."""
    sections = {**points(rules=[rule(multiplier=200)]), **price(**{"*": {"percent": 1}})}
    assert found(**sections, offers=[offer(id="rule")]) == [("offers[0].id", "repeated_id")]
    assert found(**sections, offers=[offer(id="member")]) == [("offers[0].id", "repeated_id")]


@pytest.mark.parametrize("id", ["base", "multipliers", "points", "first_order", "price"])
def test_what_has_a_meaning_of_its_own_is_no_id_of_a_benefit(id: str) -> None:
    assert found(**points(rules=[rule(id=id, multiplier=200)])) == [
        ("points.rules[0].id", "reserved_id")
    ]
    assert found(offers=[offer(id=id)]) == [("offers[0].id", "reserved_id")]


def test_a_repeated_tier_is_named_and_so_is_its_threshold() -> None:
    assert found(**tiers(LADDER[0], LADDER[1], LADDER[1])) == [
        ("tiers.steps[2]", "repeated_id"),
        ("tiers.steps[2].threshold", "not_ascending"),
    ]


def test_the_ladder_starts_at_zero_and_only_goes_up() -> None:
    assert found(**tiers(LADDER[2], LADDER[1])) == [
        ("tiers.steps[0].threshold", "first_not_zero"),
        ("tiers.steps[1].threshold", "not_ascending"),
    ]


def test_tiers_by_points_need_points() -> None:
    assert found(**tiers(basis="points")) == [("tiers.basis", "no_points")]
    assert not found(**tiers(basis="points"), **points())


@pytest.mark.parametrize("expiry", [{}, {"months": 12, "inactive_months": 12}])
def test_expiry_is_by_months_or_by_inactivity(expiry: Json) -> None:
    assert found(**points(expiry=expiry)) == [("points.expiry", "one_of")]


def test_points_may_not_expire_while_they_are_pending() -> None:
    late = points(expiry={"months": 2}, pending_days=60)
    assert found(**late) == [("points.expiry.months", "expires_while_pending")]
    assert not found(**points(expiry={"months": 3}, pending_days=60))


@pytest.mark.parametrize("gives", [{}, {"multiplier": 200, "points_per_unit": 5}])
def test_an_earning_rule_gives_one_thing(gives: Json) -> None:
    assert found(**points(rules=[rule(**gives)])) == [("points.rules[0]", "one_of")]


@pytest.mark.parametrize("cut", [{}, {"percent": 10, "price": 100}])
def test_a_member_price_is_a_percentage_or_a_price(cut: Json) -> None:
    assert found(**price(**{"*": cut})) == [("prices[0].tiers.*", "one_of")]


def test_a_tier_that_does_not_exist_is_named_wherever_it_is_mentioned() -> None:
    platina = {"tiers": ["guld", "platina"]}
    assert found(
        **tiers(),
        **points(rules=[rule(multiplier=200, when=platina)]),
        **price(platina={"percent": 10}),
        offers=[offer(when=platina)],
    ) == [
        ("prices[0].tiers.platina", "unknown_tier"),
        ("points.rules[0].when.tiers[1]", "unknown_tier"),
        ("offers[0].when.tiers[1]", "unknown_tier"),
    ]


def test_an_offer_stands_in_a_group_that_exists() -> None:
    assert found(offers=[offer(group="basket")]) == [("offers[0].group", "unknown_group")]
    assert not found(offers=[offer(group="basket")], groups=["basket"])


def test_a_limit_over_all_members_is_claimed_by_switching_on() -> None:
    assert found(offers=[offer(limit_total=5)]) == [("offers[0].limit_total", "needs_switch_on")]


def test_an_offer_of_which_there_are_only_so_many_is_once_per_member() -> None:
    often = offer(switch_on=True, limit_total=10, limit_per_member=3)
    assert found(offers=[often]) == [("offers[0].limit_per_member", "once_per_member")]
    assert not found(offers=[{**often, "limit_per_member": 1}])
    assert not found(offers=[{**often, "limit_total": None}])


def test_at_most_fifty_offers_are_limited_over_all_members() -> None:
    many = [offer(id=f"o{n}", switch_on=True, limit_total=5) for n in range(52)]
    assert not found(offers=many[:50])
    assert not found(offers=[*many[:50], offer()])
    assert found(offers=many) == [
        ("offers[50].limit_total", "too_many_limited"),
        ("offers[51].limit_total", "too_many_limited"),
    ]


def test_hours_that_end_when_they_start_are_no_hours() -> None:
    always = offer(when={"hours": {"start": "20:00", "end": "20:00"}})
    assert found(offers=[always]) == [("offers[0].when.hours.end", "ends_as_it_starts")]


def test_a_tier_has_each_perk_once() -> None:
    perk = {"id": "perk", "name": TEXT}
    ladder = [{**step, "perks": [perk]} for step in LADDER]
    assert not found(**tiers(*ladder))
    assert found(**tiers({**LADDER[0], "perks": [perk, perk]})) == [
        ("tiers.steps[0].perks[1]", "repeated_id")
    ]


def test_a_language_is_there_once() -> None:
    assert found(languages=["sv", "en", "sv"]) == [("languages[2]", "repeated_language")]


def test_extra_points_need_points() -> None:
    extra = offer(effect={"kind": "points", "points": 5})
    assert found(offers=[extra]) == [("offers[0].effect", "no_points")]


@pytest.mark.parametrize(
    ("when", "mistakes"),
    [
        ({"start": "2026-11-02T00:00:00"}, [("offers[0].when.start", "no_offset")]),
        (
            {"start": "2026-11-02T00:00:00+01:00", "end": "2026-11-01T23:00:00+00:00"},
            [("offers[0].when.end", "ends_before_start")],
        ),
        ({"start": "2026-11-02T00:00:00+01:00", "end": "2026-11-02T00:00:01+01:00"}, []),
    ],
)
def test_a_window_has_offsets_and_runs_forwards(when: Json, mistakes: list[object]) -> None:
    assert found(offers=[offer(when=when)]) == mistakes


def test_every_name_is_there_in_every_language() -> None:
    half = {"sv": "Namn"}
    step = {"id": "bas", "name": half, "threshold": 0, "perks": [{"id": "perk", "name": half}]}
    assert found(
        **tiers(step),
        **points(rules=[rule(multiplier=200, name=half)]),
        prices=[{"id": "p", "name": half, "match": {}, "tiers": {"*": {"percent": 5}}}],
        offers=[offer(name=half)],
    ) == [
        ("points.rules[0].name.en", "text_missing"),
        ("tiers.steps[0].name.en", "text_missing"),
        ("tiers.steps[0].perks[0].name.en", "text_missing"),
        ("prices[0].name.en", "text_missing"),
        ("offers[0].name.en", "text_missing"),
    ]


def test_the_accounting_currency_has_no_rate() -> None:
    assert found(rates={"SEK": 1_000_000, "EUR": 11_350_000}) == [("rates.SEK", "own_currency")]


def test_a_mistake_says_in_words_what_is_wrong() -> None:
    [mistake] = check(programme(offers=[offer(group="basket")]))
    assert mistake == Mistake("offers[0].group", "unknown_group", "'basket' is not in groups")


@pytest.mark.parametrize(
    ("sections", "path"),
    [
        ({"nmae": "Klubben"}, "nmae"),
        (points(pending_day=30), "$.points"),
        (points(pending_days=True), "$.points.pending_days"),
        (points(pending_days=1.5), "$.points.pending_days"),
        (points(welcome=10**18), "$.points.welcome"),
        (points(rules=[rule(multiplier=50)]), "$.points.rules[0].multiplier"),
        ({"currency": "USD"}, "$.currency"),
        ({"languages": []}, "$.languages"),
        ({"languages": ["no"]}, "$.languages[0]"),
        ({"groups": ["a#b"]}, "$.groups[0]"),
        (tiers(*LADDER * 5), "$.tiers.steps"),
        ({"offers": [offer(effect={"kind": "percent", "percent": 101})]}, "effect.percent"),
        ({"offers": [offer(effect={"kind": "gold"})]}, "$.offers[0].effect"),
        ({"offers": [offer(when={"hours": {"start": "8:00", "end": "24:00"}})]}, "hours"),
        ({"offers": [offer(when={"weekdays": ["tisdag"]})]}, "weekdays[0]"),
        ({"groups": [f"g{n}" for n in range(11)]}, "$.groups"),
        (price(), "$.prices[0].tiers"),
        (points(rules=[rule(multiplier=200)] * 201), "$.points.rules"),
        ({"offers": [offer(effect={"kind": "free_article", "article": "Å 1"})]}, "effect.article"),
    ],
)
def test_what_has_the_wrong_shape_is_refused_with_its_path(sections: Json, path: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=r".") as refused:
        programme(**sections)
    assert path in str(refused.value)


NEVER_TRUE: list[tuple[Json, str]] = [
    ({"match": {"categories": [path]}}, "match.categories[0]")
    for path in ("shoes/", "/shoes", "shoes//running", "/", "", "a#b", "x" * 101)
]
NEVER_TRUE += [
    ({"match": {"brands": [""]}}, "match.brands[0]"),
    ({"match": {"brands": ["a#b"]}}, "match.brands[0]"),
    ({"match": {"articles": ["Å 1"]}}, "match.articles[0]"),
    ({"match": {"articles": ["x" * 65]}}, "match.articles[0]"),
    ({"match": {"but_not": {"articles": [""]}}}, "match.but_not.articles[0]"),
    ({"when": {"channels": ["Web"]}}, "when.channels[0]"),
    ({"when": {"channels": ["x" * 21]}}, "when.channels[0]"),
]


@pytest.mark.parametrize(("keys", "path"), NEVER_TRUE)
def test_what_no_basket_can_say_is_refused_with_its_path(keys: Json, path: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        programme(offers=[offer(**keys)])
    assert f"$.offers[0].{path}" in str(refused.value).replace("[...]", "[0]")


def test_what_goods_are_called_may_be_in_any_language() -> None:
    match = {"categories": ["Skor & stövlar/löpning"], "brands": ["Rapphöna"], "articles": ["A_1"]}
    assert not found(offers=[offer(match=match, when={"channels": ["web", "pop_up-2"]})])


def test_a_programme_survives_being_kept_as_json() -> None:
    before = programme(
        **points(expiry={"months": 24}),
        **tiers(),
        offers=[offer(when={"start": "2026-11-02T00:00:00+01:00"})],
    )
    assert msgspec.json.decode(msgspec.json.encode(before), type=ProgrammeFile) == before
    assert before.offers[0].when.start == datetime(2026, 11, 1, 23, tzinfo=UTC)


def test_step_ids_are_the_ladder_from_below() -> None:
    assert programme(**tiers()).step_ids() == ["bas", "silver", "guld"]
    assert replace(programme(**tiers()), tiers=None).step_ids() == []


def test_only_a_window_that_ends_can_be_capped_as_a_whole() -> None:
    capped = rule(multiplier=200, cap={"window": 5})
    assert found(**points(rules=[capped])) == [("points.rules[0].cap", "needs_end")]
    ends = {"when": {"end": "2026-12-01T00:00:00+01:00"}}
    assert found(**points(rules=[capped | ends])) == []
    assert found(**points(cap={"window": 5})) == [("points.cap", "needs_end")]


def test_a_link_in_an_sms_needs_a_page_to_lead_to() -> None:
    sms, page = {"countries": ["SWE"], "link": True}, "https://fjallsport.example"
    assert found(login={"sms": sms}) == [("login.sms.link", "needs_link")]
    assert found(login={"sms": sms, "link": page}) == []


@pytest.mark.parametrize(
    ("offer", "mistakes"),
    [
        ({"order": "experiment"}, [("login_offer.variants", "too_few_variants")]),
        (
            {"order": "experiment", "variants": [{"id": "a"}]},
            [("login_offer.variants", "too_few_variants")],
        ),
        (
            {"variants": [{"id": "a"}, {"id": "b"}]},
            [("login_offer.variants", "not_an_experiment")],
        ),
        (
            {"order": "experiment", "variants": [{"id": "a"}, {"id": "a"}]},
            [("login_offer.variants[1]", "repeated_id")],
        ),
        (
            {"order": "experiment", "variants": [{"id": "a"}, {"id": "hold_out"}]},
            [("login_offer.variants[1].id", "reserved_id")],
        ),
        ({"arguments": ["points", "points"]}, [("login_offer.arguments[1]", "repeated_id")]),
        (
            {
                "order": "experiment",
                "variants": [{"id": "a"}, {"id": "b", "arguments": ["ladder", "ladder"]}],
            },
            [("login_offer.variants[1].arguments[1]", "repeated_id")],
        ),
        ({"order": "experiment", "variants": [{"id": "a"}, {"id": "b"}], "hold_out": 50}, []),
    ],
)
def test_an_experiment_compares_two_or_more_that_can_be_told_apart(
    offer: Json, mistakes: list[tuple[str, str]]
) -> None:
    assert found(login_offer=offer) == mistakes


def reward(**keys: object) -> Json:
    gives = {"kind": "amount", "amount": 100}
    return {"id": "reward", "name": TEXT, "points": 10, "gives": gives, **keys}


CHARITY = {"kind": "charity", "amount": 100}


@pytest.mark.parametrize(
    ("keys", "mistakes"),
    [
        ({}, []),
        ({"from_tier": "guld"}, []),
        ({"from_tier": "platina"}, [("rewards.catalogue[0].from_tier", "unknown_tier")]),
        ({"name": {"sv": "Check"}}, [("rewards.catalogue[0].name.en", "text_missing")]),
        ({"gives": CHARITY}, [("rewards.catalogue[0].gives", "no_causes")]),
        (
            {"gives": CHARITY, "transferable": True},
            [
                ("rewards.catalogue[0].gives", "no_causes"),
                ("rewards.catalogue[0].transferable", "no_voucher"),
            ],
        ),
        ({"start": "2026-01-01T00:00:00"}, [("rewards.catalogue[0].start", "no_offset")]),
        (
            {"start": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"},
            [("rewards.catalogue[0].end", "ends_before_start")],
        ),
    ],
)
def test_a_reward_says_what_is_there(keys: Json, mistakes: list[tuple[str, str]]) -> None:
    assert found(**points(), **tiers(), rewards={"catalogue": [reward(**keys)]}) == mistakes


def test_rewards_and_actions_need_points() -> None:
    action = {"id": "visit", "name": TEXT, "points": 5}
    assert found(rewards={"catalogue": [reward()]}, actions=[action]) == [
        ("rewards.catalogue", "no_points"),
        ("actions", "no_points"),
    ]


def test_of_rewards_causes_and_actions_each_is_there_once() -> None:
    cause = {"id": "sea", "name": TEXT}
    action = {"id": "visit", "name": TEXT, "points": 5}
    rewards = {"catalogue": [reward(), reward()], "causes": [cause, cause]}
    assert found(**points(), rewards=rewards, actions=[action, action]) == [
        ("rewards.catalogue[1]", "repeated_id"),
        ("rewards.causes[1]", "repeated_id"),
        ("actions[1]", "repeated_id"),
    ]


OPEN = {"id": "open", "name": {"sv": "A"}, "effect": {"kind": "free_shipping"}, "switch_on": True}
SHUT = {**OPEN, "id": "shut", "switch_on": False}
FEW = {**OPEN, "id": "few", "limit_total": 5}


@pytest.mark.parametrize(
    ("referrals", "mistakes"),
    [
        ({"referrer": {"kind": "offer", "offer": "open"}}, []),
        (
            {"referrer": {"kind": "offer", "offer": "none"}},
            [("referrals.referrer.offer", "unknown_offer")],
        ),
        (
            {"friend": {"kind": "offer", "offer": "shut"}},
            [("referrals.friend.offer", "not_to_be_given")],
        ),
        (
            {"friend": {"kind": "offer", "offer": "few"}},
            [("referrals.friend.offer", "not_to_be_given")],
        ),
        (
            {"referrer": {"kind": "points", "points": 5}},
            [("referrals.referrer", "no_points")],
        ),
        (
            {
                "special": [
                    {"id": "a", "name": {"sv": "A"}, "referrer": {"kind": "offer", "offer": "x"}},
                    {"id": "a", "name": {}, "referrer": {"kind": "offer", "offer": "open"}},
                ]
            },
            [
                ("referrals.special[0].referrer.offer", "unknown_offer"),
                ("referrals.special[1]", "repeated_id"),
                ("referrals.special[1].name.sv", "text_missing"),
            ],
        ),
        (
            {"start": "2026-05-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"},
            [("referrals.end", "ends_before_start")],
        ),
        (
            {"share": {"sms": {"en": "Come along"}}, "ambassadors": {"levels": [
                {"id": "a", "name": {"sv": "A"}, "merit": 1},
                {"id": "a", "name": {"sv": " "}, "merit": 2},
            ]}},
            [
                ("referrals.ambassadors.levels[1]", "repeated_id"),
                ("referrals.ambassadors.levels[1].name.sv", "text_blank"),
                ("referrals.share.sms.sv", "text_missing"),
            ],
        ),
    ],
)  # fmt: skip
def test_what_friends_bring_is_something_that_there_is(
    referrals: Any, mistakes: list[tuple[str, str]]
) -> None:
    wrong = found(languages=["sv"], offers=[OPEN, SHUT, FEW], referrals=referrals)
    assert sorted(wrong) == mistakes
