"""People who review what they bought: `told = reviewed(shop, stars=4)`."""

from dataclasses import dataclass
from typing import Any

from functions.feedback import settle_reviews
from stamkund.local.invocation import Context
from stamkund.rules.programme import PointRules, Rate
from stamkund.rules.programme_file import Action, ProgrammeFile
from stamkund.rules.review_rules import ReviewRules
from tests.builders import Answer, Shop, a_programme
from tests.members import a_member
from tests.reliability.till import Till, basket
from tests.talking import RULES, Talk

WORDS = ReviewRules(publish="clean", words={"sv": ["skit*", "idiot"], "en": ["rubbish"]})
REVIEWING = Action("review", {"sv": "En recension", "en": "A review"}, 25, kind="review", most=50)


def a_club(**sections: Any) -> ProgrammeFile:
    usual: dict[str, Any] = {
        "feedback": RULES,
        "reviews": WORDS,
        "actions": [REVIEWING],
        "points": PointRules(earn=Rate(points=1, amount=100), pending_days=0),
    }
    return a_programme(**usual | sections)


def path_of(order: str, line: str = "l0") -> str:
    return f"/v1/feedback/orders/{order}/lines/{line}/review"


def read(shop: Shop, article: str = "shoe", query: str = "") -> Any:
    answer = shop.call("GET", f"/v1/feedback/articles/{article}/reviews{query}", as_="storefront")
    assert answer.status == 200, answer.text
    return answer.json


@dataclass
class Bought:
    """A member who has bought something."""

    shop: Shop
    till: Till

    @property
    def member(self) -> str:
        return str(self.till.member)

    def says(
        self, stars: int = 4, text: str = "Sitter bra.", line: str = "l0", **more: Any
    ) -> Answer:
        body = {"stars": stars, "text": text, **more}
        return self.shop.call("PUT", path_of(self.till.order, line), body, as_=self.member)

    def seen(self, line: str = "l0") -> Any:
        return self.shop.call("GET", path_of(self.till.order, line), as_=self.member).json

    def talk(self, line: str = "l0") -> Talk:
        return Talk(self.shop, self.member, self.seen(line)["thread"])

    @property
    def bonus(self) -> int:
        """What reviews have given by now."""
        return sum(
            entry.points
            for entry in self.till.entries
            if entry.kind == "bonus" or (entry.kind == "reverse" and not entry.order)
        )


def bought(shop: Shop, *prices: int, member: str = "", **line: Any) -> Bought:
    who = member or a_member(shop)
    till = Till(shop, who)
    till.buy(basket(*(prices or (50_000,)), **line))
    return Bought(shop, till)


def settle() -> dict[str, int]:
    return settle_reviews.handler({}, Context("timed"))


def reversal(shop: Shop, who: Bought) -> dict[str, Any]:
    """What the ledger's stream tells of a refund."""
    image = {
        "pk": {"S": f"{shop.id}#{who.member}"},
        "sk": {"S": "1"},
        "kind": {"S": "reverse"},
        "order": {"S": who.till.order},
    }
    record = {"eventID": "1", "dynamodb": {"NewImage": image, "SequenceNumber": "1"}}
    return {"Records": [record]}
