"""A club with my pages, to test with: `shop = a_club_with_pages()`."""

from typing import Any

from stamkund.rules.programme import PointRules, Rate, Text
from stamkund.rules.programme_file import Action, Detail, MyPages, Purpose
from tests.builders import Answer, Shop, a_programme, a_shop

NAME: Text = {"sv": "Namn", "en": "Name"}
LONG: Any = {"sv": "Jag vill ha brev.", "en": "I want letters."}
PURPOSES = [
    Purpose("newsletter", NAME, LONG, "1"),
    Purpose("wishes", NAME, LONG, "1"),
]
DETAILS = [
    Detail("shoe-size", {"sv": "Skostorlek", "en": "Shoe size"}, ["42", "43"]),
    Detail("sport", {"sv": "Sport", "en": "Sport"}),
]
PAGES = MyPages(purposes=PURPOSES, details=DETAILS, newsletter="newsletter", wishes="wishes")
POINTS = PointRules(earn=Rate(1, 100), pending_days=0)
ACTIONS = [
    Action("letters", NAME, 50, "newsletter"),
    Action("complete", NAME, 75, "profile"),
    Action("cake", NAME, 100, "birthday", per="year"),
]
FAQ: dict[str, Any] = {
    "entries": [
        {
            "id": id,
            "question": {"sv": f"Fråga om {id}?", "en": f"Question about {id}?"},
            "answer": {"sv": "Ett svar.", "en": "An answer."},
        }
        for id in ("returns", "points", "sizes")
    ],
    "contact": {"email": "help@shop.example"},
}


def a_club_with_pages(**programme: Any) -> Shop:
    usual: dict[str, Any] = {"my_pages": PAGES, "points": POINTS}
    shop = a_shop(programme=a_programme(**usual | programme))
    assert shop.call("PUT", "/v1/members/faq", FAQ, as_="staff").status == 200
    return shop


def give(shop: Shop, member: str, purpose: str = "newsletter", **said: Any) -> Answer:
    body = {"text_version": "1", **said}
    return shop.call("PUT", f"/v1/members/me/consents/{purpose}", body, as_=member)


def withdraw(shop: Shop, member: str, purpose: str = "newsletter", query: str = "") -> Answer:
    return shop.call("DELETE", f"/v1/members/me/consents/{purpose}{query}", as_=member)


def wish(shop: Shop, member: str, article: str = "tent", **noted: Any) -> Answer:
    body = {"name": "Tält", "currency": "SEK", "price": 100_000, "in_stock": True, **noted}
    return shop.call("PUT", f"/v1/members/me/wishes/{article}", body, as_=member)


def tell(shop: Shop, article: str = "tent", price: int = 90_000, **more: Any) -> Answer:
    body = {"article": article, "currency": "SEK", "price": price, **more}
    return shop.call("POST", "/v1/members/wishes/news", body)


def page(shop: Shop, member: str, **how: Any) -> Any:
    answer = shop.call("GET", "/v1/members/me/page", as_=member, **how)
    assert answer.status == 200, answer.text
    return answer.json


def order_of(page: Any) -> list[str]:
    return [one["module"] for one in page["order"]]
