"""Varnish in CloudFront's place: the rules of config/cdn.py as VCL, and the server that keeps them."""

from dev.varnish.rules import PURGERS, Site, vcl
from dev.varnish.server import find_varnishd, varnish

__all__ = ["PURGERS", "Site", "find_varnishd", "varnish", "vcl"]
