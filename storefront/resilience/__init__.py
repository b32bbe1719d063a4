"""What keeps one sick dependency from making the shop sick: deadline, breaker, bulkhead, retry budget."""

from storefront.resilience.behind import Behind
from storefront.resilience.breaker import Breaker, BreakerOpen, BreakerSettings, Permit, State
from storefront.resilience.bulkhead import Bulkhead, BulkheadFull
from storefront.resilience.deadline import (
    LEAST_SECONDS,
    RESERVE_SECONDS,
    BudgetExhausted,
    Deadline,
    call_budget,
    current_deadline,
    deadline,
    remaining,
)
from storefront.resilience.quiet import MOST_QUIET_SECONDS, QuietTime, parse_retry_after
from storefront.resilience.resource import Resource, ResourceSettings
from storefront.resilience.retry import Jitter, RetryBudget
from storefront.resilience.waiting import WouldWait, about_to_wait, without_waiting

__all__ = [
    "LEAST_SECONDS",
    "MOST_QUIET_SECONDS",
    "RESERVE_SECONDS",
    "Behind",
    "Breaker",
    "BreakerOpen",
    "BreakerSettings",
    "BudgetExhausted",
    "Bulkhead",
    "BulkheadFull",
    "Deadline",
    "Jitter",
    "Permit",
    "QuietTime",
    "Resource",
    "ResourceSettings",
    "RetryBudget",
    "State",
    "WouldWait",
    "about_to_wait",
    "call_budget",
    "current_deadline",
    "deadline",
    "parse_retry_after",
    "remaining",
    "without_waiting",
]
