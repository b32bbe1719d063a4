"""Identity providers to try the same cases on: the twin in memory, the local pool, or the environment's.

Where pools come from, and what the environment can say about that, is in tests/pools.py.
"""

import itertools
import secrets
from abc import ABC, abstractmethod
from typing import Any

from storefront.aws import AwsClientSettings, ClientFactory, UserPoolCalls
from storefront.core import Clock, SystemClock
from storefront.http import RequestsTransport
from storefront.identity import Challenge, People, TokenRefused, Tokens
from storefront.identity.cognito import CognitoPeople, cognito_people
from storefront.identity.fake import CONFIRM_CODE, FakePeople
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry
from tests.pools import PASSWORD, LocalPool, Place, Pool, local_place

OTHER = "another horse, another battery"
_NUMBERS = itertools.count(1)


class World(ABC):
    """A provider, and what a test needs to know from behind it."""

    people: People
    asks_new_addresses: bool | None = True
    """Whether a new e-mail address has to be proved by a code; None where that is the provider's to say."""

    def address(self) -> str:
        """An address nobody has used yet."""
        return f"{secrets.token_hex(4)}{next(_NUMBERS)}@example.com"

    @abstractmethod
    def account(
        self,
        password: str = PASSWORD,
        *,
        name: str = "",
        groups: tuple[str, ...] = (),
        temporary: bool = False,
    ) -> str:
        """The address of a new, confirmed account; a `temporary` password has to be changed at once."""

    @abstractmethod
    def mails(self, email: str) -> int:
        """How many mails with codes went to an address so far."""

    @abstractmethod
    def code(self, email: str) -> str:
        """The code of the newest mail to an address."""

    @abstractmethod
    def disable(self, email: str) -> None:
        """Lock an account as an administrator would."""

    def wrong(self, code: str) -> str:
        """A code that is not this one."""
        return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


class FakeWorld(World):
    """FakePeople."""

    def __init__(self, *, rotates: bool = False) -> None:
        self.people: FakePeople = FakePeople(rotates=rotates)

    def account(
        self,
        password: str = PASSWORD,
        *,
        name: str = "",
        groups: tuple[str, ...] = (),
        temporary: bool = False,
    ) -> str:
        made = self.people.add(self.address(), password, name, groups)
        made.must_change = temporary
        return made.email

    def mails(self, email: str) -> int:
        return sum(mail.to == email for mail in self.people.outbox)

    def code(self, email: str) -> str:
        return next(mail.code for mail in reversed(self.people.outbox) if mail.to == email)

    def disable(self, email: str) -> None:
        self.people.account(email).enabled = False


class CognitoWorld(World):
    """CognitoPeople on a pool."""

    def __init__(self, pool: Pool, clock: Clock | None = None) -> None:
        self.pool = pool
        self.place = pool.place
        self.people: CognitoPeople = people_at(pool.place, clock)

    def address(self) -> str:
        return self.pool.address()

    def account(
        self,
        password: str = PASSWORD,
        *,
        name: str = "",
        groups: tuple[str, ...] = (),
        temporary: bool = False,
    ) -> str:
        return self.pool.account(password, name=name, groups=groups, temporary=temporary)

    def mails(self, email: str) -> int:
        return self.pool.mails(email)

    def code(self, email: str) -> str:
        return self.pool.code(email)

    def disable(self, email: str) -> None:
        self.pool.disable(email)


class LocalWorld(CognitoWorld):
    """The emulator of a local stack: it takes new addresses at once."""

    asks_new_addresses = False

    def __init__(self, place: Place) -> None:
        super().__init__(LocalPool(place))


class RealWorld(CognitoWorld):
    """The pool that the environment names; whether it asks for proof of a new address, it says itself."""

    asks_new_addresses = None


def people_at(place: Place, clock: Clock | None = None) -> CognitoPeople:
    """The real client, with generous times: what is tested is what it says, and the machine may be busy."""
    telemetry, clock = Telemetry(), clock or SystemClock()
    budget = AwsClientSettings(connect_timeout=2.0, read_timeout=60.0, attempts=1, unsigned=True)
    factory = ClientFactory(place.region, place.endpoint)
    guard = Resource(ResourceSettings("cognito", 32), telemetry)
    calls = UserPoolCalls(lambda: factory.cognito(budget), guard, timeout=budget.worst_case)
    return cognito_people(place.settings, calls, RequestsTransport(), telemetry, clock)


def refused(call: Any, /, **arguments: Any) -> bool:
    """Whether a call with an access token is refused as such."""
    try:
        call(**arguments)
    except TokenRefused:
        return True
    return False


def tokens_of(world: World, email: str, password: str = PASSWORD) -> Tokens:
    outcome = world.people.sign_in(email=email, password=password)
    assert isinstance(outcome, Tokens)
    return outcome


def challenge_of(world: World, email: str, password: str = PASSWORD) -> Challenge:
    outcome = world.people.sign_in(email=email, password=password)
    assert isinstance(outcome, Challenge)
    return outcome


def joined(world: World) -> str:
    """Somebody who signed up and confirmed; their address."""
    email = world.address()
    world.people.sign_up(email=email, password=PASSWORD, name="Robin  Reed")
    world.people.confirm(email=email, code=world.code(email))
    return email


__all__ = [
    "CONFIRM_CODE",
    "OTHER",
    "PASSWORD",
    "CognitoWorld",
    "FakeWorld",
    "LocalWorld",
    "RealWorld",
    "World",
    "local_place",
]
