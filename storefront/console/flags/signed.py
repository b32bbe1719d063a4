"""Who has done something, as a page names them: whether they had proved who they are shows."""

from django.utils.translation import gettext as _

from storefront.console.flags.shown import isolated
from storefront.flags.records import Who


def signed(who: Who) -> str:
    """The name, and that it was given at the command line where it was: there anybody can give any."""
    name = isolated(who.name)
    return _("command line (%(name)s)") % {"name": name} if who.by_command else name
