"""`/my-page` of the laptop: what a member sees, drawn from one answer of the club.

A sketch of what a shop builds, in plain HTML, to look at what is answered: open it with
`#session=` and a token behind it. The token stays in the browser, as it stands behind a `#`.
"""

from collections.abc import Callable, Mapping
from typing import Any

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data:"
)


def pages() -> Mapping[str, Callable[[], dict[str, Any]]]:
    return {"/my-page": _page}


def _page() -> dict[str, Any]:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
    }
    return {"statusCode": 200, "headers": headers, "body": PAGE}


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>My page</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b2b28; background: #f4f6f5 }
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(18.5rem, 1fr));
  align-items: start }
section { background: #fff; border-radius: .5rem; padding: 1rem 1.25rem; overflow-wrap: anywhere }
section.moved { box-shadow: inset 0 .25rem 0 #c2703d }
h1 { margin: 0 0 1rem }
h2 { font-size: 1.05rem; margin: 0 }
h2::first-letter { text-transform: uppercase }
.why { color: #8a4a20; font-size: .875rem; margin: 0 }
.quiet { color: #55635f; font-size: .875rem }
ul { list-style: none; padding: 0; margin: .5rem 0 0 }
li { padding: .4rem 0; border-top: 1px solid #e4eae7 }
li:first-child { border-top: 0 }
progress { width: 100%; accent-color: #2d6a58 }
img { width: 100%; border-radius: .5rem; display: block; margin-top: .5rem }
</style>
<h1 id="title">My page</h1>
<main id="page"></main>
<script type="module">
const page = document.getElementById("page");
const token = new URLSearchParams(location.hash.slice(1)).get("session");

// Texts only ever become text: nothing that is answered is read as HTML.
const make = (name, text, ...inside) => {
  const made = document.createElement(name);
  made.textContent = text ?? "";
  made.append(...inside);
  return made;
};
const quiet = (text) => Object.assign(make("div", text), {className: "quiet"});
const list = (items, draw) => make("ul", "", ...items.map((one) => make("li", "", ...draw(one))));
const day = (text) => text?.slice(0, 10) ?? "";
const money = (amount, currency) => amount == null ? "" : new Intl.NumberFormat(
  "sv", {style: "currency", currency: currency ?? "SEK", minimumFractionDigits: 0}
).format(amount / 100);

const card = (one) => [Object.assign(new Image(), {
  alt: one.number, src: "data:image/svg+xml," + encodeURIComponent(one.svg)})];
const points = (one) => [
  make("strong", `${one.available} to spend, ${one.pending} to come`), quiet(one.text)];
const ladder = (one) => [
  make("div", one.text),
  list(one.steps, (step) => [
    `${step.reached ? "\\u2713" : "\\u25cb"} ${step.name}`,
    Object.assign(make("progress"), {
      max: step.threshold || 1, value: step.threshold ? step.threshold - step.missing : 1}),
    quiet(step.perks.map((perk) => perk.name).join(", "))]),
  quiet(one.forecast?.text)];
const offers = (all) => [list(all, (one) => [
  one.name, quiet(one.switch_on ? (one.on ? "Switched on" : "To be switched on") : "")])];
const vouchers = (all) => [list(all, (one) => [
  one.amount ? money(one.amount, one.currency) : one.name, quiet(`until ${day(one.expires_at)}`)])];
const orders = (all) => [list(all, (one) => [
  `${one.order}: ${money(one.amount, one.currency)}`,
  quiet(`${day(one.occurred_at)}, ${one.points} points` +
    (one.cancelled ? ", cancelled" : one.returned ? ", returned in part or whole" : ""))])];
const threads = (all) => [list(all, (one) => [
  `${one.kind}: ${one.state}`,
  quiet(`${day(one.opened_at)}${one.answer_by ? `, answer by ${day(one.answer_by)}` : ""}`)])];
const survey = (one) => [
  quiet(one.order),
  list(one.questions, (asked) => [
    asked.question,
    quiet(asked.choices.length ? asked.choices.map((each) => each.name).join(" / ")
                               : asked.low == null ? "" : `${asked.low}\\u2013${asked.high}`)])];
const referrals = (one) => [
  make("strong", one.code ?? "No code yet"), quiet(one.link),
  quiet(`${one.credited} friends counted${one.badge ? `: ${one.badge.name}` : ""}`)];
const leave = (one) => [quiet(`${one.points} points would end.`), quiet(one.export)];
const wish_list = (all) => [list(all, (one) => [
  one.name ?? one.article,
  quiet(one.fallen ? `${money(one.price_now, one.currency)}, was ${money(one.price, one.currency)}`
                   : money(one.price, one.currency))])];
const consent = (one) => [
  `${one.given ? "\\u2713" : "\\u25cb"} ${one.name ?? one.purpose}`, quiet(one.text)];
const faq = (one) => [
  list(one.entries, (entry) => [make("strong", entry.question), quiet(entry.answer)]),
  quiet(Object.values(one.person).filter(Boolean).join(", "))];
const details = (one) => [list([
  [one.first_name, one.last_name], [one.email], [one.phone], [one.birthday],
  Object.values(one.address), ...one.answers.map((each) => [each.name + ":", each.value ?? "?"]),
].filter((words) => words.some(Boolean)), (words) => [words.filter(Boolean).join(" ")])];

const news = (all) => [list(all, (one) => [
  make("strong", one.title), quiet(one.mine ? "You asked for it." : ""), make("div", one.text)])];

const DRAW = {
  card, points, ladder, offers, vouchers, orders, threads, survey, news, referrals, wish_list,
  faq, details, leave,
  newsletter: (one) => consent(one.consent), consents: (all) => [list(all, consent)],
};

const shown = ({module, why}, modules) => {
  const section = make("section", "", make("h2", module.replace("_", " ")));
  section.id = module;
  if (why.situation) {
    section.className = "moved";
    section.append(Object.assign(make("p", why.text), {className: "why"}));
  }
  section.append(...DRAW[module](modules[module]));
  return section;
};

const draw = async () => {
  if (!token) {
    page.append(make("p", "Open this page with #session= and a member's token behind it."));
    return;
  }
  const headers = {Authorization: `Bearer ${token}`};
  const answer = await fetch("/v1/members/me/page", {headers});
  const told = await answer.json();
  if (!answer.ok) {
    page.append(make("p", told.detail ?? told.title));
    return;
  }
  page.append(...told.order.map((one) => shown(one, told.modules)));
  if (told.left_out.length) {
    page.append(make("section", `Not to be had just now: ${told.left_out.join(", ")}`));
  }
};
addEventListener("hashchange", () => location.reload());
await draw();
document.body.dataset.drawn = "yes";
</script>
</html>
"""
