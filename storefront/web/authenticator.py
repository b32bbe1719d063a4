"""What an authenticator app needs to learn a secret: a picture to scan, and the same in letters to type.

The address in the picture is the Key URI format that authenticator apps share (`otpauth://totp/…`).
"""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import segno

_GROUP = 4  # letters between two spaces, so that people keep their place while they type


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret on its way into an authenticator.

    `picture` is a QR code as a `data:` address for an image (an SVG, dark on white in every theme, as
    scanners want it), `uri` what it says, for an app on the same device, `letters` the secret in groups of
    four.
    """

    picture: str = field(repr=False)
    uri: str = field(repr=False)
    letters: str = field(repr=False)


def enrolment(*, secret: str, account: str, issuer: str) -> Enrolment:
    """How to take in `secret` (base 32) for `account`, an e-mail address, at the shop called `issuer`."""
    label = quote(f"{issuer}:{account}", safe="")
    uri = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
    code = segno.make_qr(uri, error="m")
    letters = " ".join(secret[start : start + _GROUP] for start in range(0, len(secret), _GROUP))
    return Enrolment(code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True), uri, letters)
