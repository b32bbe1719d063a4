"""Composes pages from critical and deferred parts, fetched side by side within a deadline."""

from storefront.orchestration.compose import Composer, Plan
from storefront.orchestration.parts import Critical, Deferred, Missing, Part, Why

__all__ = ["Composer", "Critical", "Deferred", "Missing", "Part", "Plan", "Why"]
