"""One port in front of all domains: what an HTTP API and its functions are in the cloud."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import local

from stamkund.local.controls import Controls
from stamkund.local.functions import Builder
from stamkund.local.http_api import (
    Answer,
    Environ,
    body_of,
    event_of,
    headers_of,
    method_of,
    path_of,
    status_of,
)
from stamkund.local.invocation import Context
from stamkund.local.picture_folder import PICTURES
from stamkund.web.app import App

LOCAL = "/_local/"

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Page = Callable[[], Answer]
Found = tuple[str, str | None, Mapping[str, str]]


class Routes:
    """Which domain answers a path, under which template, with which parameters."""

    def __init__(self, apps: Sequence[App]) -> None:
        self._else = apps[0].domain
        every = [(app.domain, one.path) for app in apps for one in app.endpoints]
        # What is said in full goes before a parameter: /v1/members/me before /v1/members/{member}.
        self._templates = sorted(
            {(domain, path, tuple(path.split("/"))) for domain, path in every},
            key=lambda one: [part.startswith("{") for part in one[2]],
        )

    def find(self, path: str) -> Found:
        """A path nobody knows goes to any domain: each says "not found" in the same words."""
        parts = path.split("/")
        for domain, template, wanted in self._templates:
            if _fits(wanted, parts):
                return domain, template, _parameters(wanted, parts)
        return self._else, None, {}


class Gateway:
    """The WSGI application."""

    def __init__(
        self,
        builders: Sequence[Builder],
        controls: Controls,
        pages: Mapping[str, Page] = {},
        pictures: Callable[[Environ], Answer] | None = None,
    ) -> None:
        """`pages`: what else a laptop shows, by their path; `pictures` answers as a bucket
        would."""
        self._builders = builders
        self._controls = controls
        self._pages = pages
        self._pictures = pictures
        self._mine = local()
        self._routes = Routes(list(self._apps().values()))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = path_of(environ)
        if self._pictures and path.startswith(PICTURES):
            answer: Answer = self._pictures(environ)
        elif path.startswith(LOCAL):
            answer = self._controls.answer(method_of(environ), path.removeprefix(LOCAL))
        elif path in self._pages:
            answer = self._pages[path]()
        else:
            answer = self._invoke(environ, path)
        start_response(status_of(answer), headers_of(answer))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body_of(answer)]

    def _invoke(self, environ: Environ, path: str) -> Answer:
        domain, template, parameters = self._routes.find(path)
        event = dict(event_of(environ, template, parameters))
        return self._apps()[domain](event, Context(domain))

    def _apps(self) -> dict[str, App]:
        """An app of its own for every thread: Chalice keeps the request it answers on the app."""
        if not hasattr(self._mine, "apps"):
            built = [build() for build in self._builders]
            self._mine.apps = {app.domain: app for app in built}
        apps: dict[str, App] = self._mine.apps
        return apps


def _fits(wanted: Sequence[str], parts: Sequence[str]) -> bool:
    return len(wanted) == len(parts) and all(
        known == part or (known.startswith("{") and part)
        for known, part in zip(wanted, parts, strict=True)
    )


def _parameters(wanted: Sequence[str], parts: Sequence[str]) -> dict[str, str]:
    pairs = zip(wanted, parts, strict=True)
    return {known[1:-1]: part for known, part in pairs if known.startswith("{")}
