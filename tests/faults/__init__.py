"""Faults between the tiers, made on purpose, and what must come out all the same."""
