"""What people change about their own accounts; every call carries their access token."""

from typing import Any

from storefront.identity import inputs
from storefront.identity.errors import TokenRefused, WrongCode, WrongCredentials
from storefront.identity.pool import Pool

_TOTP = "SOFTWARE_TOKEN_MFA"
_MOST_DEVICE_NAME = 100


class OwnAccount:
    """The part of People for those who are in."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def change_password(self, *, access_token: str, old: str, new: str) -> None:
        """With the old one, once more. See People."""
        secret = inputs.new_password(new, "change_password")
        if not old or len(old) > inputs.MOST_PASSWORD or old != old.strip() or not inputs.is_text(old):
            raise WrongCredentials("change_password", "no_password")
        self._own("change_password", access_token, PreviousPassword=old, ProposedPassword=secret)

    def change_email(self, *, access_token: str, email: str) -> bool:
        """Ask for another address. See People."""
        attribute = {"Name": "email", "Value": inputs.address(email, "change_email")}
        try:
            answer = self._own(
                "update_user_attributes", access_token, odd=WrongCredentials, UserAttributes=[attribute]
            )
        except WrongCode:
            return True  # somebody else has it: no code will come, and nobody learns why
        return bool(answer.get("CodeDeliveryDetailsList"))

    def verify_email(self, *, access_token: str, code: str) -> None:
        """Prove that it is one's own. See People."""
        self._own(
            "verify_user_attribute",
            access_token,
            AttributeName="email",
            Code=inputs.code(code, "verify_email"),
        )

    def change_name(self, *, access_token: str, name: str) -> None:
        """Another name. See People."""
        attribute = {"Name": "name", "Value": inputs.name(name)}
        self._own("update_user_attributes", access_token, repeatable=True, UserAttributes=[attribute])

    def begin_totp(self, *, access_token: str) -> str:
        """A secret for an authenticator. See People."""
        return str(self._own("associate_software_token", access_token)["SecretCode"])

    def confirm_totp(self, *, access_token: str, code: str, device: str) -> None:
        """The first code of the authenticator, which sign-ins ask for from now on. See People."""
        name = inputs.name(device)[:_MOST_DEVICE_NAME]
        answer = self._own(
            "verify_software_token",
            access_token,
            UserCode=inputs.code(code, "confirm_totp"),
            **({"FriendlyDeviceName": name} if name else {}),
        )
        if answer.get("Status") != "SUCCESS":
            raise WrongCode("confirm_totp", str(answer.get("Status", "")))
        self._prefer_totp(access_token, wanted=True)

    def end_totp(self, *, access_token: str) -> None:
        """No codes any more. See People."""
        self._prefer_totp(access_token, wanted=False)

    def has_totp(self, *, access_token: str) -> bool:
        """Whether sign-ins ask for codes. See People."""
        answer = self._own("get_user", access_token, repeatable=True)
        return _TOTP in answer.get("UserMFASettingList", ())

    def sign_out_everywhere(self, *, access_token: str) -> None:
        """End all sign-ins. See People."""
        self._own("global_sign_out", access_token, repeatable=True)

    def delete(self, *, access_token: str) -> None:
        """Delete the account. See People."""
        self._own("delete_user", access_token)

    def _prefer_totp(self, access_token: str, *, wanted: bool) -> None:
        settings = {"Enabled": wanted, "PreferredMfa": wanted}
        self._own("set_user_mfa_preference", access_token, repeatable=True, SoftwareTokenMfaSettings=settings)

    def _own(self, operation: str, access_token: str, **arguments: Any) -> Any:
        return self._pool.call(operation, denied=TokenRefused, AccessToken=access_token, **arguments)
