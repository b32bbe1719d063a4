"""The stores service: where the brand's own shops are, and when they are open."""
