"""Orders after they are placed: the confirmation that a guest can come back to."""
