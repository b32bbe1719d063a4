"""What the scenarios of a run share: the lab, begun when first asked for, the shop's pages, the meter."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

from bench.addresses import Pages, pages
from bench.closed import Generator
from bench.kinds import DATA, running
from bench.lab import Lab, Server
from bench.rounds import Meter, Subject
from bench.tasks import scratch


@dataclass
class Stand:
    """Ends what it has begun when `exits` is closed."""

    quick: bool
    rounds: int
    seconds: float
    exits: ExitStack
    products: int = 300
    options: tuple[str, ...] = ()
    generator: Generator = field(default_factory=lambda: Generator(scratch()))

    def prepare(self) -> None:
        """Start what every scenario needs, and find the pages. StackError or ValueError when that fails."""
        self.lab.reference()
        print(f"  measured: {', '.join(self.pages.kinds().values())}", flush=True)

    @cached_property
    def lab(self) -> Lab:
        """The stack with the usual number of products."""
        return self.exits.enter_context(Lab(self.products, self.options))

    @cached_property
    def pages(self) -> Pages:
        """Where the shop's pages are."""
        return pages(running(self.lab, DATA).origin, products=20 if self.quick else 60)

    @cached_property
    def meter(self) -> Meter:
        return Meter(self.generator, self.rounds, self.seconds)

    def reference(self, server: Server | None = None, connections: int = 16) -> Subject:
        """The bare WSGI page as a subject."""
        server = server or self.lab.reference()
        return Subject(server, (f"{server.origin}/",), connections)
