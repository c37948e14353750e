"""What things in a programme are called, in the reader's language."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stamkund.rules.ledger import Kind
from stamkund.rules.programme import Cause, Language, Programme, Reward, Text, Tiers
from stamkund.rules.text import say

if TYPE_CHECKING:
    from stamkund.rules.programme_file import Action, ProgrammeFile


def named(text: Text, language: Language, programme: Programme) -> str:
    """In the asked language, or else the shop's first; in any, if the text is older than that."""
    return text.get(language) or text.get(programme.languages[0]) or next(iter(text.values()))


def tier_name(
    programme: Programme, tier: str, language: Language, others: Iterable[Tiers | None] = ()
) -> str:
    """A step that is in none of the ladders is called by its id."""
    for tiers in (programme.tiers, *others):
        for step in tiers.steps if tiers else []:
            if step.id == tier:
                return named(step.name, language, programme)
    return tier


def names_of(programme: Programme, language: Language) -> dict[str, str]:
    """Every rule, member price and offer, by id."""
    rules = programme.points.rules if programme.points else []
    texts = {rule.id: rule.name for rule in rules}
    texts |= {price.id: price.name for price in programme.prices}
    texts |= {offer.id: offer.name for offer in programme.offers}
    return {id: named(text, language, programme) for id, text in texts.items()}


def reward_name(programme: Programme, id: str, language: Language) -> str:
    return _called(programme.rewards.catalogue, id, programme, language) or id


def voucher_name(programme: Programme, reward: str, language: Language) -> str:
    """After the reward that it came from; one that the shop has given is just a voucher."""
    return reward_name(programme, reward, language) or say("voucher", language)


def cause_name(programme: Programme, id: str, language: Language) -> str:
    return _called(programme.rewards.causes, id, programme, language) or id


def subject_name(file: "ProgrammeFile", kind: Kind, id: str, language: Language) -> str:
    """What an entry that belongs to no order is about: a reward, a cause, an action. A reward or a
    cause that is gone from the programme is called by its id; empty where there is no such thing.
    """
    if kind in {"spend", "restore"}:
        return reward_name(file, id, language)
    if kind == "gift":
        return cause_name(file, id, language)
    return _called(file.actions, id, file, language) if kind in {"bonus", "reverse"} else ""


def _called(
    things: "Iterable[Reward | Cause | Action]", id: str, programme: Programme, language: Language
) -> str:
    """Empty where it is gone."""
    return next((named(one.name, language, programme) for one in things if one.id == id), "")
