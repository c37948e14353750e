"""Which rules match which goods, and which orders, without asking every rule about every line.

Rule n is bit n of an integer. Each fact about a line (its category, brand, article) has the mask of
the rules that accept it, so that a line costs a few dictionary look-ups however many rules exist.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from stamkund.rules.calendar import zone_named
from stamkund.rules.programme import Basis, Goods, Hours, Match, Programme, When
from stamkund.rules.words import composed

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Selector:
    """The goods that each of a list of rules is about."""

    def __init__(self, matches: Sequence[Match]) -> None:
        self._every = (1 << len(matches)) - 1
        self._categories = _accepting(match.categories for match in matches)
        self._brands = _accepting(match.brands for match in matches)
        self._articles = _accepting(match.articles for match in matches)
        refused = [match.but_not or Goods() for match in matches]
        self._not_categories = _listing(goods.categories for goods in refused)
        self._not_brands = _listing(goods.brands for goods in refused)
        self._not_articles = _listing(goods.articles for goods in refused)

    def mask(self, article: str, category: str, brand: str) -> int:
        """The rules that match these goods, as bits."""
        category, brand = composed(category), composed(brand)
        any_category, by_category = self._categories
        any_brand, by_brand = self._brands
        any_article, by_article = self._articles
        accepted = (
            (any_category | _below(by_category, category))
            & (any_brand | by_brand.get(brand, 0))
            & (any_article | by_article.get(article, 0))
        )
        refused = (
            _below(self._not_categories, category)
            | self._not_brands.get(brand, 0)
            | self._not_articles.get(article, 0)
        )
        return accepted & self._every & ~refused


def _listing(lists: Iterable[Iterable[str]]) -> dict[str, int]:
    masks: dict[str, int] = {}
    for bit, names in enumerate(lists):
        for name in map(composed, names):
            masks[name] = masks.get(name, 0) | 1 << bit
    return masks


def _accepting(lists: Iterable[list[str]]) -> tuple[int, dict[str, int]]:
    lists = list(lists)
    says_nothing = sum(1 << bit for bit, names in enumerate(lists) if not names)
    return says_nothing, _listing(lists)


def _below(masks: dict[str, int], category: str) -> int:
    """`shoes/running` lies below `shoes` and below itself."""
    if not masks:
        return 0
    mask, end = 0, category.find("/")
    while end != -1:
        mask |= masks.get(category[:end], 0)
        end = category.find("/", end + 1)
    return mask | masks.get(category, 0)


class Moment(Struct, frozen=True):
    """An instant as the shop sees it."""

    at: datetime
    day: str
    weekday: str
    clock: str

    @property
    def month(self) -> str:
        return self.day[:7]


def moment(at: datetime, zone: str) -> Moment:
    local = at.astimezone(zone_named(zone))
    return Moment(at, f"{local:%Y-%m-%d}", WEEKDAYS[local.weekday()], f"{local:%H:%M}")


ALWAYS = When()


def refusal(when: When, at: Moment, channel: str, tier: str, *, first_order: bool) -> str | None:
    """The code of the first condition that does not hold, or None when all do."""
    if when is ALWAYS or when == ALWAYS:
        return None
    if not _in_window(when, at):
        return "not_now"
    if when.channels and channel not in when.channels:
        return "channel_only"
    if when.tiers and tier not in when.tiers:
        return "tier_needed"
    if when.first_order and not first_order:
        return "first_order_only"
    return None


def _in_window(when: When, at: Moment) -> bool:
    if when.start and at.at < when.start:
        return False
    if when.end and at.at >= when.end:
        return False
    if when.hours and not _in_hours(when.hours, at.clock):
        return False
    return not when.weekdays or _weekday(when.hours, at) in when.weekdays


def _in_hours(hours: Hours, clock: str) -> bool:
    start, end = hours.start, hours.end
    return start <= clock < end if start < end else clock >= start or clock < end


def _weekday(hours: Hours | None, at: Moment) -> str:
    """Hours over midnight belong to the day on which they start, by the clock on the wall."""
    if hours and at.clock < hours.end <= hours.start:
        return WEEKDAYS[WEEKDAYS.index(at.weekday) - 1]
    return at.weekday


class Compiled:
    """A published programme, ready to price with, and the offers of it that are sold out."""

    def __init__(self, programme: Programme, sold_out: Iterable[str] = ()) -> None:
        self.programme, self.sold_out = programme, frozenset(sold_out)
        self.rules = programme.points.rules if programme.points else []
        self.price_selector = Selector([price.match for price in programme.prices])
        self.rule_selector = Selector([rule.match for rule in self.rules])
        basis = programme.points.basis if programme.points else Basis()
        self.earning_selector = Selector([Match(but_not=basis.excluded)])
        self.offer_selector = Selector([offer.match for offer in programme.offers])
        self.tier_rank = {id: rank for rank, id in enumerate(programme.step_ids())}
        self.offers_by_group = [
            [(bit, offer) for bit, offer in enumerate(programme.offers) if offer.group == group]
            for group in programme.groups
        ]
