"""Reading and deciding on reviews from a terminal, for the shop that the environment names.

python -m apptier.reviews.moderate list [--state pending|approved|rejected] [--most N]
python -m apptier.reviews.moderate approve ID [--reply TEXT]
python -m apptier.reviews.moderate reject ID --reason TEXT
"""

import argparse
import sys
from collections.abc import Sequence
from typing import TextIO

from pydantic import ValidationError

from apptier.kit.problems import Problem
from apptier.kit.service import make_context
from apptier.kit.settings import load_settings
from apptier.reviews.models import Decision, ModeratedReview, State
from apptier.reviews.moderation import Moderation
from apptier.reviews.reading import Reading

WHO = "terminal"


def main(arguments: Sequence[str] | None = None, out: TextIO = sys.stdout) -> int:
    """Do what the arguments say; returns the exit status: 0, or 1 with one line that says why not."""
    options = _parse(arguments)
    context = make_context("reviews", load_settings())
    reading = Reading(context.tables, context.cursors)
    try:
        if options.command == "list":
            _list(reading, options.state, options.most, out)
        else:
            moderation = Moderation(context.tables, context.clock, context.events, reading)
            _decide(reading, moderation, options, out)
    except Problem as problem:
        faults = "; ".join(fault.detail for fault in problem.faults)
        print(f"error: {faults or problem.detail}", file=sys.stderr)  # noqa: T201 - a command speaks
        return 1
    except ValidationError as error:
        print(f"error: {error.errors()[0]['msg']}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _list(reading: Reading, state: str, most: int, out: TextIO) -> None:
    cursor: str | None = None
    left = most
    while left > 0:
        page = reading.waiting(_state(state), limit=min(left, 100), cursor=cursor)
        out.writelines(_told(review) for review in page.items)
        left -= len(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    if left == most:
        out.write(f"No reviews are {state}.\n")


def _decide(reading: Reading, moderation: Moderation, options: argparse.Namespace, out: TextIO) -> None:
    review = reading.get(options.id)
    decision = Decision.model_validate(
        {"decision": options.command}
        | ({"reason": options.reason} if options.command == "reject" else {})
        | ({"reply": options.reply} if options.command == "approve" and options.reply else {})
    )
    judged = moderation.decide(review.id, review.version, decision, WHO)
    rating = reading.summary(review.handle)
    average = "no stars" if rating.average is None else f"{rating.average} stars"
    out.write(f"{judged.review.id} is {judged.review.state}. ")
    out.write(f"{review.handle}: {average}, {rating.count} reviews\n")


def _told(review: ModeratedReview) -> str:
    flags = f"  flagged: {', '.join(review.flags)}" if review.flags else ""
    bought = "  buyer" if review.verified_buyer else ""
    head = f"{review.id}  {review.created_at[:10]}  {review.rating}/5  {review.handle}  {review.locale}"
    title = f"    {review.title}\n" if review.title else ""
    body = "".join(f"    {line}\n" for line in review.body.split("\n"))
    return f"{head}{bought}{flags}\n{title}{body}    {review.author}\n\n"


def _state(text: str) -> State:
    states: dict[str, State] = {"pending": "pending", "approved": "approved", "rejected": "rejected"}
    return states[text]


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m apptier.reviews.moderate", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="show reviews in one state")
    listing.add_argument("--state", choices=("pending", "approved", "rejected"), default="pending")
    listing.add_argument("--most", type=int, default=20, help="how many at most (default 20)")
    approve = commands.add_parser("approve", help="show a review")
    approve.add_argument("id")
    approve.add_argument("--reply", default="", help="what the shop says to it, in public")
    reject = commands.add_parser("reject", help="don't show a review, or no longer")
    reject.add_argument("id")
    reject.add_argument("--reason", required=True, help="for the record; the writer is not told")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
