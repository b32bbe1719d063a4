"""The cart: what the shopper has put in, what it costs in full, and how to change it."""
