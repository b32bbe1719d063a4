"""What the wish list says, where it is the same in several places."""

from django.utils.translation import gettext_lazy as _lazy

TITLE = _lazy("Your wish list")
SHARED_TITLE = _lazy("A wish list for you")
AWAY = _lazy("Your wish list is safe, but we can't show it at the moment. Please try again in a minute.")
SHARED_AWAY = _lazy("This wish list can't be shown at the moment. Please try again in a minute.")
AS_BEFORE = _lazy("Your wish list can't be reached at the moment. This is how it was when we last saw it.")
NOT_SAVED = _lazy("We couldn't save this. Please try again.")
NOT_THERE = _lazy("It was not on your wish list any more.")
NOT_REMOVED = _lazy("We couldn't take this off your wish list. Please try again.")
NOT_SHARED = _lazy("We couldn't change this. Please try again.")
UNKNOWN = _lazy("There is no such product any more.")
FULL = _lazy("Your wish list is full: it holds 200 items. Take something off it first.")
MERGED = _lazy("What you saved is on the wish list of your account. Sign in to see it.")
EXPIRED = _lazy("Your wish list was not used for more than 90 days and has ended.")
NOT_MOVED = _lazy("We couldn't put this into your cart. It is still on your wish list.")
SOLD_OUT = _lazy("This is sold out, so it stays on your wish list.")
NO_LONGER_SHARED = _lazy("This list is no longer shared")
ASK_FOR_ANOTHER = _lazy("Whoever sent you the link can share it again. Until then, come in and look around.")
