"""The longest thread there can be. Moto copies the whole of it with every transaction."""

from tests.builders import Clock, a_programme, a_shop
from tests.members import a_member
from tests.talking import RULES, opened


def test_a_thread_has_an_end(clock: Clock) -> None:
    """And an answer is still possible."""
    shop = a_shop(programme=a_programme(feedback=RULES))
    talk = opened(shop, a_member(shop, email="jonas@example.com"))
    for version in range(1, 300):
        assert talk.says(f"{version}").status == 201
    assert talk.says("Once more").code == "thread_full"
    assert talk.answers(version=300).status == 201
