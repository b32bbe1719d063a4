"""Reviews over a real table: nothing unread is shown, the summary is exact, and a vote counts once."""

from __future__ import annotations

import io
import json
import time
from collections import Counter

import pytest

from apptier.reviews import moderate
from apptier.reviews.tests.harness import BODY, Reviews, at_once, own_word

pytest_plugins = ["apptier.reviews.tests.plugin"]

ORDER = {"number": "SF-7K3M-92QD", "email": "robin@example.com"}


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_review_is_shown_once_somebody_has_read_it(reviews: Reviews) -> None:
    handle = reviews.product()
    review_id = reviews.submitted(handle, title="Softer than it looks")

    assert reviews.listed(handle) == {"items": [], "next_cursor": None}
    assert reviews.summary(handle)["average"] is None

    answer = reviews.decide(review_id)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    (shown,) = reviews.listed(handle)["items"]
    assert (shown["id"], shown["title"], shown["verified_buyer"]) == (
        review_id,
        "Softer than it looks",
        False,
    )
    assert not {"state", "flags", "version"} & shown.keys()
    summary = reviews.summary(handle)
    assert (summary["average"], summary["count"], summary["distribution"]["5"]) == (5.0, 1, 1)


def test_one_that_is_taken_back_no_longer_counts(reviews: Reviews) -> None:
    handle = reviews.product()
    reviews.approved(handle, rating=4)
    gone = reviews.approved(handle, rating=1)
    before = reviews.summary(handle)
    assert before["average"] == 2.5

    answer = reviews.decide(gone, 2, "reject", reason="Is about another shop.")

    assert answer.json()["review"]["state"] == "rejected"
    after = reviews.summary(handle)
    assert (after["average"], after["count"]) == (4.0, 1)
    assert after["version"] > before["version"]
    assert [r["rating"] for r in reviews.listed(handle)["items"]] == [4]
    assert reviews.decide(gone, 3).status_code == 200
    assert reviews.summary(handle)["count"] == 2


def test_what_was_decided_can_be_read_later(reviews: Reviews) -> None:
    review_id = reviews.submitted(reviews.product())
    person = reviews.pool.token("mika", "merchandiser")
    reviews.decide(review_id, 1, "reject", reason="Not about the product.")
    reviews.decide(review_id, 2, headers={"Authorization": f"Bearer {person}"}, reply="Thank you, Robin.")

    judged = reviews.moderated(review_id)

    told = [(e["by"], e["decision"], e["reason"], e["version"]) for e in judged["history"]]
    assert told == [("service", "reject", "Not about the product.", 2), ("mika", "approve", None, 3)]
    assert judged["review"]["reply"]["body"] == "Thank you, Robin."


def test_only_those_who_may_decide_do(reviews: Reviews) -> None:
    review_id = reviews.submitted(reviews.product())
    shopper = {"Authorization": f"Bearer {reviews.pool.token('sasha', 'shopper')}"}
    anybody = {"Authorization": f"Bearer {reviews.pool.token('sasha')}"}

    assert code(reviews.decide(review_id, headers={})) == (401, "unauthorized")
    assert code(reviews.decide(review_id, headers={"Service-Key": "wrong"})) == (401, "unauthorized")
    assert code(reviews.decide(review_id, headers=shopper)) == (403, "not_a_moderator")
    assert code(reviews.decide(review_id, headers=anybody)) == (403, "not_a_moderator")
    assert reviews.ask("GET", "/moderation/reviews").status_code == 401
    assert reviews.moderated(review_id)["review"]["state"] == "pending"


def test_a_decision_is_about_what_was_read(reviews: Reviews) -> None:
    review_id = reviews.approved(reviews.product())
    assert code(reviews.decide(review_id, 1, "reject", reason="Late.")) == (412, "version_mismatch")
    assert code(reviews.decide(review_id, 2, "reject")) == (422, "validation_failed")
    assert code(reviews.decide(review_id, 2, "reject", reason="x", reply="y")) == (422, "validation_failed")
    without = reviews.ask(
        "PUT", f"/moderation/reviews/{review_id}", json={"decision": "approve"}, headers=reviews.key
    )
    assert code(without) == (428, "precondition_required")
    assert code(reviews.decide("rev_nosuchreview")) == (404, "unknown_review")


@pytest.mark.parametrize("order", [ORDER, {"number": "SF-0000-0000", "email": "robin@example.com"}, None])
def test_the_writer_never_learns_whether_there_is_such_an_order(reviews: Reviews, order) -> None:
    handle = reviews.product("bought")
    answer = reviews.submit(handle, **({"order": order} if order else {}))

    assert answer.status_code == 201
    assert answer.json() == {"id": answer.json()["id"], "state": "pending"}
    review = reviews.moderated(answer.json()["id"])["review"]
    assert review["verified_buyer"] == (order == ORDER)
    assert review["flags"] == []


def test_an_order_that_cannot_be_looked_up_loses_no_review(reviews: Reviews) -> None:
    reviews.neighbours.down = True
    try:
        review_id = reviews.submitted(reviews.product("bought"), order=ORDER)
    finally:
        reviews.neighbours.down = False
    review = reviews.moderated(review_id)["review"]
    assert (review["verified_buyer"], review["flags"]) == (False, ["unchecked"])


def test_neither_order_nor_address_is_kept(reviews: Reviews) -> None:
    review_id = reviews.submitted(reviews.product("bought"), order=ORDER)
    item = reviews.stack.boto("dynamodb").get_item(
        TableName="storefront-reviews", Key={"pk": {"S": f"R#{review_id}"}, "sk": {"S": "REVIEW"}}
    )["Item"]
    assert "robin@example.com" not in str(item)
    assert "92QD" not in str(item)


def test_a_form_sent_twice_is_one_review(reviews: Reviews) -> None:
    handle = reviews.product()
    given = {"body": BODY + " Sent with a double click."}

    answers = at_once(8, lambda _: reviews.submit(handle, key="the-same-form", **given))

    assert {answer.status_code for answer in answers} <= {201, 409}
    ids = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert len(ids) == 1
    again = reviews.submit(handle, key="the-same-form", **given)
    assert again.json()["id"] == ids.pop()
    assert code(reviews.submit(handle, key="the-same-form")) == (422, "idempotency_key_reused")


def test_the_same_words_again_are_kept_and_flagged(reviews: Reviews) -> None:
    words = f"{BODY} {own_word()}"
    first = reviews.submitted(reviews.product(), body=words)
    second = reviews.submitted(reviews.product(), body=words.upper().replace(",", " –"))
    assert reviews.moderated(first)["review"]["flags"] == []
    assert reviews.moderated(second)["review"]["flags"] == ["shouting", "repeated"]


def test_a_product_that_is_not_sold_takes_no_reviews(reviews: Reviews) -> None:
    assert code(reviews.submit(reviews.product("gone"), key="first-try-gone")) == (404, "unknown_product")


@pytest.mark.parametrize("sort", ["newest", "highest", "lowest", "helpful"])
def test_every_page_of_a_list_joins_the_next(reviews: Reviews, sort: str) -> None:
    handle = reviews.product()
    stars = [5, 1, 4, 4, 2, 5, 3, 1]
    ids = [reviews.approved(handle, rating=rating) for rating in stars]
    for voter, review_id in enumerate((ids[2], ids[2], ids[4])):
        vote = {"voter": f"voter-{voter}-of-this-test"}
        assert reviews.ask("PUT", f"/reviews/{review_id}/helpful", json=vote).status_code == 200

    whole = reviews.listed(handle, sort=sort)["items"]
    pieces, cursor = [], None
    while cursor is not None or not pieces:
        page = reviews.listed(handle, sort=sort, limit=3, **({"cursor": cursor} if cursor else {}))
        pieces += page["items"]
        cursor = page["next_cursor"]

    assert pieces == whole
    key = {
        "newest": lambda r: (r["created_at"], r["id"]),
        "highest": lambda r: (r["rating"], r["created_at"], r["id"]),
        "lowest": lambda r: (-r["rating"], r["created_at"], r["id"]),
        "helpful": lambda r: (r["helpful"], r["created_at"], r["id"]),
    }[sort]
    assert whole == sorted(whole, key=key, reverse=True)
    assert {r["id"] for r in whole} == set(ids)
    for rating in (1, 4):
        some = [reviews.listed(handle, sort=sort, rating=rating, limit=1)]
        while cursor := some[-1]["next_cursor"]:
            some.append(reviews.listed(handle, sort=sort, rating=rating, limit=1, cursor=cursor))
        found = [item for page in some for item in page["items"]]
        assert [item["rating"] for item in found] == [rating] * stars.count(rating)


def test_a_cursor_of_another_list_is_refused(reviews: Reviews) -> None:
    handle = reviews.product()
    for _ in range(2):
        reviews.approved(handle)
    cursor = reviews.listed(handle, limit=1)["next_cursor"]
    query = {"market": "eu", "locale": "en", "sort": "highest", "cursor": cursor}
    answer = reviews.ask("GET", f"/products/{handle}/reviews", params=query)
    assert code(answer) == (400, "bad_cursor")


def test_a_visitor_helps_a_review_once(reviews: Reviews) -> None:
    handle = reviews.product()
    review_id = reviews.approved(handle)
    path = f"/reviews/{review_id}/helpful"

    at_once(12, lambda n: reviews.ask("PUT", path, json={"voter": f"visitor-number-{n % 4:04d}"}))

    again = reviews.ask("PUT", path, json={"voter": "visitor-number-0000"})
    assert again.json() == {"id": review_id, "helpful": 4}
    pending = reviews.submitted(handle)
    refused = reviews.ask("PUT", f"/reviews/{pending}/helpful", json={"voter": "visitor-number-0000"})
    assert code(refused) == (404, "unknown_review")


def test_the_summary_is_exact_after_fifty_decisions_at_once(reviews: Reviews) -> None:
    handle = reviews.product()
    stars = [1 + n % 5 for n in range(50)]
    ids = [reviews.submitted(handle, rating=rating) for rating in stars]

    def decide(number: int) -> int:
        answer = reviews.decide(ids[number])
        if number % 3 == 0:  # and back again, by the same person
            answer = reviews.decide(ids[number], 2, "reject", reason="Second thoughts.")
        return answer.status_code

    assert Counter(at_once(50, decide)) == {200: 50}
    kept = [rating for number, rating in enumerate(stars) if number % 3]
    summary = reviews.summary(handle)
    assert summary["distribution"] == {str(n): kept.count(n) for n in range(1, 6)}
    assert summary["count"] == len(kept)
    assert summary["average"] == round(sum(kept) / len(kept) + 1e-9, 1)
    assert len(reviews.listed(handle, limit=100)["items"]) == len(kept)


def test_two_people_decide_on_one_review_and_one_is_told_so(reviews: Reviews) -> None:
    handle = reviews.product()
    review_id = reviews.submitted(handle)
    answers = at_once(6, lambda _: reviews.decide(review_id))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 5}
    assert reviews.summary(handle)["count"] == 1
    assert len(reviews.moderated(review_id)["history"]) == 1


def test_those_who_keep_copies_are_told(reviews: Reviews) -> None:
    handle = reviews.product()
    reviews.approved(handle, rating=4)
    queue, url = reviews.stack.boto("sqs"), reviews.stack.provisioned.event_queue_url
    found: list[str] = []
    end = time.monotonic() + 15
    while len(found) < 2 and time.monotonic() < end:
        got = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [m["Body"] for m in got.get("Messages", []) if handle in m["Body"]]
        for message in got.get("Messages", []):
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    kinds = [json.loads(body)["detail-type"] for body in found]
    assert sorted(kinds) == ["RatingChanged", "ReviewApproved"]
    rated = {"handle": handle, "average": 4.0, "count": 1, "version": 2}
    assert [json.loads(body)["detail"] for body in found] == [rated] * 2


def test_summaries_come_in_the_order_asked_for(reviews: Reviews) -> None:
    first, second = reviews.product(), reviews.product()
    reviews.approved(second, rating=3)
    answer = reviews.ask("GET", "/summaries", params={"handles": f"{first},{second},{first}"})
    told = [(s["handle"], s["average"], s["count"]) for s in answer.json()["items"]]
    assert told == [(first, None, 0), (second, 3.0, 1)]
    many = ",".join(f"a-{n}" for n in range(51))
    assert code(reviews.ask("GET", "/summaries", params={"handles": many})) == (422, "validation_failed")


def test_the_terminal_can_do_it_all(reviews: Reviews, monkeypatch, capsys) -> None:
    for name, value in reviews.stack.environment("backend").items():
        monkeypatch.setenv(name, value)
    handle = reviews.product()
    review_id = reviews.submitted(handle, body="BUY CHEAP THINGS AT WWW.CHEAP.EXAMPLE NOW", rating=2)

    out = io.StringIO()
    assert moderate.main(["list", "--most", "500"], out) == 0
    assert f"{review_id}  " in out.getvalue()
    assert "flagged: link, shouting" in out.getvalue()
    out = io.StringIO()
    assert moderate.main(["approve", review_id, "--reply", "Thank you."], out) == 0
    assert out.getvalue() == f"{review_id} is approved. {handle}: 2.0 stars, 1 reviews\n"
    assert moderate.main(["reject", review_id, "--reason", "Advertising."], io.StringIO()) == 0
    assert reviews.moderated(review_id)["history"][-1]["by"] == "terminal"
    assert moderate.main(["approve", "rev_nosuchreview"], io.StringIO()) == 1
    assert capsys.readouterr().err == "error: There is no such review.\n"
