"""`python -m bench.signin_timing`: whether the shop's answers tell which e-mail addresses have an account.

Two hundred addresses that have one and two hundred that have none, interleaved, through the forms of signing
in (with a wrong password), signing up and forgetting a password: the same status, the same headers, the same
bytes but for tokens and the address that was typed, and medians of time that differ by less than the bar.

Every try comes from an address of its own, as a patient attacker's would, at a pace that leaves the shop its
turns: limits are not what is measured. The shop must believe one proxy for that (PROXY_HOPS=1), and its pool
must be the emulator, where the accounts are made. The shop that this starts is such a one.
"""

import argparse
import html
import json
import platform
import re
import secrets
import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, quote_plus, urlencode

from bench.load import Answer, Request, Visitor, address, on_loopback, statuses
from bench.shops import FORGOT, SIGN_IN, SIGN_UP, accounts, shop_for
from dev.stack.errors import StackError

BAR_MS = 10.0
WARM_TRIES = 6
FOLLOWED = 10
PASSWORD = "a-password-for-measuring-only"  # noqa: S105 - of accounts that live a minute
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
# Differ between any two answers of the same page; of cookies the names and attributes are compared.
CHANGING = frozenset({"date", "x-request-id", "server-timing", "content-length"})
TOKENS = (
    re.compile(rb'((?:name="csrfmiddlewaretoken"|name="form_key") value=")[^"]+'),
    re.compile(rb"((?:request|id)[^<>]{0,40}[ :#])[0-9a-f]{16,}", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Flow:
    """One form. `pace` is how many seconds lie between two tries, `status` what each of them is answered."""

    name: str
    path: str
    pace: float
    status: int

    def request(self, email: str, number: int) -> Request:
        fields = {"email": email}
        if self.name != "forgot":
            fields["password"] = PASSWORD if self.name == "sign_up" else "a-wrong-password-of-length"
        if self.name == "sign_up":
            fields["name"] = "Robin Field"
        headers = {**FORM_HEADERS, "X-Forwarded-For": address(number)}
        return Request("POST", self.path, headers, urlencode(fields).encode())


FLOWS = (
    Flow("sign_in", SIGN_IN, 0.45, 422),
    Flow("sign_up", SIGN_UP, 0.1, 303),
    Flow("forgot", FORGOT, 0.1, 303),
)


def main() -> int:
    options = parse()
    run = secrets.token_hex(4)
    known = [email(run, "known", number) for number in range(options.tries + WARM_TRIES)]
    try:
        with shop_for(options.origin, {"PROXY_HOPS": "1"}) as shop:
            endpoint = options.endpoint or shop.endpoint
            joined = [email(run, nobody(FLOWS[1]), number) for number in range(len(known))]
            with accounts(endpoint, options.pool or shop.pool, known, PASSWORD, left=joined):
                found = {flow.name: measure(shop.origin, flow, run, options) for flow in FLOWS}
    except (OSError, StackError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return report(found, options)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.signin_timing", description=__doc__)
    parser.add_argument("--origin", type=on_loopback, help="a shop that runs already, on loopback")
    parser.add_argument("--endpoint", type=on_loopback, help="the emulator of that shop's pool")
    parser.add_argument("--pool", default="", help="the id of that pool; without it the emulator's first")
    parser.add_argument("--tries", type=int, default=200, help="with each kind of address")
    options = parser.parse_args()
    if options.origin and not options.endpoint:
        parser.error("--origin needs --endpoint: accounts are made in the emulator of the shop's pool")
    return options


def email(run: str, kind: str, number: int) -> str:
    """Addresses of one length, so that bytes can be compared."""
    return f"{run}-{kind:.5}-{number:04}@shopper.example"


def nobody(flow: Flow) -> str:
    """A kind of its own for each form: whom signing up makes known is not unknown to the next one."""
    return f"n{FLOWS.index(flow)}one"


@dataclass(frozen=True, slots=True)
class Told:
    """The answers about one kind of address, and what was seen of them (the same for all, one hopes)."""

    answers: tuple[Answer, ...]
    seen: frozenset[tuple[object, ...]]

    @property
    def median_ms(self) -> float:
        return round(statistics.median(answer.seconds for answer in self.answers) * 1_000, 1)


def measure(origin: str, flow: Flow, run: str, options: argparse.Namespace) -> dict[str, Told]:
    """Known and unknown in turn, so that whatever drifts on the machine drifts for both."""
    answers: dict[str, list[Answer]] = {"known": [], "unknown": []}
    seen: dict[str, set[tuple[object, ...]]] = {"known": set(), "unknown": set()}
    first = int(run, 16) % 10_000_000
    for number in range(options.tries + WARM_TRIES):
        pairs = [("known", email(run, "known", number)), ("unknown", email(run, nobody(flow), number))]
        for turn, (kind, who) in enumerate(pairs if number % 2 else reversed(pairs)):
            time.sleep(flow.pace)
            # A connection for each, as two shoppers have: cookies of one must not reach the other.
            visitor = Visitor(origin)
            visitor.ask(Request("GET", flow.path))
            answer = visitor.ask(flow.request(who, first + 2 * number + turn))
            if number >= WARM_TRIES:
                answers[kind].append(replace(answer, body=b""))
                seen[kind].add(shown(answer, who) + followed(visitor, answer, who, number - WARM_TRIES))
            visitor.close()
    return {kind: Told(tuple(answers[kind]), frozenset(seen[kind])) for kind in answers}


def shown(answer: Answer, who: str) -> tuple[object, ...]:
    """Everything about an answer that a stranger may compare, less tokens and the address that was typed."""
    headers = sorted(
        (name.lower(), without(cookie(value) if name.lower() == "set-cookie" else value, who))
        for name, value in answer.headers
        if name.lower() not in CHANGING
    )
    body = answer.body
    for spelt in {who, quote(who), quote_plus(who), html.escape(who)}:
        body = body.replace(spelt.encode(), b"<who>")
    for token in TOKENS:
        body = token.sub(rb"\1<token>", body)
    return (answer.status, tuple(headers), body)


def followed(visitor: Visitor, answer: Answer, who: str, number: int) -> tuple[object, ...]:
    """The page that an answer leads to, for the first few."""
    headers = {name.lower(): value for name, value in answer.headers}
    if number >= FOLLOWED or "location" not in headers:
        return ()
    kept = [value.split(";")[0] for name, value in answer.headers if name.lower() == "set-cookie"]
    page = visitor.ask(Request("GET", headers["location"], {"Cookie": "; ".join(kept)}))
    return shown(page, who)


def cookie(value: str) -> str:
    """A Set-Cookie without its value, times and length."""
    name, _, rest = value.partition("=")
    attributes = [part for part in rest.split(";")[1:] if not part.strip().lower().startswith("expires")]
    return ";".join([name, *attributes])


def without(value: str, who: str) -> str:
    return value.replace(who, "<who>").replace(quote_plus(who), "<who>")


def report(found: dict[str, dict[str, Told]], options: argparse.Namespace) -> int:
    flows = {name: figures(told["known"], told["unknown"]) for name, told in found.items()}
    result = {
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "tries": options.tries,
        "bar_ms": BAR_MS,
        "flows": flows,
    }
    target = (
        Path(__file__).parent / "results" / f"signin-timing-{time.strftime('%Y-%m-%d', time.gmtime())}.json"
    )
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for name, one in flows.items():
        print(f"{name}: known {one['known_median_ms']} ms, unknown {one['unknown_median_ms']} ms,", end=" ")
        print(f"apart {one['apart_ms']} ms (bar {BAR_MS}); {one['statuses']};", end=" ")
        print("the same bytes" if one["same_answers"] else "ANSWERS DIFFER")
    for name, told in found.items():
        differences(name, told["known"].seen, told["unknown"].seen)
    print(f"written to bench/results/{target.name}")
    close = all(one["same_answers"] and one["apart_ms"] <= BAR_MS for one in flows.values())
    return 0 if close and all(map(answered, FLOWS, found.values())) else 1


def answered(flow: Flow, found: dict[str, Told]) -> bool:
    """Whether the form itself was answered every time: a limit would refuse everybody alike, too."""
    return {answer.status for told in found.values() for answer in told.answers} == {flow.status}


def figures(known: Told, unknown: Told) -> dict[str, object]:
    return {
        "known_median_ms": known.median_ms,
        "unknown_median_ms": unknown.median_ms,
        "apart_ms": round(abs(known.median_ms - unknown.median_ms), 1),
        "statuses": {"known": statuses(known.answers), "unknown": statuses(unknown.answers)},
        "same_answers": known.seen == unknown.seen,
    }


def differences(
    name: str, known: frozenset[tuple[object, ...]], unknown: frozenset[tuple[object, ...]]
) -> None:
    """What one kind of address was told and the other was not, for whoever has to mend it."""
    for kind, only in (("known", known - unknown), ("unknown", unknown - known)):
        for seen in sorted(only, key=repr)[:2]:
            print(f"  {name}, {kind} only: {str(seen)[:2_000]}")


if __name__ == "__main__":
    sys.exit(main())
