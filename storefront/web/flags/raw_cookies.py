"""One cookie out of a Cookie header, ahead of Django, for what is asked of every page view."""


def raw_cookie(header: str, name: str) -> str:
    """The value of the first cookie of that name, "" when there is none. Our values need no unquoting."""
    start = f"{name}="
    if start not in header:
        return ""
    for part in header.split(";"):
        stripped = part.strip()
        if stripped.startswith(start):
            return stripped[len(start) :].strip('"')
    return ""
