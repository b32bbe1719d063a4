"""What msgspec knows of our types, built before there are threads.

msgspec works out how to read a Struct when it is first asked, and lets a second thread use what is half done:
the process ends with SIGSEGV (seen with 0.22.0, in about one of fifty starts under load). Whoever starts
threads calls `build_structs` before.
"""

from collections.abc import Iterator

import msgspec


def build_structs() -> int:
    """Build every Struct that is imported by now; how many there are. Some milliseconds, once."""
    kinds = list(_below(msgspec.Struct))
    for kind in kinds:
        msgspec.json.Decoder(kind)
    return len(kinds)


def _below(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
