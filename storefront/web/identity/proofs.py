"""What a password proved, for as long as it is still under way: it counts only until the password changes.

A pool may accept a password, and the sign-in go on to a code, while the person changes that password in
another browser and ends all their sessions. So each sign-in by password notes, before the pool is asked, the
last watershed of the address (storefront.sessions.watersheds), and is refused where there was another since.

After a reset a watershed also says that the next sign-in of this address ends all others, wherever and
however it comes about.
"""

from dataclasses import dataclass

import structlog
from django.conf import settings
from django.utils.crypto import salted_hmac

from storefront.core import UpstreamError, UpstreamUnavailable
from storefront.sessions import Watersheds
from storefront.web.identity.person import session_of
from storefront.web.requests import ShopRequest

_PROOF = "signin:proof"  # sealed, and goes with the sign-in under way
_SALT = "storefront.proofs"
_log = structlog.get_logger("storefront.web.identity")


@dataclass(frozen=True, slots=True)
class Proof:
    """The last watershed of an address when a proof of it began; the address is hashed with a key."""

    name: str
    mark: str


def begin_proof(request: ShopRequest, email: str) -> Proof:
    """Call before the password is proven. UpstreamUnavailable while sessions can't be read."""
    name = _name(email)
    return Proof(name, watersheds_of(request).of(name).mark)


def keep_proof(request: ShopRequest, proof: Proof) -> None:
    """Note what the sign-in under way rests on, once the pool has accepted it."""
    session_of(request)[_PROOF] = [proof.name, proof.mark]


def forget_proof(request: ShopRequest) -> None:
    """The sign-in under way came to nothing."""
    session_of(request).pop(_PROOF, None)


def proof_of(request: ShopRequest) -> Proof | None:
    """What the sign-in under way rests on; None where that is no password."""
    kept = session_of(request).get(_PROOF)
    return Proof(*map(str, kept)) if isinstance(kept, list) and len(kept) == 2 else None  # noqa: PLR2004


def is_overtaken(request: ShopRequest, proof: Proof | None) -> bool:
    """Whether the proof counts no more. UpstreamUnavailable while that can't be read.

    By the address that was typed, whichever one the person has by now.
    """
    return proof is not None and watersheds_of(request).of(proof.name).mark != proof.mark


def draw_watershed(request: ShopRequest, email: str, *, alone: bool = False) -> str:
    """Let no earlier proof of this address count; with `alone` the next sign-in has to end all others."""
    return watersheds_of(request).draw(_name(email), alone=alone)


def draw_if_lost(request: ShopRequest, email: str, failed: UpstreamError) -> None:
    """After a new password whose answer never came: it may count all the same, and then the others must go.

    Best effort, because `failed` is what is told. Where it changed nothing, the next sign-in ends the others
    in vain, which is the lesser evil.
    """
    if isinstance(failed, UpstreamUnavailable) and not failed.sent:
        return
    try:
        draw_watershed(request, email, alone=True)
    except UpstreamUnavailable:
        _log.warning("watershed_not_drawn")


def draw_to_settle(request: ShopRequest, email: str) -> str:
    """As `draw_watershed` by who ends the others at once: what to settle then, "" where it is not theirs."""
    return watersheds_of(request).draw_to_settle(_name(email))


def settle_watershed(request: ShopRequest, email: str, due: str) -> None:
    """All have ended who were due to; unless noted, the next sign-in ends them again."""
    try:
        watersheds_of(request).settle(_name(email), due)
    except UpstreamUnavailable:
        _log.warning("watershed_not_settled")


def others_due(request: ShopRequest, email: str) -> str:
    """Other than "" where the sign-in of this address that comes now has to end all others.

    It says so by giving this to `end_other_sessions`.
    """
    return watersheds_of(request).of(_name(email)).due


def watersheds_of(request: ShopRequest) -> Watersheds:
    """The watersheds of all addresses."""
    return Watersheds(request.shop.sessions, settings.SESSION_COOKIE_AGE)


def _name(email: str) -> str:
    """A keyed hash: addresses can be guessed, so a plain one would say who was here."""
    return salted_hmac(_SALT, email.strip().casefold(), algorithm="sha256").hexdigest()
