"""What can go wrong with the local stack, each error carrying the text a person at a terminal needs.

StackError            print it, exit 1, no traceback
├── PortInUse         choose another port by the variable named, or stop the holder
├── MissingPart       install what is named
├── StateBusy         another stack runs on this state folder
├── NotReady          a server came up but never answered
├── ServiceDied       a server ended by itself; the end of its log is in the message
└── TaskFailed        a one-off step (seeding, importing) ended with an error
"""


class StackError(Exception):
    """The local stack cannot go on; `str()` is meant for the terminal."""


class PortInUse(StackError):  # noqa: N818 - the name says the state of the port
    """Somebody else listens where a service wants to."""


class MissingPart(StackError):  # noqa: N818 - names what is missing
    """A program, environment or file that has to be there is not."""


class StateBusy(StackError):  # noqa: N818 - names the state
    """The state folder belongs to a stack that is running."""


class NotReady(StackError):  # noqa: N818 - names the state
    """A service did not answer within its time."""


class ServiceDied(StackError):  # noqa: N818 - names the event
    """A service ended without being asked to."""


class TaskFailed(StackError):  # noqa: N818 - names the event
    """A one-off step ended with a non-zero status."""
