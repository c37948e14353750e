"""My pages: everything a member has, in the order that matters to this one today."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from functions.members import page_sources
from functions.members.page_facts import facts_of
from functions.members.page_modules import MODULES, Modules
from functions.members.page_sources import Sources
from functions.members.shown import NOT_KEPT
from stamkund.rules.my_pages import Params, PlacedModule, arranged
from stamkund.rules.programme import Language
from stamkund.rules.programme_file import PageModule, Situation
from stamkund.rules.text import say
from stamkund.tables import Read, is_busy
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web import log, metrics
from stamkund.web.callers import Caller, Member, member_of
from stamkund.web.club import MEMBER_PROBLEMS
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.metrics import Metric


class Why(Struct, frozen=True):
    """Why a module is where it is; `situation` is null of one in its usual place."""

    situation: Situation | None
    params: Params
    text: str


class ModulePlaced(Struct, frozen=True):
    module: PageModule
    why: Why


class Page(Struct, frozen=True):
    """`order`: what is to be drawn, the first one first, and `modules` what from. `left_out`: what
    would be there, and could not be read just now."""

    order: list[ModulePlaced]
    modules: Modules
    left_out: list[PageModule]


@endpoint(
    "GET",
    "/v1/members/{member}/page",
    caller=[Member],
    access={Accounts: Read, Profiles: Read, Ledger: Read, Programmes: Read, Threads: Read},
    problems=MEMBER_PROBLEMS,
)
def read_page(member: str, caller: Caller, now: datetime) -> Reply[Page]:
    """Read my pages.

    Card, points, ladder, offers, vouchers, orders, what was said, what was done because somebody
    said it, wish list, questions, details, consents and the way out: in the order that matters to
    this member today, with the reason. A module that cannot be read is left out and named, and all
    others come.
    """
    sources = page_sources.read(caller.shop, member_of(caller, member), caller.language, now)
    club, (modules, left_out) = sources.club, _modules(sources)
    there = [name for name in MODULES if getattr(modules, name) is not None]
    rules = club.file.my_pages
    facts = facts_of(modules, club, caller.language)
    order = arranged(there, facts, rules.rules, rules.modules)
    shown = {one.module: getattr(modules, one.module) for one in order}
    page = Page([_placed(one, caller.language) for one in order], Modules(**shown), left_out)
    return Reply(page, headers=NOT_KEPT)


def _modules(sources: Sources) -> tuple[Modules, list[PageModule]]:
    """All there are, and the names of those that failed."""
    wanted = sources.club.file.my_pages.modules or MODULES
    made: dict[str, Any] = {}
    left_out: list[PageModule] = []
    for name, make in MODULES.items():
        if name not in wanted:
            continue
        try:
            made[name] = make(sources)
        except Exception as failure:  # noqa: BLE001 -- one module is not worth the page
            _tell(name, failure, sources.club.shop)
            left_out.append(name)
    return Modules(**made), left_out


def _tell(module: PageModule, failure: Exception, shop: str) -> None:
    """Nobody else hears of it: the request is answered as if nothing had happened."""
    fault = log.fault_of(failure)
    log.logger_of("members").error(
        "failed", extra={"module_of_page": module, "shop": shop, **fault}
    )
    if not is_busy(failure):
        metrics.count(Metric.FAILURES)


def _placed(one: PlacedModule, language: Language) -> ModulePlaced:
    # What is no sum of money is called by its name, in a sentence of its own.
    called = "_named" if "name" in one.params else ""
    text = say(f"page_{one.situation or 'usual'}{called}", language, **one.params)
    return ModulePlaced(one.module, Why(one.situation, one.params, text))
