"""Deciding what is shown: review, counters and the record of the decision change together or not at all."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from apptier.kit.backoff import Turns, rounds
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Item, Tables, TransactionCanceled, TransactItem, put_action, update_action
from apptier.kit.events import Events
from apptier.kit.outbox import About, Outbox
from apptier.kit.problems import invalid, unavailable, version_mismatch
from apptier.ratings import Rating, Ratings
from apptier.reviews.models import Decision, Helpful, JudgedReview, State
from apptier.reviews.reading import Reading, unknown_review
from apptier.reviews.records import StoredReview, event_key, review_key, starred_rank, useful_rank

logger = logging.getLogger("apptier.reviews")
RATING_CHANGED = "RatingChanged"
"""The event that search and caches follow, whichever way the rating changed."""
_PLACES = ("shown_of", "rank", "useful", "starred")


class Moderation:
    """Approves and rejects. Made once per process: its threads take turns at a product's counters."""

    def __init__(self, tables: Tables, clock: Clock, events: Events, reading: Reading) -> None:
        self._tables = tables
        self._clock = clock
        self._outbox = news_of_ratings(tables, clock, events)
        self._reading = reading
        self._ratings = Ratings(tables)
        self._turns = Turns()

    def decide(self, review_id: str, version: int, decision: Decision, by: str) -> JudgedReview:
        """Show a review or take it away. `by` says who decided, for the record.

        Raises:
            Problem: 404 `unknown_review`, 412 `version_mismatch`, 422, 503 when too many are at it.
        """
        _check(decision)
        handle = self._reading.get(review_id).handle
        with self._turns.turn(handle):
            news = self._decided(review_id, version, decision, by)
        self._outbox.tell(news)
        return self._reading.judged(review_id)

    def _decided(self, review_id: str, version: int, decision: Decision, by: str) -> list[Item]:
        """Make the decision; what is to be told of it is a part of the transaction."""
        for _ in rounds():
            before = self._reading.get(review_id)
            if before.version != version:
                raise version_mismatch(before.version)
            after = _after(before, decision, rfc3339(self._clock.now()))
            news = self._news(before, after)
            told = [self._outbox.write_action(row) for row in news]
            try:
                self._tables.transact([*self._actions(before, after, decision, by), *told])
            except TransactionCanceled as canceled:
                # Somebody decided meanwhile: the next look says so. Or a vote or another review's count came
                # between, then it is tried again.
                logger.debug("review %s: %s", review_id, canceled)
            else:
                return news
        raise unavailable("Many are at this review's product. Try again in a moment.")

    def _actions(
        self, before: StoredReview, after: StoredReview, decision: Decision, by: str
    ) -> list[TransactItem]:
        name = self._tables.name("reviews")
        event = event_key(after.id, after.version) | {
            "at": after.updated_at,
            "by": by,
            "decision": decision.decision,
            "reason": decision.reason,
            "version": after.version,
        }
        actions = [
            self._change(before, after),
            put_action(name, event, condition="attribute_not_exists(pk)"),
        ]
        delta = after.counted - before.counted
        if delta:
            actions.append(self._ratings.change(after.handle, after.rating, delta, after.updated_at))
        return actions

    def _change(self, before: StoredReview, after: StoredReview) -> TransactItem:
        """Only what a decision changes: votes may come at the same moment, and count."""
        sets: Item = {
            "standing": after.state,
            "reason": after.reason,
            "reply": after.reply,
            "reply_at": after.reply_at,
            "version": after.version,
            "updated_at": after.updated_at,
        }
        sets |= after.places() if after.counted else {}
        removed = "" if after.counted else " REMOVE " + ", ".join(f"#{name}" for name in _PLACES)
        named = {f"#{name}": name for name in (*sets, "helpful", *(() if after.counted else _PLACES))}
        return update_action(
            self._tables.name("reviews"),
            review_key(after.id),
            "SET " + ", ".join(f"#{name} = :{name}" for name in sets) + removed,
            condition="#version = :before AND #helpful = :helpful",
            names=named,
            values={f":{name}": value for name, value in sets.items()}
            | {":before": before.version, ":helpful": before.helpful},
        )

    def _news(self, before: StoredReview, after: StoredReview) -> list[Item]:
        """What those are told who keep a copy; nothing of a decision that changes nothing to see."""
        if before.counted == after.counted:
            return []
        kinds = ("ReviewApproved" if after.counted else "ReviewWithdrawn", RATING_CHANGED)
        return [row for kind in kinds for row in self._outbox.rows(kind, [{"handle": after.handle}])]


class Votes:
    """Counts whom a review helped: everybody once."""

    def __init__(self, tables: Tables, reading: Reading) -> None:
        self._tables = tables
        self._reading = reading

    def count(self, review_id: str, voter: str) -> Helpful:
        """Count a voter (a digest) in. Raises Problem 404 `unknown_review`, or 503 when too many vote."""
        for _ in rounds():
            review = self._reading.get(review_id)
            if not review.counted:
                raise unknown_review()
            try:
                self._tables.transact(self._actions(review, voter))
            except TransactionCanceled as canceled:
                if canceled.reasons[0].condition_failed:
                    return Helpful(id=review_id, helpful=self._reading.get(review_id).helpful)
            else:
                return Helpful(id=review_id, helpful=review.helpful + 1)
        raise unavailable("Many are voting on this review. Try again in a moment.")

    def _actions(self, review: StoredReview, voter: str) -> list[TransactItem]:
        name = self._tables.name("reviews")
        vote = {"pk": f"R#{review.id}", "sk": f"V#{voter}"}
        return [
            put_action(name, vote, condition="attribute_not_exists(pk)"),
            update_action(
                name,
                review_key(review.id),
                "SET helpful = :more, useful = :rank, starred = :starred",
                condition="helpful = :before AND standing = :approved",
                values={
                    ":more": review.helpful + 1,
                    ":rank": useful_rank(review.helpful + 1, review.posted),
                    ":starred": starred_rank(review.rating, review.helpful + 1, review.posted),
                    ":before": review.helpful,
                    ":approved": "approved",
                },
            ),
        ]


def news_of_ratings(tables: Tables, clock: Clock, events: Events) -> Outbox:
    """The outbox of reviews on this bus: all of their events tell the rating as it is."""
    ratings = Ratings(tables)

    def describe(_kind: str, about: Sequence[About]) -> list[dict[str, str | int | float | None]]:
        return [rating_detail(ratings.summary(str(one["handle"]), consistent=True)) for one in about]

    return Outbox(tables, "reviews", events, clock, describe)


def rating_detail(rating: Rating) -> dict[str, str | int | float | None]:
    """What the events about a product's rating say."""
    return {
        "handle": rating.handle,
        "average": rating.average,
        "count": rating.count,
        "version": rating.version,
    }


def _check(decision: Decision) -> None:
    if decision.decision == "reject" and decision.reason is None:
        raise invalid("/reason", "required", "Say why it is not shown; the writer is not told.")
    if decision.decision == "reject" and decision.reply is not None:
        raise invalid("/reply", "not_shown", "Only an approved review can be answered.")


def _after(before: StoredReview, decision: Decision, now: str) -> StoredReview:
    """The review with the decision made."""
    state: State = "approved" if decision.decision == "approve" else "rejected"
    after = replace(before, state=state, reason=decision.reason, version=before.version + 1, updated_at=now)
    return after if decision.reply is None else replace(after, reply=decision.reply, reply_at=now)
