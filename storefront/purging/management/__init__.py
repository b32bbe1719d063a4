"""Commands of the purger."""
