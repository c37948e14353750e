"""What things in a programme are called, in the reader's language."""

from stamkund.rules.programme import Language, Programme, Text


def named(text: Text, language: Language, programme: Programme) -> str:
    """In the asked language, or else the shop's first."""
    return text.get(language) or text[programme.languages[0]]


def tier_name(programme: Programme, tier: str, language: Language) -> str:
    """A step that is gone from the programme is called by its id."""
    steps = programme.tiers.steps if programme.tiers else []
    names = {step.id: named(step.name, language, programme) for step in steps}
    return names.get(tier, tier)


def names_of(programme: Programme, language: Language) -> dict[str, str]:
    """Every rule, member price and offer, by id."""
    rules = programme.points.rules if programme.points else []
    texts = {rule.id: rule.name for rule in rules}
    texts |= {price.id: price.name for price in programme.prices}
    texts |= {offer.id: offer.name for offer in programme.offers}
    return {id: named(text, language, programme) for id, text in texts.items()}
