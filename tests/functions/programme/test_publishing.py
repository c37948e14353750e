from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stamkund import tables
from stamkund.rules.errors import Refused
from stamkund.tables import programmes
from stamkund.tables.programmes import CurrentItem
from tests.builders import ROOT, Answer, Clock, Shop, a_programme, a_shop, encode

VERSIONS = "/v1/programme/versions"
YAML = {"content-type": "application/yaml"}
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(published=False)


def publish_yaml(shop: Shop, text: str | bytes) -> Answer:
    return shop.call("POST", VERSIONS, text, headers=YAML)


def mistakes_in(answer: Answer) -> dict[str, str]:
    assert (answer.status, answer.code) == (422, "programme_invalid")
    return {mistake["path"]: mistake["code"] for mistake in answer.json["mistakes"]}


def test_what_is_published_is_what_is_read(shop: Shop) -> None:
    published = shop.call("POST", VERSIONS, a_programme(name="Klubben"))
    assert published.status == 201
    assert published.json == {"version": 1, "published_at": "2026-03-10T12:00:00Z"}
    current = shop.call("GET", "/v1/programme").json
    assert current["programme"]["name"] == "Klubben"
    assert current["history"] == [published.json]


def test_staff_may_publish(shop: Shop) -> None:
    assert shop.call("POST", VERSIONS, a_programme(), as_="staff").status == 201


@pytest.mark.parametrize("as_", ["storefront", "m234567"])
def test_nobody_else_may_publish(shop: Shop, as_: str) -> None:
    answer = shop.call("POST", VERSIONS, a_programme(), as_=as_)
    assert (answer.status, answer.code) == (403, "forbidden")


def test_the_same_content_again_is_the_same_version(shop: Shop, time: Clock) -> None:
    first = shop.call("POST", VERSIONS, a_programme())
    time.advance(days=1)
    again = shop.call("POST", VERSIONS, a_programme())
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"


def test_other_content_is_the_next_version_and_the_first_stays(shop: Shop) -> None:
    shop.call("POST", VERSIONS, a_programme(name="One"))
    assert shop.call("POST", VERSIONS, a_programme(name="Two")).json["version"] == 2
    assert shop.call("GET", f"{VERSIONS}/1").json["programme"]["name"] == "One"
    assert shop.call("GET", f"{VERSIONS}/2").json["programme"]["name"] == "Two"
    assert shop.call("GET", "/v1/programme").json["version"] == 2


def test_an_earlier_content_published_again_is_a_new_version(shop: Shop) -> None:
    for name in ("One", "Two", "One"):
        last = shop.call("POST", VERSIONS, a_programme(name=name))
    assert last.json["version"] == 3


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.stem))
def test_the_examples_can_be_published_as_yaml(shop: Shop, path: Path) -> None:
    assert publish_yaml(shop, path.read_bytes()).status == 201


def test_json_and_yaml_of_the_same_programme_are_one_version(shop: Shop) -> None:
    import yaml

    shop.call("POST", VERSIONS, a_programme())
    text = yaml.safe_dump(msgspec.to_builtins(a_programme()), allow_unicode=True)
    assert publish_yaml(shop, text).json["version"] == 1


def test_every_mistake_in_the_shape_is_named_with_its_path(shop: Shop) -> None:
    plain = msgspec.to_builtins(a_programme())
    del plain["name"]
    plain["zone"] = "Europe/Stockholm"
    plain["tiers"]["steps"][1]["threshold"] = "many"
    plain["points"]["expiry"] = {"months": 0}
    plain["offers"] = [
        {"id": "Not an id", "name": {"se": "Fel"}, "effect": {"kind": "percent", "percent": 101}},
        {"id": "b", "name": {}, "effect": {"kind": "magic"}, "when": {"start": "tomorrow"}},
    ]
    assert mistakes_in(shop.call("POST", VERSIONS, plain)) == {
        "name": "missing_field",
        "zone": "unknown_field",
        "tiers.steps[1].threshold": "invalid_field",
        "points.expiry.months": "invalid_field",
        "offers[0].id": "invalid_field",
        "offers[0].name.se": "invalid_field",
        "offers[0].effect.percent": "invalid_field",
        "offers[1].name.sv": "text_missing",
        "offers[1].name.en": "text_missing",
        "offers[1].effect.kind": "invalid_field",
        "offers[1].when.start": "invalid_field",
    }


def test_every_mistake_in_the_meaning_is_named_with_its_path(shop: Shop) -> None:
    plain = msgspec.to_builtins(a_programme(time_zone="Europe/Atlantis", rates={"SEK": 1}))
    plain["tiers"]["steps"][0]["threshold"] = 5
    assert mistakes_in(shop.call("POST", VERSIONS, plain)) == {
        "time_zone": "unknown_time_zone",
        "rates.SEK": "own_currency",
        "tiers.steps[0].threshold": "first_not_zero",
    }


def test_a_misspelt_key_hides_no_other_mistake(shop: Shop) -> None:
    plain = msgspec.to_builtins(a_programme(time_zone="Europe/Atlantis"))
    plain["nme"] = 3
    plain["tiers"]["steps"][0]["threshold"] = 5
    assert mistakes_in(shop.call("POST", VERSIONS, plain)) == {
        "nme": "unknown_field",
        "time_zone": "unknown_time_zone",
        "tiers.steps[0].threshold": "first_not_zero",
    }


NAME = {"sv": "Namn", "en": "Name"}
TENTH = {"kind": "percent", "percent": 10}


def an_offer(**keys: Any) -> dict[str, Any]:
    return {"id": "offer", "name": NAME, "effect": TENTH, **keys}


def a_rule(**keys: Any) -> dict[str, Any]:
    return {"id": "rule", "name": NAME, **keys}


EARN = {"points": 1, "amount": 100}
GULD = an_offer(when={"tiers": ["guld"]})
CUT = {"id": "cut", "name": NAME, "match": {}}

# What is wrong with a section, and nothing that would be right if only that were.
NO_FOLLOWING: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"tiers": 5, "offers": [GULD]}, {"tiers": "invalid_field"}),
    ({"tiers": None, "tires": {}, "offers": [GULD]}, {"tires": "unknown_field"}),
    ({"tiers": {"steps": []}, "offers": [GULD]}, {"tiers.steps": "invalid_field"}),
    ({"tiers": {"steps": [5]}, "offers": [GULD]}, {"tiers.steps[0]": "invalid_field"}),
    (
        {"tiers": {"steps": [{"id": "Guld", "name": NAME, "threshold": 0}]}, "offers": [GULD]},
        {"tiers.steps[0].id": "invalid_field"},
    ),
    (
        {"points": {"earn": EARN, "rules": [a_rule(multiplier="2")]}},
        {"points.rules[0].multiplier": "invalid_field"},
    ),
    (
        {"points": {"earn": EARN, "rules": [a_rule(multiplyer=200)]}},
        {"points.rules[0].multiplyer": "unknown_field"},
    ),
    (
        {"points": {"earn": EARN, "expiry": {"months": 1}, "pending_days": -1}},
        {"points.pending_days": "invalid_field"},
    ),
    (
        {"points": 1, "offers": [an_offer(effect={"kind": "points", "points": 5})]},
        {"points": "invalid_field"},
    ),
    ({"groups": ["a", "B"], "offers": [an_offer(group="b")]}, {"groups[1]": "invalid_field"}),
    (
        {"groups": None, "gruops": ["b"], "offers": [an_offer(group="b")]},
        {"gruops": "unknown_field"},
    ),
    (
        {"groups": [f"g{n}" for n in range(11)], "offers": [an_offer(group="g0")]},
        {"groups": "invalid_field"},
    ),
    (
        {"offers": [an_offer(limit_total=5, switch_on="yes")]},
        {"offers[0].switch_on": "invalid_field"},
    ),
    ({"offers": [5, an_offer(), "x"]}, dict.fromkeys(("offers[0]", "offers[2]"), "invalid_field")),
    ({"offers": [an_offer(name="Namn")]}, {"offers[0].name": "invalid_field"}),
    ({"offers": [an_offer(effect={"kind": "gift"})]}, {"offers[0].effect.kind": "invalid_field"}),
    (
        {"offers": [an_offer(when={"hours": {"start": "8:00", "end": "08:00"}})]},
        {"offers[0].when.hours.start": "invalid_field"},
    ),
    ({"prices": [{**CUT, "tiers": {}}]}, {"prices[0].tiers": "invalid_field"}),
    ({"prices": [{**CUT, "tiers": {"*": 5}}]}, {"prices[0].tiers.*": "invalid_field"}),
    ({"prices": [{**CUT, "tiers": {"*": {"of": 5}}}]}, {"prices[0].tiers.*.of": "unknown_field"}),
    ({"languages": []}, {"languages": "invalid_field"}),
    ({"languages": ["no"]}, {"languages[0]": "invalid_field"}),
    ({"currency": "kr", "rates": {"SEK": 5, "EUR": 7}}, {"currency": "invalid_field"}),
]


@pytest.mark.parametrize(("sections", "mistakes"), NO_FOLLOWING)
def test_a_mistake_is_named_and_not_what_follows_from_it(
    shop: Shop, sections: dict[str, Any], mistakes: dict[str, str]
) -> None:
    file = {**msgspec.to_builtins(a_programme()), **sections}
    plain = {key: section for key, section in file.items() if section is not None}
    assert mistakes_in(shop.call("POST", VERSIONS, plain)) == mistakes


def test_beside_what_is_left_out_everything_is_checked_at_its_own_place(shop: Shop) -> None:
    plain = msgspec.to_builtins(a_programme(languages=["sv", "sv"]))
    plain["languages"].insert(0, "no")
    plain["offers"] = [
        5,
        an_offer(id="A", group="nowhere", limit_total=5, when={"tiers": [5, "guld", "platina"]}),
        an_offer(nmae=1, limit_total=5),
        an_offer(effect={"kind": "percent", "percent": 0}),
    ]
    plain["tiers"]["steps"] = [
        {"id": "bas", "name": {"sv": ""}, "threshold": "none"},
        {"name": NAME, "threshold": 500},
        {"id": "guld", "name": NAME, "threshold": 500},
    ]
    assert mistakes_in(shop.call("POST", VERSIONS, plain)) == {
        "languages[0]": "invalid_field",
        "languages[2]": "repeated_language",
        "offers[0]": "invalid_field",
        "offers[1].id": "invalid_field",
        "offers[1].group": "unknown_group",
        "offers[1].limit_total": "needs_switch_on",
        "offers[1].when.tiers[0]": "invalid_field",
        "offers[2].nmae": "unknown_field",
        "offers[3]": "repeated_id",
        "offers[3].effect.percent": "invalid_field",
        "tiers.steps[0].name.sv": "invalid_field",
        "tiers.steps[0].threshold": "invalid_field",
        "tiers.steps[1].id": "missing_field",
        "tiers.steps[2].threshold": "not_ascending",
    }


def test_a_thousand_mistakes_are_enough_for_one_answer(shop: Shop) -> None:
    plain = msgspec.to_builtins(a_programme())
    plain["offers"] = [an_offer(when={"tiers": ["x"] * 100_000})]
    answer = shop.call("POST", VERSIONS, plain)
    assert len(answer.json["mistakes"]) == 1_000


def test_the_currency_stays_as_it_was_first_published(shop: Shop) -> None:
    """Vouchers and month totals are numbers; in another currency they would be other money."""
    shop.publish(a_programme())
    other = a_programme(currency="NOK", time_zone="Europe/Atlantis")
    assert mistakes_in(shop.call("POST", VERSIONS, other)) == {
        "currency": "currency_changed",
        "time_zone": "unknown_time_zone",
    }
    other = a_programme(currency="NOK", name="")
    assert mistakes_in(shop.call("POST", VERSIONS, other)) == {
        "currency": "currency_changed",
        "name": "invalid_field",
    }
    assert shop.call("GET", "/v1/programme").json["programme"]["currency"] == "SEK"


def test_another_currency_is_refused_where_the_first_is_not_known_yet(
    shop: Shop, time: Clock
) -> None:
    assert programmes.current_or_none(shop.id, time.now) is None  # and remembered for a minute
    published_elsewhere = CurrentItem.get(a_shop().id, "CURRENT")
    published_elsewhere.pk = shop.id
    published_elsewhere.save()
    answer = shop.call("POST", VERSIONS, a_programme(currency="NOK"))
    assert mistakes_in(answer) == {"currency": "currency_changed"}


def test_another_currency_is_refused_to_whoever_comes_second(shop: Shop, time: Clock) -> None:
    meanwhile(lambda: shop.publish(a_programme()))
    assert shop.call("POST", VERSIONS, a_programme(currency="NOK")).code == "publish_conflict"


def test_a_programme_with_mistakes_changes_nothing(shop: Shop) -> None:
    shop.call("POST", VERSIONS, a_programme(time_zone="Europe/Atlantis"))
    assert shop.call("GET", "/v1/programme").code == "no_programme"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &all [1]\nb: *all", "not_yaml"),
        ("a: 1\na: 2", "duplicate_key"),
        ("[[[[[[[[[[", "body_too_deep"),
        ("!!python/object:os.system x", "not_yaml"),
        ("{? [1] : 2}", "not_yaml"),
        ("'", "not_yaml"),
        ("a: 1\n--- \nb: 2", "not_yaml"),
        ('a: "\\0"', "invalid_field"),
    ],
)
def test_yaml_that_is_more_than_plain_values_is_refused(shop: Shop, text: str, code: str) -> None:
    assert publish_yaml(shop, text).code == code


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("name: A\nname: B", "duplicate_key", "name"),
        ("tiers:\n  steps:\n    - {id: a, 'id': b}", "duplicate_key", "tiers.steps[0].id"),
        ("rates: {10: 1, 1_0: 2}", "duplicate_key", "rates.10"),
        ('name: "\\0"', "invalid_field", "name"),
        ('offers: [{name: {sv: "a\\nb"}}]', "invalid_field", "offers[0].name.sv"),
        ('tiers: {steps: [{"a\\0": 1}]}', "invalid_field", "tiers.steps[0]"),
        ("points: {earn: {? [1] : 2}}", "not_yaml", "points.earn"),
        ("offers: [!!binary aGVq]", "not_yaml", "offers[0]"),
        ("staff: !!set {a}", "not_yaml", "staff"),
    ],
)
def test_yaml_is_refused_with_the_path_of_what_is_wrong(
    shop: Shop, text: str, code: str, field: str
) -> None:
    answer = publish_yaml(shop, text)
    assert (answer.code, answer.json["field"]) == (code, field)


def a_file(section: str) -> str:
    return f"name: A\ntime_zone: UTC\ncurrency: SEK\nlanguages: [sv]\n{section}\n"


def test_a_second_key_in_yaml_is_told_by_its_line(shop: Shop) -> None:
    answer = publish_yaml(shop, a_file("late:\n  return_days: 5\n  return_days: 6"))
    assert answer.json["field"] == "late.return_days"
    assert answer.json["detail"] == "Once more in line 7"


@pytest.mark.parametrize("section", ["points:", "tiers:", "points: # none", "points: ~"])
def test_a_section_that_is_left_empty_is_none(shop: Shop, section: str) -> None:
    assert publish_yaml(shop, a_file(section)).status == 201


def said(answer: Answer) -> list[tuple[str, str]]:
    return [(mistake["path"], mistake["detail"]) for mistake in answer.json["mistakes"]]


def test_a_list_that_is_left_empty_is_called_by_what_it_is(shop: Shop) -> None:
    answer = publish_yaml(shop, a_file("offers:"))
    assert said(answer) == [("offers", "Has to be a list, at most 1,000 long, and is left empty")]


MERCHANTS_WORDS = [
    (
        {"offers": [an_offer(when={"weekdays": ["tisdag"]})]},
        "offers[0].when.weekdays[0]",
        "Has to be one of mon, tue, wed, thu, fri, sat, sun, and is 'tisdag'",
    ),
    (
        {"offers": [an_offer(match={"categories": ["skor/"]})]},
        "offers[0].match.categories[0]",
        (
            "Has to be 1 to 100 characters such as `shoes/running`, without `#`, and with `/` only "
            "between two words, and is 'skor/'"
        ),
    ),
    (
        {"offers": [an_offer(when={"start": "1 maj"})]},
        "offers[0].when.start",
        (
            "Has to be a time with its offset from UTC, such as 2026-11-02T00:00:00+01:00, "
            "and is '1 maj'"
        ),
    ),
    (
        {"offers": [an_offer(when={"hours": {"start": "8:00", "end": "09:00"}})]},
        "offers[0].when.hours.start",
        (
            "Has to be an hour of the day from 00:00 to 23:59, in four digits such as 08:30, "
            "and is '8:00'"
        ),
    ),
    (
        {"offers": [an_offer(effect={"kind": "gift"})]},
        "offers[0].effect.kind",
        (
            "Has to be a section whose `kind` is one of percent, amount, price, free_shipping, "
            "free_article, buy_get, points"
        ),
    ),
    (
        {"offers": [an_offer(effect={"kind": "percent", "percent": 101})]},
        "offers[0].effect.percent",
        "Has to be a whole number, 1 to 100, and is 101",
    ),
    (
        {"offers": [an_offer(switch_on="ja")]},
        "offers[0].switch_on",
        "Has to be true or false, and is 'ja'",
    ),
    (
        {"offers": [an_offer(id="Not an id")]},
        "offers[0].id",
        (
            "Has to be 1 to 40 small letters, digits, `-` and `_`, the first a letter or a digit, "
            "and is 'Not an id'"
        ),
    ),
    (
        {"offers": [an_offer(name={**NAME, "no": "Navn"})]},
        "offers[0].name.no",
        "Has to be one of sv, nb, da, fi, en, and is 'no'",
    ),
    (
        {"late": {"return_day": 3}},
        "late.return_day",
        "Is not known here, where there can be return_days, upload_days",
    ),
    ({"name": None}, "name", "Has to be a text, 1 to 200 characters, and is left empty"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "path", "detail"), MERCHANTS_WORDS)
def test_a_mistake_says_in_words_what_is_allowed(
    shop: Shop, section: dict[str, Any], path: str, detail: str
) -> None:
    plain = {**msgspec.to_builtins(a_programme()), **section}
    assert said(shop.call("POST", VERSIONS, plain)) == [(path, detail)]


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ("name: ' '", "name"),
        ("tiers: {steps: [{id: bas, name: {sv: ' \u00a0 '}, threshold: 0}]}",
         "tiers.steps[0].name.sv"),
    ],
)  # fmt: skip
def test_a_name_of_blanks_is_none(shop: Shop, section: str, path: str) -> None:
    text = a_file(section).replace("name: A\n", "") if path == "name" else a_file(section)
    assert mistakes_in(publish_yaml(shop, text)) == {path: "text_blank"}


def test_an_hour_is_read_without_quotes(shop: Shop) -> None:
    when = "hours: {start: 20:00, end: 08:30}"
    offer = f"{{id: a, name: {{sv: A}}, effect: {{kind: free_shipping}}, when: {{{when}}}}}"
    assert publish_yaml(shop, a_file(f"offers: [{offer}]")).status == 201
    hours = shop.call("GET", "/v1/programme").json["programme"]["offers"][0]["when"]["hours"]
    assert hours == {"start": "20:00", "end": "08:30"}


@pytest.mark.parametrize("digits", [18, 19, 20, 40, 4_000])
def test_a_whole_number_that_is_too_large_is_called_so(shop: Shop, digits: int) -> None:
    answer = publish_yaml(shop, a_file(f"staff: {{most: {'9' * digits}}}"))
    [(path, detail)] = said(answer)
    assert path == "staff.most"
    assert detail.startswith("Has to be a whole number, 0 to 1,000,000,000")


def test_a_number_of_more_digits_than_can_be_read_is_no_yaml(shop: Shop) -> None:
    assert publish_yaml(shop, a_file(f"quote_minutes: {'9' * 5_000}")).code == "not_yaml"


@pytest.mark.parametrize("text", ["", "12:30", "- a\n- b", "null"])
def test_yaml_that_is_no_programme_has_mistakes(shop: Shop, text: str) -> None:
    assert mistakes_in(publish_yaml(shop, text))


def test_json_with_a_key_twice_is_refused(shop: Shop) -> None:
    text = encode(a_programme())
    answer = shop.call("POST", VERSIONS, text.replace("{", '{"name":"Other",', 1))
    assert (answer.status, answer.code) == (400, "duplicate_key")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400"])
def test_what_is_no_number_is_a_mistake(shop: Shop, number: str) -> None:
    text = encode(a_programme()).replace('"amount":100', f'"amount":{number}')
    assert mistakes_in(shop.call("POST", VERSIONS, text)) == {"points.earn.amount": "invalid_field"}


def test_a_body_of_another_type_is_refused(shop: Shop) -> None:
    answer = shop.call("POST", VERSIONS, "<club/>", headers={"content-type": "text/xml"})
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


def test_a_programme_larger_than_a_megabyte_is_refused(shop: Shop) -> None:
    answer = shop.call("POST", VERSIONS, " " * (1024 * 1024 + 1))
    assert (answer.status, answer.code) == (413, "body_too_large")


def test_a_tier_change_takes_effect_at_the_next_start_of_a_month(shop: Shop, time: Clock) -> None:
    shop.publish(a_programme())
    time.set(datetime(2026, 4, 30, 22, 30, tzinfo=UTC))  # May already in Stockholm
    shop.publish(a_programme(tiers=None))
    known = programmes.current(shop.id, time.now)
    assert [(rules.from_month, rules.version) for rules in known.tier_history] == [
        ("0000-00", 1),
        ("2026-06", 2),
    ]
    assert known.tier_history[1].tiers is None


def test_the_last_tier_change_of_a_month_counts(shop: Shop, time: Clock) -> None:
    usual = a_programme()
    shop.publish(usual)
    shop.publish(a_programme(tiers=None))
    assert usual.tiers is not None
    other = msgspec.structs.replace(usual.tiers, grace_months=1)
    shop.publish(a_programme(tiers=other))
    history = programmes.current(shop.id, time.now).tier_history
    assert [(rules.from_month, rules.version) for rules in history] == [
        ("0000-00", 1),
        ("2026-04", 3),
    ]


def test_a_tier_change_taken_back_in_time_never_was(shop: Shop, time: Clock) -> None:
    for tiers in (a_programme().tiers, None, a_programme().tiers):
        shop.publish(a_programme(tiers=tiers))
    assert len(programmes.current(shop.id, time.now).tier_history) == 1


def test_a_publication_that_changes_no_tier_leaves_the_history_alone(
    shop: Shop, time: Clock
) -> None:
    shop.publish(a_programme())
    shop.publish(a_programme(name="Another name"))
    assert len(programmes.current(shop.id, time.now).tier_history) == 1


def test_other_processes_know_within_a_minute(shop: Shop, time: Clock) -> None:
    shop.publish(a_programme())
    assert programmes.current(shop.id, time.now).version == 1
    elsewhere = CurrentItem.get(shop.id, "CURRENT")
    elsewhere.version = 2
    elsewhere.save()
    time.advance(seconds=59)
    assert programmes.current(shop.id, time.now).version == 1
    time.advance(seconds=1)
    assert programmes.current(shop.id, time.now).version == 2


def meanwhile(happens: Callable[[], object]) -> None:
    """Lets it happen after the next transaction has read and before it writes."""
    events = tables.client().client.meta.events

    def once(**_: object) -> None:
        events.unregister("before-call.dynamodb.TransactWriteItems", once)
        happens()

    events.register("before-call.dynamodb.TransactWriteItems", once)


def test_of_two_that_publish_at_once_one_is_refused(shop: Shop) -> None:
    shop.publish(a_programme(name="Before"))
    meanwhile(lambda: shop.publish(a_programme(name="Theirs")))
    answer = shop.call("POST", VERSIONS, a_programme(name="Ours"))
    assert (answer.status, answer.code) == (409, "publish_conflict")
    assert shop.call("GET", "/v1/programme").json["programme"]["name"] == "Theirs"


def test_two_that_publish_the_same_at_once_get_the_same_version(shop: Shop) -> None:
    meanwhile(lambda: shop.publish(a_programme()))
    answer = shop.call("POST", VERSIONS, a_programme())
    assert (answer.status, answer.json["version"]) == (200, 1)


def test_a_shop_without_a_programme_says_so(shop: Shop, time: Clock) -> None:
    with pytest.raises(Refused, match="no_programme"):
        programmes.current(shop.id, time.now)
    assert shop.call("GET", "/v1/programme").status == 409


@pytest.mark.parametrize("version", ["2", "99999"])
def test_a_version_that_never_was_is_not_found(shop: Shop, version: str) -> None:
    shop.publish(a_programme())
    assert shop.call("GET", f"{VERSIONS}/{version}").status == 404


@pytest.mark.parametrize("version", ["0", "-1", "x", "%00", "100000"])
def test_a_version_that_is_no_number_is_refused(shop: Shop, version: str) -> None:
    assert shop.call("GET", f"{VERSIONS}/{version}").code == "invalid_field"


def test_another_shops_programme_stays_its_own(shop: Shop) -> None:
    shop.publish(a_programme(name="Ours"))
    assert a_shop(published=False).call("GET", f"{VERSIONS}/1").status == 404
