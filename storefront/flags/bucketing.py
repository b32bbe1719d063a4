"""Which side of a share somebody is on: a hash of flag, salt and id, the same on every machine and device.

The formula is public (docs/reference/flags.md), so that anything else can come to the same answer: an edge
function, a report, a test.
"""

from hashlib import sha256
from typing import Final, Literal

from storefront.flags.state import WHOLE

What = Literal["share", "variant"]

# Of WHOLE. They are the same people for all experiments: beside them shows what experiments do together.
HOLDOUT_SHARE: Final = 5_000
HOLDOUT_SALT: Final = "holdout"
_BYTES: Final = 8


class Start:
    """All that is hashed before the id: made once, then asked for many ids, by any number of threads.

    Raises:
        UnicodeEncodeError: a salt that holds half of a surrogate pair.
    """

    __slots__ = ("_copy",)

    def __init__(self, flag: str, salt: str, what: What) -> None:
        self._copy = sha256(f"{flag}:{salt}:{what}:".encode()).copy

    def bucket(self, who: str) -> int:
        """The bucket of the id `who`, 0 to 99,999.

        Raises:
            UnicodeEncodeError: the id holds half of a surrogate pair.
        """
        hashed = self._copy()
        hashed.update(who.encode())
        return int.from_bytes(hashed.digest()[:_BYTES], "big") % WHOLE


def bucket(flag: str, salt: str, what: What, who: str) -> int:
    """The bucket of the id `who`, 0 to 99,999, for taking part ("share") or for which variant ("variant").

    Whoever has a bucket below the share takes part: a larger share only adds people. The split has a hash of
    its own, so it does not move when the share does.

    Raises:
        UnicodeEncodeError: the id holds half of a surrogate pair.
    """
    return Start(flag, salt, what).bucket(who)


_HOLDOUT: Final = Start("", HOLDOUT_SALT, "share")


def in_holdout(who: str) -> bool:
    """Whether the id `who` is kept out of all experiments (those with `holdout`).

    Raises:
        UnicodeEncodeError: the id holds half of a surrogate pair.
    """
    return _HOLDOUT.bucket(who) < HOLDOUT_SHARE
