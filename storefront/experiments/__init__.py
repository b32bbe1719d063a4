"""Experiments: who was shown what, what came of it, and what may be said about that.

docs/explanation/experiments.md describes the whole.
"""
