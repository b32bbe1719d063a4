"""Headers that Django does not set itself: resource policy, permissions, where reports go, the length."""

from django.http import HttpRequest, HttpResponse

from storefront.web.middleware import GetResponse

_OFF = (
    "accelerometer", "autoplay", "browsing-topics", "camera",
    "display-capture", "encrypted-media", "fullscreen", "gamepad", "gyroscope", "hid", "idle-detection",
    "local-fonts", "magnetometer", "microphone", "midi", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = ", ".join(["geolocation=(self)", "payment=(self)", *(f"{name}=()" for name in _OFF)])

_BODILESS = frozenset({204, 304})


class HeadersMiddleware:
    """Adds the headers to every answer that does not carry them already."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with its headers."""
        response = self._get_response(request)
        if not response.streaming and response.status_code not in _BODILESS:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Reporting-Endpoints", 'csp="/csp-report"')
        return response
