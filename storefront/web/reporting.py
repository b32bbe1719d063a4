"""Metrics of a worker and of the purger as log lines on standard output (storefront.telemetry.emf)."""

import logging
from collections.abc import Callable

from django.conf import settings

from storefront.core import SystemClock
from storefront.telemetry import Metrics, Report, Reporting
from storefront.telemetry.emf import Origin
from storefront.web.shop import current_shop

LOGGER = "storefront.metrics"
_CLOCK = SystemClock()


def reporting(role: str, metrics: Callable[[], Metrics] | None = None) -> Reporting:
    """What tells this process's metrics, the shop's by default, every METRICS_SECONDS; to be started."""
    logger = logging.getLogger(LOGGER)
    origin = Origin(settings.ENVIRONMENT, role, settings.RELEASE)

    def made() -> Report:
        registry = metrics() if metrics is not None else current_shop().telemetry.metrics
        return Report(registry, origin, lambda: _CLOCK.now().timestamp())

    return Reporting(made, logger.info, every=settings.METRICS_SECONDS)
