"""`python -m dev.mails`: the mails that the running shop's user pool would have sent, with their codes.

Locally nothing is mailed: the emulator keeps its mails, and this shows them. Opening an account on the local
shop, or setting a new password, takes the code from here.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dev.ports import HOST, ConfigurationError, Ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECONDS = 10


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `sent` is when, by this machine's clock; `text` is all of it."""

    to: tuple[str, ...]
    subject: str
    text: str
    sent: str


def read(endpoint: str) -> list[Mail]:
    """The mails of the emulator at `endpoint`, oldest first.

    Raises:
        OSError: no emulator answers there.
        ValueError: something else does.
    """
    with urllib.request.urlopen(f"{endpoint}/_ministack/ses/messages", timeout=SECONDS) as answer:  # noqa: S310
        accounts = json.load(answer)["messages"]
    return [
        Mail(
            tuple(one["To"]),
            one["Subject"],
            one["BodyText"] or one["BodyHtml"] or "",
            _when(one["Timestamp"]),
        )
        for mails in accounts.values()
        for one in mails
    ]


def _when(sent: object) -> str:
    """The emulator's Unix seconds as a time of this machine; whatever else it says, as it is."""
    if isinstance(sent, int | float):
        return datetime.fromtimestamp(sent).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return str(sent)


def report(mails: Sequence[Mail]) -> Iterator[str]:
    """Lines for a person, the newest mail last."""
    yield f"{len(mails)} mail(s)"
    for mail in mails:
        yield f"  {mail.sent}  to {', '.join(mail.to)}  {mail.subject}"
        yield f"    {mail.text}"


def main() -> int:
    """Print the report; 1 with one line when no shop runs here."""
    try:
        port = Ports.from_environment().ministack
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    try:
        for line in report(read(f"http://{HOST}:{port}")):
            print(line)
    except (OSError, ValueError, KeyError) as error:
        print(
            f"error: the mails can't be read at port {port}; is `make run` running?"
            f" With MINISTACK_PORT, it is needed here too. ({error})",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
