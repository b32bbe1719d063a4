"""Orders (OrderMx): carts with exact totals, and orders that are placed exactly once."""
