"""The person on the request, as their session says: nothing is read before it is asked for.

The session's entries are `auth` (who it is and since when, encrypted), `tokens` (encrypted), `active` (when
this browser last asked for anything of the person's, to a minute) and `hosted`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString

from storefront.core import Clock, StorefrontError, UpstreamUnavailable
from storefront.identity import Person
from storefront.sessions.backend import SessionStore
from storefront.web.identity.stamps import hidden_field, is_stamp_of, stamp_of

if TYPE_CHECKING:
    from storefront.web.requests import ShopRequest

AUTH, TOKENS, ACTIVE = "auth", "tokens", "active"
HOSTED = "hosted"
"""The entry that says that the pool's own pages know this browser: it was led through them."""


class SignInNeeded(StorefrontError):  # noqa: N818 - says what to do
    """Only for people who are signed in. `again` when somebody is, but has to prove it anew."""

    def __init__(self, *, again: bool = False) -> None:
        super().__init__("sign in again" if again else "sign in")
        self.again = again


class Identity:
    """Who asks. Every property reads the session, and so raises on public pages, which have none."""

    def __init__(self, request: HttpRequest, clock: Clock) -> None:
        self._request = request
        self._clock = clock

    @property
    def person(self) -> Person | None:
        """Who is signed in, None for a guest and while sessions cannot be read."""
        auth = self._auth
        if auth is None:
            return None
        groups = frozenset(str(group) for group in auth.get("groups", ()))
        return Person(
            sub=str(auth["sub"]),
            email=str(auth.get("email", "")),
            name=str(auth.get("name", "")),
            groups=groups,
            email_verified=auth.get("email_verified") is True,
            provider=str(auth.get("provider", "")),
        )

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return self._auth is not None

    @property
    def signed_in_at(self) -> datetime | None:
        """When the person last proved who they are (password, passkey or another provider).

        Where another provider vouches this may be long before the session began.
        """
        auth = self._auth
        return _moment(min(auth["at"], _proved(auth))) if auth is not None else None

    @property
    def by_hosted(self) -> bool:
        """Whether this browser was led through the pool's own pages, which may still know it."""
        return self._session.get(HOSTED) is True

    @property
    def active_at(self) -> datetime | None:
        """When this browser last asked for something of the person's, to a minute."""
        auth = self._auth
        if auth is None:
            return None
        active = self._session.get(ACTIVE)
        return _moment(max(int(auth["at"]), active if isinstance(active, int) else 0))

    @property
    def groups(self) -> frozenset[str]:
        """The groups of the person, none for a guest."""
        person = self.person
        return person.groups if person is not None else frozenset()

    @property
    def unavailable(self) -> bool:
        """Whether sessions can't be read just now, so that nobody knows who this is."""
        return self.outage is not None

    @property
    def outage(self) -> UpstreamUnavailable | None:
        """Why sessions can't be read; None when they can."""
        self._session.get(AUTH)
        return self._session.outage

    @property
    def stamp(self) -> str:
        """A word for the person that tells them from any other and opens nothing; "" for a guest."""
        auth = self._auth
        return stamp_of(str(auth["sub"])) if auth is not None else ""

    def is_another_than(self, stamp: str) -> bool:
        """Whether somebody is signed in and it is not whom this stamp was made for."""
        auth = self._auth
        return auth is not None and not is_stamp_of(str(auth["sub"]), stamp)

    @property
    def person_input(self) -> SafeString:
        """The field of a form that says whose it is, "" for a guest; templates print it by `csrf_input`."""
        return hidden_field(self.stamp)

    def is_recent(self, span: timedelta) -> bool:
        """Whether the person was active within `span`; a clock that was ahead counts as now."""
        active = self.active_at
        return active is not None and self._clock.now() - active <= span

    def is_fresh(self, span: timedelta) -> bool:
        """Whether the person proved who they are within `span`."""
        at = self.signed_in_at
        return at is not None and self._clock.now() - at <= span

    @property
    def _session(self) -> SessionStore:
        session: SessionStore = self._request.session  # type: ignore[assignment] # ours, or one that refuses
        return session

    @property
    def _auth(self) -> Mapping[str, Any] | None:
        auth = self._session.get(AUTH)
        if not isinstance(auth, dict) or "sub" not in auth or not isinstance(auth.get("at"), int):
            return None
        age = self._clock.now().timestamp() - auth["at"]
        return auth if age < settings.SESSION_COOKIE_AGE else None


def session_of(request: "ShopRequest") -> SessionStore:
    """The request's session with our own type."""
    session: SessionStore = request.session  # type: ignore[assignment]
    return session


def describe(person: Person, now: datetime) -> dict[str, Any]:
    """The entry `auth` of somebody who is let in now."""
    return {
        "sub": person.sub,
        "email": person.email,
        "name": person.name,
        "groups": sorted(person.groups),
        "email_verified": person.email_verified,
        "provider": person.provider,
    } | _begun(int(now.timestamp()), person.proved_at)


def begun(auth: Mapping[str, Any]) -> dict[str, Any]:
    """What of the entry `auth` stays as it is for as long as the session: since when it is somebody's."""
    return _begun(auth["at"], auth.get("proved"))


def _begun(at: int, proved: int | None) -> dict[str, Any]:
    return {"at": at} | ({} if proved is None else {"proved": proved})


def _proved(auth: Mapping[str, Any]) -> int:
    """When it was proved, of an entry where that is not when the session began, or is not known (0)."""
    proved = auth.get("proved", auth["at"])
    return proved if isinstance(proved, int) else 0


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
