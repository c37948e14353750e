"""How many calls to DynamoDB each endpoint may make, and how much an order may write."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from functions.members import recalculate_tier
from stamkund.rules import wallet
from stamkund.rules.account import with_wallet
from stamkund.rules.programme import (
    AmountOff,
    Cause,
    Charity,
    Expiry,
    Pay,
    PointRules,
    Rate,
    Reward,
    Rewards,
    Text,
)
from stamkund.rules.programme_file import Action
from stamkund.rules.referral_rules import Referrals
from stamkund.rules.wallet import Wallet
from stamkund.tables import accounts, client, keys, posting
from stamkund.tables.accounts import ACCOUNT, Accounts
from stamkund.web import messages
from tests.at_the_till import Till, answers
from tests.builders import OUTBOX, Answer, Clock, Shop, a_member, a_programme, a_shop, a_voucher
from tests.capacity import item_size
from tests.login import Person
from tests.recorder import Calls, recorded
from tests.referring import World

MEMBER = "m1"
NAME: Text = {"sv": "Namn", "en": "Name"}
PAYING = PointRules(earn=Rate(1, 100), pending_days=0, pay=Pay(value=Rate(1, 10)))


@pytest.fixture
def shop(clock: Clock) -> Shop:
    return a_remembered_shop(points=PAYING, tiers=None)


def a_remembered_shop(tier: str = "", **programme: Any) -> Shop:
    """Its keys and programme have been read, as they have in any minute but the first."""
    shop = a_shop(programme=a_programme(**programme))
    a_member(shop, MEMBER, tier=tier)
    for key in ("shop", "storefront"):
        assert shop.call("POST", "/v1/checkout/quotes", a_basket(), as_=key).status == 200
    return shop


def a_basket(**more: Any) -> dict[str, Any]:
    lines = [
        {"id": str(n), "article": f"shoe-{n}", "quantity": 1, "unit_price": price, "vat_rate": 2500}
        for n, price in enumerate((129_900, 49_900, 9_900), start=1)
    ]
    return {"currency": "SEK", "lines": lines, **more}


def during(ask: Callable[[], Answer], status: int) -> Calls:
    with recorded() as calls:
        answer = ask()
    assert answer.status == status, answer.text
    return calls


def a_quote(shop: Shop, **wish: Any) -> str:
    token: str = shop.call("POST", "/v1/checkout/quotes", a_basket(member=MEMBER, **wish)).json[
        "quote"
    ]
    return token


def commit(shop: Shop, order: str, quote: str | None = None) -> Answer:
    body = a_basket(member=MEMBER, order_id=order, quote=quote or a_quote(shop))
    return shop.call("POST", "/v1/checkout/orders", body)


def confirm(shop: Shop, order: str) -> Answer:
    return shop.call("POST", f"/v1/checkout/orders/web:{order}/confirmation")


def refund(shop: Shop, order: str, line: str) -> Answer:
    body = {"reference": f"r{line}", "lines": [{"id": line, "quantity": 1}]}
    return shop.call("POST", f"/v1/checkout/orders/web:{order}/refunds", body)


def test_a_guest_is_quoted_without_a_call(shop: Shop) -> None:
    calls = during(
        lambda: shop.call("POST", "/v1/checkout/quotes", a_basket(), as_="storefront"), 200
    )
    assert calls == []


@pytest.mark.parametrize("visitor", [None, "9f86d081884c7d659a2f"])
def test_a_guest_is_told_why_to_log_in_without_a_call(shop: Shop, visitor: str | None) -> None:
    body = a_basket(visitor=visitor)
    calls = during(
        lambda: shop.call("POST", "/v1/members/login-offers", body, as_="storefront"), 200
    )
    assert calls == []


def test_what_comes_of_it_is_counted_in_one_transaction_of_four_units(shop: Shop) -> None:
    offers = "/v1/members/login-offers"
    body = a_basket(visitor="9f86d081884c7d659a2f")
    ticket = shop.call("POST", offers, body, as_="storefront").json["ticket"]
    for event in ("shown", "clicked", "bought"):
        said = {"ticket": ticket, "event": event}
        calls = during(partial(shop.call, "POST", f"{offers}/events", said), 201)
        assert calls.operations == ["TransactWriteItems"]
        assert (calls.write_units, calls.read_units) == (4, 0)


@pytest.mark.parametrize("path", ["quotes", "prices"])
def test_a_member_is_quoted_with_one_query(shop: Shop, path: str) -> None:
    articles = [{"article": "shoe-1", "price": 129_900, "vat_rate": 2500}]
    bodies = {
        "quotes": a_basket(member=MEMBER),
        "prices": {"currency": "SEK", "articles": articles, "member": MEMBER},
    }
    calls = during(lambda: shop.call("POST", f"/v1/checkout/{path}", bodies[path]), 200)
    assert calls.operations == ["Query"]


def test_a_quoted_order_is_committed_in_one_transaction_and_no_read(shop: Shop) -> None:
    quote = a_quote(shop)
    calls = during(lambda: commit(shop, "1", quote), 201)
    assert calls.operations == ["TransactWriteItems"]
    assert calls.read_units == 0


def test_spending_points_is_still_one_transaction_and_no_read(shop: Shop) -> None:
    commit(shop, "1")
    quote = a_quote(shop, spend_points=100)
    calls = during(lambda: commit(shop, "2", quote), 201)
    assert calls.operations == ["TransactWriteItems"]


def test_a_repeat_costs_one_transaction_and_no_read(shop: Shop) -> None:
    quote = a_quote(shop)
    commit(shop, "1", quote)
    calls = during(lambda: commit(shop, "1", quote), 200)
    assert calls.operations == ["TransactWriteItems"]


def test_an_order_is_confirmed_with_one_read_and_one_write(shop: Shop) -> None:
    commit(shop, "1")
    calls = during(lambda: confirm(shop, "1"), 200)
    assert calls.operations == ["GetItem", "UpdateItem"]


def test_a_refund_takes_one_read_and_one_transaction(shop: Shop) -> None:
    commit(shop, "1")
    confirm(shop, "1")
    refund(shop, "1", "1")  # from now on this version of the programme is known
    calls = during(lambda: refund(shop, "1", "2"), 201)
    assert calls.operations == ["GetItem", "TransactWriteItems"]


def test_a_refund_of_points_that_lie_with_others_takes_a_transaction_more(
    shop: Shop, clock: Clock
) -> None:
    commit(shop, "1")
    confirm(shop, "1")
    clock.advance(days=2)
    refund(shop, "1", "2")  # from now on keys and programme are known again
    account = accounts.find(shop.id, MEMBER)
    together = wallet.merged(account.wallet, clock.now.date().isoformat())
    posting.rewrite_account(account, with_wallet(account, together))
    calls = during(lambda: refund(shop, "1", "1"), 201)
    assert calls.operations == ["GetItem", "TransactWriteItems", "TransactWriteItems"]


def a_reward(shop: Shop, reference: str = "w", reward: str = "cheque") -> Answer:
    body = {"reference": reference, "reward": reward}
    return shop.call("POST", f"/v1/members/{MEMBER}/redemptions", body)


@pytest.fixture
def rewarding(clock: Clock) -> Shop:
    rewards = Rewards(
        catalogue=[
            Reward("cheque", NAME, 100, AmountOff(5_000), limit_per_member=10**6),
            Reward("gift", NAME, 100, Charity(1_000)),
        ],
        causes=[Cause("sea", NAME)],
    )
    actions = [Action("visit", NAME, 5, most=10**6)]
    shop = a_remembered_shop(points=PAYING, tiers=None, rewards=rewards, actions=actions)
    commit(shop, "points")
    return shop


def test_a_reward_is_read_redeemed_kept_and_released_with_a_read_and_a_write_each(
    rewarding: Shop,
) -> None:
    ask = partial(rewarding.call, "POST")
    path = f"/v1/members/{MEMBER}"
    seen = during(lambda: rewarding.call("GET", f"{path}/rewards"), 200)
    assert seen.operations == ["GetItem"]
    both = ["TransactGetItems", "TransactWriteItems"]
    assert during(lambda: a_reward(rewarding), 201).operations == both
    released = during(lambda: ask(f"{path}/redemptions/w/cancellation"), 200)
    assert released.operations == both
    a_reward(rewarding, "x")
    kept = during(lambda: ask(f"{path}/redemptions/x/confirmation"), 200)
    assert kept.operations == ["TransactGetItems", "UpdateItem"]
    gift = {"reference": "g", "reward": "gift", "cause": "sea"}
    assert during(lambda: ask(f"{path}/gifts", gift), 201).operations == both
    visit = {"reference": "e", "action": "visit"}
    assert during(lambda: ask(f"{path}/earnings", visit), 201).operations == both
    report = during(lambda: rewarding.call("GET", "/v1/members/gifts/report"), 200)
    assert report.operations == ["Query"]


def test_a_reward_makes_no_call_more_of_a_quote_and_a_commit(rewarding: Shop) -> None:
    voucher = a_reward(rewarding).json["voucher"]
    body = a_basket(member=MEMBER, vouchers=[voucher])
    quoting = during(lambda: rewarding.call("POST", "/v1/checkout/quotes", body), 200)
    assert quoting.operations == ["Query"]
    quote = a_quote(rewarding, vouchers=[voucher])
    committing = during(lambda: commit(rewarding, "2", quote), 201)
    assert committing.operations == ["TransactWriteItems"]
    assert committing.read_units == 0


def test_three_years_of_a_reward_a_month_leave_the_account_small_and_a_quote_one_unit_more(
    rewarding: Shop,
) -> None:
    """Whatever becomes of it, a voucher stays beside the account."""
    account = accounts.find(rewarding.id, MEMBER)
    posting.rewrite_account(account, with_wallet(account, Wallet({">2028-12": 10_000})))
    for month in range(36):
        reference = f"month-{month}"
        assert a_reward(rewarding, reference).status == 201
        visit = {"reference": reference, "action": "visit"}
        rewarding.call("POST", f"/v1/members/{MEMBER}/earnings", visit)
        path = f"/v1/members/{MEMBER}/redemptions/{reference}/confirmation"
        rewarding.call("POST", path)
    body = a_basket(member=MEMBER)
    quoting = during(lambda: rewarding.call("POST", "/v1/checkout/quotes", body), 200)
    assert quoting.operations == ["Query"]
    assert quoting.read_units <= 2
    assert item_size(stored(rewarding)) <= 2_000


def stored(shop: Shop) -> dict[str, Any]:
    key = {"pk": {"S": keys.of(shop.id, MEMBER)}, "sk": {"S": ACCOUNT}}
    table = Accounts.describe_table()["TableName"]
    item: dict[str, Any] = client().client.get_item(TableName=table, Key=key)["Item"]
    return item


@pytest.mark.parametrize("evidence", ["qr", "typed", "confirmed"])
def test_a_till_quotes_with_one_query_and_commits_in_one_transaction_and_no_read(
    shop: Shop, evidence: str, clock: Clock
) -> None:
    commit(shop, "1")
    till, wish = Till(shop), {} if evidence == "typed" else {"spend_points": 100}
    till.quote()  # its key is remembered
    token = identified(till, evidence)
    calls = during(lambda: till.quote(identification=token, **wish), 200)
    assert calls.operations == ["Query"]
    quote = till.quote(identification=token, **wish).json["quote"]
    calls = during(lambda: till.commit("2", member=MEMBER, quote=quote), 201)
    assert calls.operations == ["TransactWriteItems"]
    assert calls.read_units == 0


def identified(till: Till, evidence: str) -> str:
    if evidence == "confirmed":
        asked = till.ask(MEMBER, "2", points=100)
        answers(till.shop, asked, "confirmed")
        return str(till.hear(asked).json["identification"])
    card = accounts.find(till.shop.id, MEMBER).card
    found = till.scan(MEMBER) if evidence == "qr" else till.find(number=card)
    return str(found.json["identification"])


def test_a_card_is_read_with_one_call(shop: Shop) -> None:
    calls = during(lambda: shop.call("GET", f"/v1/members/{MEMBER}/card"), 200)
    assert calls.operations == ["GetItem"]


def test_a_session_is_refreshed_in_one_transaction_and_a_code_is_sent_after_one(
    shop: Shop,
) -> None:
    messages.use(OUTBOX.append)
    person = Person(shop, "jonas@example.com")
    calls = during(person.ask, 202)
    assert calls.operations == ["TransactWriteItems"]
    person.refresh_token = person.join(person.proof()).json["session"]["refresh_token"]
    calls = during(person.refresh, 201)
    assert (calls.operations, calls.read_units) == (["TransactWriteItems"], 0)
    person.refreshes()
    calls = during(lambda: person.asks().verify(), 200)
    assert calls.operations == [
        "TransactWriteItems", "UpdateItem", "GetItem", "GetItem", "TransactWriteItems"
    ]  # fmt: skip


def test_an_order_of_a_friend_costs_what_any_other_does_to_the_unit(clock: Clock) -> None:
    """Whoever was brought, whoever was not, and in a club in which nobody can be: the first order,
    which counts, and the next."""
    world, without = World(clock), World(clock, Referrals())
    anna = world.joins()
    friends = {"brought": world.brings(anna), "alone": world.joins()}
    written = {which: written_by_two(world, member) for which, member in friends.items()}
    written["without"] = written_by_two(without, without.joins())
    assert written["brought"] == written["alone"] == written["without"]


def written_by_two(world: World, member: str) -> list[int]:
    """The units of two commits, between which the stream has brought the first."""
    world.shop.call("POST", "/v1/checkout/quotes", a_basket())  # keys and programme are remembered
    units = []
    for n in range(2):
        body = a_basket(member=member)
        quote = world.shop.call("POST", "/v1/checkout/quotes", body).json["quote"]
        order = {**body, "order_id": f"{member}-{n}", "quote": quote}
        calls = during(partial(world.shop.call, "POST", "/v1/checkout/orders", order), 201)
        assert (calls.operations, calls.read_units) == (["TransactWriteItems"], 0)
        units.append(calls.write_units)
        world.follow(member)
    return units


def test_of_nobody_who_was_brought_the_stream_needs_one_read(clock: Clock) -> None:
    world = World(clock)
    member = world.joins()
    world.buys(member)
    world.follow(member)
    with recorded() as calls:
        world.follow(member)
    assert (calls.operations, calls.write_units) == (["GetItem"], 0)


# Write units, from commit up to and including the recalculation that the stream sets off


def units(ask: Callable[[], Answer], shop: Shop) -> int:
    with recorded() as calls:
        assert ask().status == 201
        looked_again(shop)
    return calls.write_units


def looked_again(shop: Shop) -> None:
    image = {"pk": {"S": keys.of(shop.id, MEMBER)}, "kind": {"S": "earn"}}
    record = {"eventID": "1", "dynamodb": {"SequenceNumber": "1", "NewImage": image}}
    answer = recalculate_tier.handler({"Records": [record]}, None)  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": []}


def test_an_order_of_three_lines_writes_at_most_ten_units(shop: Shop) -> None:
    quote = a_quote(shop)
    assert units(lambda: commit(shop, "1", quote), shop) <= 10


def test_a_voucher_writes_two_units_more(shop: Shop) -> None:
    without = units(lambda: commit(shop, "1"), shop)
    a_voucher(shop, MEMBER)
    quote = a_quote(shop, vouchers=["v1"])
    assert units(lambda: commit(shop, "2", quote), shop) == without + 2


def test_a_review_day_writes_two_units_more_at_most(shop: Shop) -> None:
    without = units(lambda: commit(shop, "1"), shop)
    shop.publish(a_programme(points=replace(PAYING, expiry=Expiry(months=24)), tiers=None))
    assert units(lambda: commit(shop, "2"), shop) <= without + 2
    assert accounts.find(shop.id, MEMBER).review_on


def test_a_new_tier_writes_four_units_more_at_most(clock: Clock) -> None:
    """And the day on which it will be reviewed, which is the first there is."""
    shop = a_remembered_shop("bas", points=PAYING)
    without = units(lambda: commit(shop, "1"), shop)
    assert units(lambda: commit(shop, "2"), shop) <= without + 4 + 2
    assert accounts.find(shop.id, MEMBER).tier == "silver"


def test_matured_lots_are_put_together_for_the_price_of_one_plain_write(clock: Clock) -> None:
    shop = a_remembered_shop(points=replace(PAYING, pending_days=1), tiers=None)
    written = []
    for day in range(10):
        clock.advance(days=1)
        written.append(units(partial(commit, shop, str(day)), shop))
    assert set(written) == {written[0], written[0] + 1}
