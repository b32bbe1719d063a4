"""The living page of components: every piece of the shop's look, in every state, on one page."""
