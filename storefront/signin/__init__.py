"""Signing in, up and out, and what comes between: codes, passwords, passkeys, other companies' accounts."""
