"""The user pools that tests sign people in to: the local stack's own, or one that the environment names.

With COGNITO_TEST_POOL_ID in the environment that pool takes the local one's place: for the cases of
tests/integration/test_identity_people.py, and behind both tiers of the shop that browsers go through. The
other variables are explained in docs/how-to/connect-a-cognito-pool.md. Nothing else changes.
"""

import itertools
import os
import secrets
import shlex
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import boto3
from botocore.config import Config

from dev.ports import HOST
from dev.provision import DemoAccount, client, ensure_account
from dev.stack.devstack import DevStack
from dev.stack.environment import Tier
from storefront.identity.pool import PoolSettings
from tests.mailed_codes import mailed_codes

PASSWORD = "correct horse battery"
MAIL_SECONDS = 60
COMMAND_SECONDS = 30
CONNECT_SECONDS = "1.0"
"""To a pool that may be an ocean away; the budget of production is for one in the same region."""
_NUMBERS = itertools.count(1)
_READ_ONLY = ("LastModifiedDate", "CreationDate", "ClientSecret")


@dataclass(frozen=True)
class Place:
    """Where a pool is, and its administrator's client.

    `endpoint` is where its API and its keys are, `domain` the origin of its own pages, "" for none.
    """

    settings: PoolSettings
    region: str
    endpoint: str
    admin: Any
    domain: str = ""


class Pool(ABC):
    """A pool, with what its administrator can do there and what comes into people's mailboxes."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._read: dict[str, int] = {}

    def address(self) -> str:
        """An address nobody has used yet."""
        return f"{_new_name()}@example.com"

    def account(
        self,
        password: str = PASSWORD,
        *,
        name: str = "",
        groups: tuple[str, ...] = (),
        temporary: bool = False,
    ) -> str:
        """The address of a new, confirmed account; a `temporary` password has to be changed at once."""
        email, pool, admin = self.address(), self.place.settings.pool_id, self.place.admin
        attributes = {"email": email, "email_verified": "true", **({"name": name} if name else {})}
        admin.admin_create_user(
            UserPoolId=pool,
            Username=email,
            MessageAction="SUPPRESS",
            TemporaryPassword=password,
            UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
        )
        if not temporary:
            admin.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
        for group in groups:
            admin.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
        return email

    def disable(self, email: str) -> None:
        """Lock an account as an administrator would."""
        self.place.admin.admin_disable_user(UserPoolId=self.place.settings.pool_id, Username=email)

    @abstractmethod
    def codes(self, email: str) -> list[str]:
        """All codes that were mailed to an address so far, oldest first."""

    def mails(self, email: str) -> int:
        """How many mails with codes went to an address so far."""
        return len(self.codes(email))

    def code(self, email: str) -> str:
        """The code of the newest mail to an address, waiting for one that was not asked for here before.

        Mails and not codes are counted, because the local pool's codes are all the same.
        """
        until, pause = time.monotonic() + MAIL_SECONDS, 0.1
        while len(codes := self.codes(email)) <= self._read.get(email, 0):
            if time.monotonic() > until:
                raise TimeoutError(f"no new code was mailed to {email} within {MAIL_SECONDS} s")
            time.sleep(pause)
            pause = min(2 * pause, 2.0)
        self._read[email] = len(codes)
        return codes[-1]


class LocalPool(Pool):
    """The emulator of a local stack, whose mails are in its outbox."""

    def codes(self, email: str) -> list[str]:
        return mailed_codes(self.place.endpoint, email)


class NamedPool(Pool):
    """A pool that the environment names: addresses by a pattern, codes by a command of whoever runs this."""

    def __init__(self, place: Place, pattern: str, command: str) -> None:
        super().__init__(place)
        self._pattern = pattern
        self._command = command

    def address(self) -> str:
        return self._pattern.format(_new_name())

    def codes(self, email: str) -> list[str]:
        command = [*shlex.split(self._command), email]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=COMMAND_SECONDS)
        return done.stdout.split()

    def variables(self) -> dict[Tier, dict[str, str]]:
        """What the tiers of a local stack are told in place of their own pool; everything else stays."""
        settings = self.place.settings
        tokens = {
            "COGNITO_CLIENT_ID": settings.client_id,
            "COGNITO_ISSUER": settings.issuer,
            "COGNITO_JWKS_URL": settings.jwks_url,
        }
        web = {
            **tokens,
            "COGNITO_POOL_ID": settings.pool_id,
            "COGNITO_CLIENT_SECRET": settings.client_secret,
            "COGNITO_DOMAIN": self.place.domain,
            # AWS_ENDPOINT_URL stays the emulator's: the session table is there.
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": self.place.endpoint,
            "COGNITO_CONNECT_TIMEOUT": CONNECT_SECONDS,
        }
        return {"web": web, "backend": tokens}

    def furnish(self, accounts: Sequence[DemoAccount], back: str) -> None:
        """What the local pool has from its deployment: these accounts, and the shop's address `back`."""
        for account in accounts:
            ensure_account(self.place.admin, self.place.settings.pool_id, account)
        if self.place.domain:
            self._lead_back_to(back)

    def _lead_back_to(self, back: str) -> None:
        """Let the pool's own pages send people to the shop, whose port is another one each time.

        After a sign-in to `back`, and after signing out to the page that says so.
        """
        ids = {"UserPoolId": self.place.settings.pool_id, "ClientId": self.place.settings.client_id}
        now = self.place.admin.describe_user_pool_client(**ids)["UserPoolClient"]
        # What an update does not name goes back to its default, so all of it is named.
        kept = {name: value for name, value in now.items() if name not in _READ_ONLY and value != ""}
        for name, url in (("CallbackURLs", back), ("LogoutURLs", urljoin(back, "/account/sign-out/"))):
            others = [one for one in now.get(name, ()) if not one.startswith(f"http://{HOST}:")]
            kept[name] = [*others, url]
        self.place.admin.update_user_pool_client(**kept)


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
    return Place(pool, found.region, endpoint, admin, domain=endpoint)


def named_pool(environ: Mapping[str, str] = os.environ) -> NamedPool | None:
    """The pool of the environment, None where it names none.

    Raises KeyError naming a variable that is missing beside COGNITO_TEST_POOL_ID.
    """
    pool_id = environ.get("COGNITO_TEST_POOL_ID", "")
    if not pool_id:
        return None
    region = pool_id.partition("_")[0]
    public = f"https://cognito-idp.{region}.amazonaws.com"
    endpoint = environ.get("COGNITO_TEST_ENDPOINT", public).rstrip("/")
    settings = PoolSettings(
        pool_id,
        environ["COGNITO_TEST_CLIENT_ID"],
        f"{public}/{pool_id}",
        f"{endpoint}/{pool_id}/.well-known/jwks.json",
        environ.get("COGNITO_TEST_CLIENT_SECRET", ""),
    )
    admin = boto3.session.Session(region_name=region).client(
        "cognito-idp",
        endpoint_url=endpoint,
        config=Config(retries={"mode": "standard", "total_max_attempts": 5}),
    )
    place = Place(settings, region, endpoint, admin, environ.get("COGNITO_TEST_DOMAIN", "").rstrip("/"))
    return NamedPool(place, environ["COGNITO_TEST_ADDRESS"], environ["COGNITO_TEST_CODE_COMMAND"])


def pool_of(stack: DevStack) -> Pool:
    """The pool that a stack's tiers run on, if they were given the named one's `variables`."""
    return named_pool() or LocalPool(local_place(stack))


def _new_name() -> str:
    return f"{secrets.token_hex(4)}{next(_NUMBERS)}"
