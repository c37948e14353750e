"""A friend joins, buys, keeps what was bought, and both get what was said."""

from tests.builders import Clock
from tests.referring import World


def test_a_friend_who_joins_by_a_code_and_buys_brings_points_that_wait(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    jonas = world.brings(anna)
    assert world.referral(jonas).state == "joined"
    world.buys(jonas)
    world.follow(jonas)
    assert world.referral(jonas).state == "pending"
    assert world.account(anna).lots == {"2026-04-09>never": 500}
    world.follow(jonas, jonas)
    assert world.account(anna).lots == {"2026-04-09>never": 500}
    world.settle(days=29)
    assert world.referral(jonas).state == "pending"
    assert world.settle(days=1) == {"changed": 1, "failed": 0}
    assert world.referral(jonas).state == "available"
    page = world.page(anna)
    assert [one["state"] for one in page["friends"]] == ["available"]
    assert page["badge"] == {"level": "friendly", "name": "Namn"}
