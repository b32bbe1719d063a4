"""The scenarios by name, in the order in which they are run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.rounds import Budget
from bench.scenarios import backend, cold, footprint, growth, oscar, pages, shoppers, workers
from bench.stand import Stand


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something to measure. `seconds` is how long it may take; `quick` with --quick, 0 for left out there."""

    name: str
    about: str
    run: Callable[[Stand, Budget], dict[str, Any]]
    seconds: float
    quick: float


SCENARIOS = (
    Scenario("pages", "pages of each kind from each layer, beside a bare WSGI page", pages.run, 1_000, 45),
    Scenario("footprint", "memory, bytes on the wire, calls to AWS", footprint.run, 200, 60),
    Scenario("cold", "what a call to the backend costs, and how many wait in a row", cold.run, 240, 25),
    Scenario("backend", "pages while the backend is quick, slow or down", backend.run, 700, 30),
    Scenario("shoppers", "1 to 200 shoppers at once", shoppers.run, 450, 20),
    Scenario("oscar", "list and product beside django-oscar's", oscar.run, 700, 0),
    Scenario("workers", "1, 2 and 4 workers, threads, gthread and gevent", workers.run, 1_000, 0),
    Scenario("growth", "300, 3,000 and 20,000 products", growth.run, 1_500, 0),
)
