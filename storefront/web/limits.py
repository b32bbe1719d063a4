"""How often signing in and its neighbours may be tried, before any work is done for them.

A view asks before it calls `request.shop.people`, takes a turn for the arithmetic, and says how it went:

    limits.before_sign_in(request, email)          # raises TooMany
    with limits.turn(request):                     # raises TooMany
        outcome = request.shop.people.sign_in(email=email, password=password)
    limits.failed(request, email)                  # where they were wrong; takes its time
    limits.succeeded(request, email)               # where they were right, also when a challenge follows
    limits.undecided(request)                      # where nothing was proved yet

    limits.before_forgot(request, email)           # so do before_sign_up and before_resend; raises TooMany
    with limits.even_time(request):
        request.shop.people.forgot(email=email)

A try that is reported neither way (the pool was away) stops counting by itself. `before_code` is for every
code that is typed (a challenge, a confirmation, a reset), reported the same way; `before_forgot`,
`before_resend`, `before_sign_up` and `before_new_list` count at once and need no report. What is counted is
what was typed: an account that does not exist is limited as one that does.

Failures count by account and address together, so nobody is locked out by tries from elsewhere. The rules in
docs/explanation/threat-model-identity.md say why each number is what it is.
"""

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.core import Clock, SystemClock
from storefront.resilience import Bulkhead, BulkheadFull
from storefront.telemetry import Telemetry
from storefront.web.client_address import client_name
from storefront.web.errors import PageProblem
from storefront.web.formats import number
from storefront.web.limits_shoppers import KINDS as SHOPPERS
from storefront.web.requests import ShopRequest
from storefront.web.windows import Window, Windows

_MINUTE, _QUARTER, _HOUR = 60, 900, 3600  # seconds
# A try that nobody reports on counts this long: more than the deadline of signing in (5 s).
_HELD_SECONDS = 10

# Every form of signing in, by address.
TRIES = Window("tries", 20, _MINUTE)
# All sign-ins of the shop but those that succeed. Beyond it each address gets only SLOWED.
EVERYBODY = Window("everybody", 100, _MINUTE, lenient=True)
SLOWED = Window("slowed", 2, _MINUTE)
# Failures by account and address: before the pool's own lock, which would shut out the owner as well.
FAILURES = Window("failures", 5, _QUARTER, _HELD_SECONDS, lenient=True)
# Failures of one account from everywhere. Beyond it each address gets only ATTACKED: its owner needs no more.
ACCOUNT = Window("account", 10, _QUARTER, _HELD_SECONDS, lenient=True)
ATTACKED = Window("attacked", 1, _QUARTER, _HELD_SECONDS, lenient=True)
# Wrong codes by account and address.
CODES = Window("codes", 5, _QUARTER, _HELD_SECONDS, lenient=True)
# What makes the pool send mail, by account; and new accounts, by address.
FORGOT = Window("forgot", 3, _HOUR)
RESENT = Window("resent", 3, _HOUR)
JOINED = Window("joined", 3, _HOUR)
SIGN_UPS = Window("sign_ups", 10, _HOUR)
# Wish lists of guests, by address: each new one is kept for months.
LISTS = Window("lists", 20, _MINUTE)
# Forms that are kept for after a sign-in, by address, for browsers without a session: each makes one, a row
# of the table for 30 days.
KEPT_FORMS = Window("kept_forms", 30, _HOUR)
_FLOODED = frozenset({TRIES.kind, SLOWED.kind})
_BY_ADDRESS = frozenset(
    {TRIES.kind, EVERYBODY.kind, SLOWED.kind, SIGN_UPS.kind, LISTS.kind, KEPT_FORMS.kind, *SHOPPERS}
)

# Per process: see Turns.
TURNS_AT_ONCE = 2
TURNS_PER_SECOND = 2.0
TURNS_BURST = 6
FORMS_AT_ONCE = 8
FORMS_PER_SECOND = 10.0
FORMS_BURST = 20

# Refusals are told at whole steps after the try began: what a pool does in less than a step, be it more for
# accounts that exist or for others, can't be told from the time that an answer takes.
STEP_SECONDS = 0.25

_ATTEMPT = "storefront.limits.attempt"  # in request.META
_SALT = "storefront.limits"
_BUSY_SECONDS = 2


class TooMany(PageProblem):
    """Tried too often, or too many at once: becomes a 429 page in words, with Retry-After.

    `retry_after` is in whole seconds; waiting that long is enough. `brief` when many such answers may be on
    their way: they should cost little, so not the whole form again.
    """

    def __init__(self, retry_after: int, *, brief: bool = False) -> None:
        super().__init__(429, _words(retry_after), title=_("One moment, please"), retry_after=retry_after)
        self.brief = brief


def _words(seconds: int) -> str:
    minutes = -(-seconds // _MINUTE)
    return ngettext(
        "That was tried very often in a short time. Please wait a minute, then try again. "
        "Your cart is as it was.",
        "That was tried very often in a short time. Please wait %(count)s minutes, then try again. "
        "Your cart is as it was.",
        minutes,
    ) % {"count": number(minutes)}


class Turns:
    """How many sign-ins one process works on: at once, and begun per second.

    The arithmetic of a sign-in (SRP) is a few very long multiplications, during which no other thread of the
    process runs; pages that people browse share the process. Whoever finds no turn is told so at once.
    """

    def __init__(self, *, at_once: int, per_second: float, burst: int, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._bulkhead = Bulkhead(at_once)
        self._per_second = per_second
        self._burst = float(burst)
        self._lock = threading.Lock()
        self._saved, self._filled_at = self._burst, self._clock.monotonic()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a turn while the block runs; BulkheadFull where none is left."""
        with self._bulkhead.slot():
            self._begin()
            yield

    @property
    def free(self) -> bool:
        """Whether there is a turn just now; whoever takes it may still find that another was quicker."""
        if self._bulkhead.in_flight >= self._bulkhead.max_in_flight:
            return False
        with self._lock:
            return self._saved + (self._clock.monotonic() - self._filled_at) * self._per_second >= 1

    def _begin(self) -> None:
        with self._lock:
            now = self._clock.monotonic()
            gained = (now - self._filled_at) * self._per_second
            self._saved, self._filled_at = min(self._saved + gained, self._burst), now
            if self._saved < 1:
                raise BulkheadFull(f"more than {self._per_second} a second")
            self._saved -= 1


class Limits:
    """The counts of this process and of all; one per Shop.

    `turns` are those of signing in, `forms` those of its neighbours. `factor` multiplies what one network
    address may do (1 in production), `step` is in seconds.
    """

    def __init__(
        self,
        windows: Windows,
        telemetry: Telemetry,
        *,
        turns: Turns | None = None,
        forms: Turns | None = None,
        factor: int = 1,
        step: float = STEP_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self.windows = windows
        self.telemetry = telemetry
        self.turns = turns or Turns(at_once=TURNS_AT_ONCE, per_second=TURNS_PER_SECOND, burst=TURNS_BURST)
        self.forms = forms or Turns(at_once=FORMS_AT_ONCE, per_second=FORMS_PER_SECOND, burst=FORMS_BURST)
        self.clock = clock or SystemClock()
        self._factor = factor
        self._step = step

    def take(self, window: Window, who: str, token: str) -> int:
        """Seconds to wait, 0 when the token was taken (`Windows.take`)."""
        if self._factor > 1 and window.kind in _BY_ADDRESS:
            window = replace(window, most=window.most * self._factor)
        return self.windows.take(window, who, token)

    def finish_step(self, began: float) -> None:
        """Wait for the end of the step that is under way since `began` (of the clock's monotonic scale)."""
        if self._step > 0:
            self.clock.sleep(self._step - (self.clock.monotonic() - began) % self._step)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What a request took before it tried, and when; `proves` is what a success clears."""

    token: str
    began: float
    tried: tuple[tuple[Window, str], ...]
    proves: tuple[tuple[Window, str], ...]


@dataclass(frozen=True, slots=True)
class _Names:
    """Who tries what, as keyed hashes: neither an e-mail address nor a network address is ever stored."""

    account: str
    address: str
    pair: str


def before_sign_in(request: ShopRequest, email: str) -> None:
    """Count a try to sign in. Raises TooMany."""
    limits, names, token = request.shop.limits, _names(request, email), _token()
    began = limits.clock.monotonic()
    if not limits.turns.free:  # told at the door, before anything is counted or asked of Redis
        raise _busy(limits)
    _take(request, TRIES, names.address, token)
    crowded = limits.take(EVERYBODY, "all", token) > 0
    if crowded:
        _take(request, SLOWED, names.address, token)
    attacked = limits.take(ACCOUNT, names.account, token) > 0
    tried = [(FAILURES, names.pair), *([(ATTACKED, names.pair)] if attacked else [])]
    taken = [*([] if attacked else [(ACCOUNT, names.account)]), *([] if crowded else [(EVERYBODY, "all")])]
    for window, who in tried:
        _take(request, window, who, token, else_drop=taken)
        taken.append((window, who))
    proves = ((FAILURES, names.pair), (ATTACKED, names.pair))
    request.META[_ATTEMPT] = _Attempt(token, began, tuple(taken), proves)


def before_code(request: ShopRequest, email: str) -> None:
    """Count a code that was typed: of a challenge, of an e-mail, of an app. Raises TooMany."""
    names, token, began = _names(request, email), _token(), request.shop.limits.clock.monotonic()
    _take(request, TRIES, names.address, token)
    _take(request, CODES, names.pair, token)
    proves = ((CODES, names.pair), (FAILURES, names.pair), (ATTACKED, names.pair))
    request.META[_ATTEMPT] = _Attempt(token, began, ((CODES, names.pair),), proves)
    with _place(request, request.shop.limits.forms):
        pass  # only begun: a wrong one waits for the end of a step


def before_forgot(request: ShopRequest, email: str) -> None:
    """Count a wish for a new password. Raises TooMany.

    By account alone, because each sends its owner a mail; the code in the last of them is good for an hour.
    """
    names, token = _names(request, email), _token()
    _take(request, TRIES, names.address, token)
    _take(request, FORGOT, names.account, token)


def before_resend(request: ShopRequest, email: str) -> None:
    """Count a wish for another confirmation code. Raises TooMany."""
    names, token = _names(request, email), _token()
    _take(request, TRIES, names.address, token)
    _take(request, RESENT, names.account, token)


def before_sign_up(request: ShopRequest, email: str) -> None:
    """Count a new account. Raises TooMany.

    By account as well, because whoever has one already gets a mail that says so.
    """
    names, token = _names(request, email), _token()
    _take(request, TRIES, names.address, token)
    _take(request, SIGN_UPS, names.address, token)
    _take(request, JOINED, names.account, token)


def before_new_list(request: ShopRequest) -> None:
    """Count a wish list for somebody who has none. Raises TooMany."""
    _take(request, LISTS, client_name(request), _token())


def may_keep_form(request: ShopRequest) -> bool:
    """Count a form that is kept for a browser without a session; False where there were too many."""
    return request.shop.limits.take(KEPT_FORMS, client_name(request), _token()) <= 0


def undecided(request: ShopRequest) -> None:
    """This try is not over yet (a passkey is asked for): it does not count, and forgives nothing."""
    attempt = request.META.pop(_ATTEMPT, None)
    if attempt is not None:
        _forget(request, attempt)


def failed(request: ShopRequest, email: str) -> None:
    """The password or code of this request was wrong. Returns at the end of a step (STEP_SECONDS)."""
    limits, attempt = request.shop.limits, _attempt(request, email)
    for window, who in attempt.tried:
        if window.held is not None:
            limits.windows.keep(window, who, attempt.token)
    limits.finish_step(attempt.began)


def succeeded(request: ShopRequest, email: str) -> None:
    """The password or code of this request was right: it does not count, nor do the failures before it.

    A right password forgives no wrong codes, or whoever knows a password could guess codes for ever.
    """
    windows, attempt = request.shop.limits.windows, _attempt(request, email)
    _forget(request, attempt)
    for window, who in attempt.proves:
        windows.clear(window, who)


@contextmanager
def turn(request: ShopRequest) -> Iterator[None]:
    """Hold one of the few places for the arithmetic of a sign-in; TooMany at once when there is none."""
    with _place(request, request.shop.limits.turns):
        yield


@contextmanager
def even_time(request: ShopRequest) -> Iterator[None]:
    """Let what the block does take whole steps of time (STEP_SECONDS), however it ends.

    For what is answered alike whether an account exists or not. TooMany at once when too many do so already.
    """
    limits = request.shop.limits
    with _place(request, limits.forms):
        began = limits.clock.monotonic()
        try:
            yield
        finally:
            limits.finish_step(began)


@contextmanager
def _place(request: ShopRequest, turns: Turns) -> Iterator[None]:
    try:
        with turns.one():
            yield
    except BulkheadFull as full:
        undecided(request)
        raise _busy(request.shop.limits) from full


def _busy(limits: Limits) -> TooMany:
    limits.telemetry.event("limits", "no_turn")
    return TooMany(_BUSY_SECONDS, brief=True)


def _take(
    request: ShopRequest,
    window: Window,
    who: str,
    token: str,
    *,
    else_drop: list[tuple[Window, str]] | None = None,
) -> None:
    limits = request.shop.limits
    wait = limits.take(window, who, token)
    if wait <= 0:
        return
    for other, whose in else_drop or ():
        limits.windows.drop(other, whose, token)
    raise TooMany(wait, brief=window.kind in _FLOODED)


def _forget(request: ShopRequest, attempt: _Attempt) -> None:
    for window, who in attempt.tried:
        request.shop.limits.windows.drop(window, who, attempt.token)


def _attempt(request: ShopRequest, email: str) -> _Attempt:
    """What `before_…` left; a view that forgot to ask is counted as a sign-in all the same."""
    attempt = request.META.pop(_ATTEMPT, None)
    if isinstance(attempt, _Attempt):
        return attempt
    names = _names(request, email)
    mine = ((FAILURES, names.pair), (ACCOUNT, names.account))
    return _Attempt(
        _token(),
        request.shop.limits.clock.monotonic(),
        mine,
        ((FAILURES, names.pair), (ATTACKED, names.pair)),
    )


def _names(request: ShopRequest, email: str) -> _Names:
    account, address = account_name(email), client_name(request)
    return _Names(account, address, _hashed("pair", f"{account}:{address}"))


def account_name(email: str) -> str:
    """A name for the account of an e-mail address, whether there is one or not; it can't be read back."""
    return _hashed("account", unicodedata.normalize("NFKC", email).strip().casefold())


def _hashed(kind: str, value: str) -> str:
    return salted_hmac(f"{_SALT}.{kind}", value, algorithm="sha256").hexdigest()[:32]


def _token() -> str:
    return secrets.token_hex(8)
