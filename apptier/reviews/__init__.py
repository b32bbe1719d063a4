"""The reviews service: what buyers say of products, shown once somebody of the shop has read it."""
