"""The customers service: a signed-in customer's own profile and address book."""
