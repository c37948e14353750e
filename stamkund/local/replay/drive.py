"""Drives the year through the club: hour by hour, the clock moved along, jobs at every midnight."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event as Flag

from stamkund.local.replay.checkpoint import Checkpoint, Kept
from stamkund.local.replay.progress import Progress
from stamkund.local.replay.shop import Shop
from stamkund.local.replay.tally import Tally, added
from stamkund.local.replay.till import Seen, Till
from stamkund.local.replay.timetable import Event, Hour, Night, Step

JOBS = ("review_accounts", "reverse_unconfirmed")
MOST_PROBLEMS = 20


class TooManyProblems(Exception):  # noqa: N818 -- the message is written for a person
    """Going on would only bring more of the same."""


class JobResult(Seen, frozen=True):
    failed: int = 0


class JobAnswer(Seen, frozen=True):
    result: JobResult


class Drive:
    """Each household has one till, so that what it does stays in order.

    `jobs`: whether the club lets us run them; another club than a local one has its own nights.
    """

    def __init__(
        self, office: Till, shops: Sequence[Shop], kept: Kept, *, jobs: bool = True
    ) -> None:
        self._office = office
        self._jobs = JOBS if jobs else ()
        self._shops = shops
        self._kept = kept
        self._stop = Flag()

    def run(self, steps: Sequence[Step], progress: Progress) -> Checkpoint:
        """From where the last run was, to the end."""
        checkpoint = self._kept.read()
        with ThreadPoolExecutor(len(self._shops)) as pool:
            try:
                for number in range(checkpoint.following, len(steps)):
                    checkpoint = self._step(steps[number], checkpoint, pool, progress)
            except KeyboardInterrupt:
                # Within the hour all stop at the next customer; the hour is done again.
                self._stop.set()
                raise
        return checkpoint

    def _step(
        self, step: Step, before: Checkpoint, pool: ThreadPoolExecutor, progress: Progress
    ) -> Checkpoint:
        began = time.monotonic()
        self._set_clock(step.at)
        tally = self._hour(step, pool) if isinstance(step, Hour) else self._night(step)
        total = added([before.tally, tally])
        seconds = before.seconds + time.monotonic() - began
        checkpoint = Checkpoint(before.following + 1, seconds, total)
        self._kept.write(checkpoint)
        progress.advance(tally.orders, step.at)
        if len(total.problems) >= MOST_PROBLEMS:
            raise TooManyProblems("\n".join(total.problems))
        return checkpoint

    def open(self, at: datetime, programme: bytes) -> None:
        """Publishes on the first day, so that the programme is as old as the year."""
        self._set_clock(at)
        self._office.publish(programme)

    def close(self, at: datetime) -> None:
        """Lets everything settle, and puts the clock back to where the year ended."""
        self._set_clock(at)
        self._settle()

    def _set_clock(self, at: datetime) -> None:
        self._office.tell("PUT", "/v1/programme/clock", {"time": at})

    def _hour(self, hour: Hour, pool: ThreadPoolExecutor) -> Tally:
        queues: dict[int, list[Event]] = {}
        for event in hour.events:
            queues.setdefault(int(event.purchase.household) % len(self._shops), []).append(event)
        futures = [pool.submit(self._serve, self._shops[n], queue) for n, queue in queues.items()]
        for future in futures:
            future.result()
        return added(shop.counted() for shop in self._shops)

    def _serve(self, shop: Shop, queue: list[Event]) -> None:
        for event in queue:
            if not self._stop.is_set():
                shop.serve(event)

    def _night(self, night: Night) -> Tally:
        """The stream is waited for, so that the jobs find what the day has left."""
        tally = Tally()
        self._settle()
        for job in self._jobs:
            answer, _ = self._office.ask("POST", f"/_local/jobs/{job}", None, JobAnswer)
            if answer.result.failed:
                tally.problems.append(f"{job} failed {answer.result.failed} times, {night.at}")
        return tally

    def _settle(self) -> None:
        """Waits until the stream has been read to its end."""
        if self._jobs:
            self._office.tell("POST", "/_local/settle")
