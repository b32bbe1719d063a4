"""`purge_events` is the purger itself, `purge` is for people."""
