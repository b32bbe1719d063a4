"""The door to a Cognito user pool: operations by name, the outcome as ours.

No operation used here is signed (the model says `noAuth` for all of them): who may do what is in the token or
the password, so no credentials are looked for, which on a task without them would take seconds.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from storefront.aws.clients import AwsClientSettings
from storefront.aws.errors import AwsRefused, AwsUnavailable, translate
from storefront.core import Reason
from storefront.resilience import Resource

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

COGNITO = AwsClientSettings(connect_timeout=0.2, read_timeout=2.0, attempts=1, unsigned=True)
"""One round trip. A sign-in is two of them, and a page that signs in has 5 seconds."""

# Not the person's fault but the pool's, or ours: as useless now as no answer at all.
_OUTAGES = frozenset(
    {
        "CodeDeliveryFailureException",
        "ConcurrentModificationException",
        "ForbiddenException",  # the firewall before the pool
        "InternalErrorException",
        "InternalServerException",
        "InvalidEmailRoleAccessPolicyException",
        "InvalidLambdaResponseException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException",
        "InvalidUserPoolConfigurationException",
        "OperationNotEnabledException",
        "ResourceNotFoundException",  # no such pool, no such client
        "UnexpectedLambdaException",
    }
)
_THROTTLED = frozenset(
    {"RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"}
)
_CLIENT_ERRORS = range(400, 500)


class UserPoolCalls:
    """Calls operations of a pool's public API. Thread-safe; opens nothing when made."""

    def __init__(
        self,
        client: Callable[[], "CognitoIdentityProviderClient"],
        resource: Resource,
        *,
        timeout: float,
        attempts: int = 1,
    ) -> None:
        """`timeout` in seconds for one attempt; `attempts` are those of repeatable calls, made here only."""
        self._client = client
        self.resource = resource
        self._timeout = timeout
        self._attempts = attempts

    def call(self, operation: str, *, repeatable: bool = False, **arguments: Any) -> Mapping[str, Any]:
        """The answer of `operation` (boto3's name for it, such as "initiate_auth").

        `repeatable`: asking twice does no more than asking once. Raises AwsUnavailable (throttling too),
        UpstreamUnavailable when the call was not made, and AwsRefused with the pool's `code`; its `detail` is
        the pool's own words, which may repeat what was sent and must not be logged or shown.
        """

        def guarded(_seconds: float) -> Mapping[str, Any]:
            function = getattr(self._client(), operation)
            try:
                answer: Mapping[str, Any] = function(**arguments)
            except (BotoCoreError, ClientError) as error:
                # Not chained: the message of the original may hold what the person typed.
                raise _ours(self.resource.name, operation, error) from None
            return answer

        attempts = self._attempts if repeatable else 1
        return self.resource.run(operation, guarded, timeout=self._timeout, attempts=attempts)


def _ours(upstream: str, operation: str, error: BotoCoreError | ClientError) -> Exception:
    if not isinstance(error, ClientError):
        return translate(upstream, operation, error)
    described = error.response.get("Error", {})
    code = str(described.get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if code in _THROTTLED:
        return AwsUnavailable(upstream, operation, Reason.THROTTLED, message=code)
    if code in _OUTAGES or status not in _CLIENT_ERRORS:
        return AwsUnavailable(upstream, operation, Reason.SERVER_ERROR, message=code)
    return AwsRefused(upstream, operation, status=status, code=code, detail=str(described.get("Message", "")))
