"""The faults of one submitted order, and the three wires on which they are made.

Web tier -> backend (the order call), web tier -> DynamoDB (the session's writes around it), and payment
service -> backend (the webhook). Each buyer has one plan, known by the cart's id, by the session's key, and
by the order's id once the backend has given it; a fault strikes once.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.faults.proxy import Exchange, Verdict
from tests.faults.workers import kill

# Name of the fault -> what happens to the buyer's submit.
SUBMIT_FAULTS: Final = {
    "none": "nothing",
    "lost_before": "the call never reaches the backend",
    "lost_after": "the backend acts, its answer is lost",
    "killed_before_call": "the worker dies as it writes down what it is about to do",
    "killed_during_call": "the worker dies while its call is on the way, the backend has not acted",
    "killed_after_call": "the backend acts, the worker dies before it hears of it",
    "killed_before_response": "the worker has the answer and dies before it tells the browser",
    "killed_at_the_return": "the worker dies as it writes down that the browser holds the order",
}
# ... and to the news of its payment.
HOOK_FAULTS: Final = {
    "in_time": "the webhook comes in its own time",
    "twice": "the webhook comes twice",
    "late": "the buyer is back before the webhook",
    "never": "no webhook ever comes",
    "no_return": "the buyer closes the window after paying",
    "neither": "no webhook and no return: only the reconciler is left",
}
_LATE_SECONDS = 2.0


@dataclass(slots=True)
class Plan:
    """What one buyer has to meet. `called`: the backend has answered the order call."""

    fault: str
    hook: str
    called: bool = False
    told_twice: bool = False


class Network:
    """The rules of the three wires. `caller(port)` is the process that calls from there, 0 for none."""

    def __init__(self, caller: Callable[[int], int]) -> None:
        self._caller = caller
        self._lock = threading.Lock()
        self._by_cart: dict[str, Plan] = {}
        self._by_session: dict[str, Plan] = {}
        self._by_order: dict[str, Plan] = {}
        self.struck: Counter[str] = Counter()

    def arrange(self, *, cart: str, session: str, plan: Plan) -> None:
        """Let this buyer's next submit, and its payment, meet what `plan` says."""
        with self._lock:
            self._by_cart[cart] = self._by_session[session] = plan

    async def order_before(self, call: Exchange) -> Verdict:
        """The web tier calls the backend."""
        plan = self._by_cart.get(_cart(call))
        return self._strike(call, plan, ("lost_before", "killed_during_call"))

    async def order_after(self, call: Exchange) -> Verdict:
        """The backend has acted."""
        plan = self._by_cart.get(_cart(call))
        if plan is None or call.status >= 300:
            return "pass"
        self._by_order[json.loads(call.answer)["order"]["id"]] = plan
        verdict = self._strike(call, plan, ("lost_after", "killed_after_call"))
        plan.called = verdict == "pass"
        if plan.called and plan.fault == "killed_before_response":
            # Found now: looking for it takes longer than a worker takes to answer.
            call.doomed = self._caller(call.peer)
        return verdict

    def order_handed_back(self, call: Exchange) -> None:
        """The web tier has the backend's answer."""
        plan = self._by_cart.get(_cart(call))
        if plan and call.doomed:
            plan.fault = "none"
            self.struck["killed_before_response" if kill(call.doomed) else "the caller had gone"] += 1

    async def session_before(self, call: Exchange) -> Verdict:
        """The web tier writes a session."""
        plan = self._by_session.get(_session(call))
        wanted = "killed_at_the_return" if plan and plan.called else "killed_before_call"
        return self._strike(call, plan, (wanted,))

    async def hook_before(self, call: Exchange) -> Verdict:
        """The payment service tells the backend."""
        plan = self._by_order.get(_paid_order(call))
        if plan and plan.hook in {"never", "neither"}:
            self.struck[f"webhook {plan.hook}"] += 1
            return "cut"
        if plan and plan.hook == "late":
            self.struck["webhook late"] += 1
            await asyncio.sleep(_LATE_SECONDS)
        return "pass"

    async def hook_after(self, call: Exchange) -> Verdict:
        """The backend has heard; when that answer is lost, the payment service says it again."""
        plan = self._by_order.get(_paid_order(call))
        if not plan or plan.hook != "twice" or plan.told_twice:
            return "pass"
        plan.told_twice = True
        self.struck["webhook twice"] += 1
        return "cut"

    def _strike(self, call: Exchange, plan: Plan | None, wanted: tuple[str, ...]) -> Verdict:
        with self._lock:
            if plan is None or plan.fault not in wanted:
                return "pass"
            fault, plan.fault = plan.fault, "none"
        pid = self._caller(call.peer) if fault.startswith("killed") else 0
        if fault.startswith("killed") and not (pid and kill(pid)):
            # It had hung up by itself, or died for another buyer: for this one the call is merely lost.
            self.struck["the caller had gone"] += 1
        else:
            self.struck[fault] += 1
        return "cut"


def _cart(call: Exchange) -> str:
    if call.method != "POST" or not call.where.endswith("/orders/v1/orders"):
        return ""
    return str(json.loads(call.body).get("cart_id", ""))


def _session(call: Exchange) -> str:
    if not call.headers.get("x-amz-target", "").endswith(("UpdateItem", "PutItem")):
        return ""
    body = json.loads(call.body)
    return str((body.get("Key") or body.get("Item") or {}).get("pk", {}).get("S", ""))


def _paid_order(call: Exchange) -> str:
    if not call.where.endswith("/payment-events"):
        return ""
    return str(json.loads(call.body).get("order_id", ""))
