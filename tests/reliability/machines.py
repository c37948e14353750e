"""What the machines have in common that try the endpoints of one domain: a clock that begins anew
with every example, a client that asks again, and how long they search.

    class Desk(Timed): ...

    def test_nothing_said_is_lost(time: Clock) -> None:
        search(Desk, time)
"""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.builders import Answer, Clock
from tests.reliability import faults

FEW = max(10, settings().max_examples // 10)


class Timed(RuleBasedStateMachine):
    """Limits count by the quarter and the hour: each example starts at the same minute of them,
    and so is replayed as it was found."""

    time: Clock

    def __init__(self) -> None:
        super().__init__()
        self.time.set(Clock().now)

    def tried(self, act: Callable[[], Answer], fault: str | None, call: int) -> Answer:
        """By a client that asks again when it has no answer, or none that says what happened."""
        if fault:
            with suppress(faults.Killed), faults.at(call, fault):
                answer = act()
                if answer.status < 500:
                    return answer
        answer = act()
        assert answer.status < 500, answer.text
        return answer


def search(machine: type[Timed], time: Clock, steps: int = 25) -> None:
    timed = type(machine.__name__, (machine,), {"time": time})
    how = settings(
        max_examples=FEW, stateful_step_count=steps, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(timed, settings=how)
