"""The tag `{% fragment %}`: a loop whose every turn is cached by itself, under a family of the manifest.

    {% fragment "card" for view in views %}<li>{{ product_card(view) }}</li>{% endfragment %}

`views` are pieces (`storefront.cache.fragments`), and the body must depend on nothing but the piece that it
is rendered for, and the region. Pieces of all turns are looked for at once; the body runs for missing ones.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b

from django.conf import settings
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

from storefront.cache import MANIFEST
from storefront.cache.fragments import Piece
from storefront.web.html import own_markup
from storefront.web.regions import current_region
from storefront.web.shop import current_shop

_PLACE_BYTES = 8


class FragmentExtension(Extension):
    """Compiles the tag to a call of `_looped`, with the body as its caller."""

    tags = {"fragment"}  # noqa: RUF012 - as Jinja2 declares it

    _templates = b""

    def parse(self, parser: Parser) -> nodes.Node:
        """`fragment "family" for NAME in EXPRESSION … endfragment`. The name is of the manifest."""
        line = next(parser.stream).lineno
        family = parser.parse_expression()
        parser.stream.expect("name:for")
        piece = parser.parse_assign_target(name_only=True)
        piece.set_ctx("param")
        parser.stream.expect("name:in")
        pieces = parser.parse_expression()
        body = parser.parse_statements(("name:endfragment",), drop_needle=True)
        if not isinstance(family, nodes.Const) or family.value not in MANIFEST:
            parser.fail(f"{family} is no family of the cache manifest", line)
        place = nodes.Const(f"{parser.name}:{line}")
        call = self.call_method("_looped", [family, place, pieces], lineno=line)
        return nodes.CallBlock(call, [piece], [], body).set_lineno(line)

    def _looped(
        self, family: str, place: str, pieces: Iterable[Piece], caller: Callable[[Piece], Markup]
    ) -> Markup:
        if not settings.CARD_CACHE:
            return own_markup(caller(piece) for piece in pieces)
        kept = current_shop().within(current_region()).cache.fragments()
        return own_markup(kept.rendered(MANIFEST[family], self._named(place), list(pieces), caller))

    def _named(self, place: str) -> str:
        """A short name for a place in the templates as they are: not every change has a release's name."""
        if not self._templates:
            self._templates = self._digest()
        return blake2b(self._templates + place.encode(), digest_size=_PLACE_BYTES).hexdigest()

    def _digest(self) -> bytes:
        """A digest of all templates, of which a body may use any; none changes while a process lives."""
        loader, found = self.environment.loader, blake2b()
        for name in loader.list_templates() if loader else ():
            source = loader.get_source(self.environment, name)[0] if loader else ""
            found.update(f"{name}\0{source}\0".encode())
        return found.digest()
