"""Speed, measured as a ratio to a bare WSGI page in the same round, on the machine that runs it."""
