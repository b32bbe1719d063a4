"""Identity providers to try the same cases on: the twin in memory, the local pool, or a real pool.

With COGNITO_TEST_POOL_ID in the environment the real pool takes the local one's place; the other variables
are explained in docs/how-to/connect-a-cognito-pool.md. Nothing else changes.
"""

import itertools
import os
import secrets
import shlex
import subprocess
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from dev import mails
from dev.ports import HOST
from dev.provision import client
from dev.stack.devstack import DevStack
from storefront.aws import AwsClientSettings, ClientFactory, UserPoolCalls
from storefront.core import Clock, SystemClock
from storefront.http import RequestsTransport
from storefront.identity import People, TokenRefused
from storefront.identity.cognito import CognitoPeople, cognito_people
from storefront.identity.fake import CONFIRM_CODE, FakePeople
from storefront.identity.pool import PoolSettings
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry

PASSWORD = "correct horse battery"
MAIL_SECONDS = 60
_NUMBERS = itertools.count(1)


class World(ABC):
    """A provider, and what a test needs to know from behind it."""

    people: People
    asks_new_addresses = True
    """Whether a new e-mail address has to be proved by a code."""

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


@dataclass(frozen=True)
class Place:
    """Where a pool is, and its administrator's client."""

    settings: PoolSettings
    region: str
    endpoint: str
    admin: Any


class CognitoWorld(World):
    """CognitoPeople on a pool."""

    def __init__(self, place: Place, clock: Clock | None = None) -> None:
        self.place = place
        self.people: CognitoPeople = people_at(place, clock)

    def account(
        self,
        password: str = PASSWORD,
        *,
        name: str = "",
        groups: tuple[str, ...] = (),
        temporary: bool = False,
    ) -> str:
        email, pool = self.address(), self.place.settings.pool_id
        attributes = {"email": email, "email_verified": "true", **({"name": name} if name else {})}
        self.place.admin.admin_create_user(
            UserPoolId=pool,
            Username=email,
            MessageAction="SUPPRESS",
            TemporaryPassword=password,
            UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
        )
        if not temporary:
            self.place.admin.admin_set_user_password(
                UserPoolId=pool, Username=email, Password=password, Permanent=True
            )
        for group in groups:
            self.place.admin.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
        return email

    def disable(self, email: str) -> None:
        self.place.admin.admin_disable_user(UserPoolId=self.place.settings.pool_id, Username=email)


class LocalWorld(CognitoWorld):
    """The emulator: it takes new addresses at once, and its mails are in its outbox."""

    asks_new_addresses = False

    def mails(self, email: str) -> int:
        return len(self._mails(email))

    def code(self, email: str) -> str:
        return "".join(letter for letter in self._mails(email)[-1] if letter.isdigit())

    def _mails(self, email: str) -> list[str]:
        return [mail.text for mail in mails.read(self.place.endpoint) if email in mail.to]


class RealWorld(CognitoWorld):
    """A pool of AWS: addresses by a pattern, codes by a command of whoever runs the tests."""

    def __init__(self, place: Place, pattern: str, command: str) -> None:
        super().__init__(place)
        self._pattern = pattern
        self._command = command
        self._seen: dict[str, str] = {}

    def address(self) -> str:
        return self._pattern.format(f"{secrets.token_hex(4)}{next(_NUMBERS)}")

    def mails(self, email: str) -> int:
        return len(self._codes(email))

    def code(self, email: str) -> str:
        """The newest code, once one has come that was not there before."""
        until = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < until:
            codes = self._codes(email)
            if codes and codes[-1] != self._seen.get(email):
                self._seen[email] = codes[-1]
                return codes[-1]
            time.sleep(2)
        raise TimeoutError(f"no new code was mailed to {email} within {MAIL_SECONDS} s")

    def _codes(self, email: str) -> list[str]:
        command = [*shlex.split(self._command), email]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout.split()


def people_at(place: Place, clock: Clock | None = None) -> CognitoPeople:
    """The real client, with generous times: what is tested is what it says, and the machine may be busy."""
    telemetry, clock = Telemetry(), clock or SystemClock()
    budget = AwsClientSettings(connect_timeout=2.0, read_timeout=60.0, attempts=1, unsigned=True)
    factory = ClientFactory(place.region, place.endpoint)
    guard = Resource(ResourceSettings("cognito", 32), telemetry)
    calls = UserPoolCalls(lambda: factory.cognito(budget), guard, timeout=budget.worst_case)
    return cognito_people(place.settings, calls, RequestsTransport(), telemetry, clock)


def local_place(stack: DevStack, *, secret: bool = False, **settings: Any) -> Place:
    """The stack's own pool and client, or another client of it that has a secret or other `settings`."""
    found = stack.provisioned
    endpoint = f"http://{HOST}:{stack.ports.ministack}"
    admin = client("cognito-idp", endpoint)
    client_id, key = found.client_id, ""
    if secret or settings:
        made = admin.create_user_pool_client(
            **{
                "UserPoolId": found.user_pool_id,
                "ClientName": "with-secret",
                "GenerateSecret": secret,
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
                **settings,
            }
        )["UserPoolClient"]
        client_id, key = made["ClientId"], made.get("ClientSecret", "")
    pool = PoolSettings(found.user_pool_id, client_id, found.issuer, found.jwks_url, key)
    return Place(pool, found.region, endpoint, admin)


def real_place(pool_id: str) -> Place:
    """The pool of the environment. Raises KeyError naming a variable that is missing."""
    region = pool_id.partition("_")[0]
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{pool_id}"
    settings = PoolSettings(
        pool_id,
        os.environ["COGNITO_TEST_CLIENT_ID"],
        issuer,
        f"{issuer}/.well-known/jwks.json",
        os.environ.get("COGNITO_TEST_CLIENT_SECRET", ""),
    )
    admin = boto3.session.Session(region_name=region).client(
        "cognito-idp", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
    )
    return Place(settings, region, "", admin)


def refused(call: Any, /, **arguments: Any) -> bool:
    """Whether a call with an access token is refused as such."""
    try:
        call(**arguments)
    except TokenRefused:
        return True
    return False


__all__ = ["CONFIRM_CODE", "PASSWORD", "CognitoWorld", "FakeWorld", "LocalWorld", "RealWorld", "World"]
