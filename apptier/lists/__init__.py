"""The lists service: wish lists of guests and customers, merged at sign-in, shared by a token."""
