"""The catalog service: products, categories, prices and stock as the shop shows them."""
