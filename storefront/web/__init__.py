"""The request kit that every slice builds on: typed requests, policies, rendering, forms, errors."""
