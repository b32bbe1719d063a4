"""The purger: gives up cached copies when the backend tells that what they show has changed.

A process of its own beside the web tier (`manage.py purge_events`), and a command for people (`manage.py
purge`). `storefront.wiring_purging` puts its parts together; the setting PURGING_FACTORY names it.
"""
