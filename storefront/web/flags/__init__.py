"""Flags on pages: `request.flags`, what is known of a visitor, and which pages the page cache keeps apart.

request.flags.boolean("suggestions")    a flag for this request; string, number and json likewise
variants.FlagVariants                   tells the page cache which values a request gets
visitors, previews                      the two cookies
"""

from storefront.web.flags.request_flags import FlagNotForPageError, RequestFlags, flags_of

__all__ = ["FlagNotForPageError", "RequestFlags", "flags_of"]
