"""`make faults`: orders under faults, on a shop of its own; one command, one report.

    500 double clicks on "Place order", 50 ms apart, over two worker processes: one order each
    2,000 submits, each with a fault of its own on the way and in the news of its payment

Nothing may be ordered twice, nothing paid without an order, and everything is settled within 60 s after the
last fault. Exit status 0 when that holds. The report is JSON: what struck how often, and every id that is
wrong.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dev.ports import Ports
from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS
from tests.faults import ledger, workers
from tests.faults.buyer import Outcome, buy
from tests.faults.double import double_clicks
from tests.faults.network import HOOK_FAULTS, SUBMIT_FAULTS, Network, Plan
from tests.faults.proxy import HOST, FaultProxy
from tests.integration.shop_visitor import some_product

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / "var" / "faults"
CLICKS, SUBMITS = 500, 2_000  # a whole run
SETTLED_WITHIN = 60.0
PLENTY = 100_000


def main() -> int:
    """Run both parts; returns the exit status."""
    options = _options()
    report: dict[str, Any] = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}",
    }
    with ExitStack() as stack:
        shop, network = _start(stack)
        origin = shop.environment("web")["PUBLIC_ORIGIN"]
        dynamodb = shop.boto("dynamodb")
        sku = plenty(shop, dynamodb)
        report["double_clicks"] = double_clicks(origin, sku, options.clicks, dynamodb)
        print(f"double clicks: {report['double_clicks']}", flush=True)
        report["submits"] = _submits(origin, sku, options, network, dynamodb)
    problems = _problems(report)
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report | {"problems": problems}, indent=2) + "\n")
    print(f"report in {out}")
    for problem in problems:
        print(f"FAILED  {problem}")
    return 1 if problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults", description="Orders under faults, on a shop of its own.")
    parser.add_argument("--clicks", type=int, default=CLICKS, help="double-clicked orders")
    parser.add_argument("--submits", type=int, default=SUBMITS, help="faulted submits")
    parser.add_argument("--at-once", type=int, default=6, help="buyers at the same time")
    parser.add_argument("--out", help="the report; by default var/faults for less than a whole run")
    options = parser.parse_args()
    whole = (options.clicks, options.submits) == (CLICKS, SUBMITS)
    folder = ROOT / "tests" / "faults" / "results" if whole else STATE
    options.out = options.out or str(folder / f"{datetime.now(UTC).date().isoformat()}.json")
    return options


def _start(stack: ExitStack) -> tuple[DevStack, Network]:
    """The shop with the three wires led through proxies."""
    STATE.mkdir(parents=True, exist_ok=True)
    ports = Ports.free()
    orders = stack.enter_context(FaultProxy(ports.backend))
    sessions = stack.enter_context(FaultProxy(ports.ministack))
    hooks = stack.enter_context(FaultProxy(ports.backend))
    web = {
        "ORDERS_URL": f"http://{HOST}:{orders.port}/orders/v1",
        "AWS_ENDPOINT_URL": f"http://{HOST}:{sessions.port}",
    }
    backend = {"PAYMENT_WEBHOOK_URL": f"http://{HOST}:{hooks.port}/orders/v1/payment-events"}
    extra = {"web": web, "backend": backend}
    shop = DevStack(STATE, ports=ports, services=EMULATORS, web_workers=2, backend_workers=2, extra=extra)
    network = Network(lambda port: workers.caller(port, shop.pid("web")))
    orders.before, orders.after = network.order_before, network.order_after
    orders.handed_back = network.order_handed_back
    sessions.before = network.session_before
    hooks.before, hooks.after = network.hook_before, network.hook_after
    stack.enter_context(shop)
    shop.seed()
    shop.start("backend", "web")
    shop.warm()
    return shop, network


def plenty(shop: DevStack, dynamodb: Any) -> str:
    """A SKU of which there is more than all buyers together want."""
    _, sku, _ = some_product(shop)
    dynamodb.update_item(
        TableName="storefront-stock",
        Key={"pk": {"S": sku}},
        UpdateExpression="SET quantity = :many",
        ExpressionAttributeValues={":many": {"N": str(PLENTY)}},
    )
    return sku


def _submits(
    origin: str, sku: str, options: argparse.Namespace, network: Network, dynamodb: Any
) -> dict[str, Any]:
    started = time.monotonic()
    kinds = itertools.cycle(itertools.product(SUBMIT_FAULTS, HOOK_FAULTS))
    plans = [Plan(fault, hook) for fault, hook in itertools.islice(kinds, options.submits)]
    done: list[Outcome] = []
    with ThreadPoolExecutor(options.at_once) as pool:
        for outcome in pool.map(lambda plan: buy(origin, sku, network, plan), plans):
            done.append(outcome)
            if len(done) % 100 == 0:
                print(f"  {len(done)} submits, {time.monotonic() - started:.0f} s", flush=True)
    settling = time.monotonic()
    carts = {one.cart for one in done}
    books = ledger.read(dynamodb, carts)
    while not books.settled and time.monotonic() - settling < SETTLED_WITHIN:
        time.sleep(1)
        books = ledger.read(dynamodb, carts)
    return {
        "submits": len(done),
        "seconds": round(time.monotonic() - started),
        "struck": dict(sorted(network.struck.items())),
        "paid": sum(one.paid for one in done),
        "placed": books.placed,
        "never_got_to_pay": [f"{one.plan} {one.cart}: {' '.join(one.steps)}" for one in done if not one.paid],
        "doubled": list(books.doubled),
        "paid_without_order": list(books.paid_without_order),
        "still_open": list(books.open),
        "settled_after_seconds": round(time.monotonic() - settling, 1),
        "slowest_to_pay_seconds": round(max((one.seconds for one in done), default=0.0), 1),
        "ways": dict(Counter(one.plan.split("/")[0] for one in done)),
    }


def _problems(report: dict[str, Any]) -> list[str]:
    clicks, submits = report["double_clicks"], report["submits"]
    told = [f"double click: {cart} has {n} orders" for cart, n in clicks["wrong"].items()]
    for kind in ("doubled", "paid_without_order", "still_open", "never_got_to_pay"):
        told += [f"{kind}: {one}" for one in submits[kind]]
    if submits["placed"] != submits["paid"]:
        told.append(f"{submits['paid']} paid, {submits['placed']} placed")
    # Every fault has to have struck in earnest, or the run has shown little about it. A quarter of its share:
    # who never comes back from paying can't meet one at the return, and some workers have died already.
    share = submits["submits"] // len(SUBMIT_FAULTS) // 4
    told += [
        f"the fault {fault} struck {submits['struck'].get(fault, 0)} times only, at least {share} are wanted"
        for fault in SUBMIT_FAULTS
        if fault != "none" and submits["struck"].get(fault, 0) < share
    ]
    return told


if __name__ == "__main__":
    sys.exit(main())
