"""Who is asking: the identity on the request, its access token, signing in and out, and the guard of views.

request.identity          who is signed in; reads the session at first use
access_token(request)     a fresh token for the backend, or SignInNeeded
with_token(request, call) the same, asked again once when the backend finds the token too old
sign_in, sign_out         begin and end the signed-in part of a session
@signed_in()              only for people who are signed in; the rest sign in first and come back
@keeps_form(make)         what was typed into that form outlives the sign-in that comes in between
"""

from storefront.web.identity.devices import DeviceSession
from storefront.web.identity.guards import (
    IDLE,
    SIGN_IN_ROUTE,
    forget_form,
    keep_form,
    keeps_form,
    kept_form,
    sign_in_href,
    sign_in_response,
    signed_in,
)
from storefront.web.identity.person import Identity, SignInNeeded
from storefront.web.identity.proofs import (
    begin_proof,
    draw_if_lost,
    draw_watershed,
    forget_proof,
    keep_proof,
    others_due,
)
from storefront.web.identity.signing import (
    end_other_sessions,
    end_session,
    forget_browser,
    forget_former,
    sessions_of,
    sign_in,
    sign_out,
    sign_out_everywhere,
    undo_sign_in,
)
from storefront.web.identity.tokens import access_token, renew, with_token

__all__ = [
    "IDLE",
    "SIGN_IN_ROUTE",
    "DeviceSession",
    "Identity",
    "SignInNeeded",
    "access_token",
    "begin_proof",
    "draw_if_lost",
    "draw_watershed",
    "end_other_sessions",
    "end_session",
    "forget_browser",
    "forget_form",
    "forget_former",
    "forget_proof",
    "keep_form",
    "keep_proof",
    "keeps_form",
    "kept_form",
    "others_due",
    "renew",
    "sessions_of",
    "sign_in",
    "sign_in_href",
    "sign_in_response",
    "sign_out",
    "sign_out_everywhere",
    "signed_in",
    "undo_sign_in",
    "with_token",
]
