"""What a browser may load and where forms may go, as one constant policy: no nonce, no hash, no `unsafe-*`.

Public HTML is shared between shoppers, so every script and style is a file of the same origin. Trusted
Types guard script URLs; the small default policy file of the theme is loaded first. Source: CSP Level 3,
Trusted Types.
"""

from typing import Any

REPORT_PATH = "/csp-report"
REPORT_GROUP = "csp"


def content_security_policy() -> dict[str, Any]:
    """The policy of every page, in django-csp's form."""
    return {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "img-src": ["'self'", "data:", "blob:"],
            "font-src": ["'self'"],
            "connect-src": ["'self'"],
            "worker-src": ["'self'"],
            "manifest-src": ["'self'"],
            "form-action": ["'self'"],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
            "object-src": ["'none'"],
            "require-trusted-types-for": ["'script'"],
            "trusted-types": ["default", "htmx"],
            "report-to": [REPORT_GROUP],
            "report-uri": [REPORT_PATH],
        }
    }
