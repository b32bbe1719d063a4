"""The local stack: everything that stands in for the cloud on one machine, and the demo shop's data.

Nothing in here ships. The tiers never import it; they meet it only through endpoints in their configuration.
"""
