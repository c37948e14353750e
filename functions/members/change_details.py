"""A member changes what they have said of themself; only what is sent."""

from datetime import date, datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from functions.members import birthdays, details
from functions.members.details import DetailsShown
from functions.members.enrol import PersonName
from functions.members.typed import words
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Id, Label, Language
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.tables import Read, Update, profiles
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Details, Profile, Profiles
from stamkund.web import earning
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import endpoint

ATTEMPTS = 5
EARLIEST = date(1900, 1, 1)


class AddressChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole address: what is left out is not known any more."""

    street: Label | None = None
    postal_code: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{1,11}$")] | None = None
    city: Label | None = None
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="ISO 3166")] | None = None


class DetailsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is not sent stays as it is; null takes it away. `answers` by the ids of the shop's
    questions, each on its own. Contacts are changed by a code that was sent to the new one."""

    first_name: PersonName | UnsetType | None = UNSET
    last_name: PersonName | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET
    birthday: date | UnsetType | None = UNSET
    address: AddressChange | UnsetType | None = UNSET
    answers: Annotated[dict[Id, Label | None], Meta(max_length=30)] = {}


@endpoint(
    "PATCH",
    "/v1/members/{member}/details",
    caller=[Member, Shop],
    access={**earning.ACCESS, Profiles: Read | Update},
    problems=[*MEMBER_PROBLEMS, "busy"],
)
def change_details(
    member: str, request: DetailsChange, caller: Caller, now: datetime
) -> DetailsShown:
    """Change a member's details.

    Only what is sent changes, and null takes away. The same again changes nothing. Where the
    programme has an action of the kind `profile`, its points are given when nothing is missing.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    _refuse_answers(request.answers, club.file)
    kept = _kept(club, owner, request)
    details.reward_complete(club, owner, kept)
    return details.shown(kept, club.file, caller.language)


def _kept(club: Club, member: str, request: DetailsChange) -> Profile:
    """Refused: member_not_found, busy."""
    for _ in range(ATTEMPTS):
        before = profiles.find(club.shop, member)
        after = _changed(before, request, club)
        if after == before:
            return before
        try:
            return profiles.edit(club.shop, member, before, after)
        except Conflict:
            continue
    raise Refused("busy")


def _changed(before: Profile, request: DetailsChange, club: Club) -> Profile:
    language = before.language if request.language is UNSET else request.language
    said = _details(before.details, request, club)
    return replace(
        before,
        first_name=_name(request.first_name, before.first_name, "first_name"),
        last_name=_name(request.last_name, before.last_name, "last_name"),
        language=language,
        details=said,
        born=birthdays.hash_of(club.shop, said.birthday),
    )


def _name(sent: str | UnsetType | None, before: str, field: str) -> str:
    if sent is UNSET:
        return before
    return words(sent, field) if sent else ""


def _details(before: Details, request: DetailsChange, club: Club) -> Details:
    answers = {**before.answers, **request.answers}
    kept = {id: words(value, f"answers.{id}") for id, value in sorted(answers.items()) if value}
    after = replace(before, answers=kept)
    if request.birthday is not UNSET:
        after = replace(after, birthday=_birthday(request.birthday, club))
    if request.address is not UNSET:
        after = replace(after, **_address(request.address or AddressChange()))
    return after


def _birthday(day: date | None, club: Club) -> str:
    if day is None:
        return ""
    if not EARLIEST <= day <= date.fromisoformat(club.at.day):
        raise Refused("invalid_field", "birthday", detail="Expected a day somebody was born on")
    return day.isoformat()


def _address(sent: AddressChange) -> dict[str, str]:
    return {
        "street": words(sent.street, "address.street") if sent.street else "",
        "postal_code": sent.postal_code or "",
        "city": words(sent.city, "address.city") if sent.city else "",
        "country": sent.country or "",
    }


def _refuse_answers(answers: dict[str, str | None], file: ProgrammeFile) -> None:
    """Refused: unknown_field, invalid_field."""
    asked = {detail.id: detail for detail in file.my_pages.details}
    for id, value in answers.items():
        if id not in asked:
            raise Refused("unknown_field", f"answers.{id}")
        if value is not None and asked[id].choices and value not in asked[id].choices:
            detail = f"Expected one of {', '.join(asked[id].choices)}"
            raise Refused("invalid_field", f"answers.{id}", detail=detail)
