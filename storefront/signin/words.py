"""What signing in says when something did not work: what to do, and never whose address is known here."""

from django.utils.translation import gettext_lazy as _lazy

WRONG = _lazy(
    "We don't know this email address with this password. Please check both, or choose a new password."
)
NO_PASSKEY = _lazy("We can't use a passkey for this email address. Please sign in with your password.")
PASSKEY_FAILED = _lazy("That passkey did not work. Please try again, or sign in with your password.")
CODE_WRONG = _lazy("Code: this is not the right one. Please type the one that is shown to you now.")
CODE_OLD = _lazy("Code: this one was used already, or is too old. Please wait for the next one.")
CODE_MAILED = _lazy(
    "Code: this is not the right one, or it is too old. Please use the newest email, or ask for a new code."
)
NO_MAIL = _lazy("Email address: we can't send email to this one. Please check it.")
AWAY = _lazy(
    "We can't sign anybody in right now. Please try again in a moment. Your cart is safe, and you can buy "
    "without an account."
)
AWAY_HERE = _lazy("We can't do that right now. Please try again in a moment; nothing has changed.")
TRIES = _lazy("That was tried very often. Please wait a quarter of an hour, then try again.")
AGAIN = _lazy("That took too long, or was answered already. Please sign in again.")
STEP_UP = _lazy(
    "We need to check that it is you. Please let us send you a code, and choose a new password with it."
)
REFUSED = _lazy("We can't sign you in like this. Please choose a new password, or ask us for help.")
UNCONFIRMED = _lazy(
    "Your address is not confirmed yet. Please type the code from our email, or ask for another."
)
RESET = _lazy("Your account needs a new password. Please choose one with the code that we have sent you.")
CONFIRMED = _lazy("Your address is confirmed. Please sign in.")
CHOOSE_OWN = _lazy(
    "Your address is confirmed. The account was not made in this browser, so somebody else may know its "
    "password. Please choose your own with a code that we send you; everybody else is signed out then."
)
RESENT = _lazy("If this address waits to be confirmed, another code is on its way to it.")
CODE_SENT = _lazy("If this address has an account, a code is on its way to it.")
CHANGED = _lazy("Your new password is set. Please sign in with it.")
OTHERS_STAY = _lazy("We could not sign you out elsewhere just now. Please do that under “Devices”.")
PROVE_AGAIN = _lazy("You are signed in. For your safety, please type your password once more.")
PROVE_AGAIN_ELSEWHERE = _lazy(
    "You are signed in. For your safety, please sign in with %(provider)s once more."
)
NOT_ASKED = _lazy(
    "You were not asked there who you are. Please sign out and sign in again; then you can go on with this."
)
ELSEWHERE_FAILED = _lazy("Signing in there did not work. Please try again, or choose another way.")
