"""The web tier: HTML for a shop whose products, carts and orders live behind REST services."""
