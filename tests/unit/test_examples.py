import inspect
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator

from stamkund.local.programme_schema import as_text, programme_schema
from stamkund.rules import checking
from stamkund.rules.checking import check
from stamkund.rules.my_pages import USUAL_ORDER, USUAL_RULES
from stamkund.rules.programme import Charity, Effect, Gives
from stamkund.rules.programme_file import MyPages, ProgrammeFile
from stamkund.rules.referral_rules import Benefit

Json = dict[str, Any]

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("*.yaml"))
REFERENCE = (DOCS / "programme.md").read_text()

EFFECTS = {effect.__name__: effect for effect in Effect.__args__}
GIVES = {gives.__name__: gives for gives in (*Gives.__args__, Charity)}
GIVEN = {given.__name__: given for given in Benefit.__args__}
SECTIONS = {
    "ProgrammeFile": "The file",
    "PointRules": "points",
    "Rate": "The rate",
    "Basis": "basis",
    "Expiry": "expiry",
    "EarnRule": "rules",
    "Cap": "cap",
    "Pay": "pay",
    "Tiers": "tiers",
    "TierStep": "steps",
    "Perk": "perks",
    "MemberPrice": "prices",
    "PriceCut": "the cut",
    "Offer": "offers",
    "Match": "match",
    "Goods": "but_not",
    "When": "when",
    "Hours": "hours",
    "Late": "late",
    "Staff": "staff",
    "Login": "login",
    "Sms": "sms",
    "LoginOffer": "login_offer",
    "LoginVariant": "variants",
    "Feedback": "feedback",
    "ForumRules": "forum",
    "ReviewRules": "reviews",
    "Lottery": "lottery",
    "Survey": "questions",
    "SurveyChoice": "choices",
    "Surveys": "surveys",
    "LaterSurvey": "later questions",
    "Template": "templates",
    "Rewards": "rewards",
    "Reward": "catalogue",
    "Cause": "causes",
    "Action": "actions",
    "TillRules": "till",
    "Retention": "retention",
    "Claims": "claims",
    "MyPages": "my_pages",
    "Purpose": "purposes",
    "Detail": "details",
    "Relevance": "rules of my pages",
    "Referrals": "referrals",
    "SpecialBenefit": "special",
    "Guards": "guards",
    "Ambassadors": "ambassadors",
    "AmbassadorLevel": "levels",
    "Merit": "merit",
}
# What an excerpt in the reference leaves out: a programme that knows points and the three tiers.
AROUND: Json = {
    "name": "Klubben",
    "time_zone": "Europe/Stockholm",
    "currency": "SEK",
    "languages": ["sv", "en"],
    "tiers": {
        "steps": [
            {"id": "bas", "name": {"sv": "Bas", "en": "Bas"}, "threshold": 0},
            {"id": "guld", "name": {"sv": "Guld", "en": "Guld"}, "threshold": 1_500_000},
        ]
    },
}


def definitions() -> dict[str, Json]:
    schema = programme_schema()
    found: dict[str, Json] = schema["$defs"]
    return found


def section(title: str) -> str:
    match = re.search(
        rf"^##+ {re.escape(title)}$(.*?)(?=^##)", REFERENCE + "\n##", re.MULTILINE | re.DOTALL
    )
    assert match, f"no section {title!r}"
    return match[1]


def documented(title: str) -> dict[str, str]:
    """The keys of the section's table with what it calls their default."""
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", section(title), re.MULTILINE)
    return dict(rows)


def expected(definition: Json) -> dict[str, str]:
    required = definition["required"]
    return {
        key: "*required*" if key in required else f"`{json.dumps(default_of(key, about))}`"
        for key, about in definition["properties"].items()
    }


def default_of(key: str, about: Json) -> object:
    # A default that is a list with something in it is made anew each time: no schema shows it.
    return ["offers"] if key == "groups" else about["default"]


def excerpts() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_no_mistakes(path: Path) -> None:
    assert check(msgspec.yaml.decode(path.read_bytes(), type=ProgrammeFile)) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_satisfies_the_schema_that_its_first_line_names(path: Path) -> None:
    first, *_ = path.read_text().splitlines()
    schema = json.loads((path.parent / first.partition("$schema=")[2]).read_text())
    as_json = json.loads(msgspec.json.encode(msgspec.yaml.decode(path.read_bytes())))
    Draft202012Validator(schema).validate(as_json)


def test_there_is_an_example_for_each_type_of_shop() -> None:
    shops = {path.stem: msgspec.yaml.decode(path.read_bytes()) for path in EXAMPLES}
    assert {name: ("points" in shop, "tiers" in shop) for name, shop in shops.items()} == {
        "points-and-tiers": (True, True),
        "points-only": (True, False),
        "tiers-and-prices": (False, True),
    }


def keys_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys_in(inner)}
    if isinstance(value, list):
        return {key for inner in value for key in keys_in(inner)}
    return set()


def test_the_examples_together_use_every_key_there_is() -> None:
    used = {key for path in EXAMPLES for key in keys_in(yaml.safe_load(path.read_text()))}
    keys = {key for definition in definitions().values() for key in definition["properties"]}
    assert keys - used == set()


def test_the_examples_together_use_every_effect() -> None:
    programmes = [msgspec.yaml.decode(path.read_bytes(), type=ProgrammeFile) for path in EXAMPLES]
    used = {type(offer.effect) for programme in programmes for offer in programme.offers}
    assert used == set(EFFECTS.values())
    given = {type(r.gives) for programme in programmes for r in programme.rewards.catalogue}
    assert given == set(GIVES.values())


def test_the_schema_that_is_kept_is_the_one_the_types_make() -> None:
    # When it has drifted: python -m stamkund.local.programme_schema > docs/programme.schema.json
    assert (DOCS / "programme.schema.json").read_text() == as_text()
    Draft202012Validator.check_schema(programme_schema())


def test_the_reference_has_a_section_for_every_part_of_the_file() -> None:
    assert set(definitions()) == set(SECTIONS) | set(EFFECTS) | set(GIVES) | set(GIVEN)


@pytest.mark.parametrize("part", SECTIONS)
def test_the_reference_lists_every_key_with_its_default(part: str) -> None:
    assert documented(SECTIONS[part]) == expected(definitions()[part])


@pytest.mark.parametrize(
    ("title", "effect"),
    [
        *(("effects", effect) for effect in EFFECTS),
        *(("gives", gives) for gives in GIVES),
        *(("what is given", given) for given in GIVEN),
    ],
)
def test_the_reference_lists_every_effect_with_its_keys(title: str, effect: str) -> None:
    properties = definitions()[effect]["properties"]
    [kind] = properties["kind"]["enum"]
    row = re.search(rf"^\| `{kind}` \|([^|]*)\|", section(title), re.MULTILINE)
    assert row
    assert properties.keys() - {"kind"} <= set(re.findall(r"`(\w+)`", row[1]))


def test_the_reference_names_every_word_a_key_can_have() -> None:
    for definition in definitions().values():
        for about in definition["properties"].values():
            words = about.get("enum") or about.get("items", {}).get("enum") or []
            assert {word for word in words if f"`{word}`" not in REFERENCE} == set()


def test_the_reference_lists_every_mistake_there_is() -> None:
    of_meaning = set(
        re.findall(r'Mistake\([^"]*(?:"[^"]*", )?"(\w+)"', inspect.getsource(checking))
    )
    listed = set(re.findall(r"^\| `(\w+)` \| [^|]* \|$", section("mistakes"), re.MULTILINE))
    assert len(of_meaning) > 15
    assert listed == of_meaning | {"missing_field", "unknown_field", "invalid_field"}


@pytest.mark.parametrize("excerpt", excerpts())
def test_an_excerpt_in_the_reference_has_no_mistakes(excerpt: str) -> None:
    file = {**AROUND, **yaml.safe_load(excerpt)}
    assert check(msgspec.convert(file, ProgrammeFile)) == []


def test_the_reference_links_only_to_what_is_there() -> None:
    headings = {
        re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))
        for title in re.findall(r"^#+ (.*)$", REFERENCE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", REFERENCE):
        assert (
            target[1:] in headings
            if target[0] == "#"
            else (DOCS / target.partition("#")[0]).exists()
        ), target


def test_the_reference_lists_the_usual_rules_of_my_pages() -> None:
    shown = [yaml.safe_load(excerpt) for excerpt in excerpts() if "question_unanswered" in excerpt]
    (listed,) = [msgspec.convert(one["my_pages"], MyPages).rules for one in shown]
    assert listed == [*USUAL_RULES]
    rows = re.findall(r"^\| `(\w+)` \|", section("modules"), re.MULTILINE)
    assert rows == [*USUAL_ORDER]
