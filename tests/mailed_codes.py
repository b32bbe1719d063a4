"""The codes that an emulator's user pool mailed to an address, oldest first, one a line.

    python -m tests.mailed_codes http://127.0.0.1:4566 somebody@example.com

This is what COGNITO_TEST_CODE_COMMAND has to do for a pool of AWS (docs/how-to/connect-a-cognito-pool.md);
for a pool of another emulator it is `python -m tests.mailed_codes` with that one's endpoint.
"""

from __future__ import annotations

import re
import sys

from dev.mails import read

_CODE = re.compile(r"\b\d{6,8}\b")


def mailed_codes(endpoint: str, email: str) -> list[str]:
    """What `read` finds of codes to that address; a mail without one counts for nothing."""
    found = (_CODE.search(mail.text) for mail in read(endpoint) if email in mail.to)
    return [code.group() for code in found if code]


if __name__ == "__main__":
    sys.stdout.writelines(f"{code}\n" for code in mailed_codes(*sys.argv[1:3]))
