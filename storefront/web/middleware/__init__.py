"""What happens around every view, one concern per module; the order is in config/settings/base.py."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

__all__ = ["GetResponse"]
