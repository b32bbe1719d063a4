"""The CDN's behaviours (config/cdn.py) as VCL for Varnish 7, so that what is tested is what is deployed.

Where CloudFront and Varnish do things differently, Varnish is told to do them CloudFront's way: behaviours
are tried in order, what none keeps is passed on whole, what is kept is asked for without cookies, a page is
served past its life while a new one is fetched, and for a day while none can be had.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.cdn import PREVIEW_HEADER, PREVIEW_VALUE, VARIANTS_HEADER, expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.cdn import Behaviour, Cdn, Experiment, Key

PURGERS = ("127.0.0.1", "::1")
# How long Varnish remembers that an address gave something that is not kept, so that its visitors do not
# queue up for it one after the other.
UNKEPT_SECONDS = 10
# How long the shop may take to begin an answer (its longest deadline is shorter).
ORIGIN_SECONDS = 10
# Headers that CloudFront does not forward with what it keeps, because no behaviour names them. VCL cannot
# name all others; these are the ones that frameworks and proxies are known to listen to.
UNFORWARDED = (
    "Cookie", "Authorization", "Accept-Language", "Origin", "Referer", "User-Agent", "Forwarded",
    "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Host",
    "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method",
    "HX-Request", "HX-Boosted", "HX-Current-URL", "HX-Target", "HX-Trigger", "HX-Prompt",
)  # fmt: skip

_TAGS = r"^[A-Za-z0-9:_.|()^$\\*,?-]{1,16000}$"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the web tier is, and the host name (with its port, if unusual) under which visitors know it."""

    host: str
    origin_host: str
    origin_port: int
    purgers: tuple[str, ...] = PURGERS


def vcl(cdn: Cdn, site: Site) -> str:
    """The rules, as a file for `varnishd -f`."""
    return "\n\n".join(
        (
            "# Made by dev.varnish from config/cdn.py; change that.\nvcl 4.1;\nimport std;",
            _origin(site),
            _receive(cdn, site),
            _behave(cdn),
            _HASH,
            _fetch(cdn),
            _deliver(cdn),
        )
    )


def _origin(site: Site) -> str:
    purgers = "\n".join(f'    "{address}";' for address in site.purgers)
    return f"""backend web {{
    .host = "{site.origin_host}";
    .port = "{site.origin_port}";
    .connect_timeout = 2s;
    .first_byte_timeout = {ORIGIN_SECONDS}s;
    .between_bytes_timeout = {ORIGIN_SECONDS}s;
}}

acl purgers {{
{purgers}
}}"""


def _receive(cdn: Cdn, site: Site) -> str:
    """Purges, and what is nobody's business but the edge's."""
    return f"""sub vcl_recv {{
    if (req.method == "BAN") {{
        if (client.ip !~ purgers) {{ return (synth(405, "Not allowed")); }}
        if (req.http.X-Ban-Tags !~ {_quoted(_TAGS)}) {{ return (synth(400, "No tags")); }}
        if (!std.ban("obj.http.{cdn.tag_header} ~ " + req.http.X-Ban-Tags)) {{
            return (synth(400, "No pattern"));
        }}
        return (synth(200, "Given up"));
    }}
    if (req.http.Host != {_quoted(site.host)}) {{ return (synth(403, "Another host")); }}
    if (req.restarts == 0) {{
        unset req.http.X-Edge-Stale;
        unset req.http.X-Edge-Behaviour;
        unset req.http.X-Edge-Most;
    }}
    if (req.http.X-Edge-Stale) {{
        # The shop could not answer: whatever there is will do.
        unset req.http.X-Edge-Most;
    }} else {{
        set req.grace = {cdn.renewing}s;
    }}
    set req.http.X-Edge-Path = regsub(req.url, "\\?.*", "");
    call behave;
}}"""


def _behave(cdn: Cdn) -> str:
    """The behaviours, first match first. Varnish stops reading at the first `return`."""
    parts = [part for behaviour in cdn.behaviours for part in _behaviour(behaviour, cdn)]
    return "sub behave {\n" + "\n".join(parts) + "\n}"


def _behaviour(behaviour: Behaviour, cdn: Cdn) -> Iterator[str]:
    yield f"    # {behaviour.name}: {behaviour.pattern}"
    yield f"    if (req.http.X-Edge-Path ~ {_quoted(f'^{expression(behaviour.pattern)}$')}) {{"
    yield f'        set req.http.X-Edge-Behaviour = "{behaviour.name}";'
    allowed = _quoted(f"^({'|'.join(behaviour.methods)})$")
    yield f'        if (req.method !~ {allowed}) {{ return (synth(403, "Not allowed")); }}'
    if behaviour.key is None:
        yield f"        unset req.http.{VARIANTS_HEADER};"
        yield f"        unset req.http.{PREVIEW_HEADER};"
        yield "        return (pass);"
    else:
        on_page = [one for one in cdn.experiments if one.is_on(behaviour.name)]
        yield from (f"        {line}" for line in _kept(behaviour.key, on_page, cdn.preview_cookie))
    yield "    }"


def _kept(key: Key, experiments: Sequence[Experiment], preview: str) -> Iterator[str]:
    """What a request for something that is kept is brought down to."""
    yield from _query(key)
    yield f"unset req.http.{VARIANTS_HEADER};"
    if VARIANTS_HEADER in key.headers:
        yield from _variants(experiments)
    yield f"unset req.http.{PREVIEW_HEADER};"
    if PREVIEW_HEADER in key.headers:
        yield from _preview(preview)
    yield from (f"unset req.http.{name};" for name in UNFORWARDED)
    yield from _ENCODED if key.encoded else ("unset req.http.Accept-Encoding;",)
    yield f'set req.http.X-Edge-Most = "{key.most}s";'
    yield "return (hash);"


def _query(key: Key) -> Iterator[str]:
    how, names = key.query_behaviour
    if how == "none":
        yield "set req.url = req.http.X-Edge-Path;"
        return
    listed = f"(?:{'|'.join(map(re.escape, names))})(?:=|&|$)"
    dropped = f"&(?{'!' if how == 'whitelist' else '='}{listed})[^&]*"
    yield r'set req.http.X-Edge-Query = "&" + regsub(req.url, "^[^?]*\??", "");'
    yield f'set req.http.X-Edge-Query = regsuball(req.http.X-Edge-Query, {_quoted(dropped)}, "");'
    yield 'set req.url = req.http.X-Edge-Path + regsub(req.http.X-Edge-Query, "^&+(?=.)", "?");'
    yield 'set req.url = regsub(req.url, "&+$", "");'
    yield "unset req.http.X-Edge-Query;"


def _variants(experiments: Sequence[Experiment]) -> Iterator[str]:
    """One of the variants there are, whatever a cookie says; the first for who has none."""
    header = f"req.http.{VARIANTS_HEADER}"
    yield f'set {header} = "";'
    for experiment in experiments:
        first, *others = experiment.variants
        word = "if"
        for variant in others:
            cookie = _quoted(rf"(^|;\s*){experiment.cookie}={variant}\s*(;|$)")
            told = f'{header} + ";{experiment.name}={variant}"'
            yield f"{word} (req.http.Cookie ~ {cookie}) {{ set {header} = {told}; }}"
            word = "elsif"
        told = f'set {header} = {header} + ";{experiment.name}={first}";'
        yield f"else {{ {told} }}" if others else told
    yield f'set {header} = regsub({header}, "^;", "");'


def _preview(name: str) -> Iterator[str]:
    """The token of a preview, where the cookie has what looks like one."""
    start, cookie = r"^(?:.*;)?\s*", f"{re.escape(name)}=({PREVIEW_VALUE})"
    whole = _quoted(rf"{start}{cookie}\s*(?:;.*)?$")
    yield f"if (req.http.Cookie ~ {whole}) {{"
    yield f'    set req.http.{PREVIEW_HEADER} = regsub(req.http.Cookie, {whole}, "\\1");'
    yield "}"


# As CloudFront does with EnableAcceptEncodingBrotli and -Gzip; `q=0` refuses (RFC 9110, section 12.5.3).
_ENCODED = (
    (
        "set req.http.Accept-Encoding ="
        r' regsuball(req.http.Accept-Encoding, "[a-z*]+\s*;\s*q=0(\.0*)?\s*(,|$)", "");'
    ),
    r'if (req.http.Accept-Encoding ~ "\bbr\b" && req.http.Accept-Encoding ~ "\bgzip\b") {',
    '    set req.http.Accept-Encoding = "br,gzip";',
    r'} elsif (req.http.Accept-Encoding ~ "\bbr\b") {',
    '    set req.http.Accept-Encoding = "br";',
    r'} elsif (req.http.Accept-Encoding ~ "\bgzip\b") {',
    '    set req.http.Accept-Encoding = "gzip";',
    "} else {",
    "    unset req.http.Accept-Encoding;",
    "}",
)

_HASH = f"""sub vcl_hash {{
    hash_data(req.url);
    hash_data(req.http.Host);
    if (req.http.Accept-Encoding) {{ hash_data("coding " + req.http.Accept-Encoding); }}
    if (req.http.{VARIANTS_HEADER}) {{ hash_data("variants " + req.http.{VARIANTS_HEADER}); }}
    if (req.http.{PREVIEW_HEADER}) {{ hash_data("preview " + req.http.{PREVIEW_HEADER}); }}
    return (lookup);
}}"""


def _fetch(cdn: Cdn) -> str:
    """What the shop said, and whether it is kept."""
    return f"""sub vcl_backend_response {{
    if (bereq.uncacheable) {{ return (deliver); }}
    # A shop that fails must not take the place of the page that is there.
    if (beresp.status >= 500 && bereq.is_bgfetch) {{ return (abandon); }}
    if (beresp.http.Cache-Control !~ "(?i)\\bpublic\\b"
        || beresp.http.Cache-Control ~ "(?i)\\b(private|no-store|no-cache)\\b"
        || beresp.http.Vary ~ "(?i)cookie|\\*" || beresp.http.Set-Cookie) {{
        # Without cookies forwarded, CloudFront lets none through the other way either.
        unset beresp.http.Set-Cookie;
        set beresp.uncacheable = true;
        set beresp.ttl = {UNKEPT_SECONDS}s;
        if (beresp.status >= 500) {{ set beresp.ttl = 0s; }}
        return (deliver);
    }}
    if (beresp.ttl > std.duration(bereq.http.X-Edge-Most, 0s)) {{
        set beresp.ttl = std.duration(bereq.http.X-Edge-Most, 0s);
    }}
    set beresp.grace = 0s;
    if (beresp.http.Cache-Control ~ "stale-if-error=[0-9]+") {{ set beresp.grace = {cdn.failing}s; }}
    return (deliver);
}}

sub vcl_backend_error {{
    if (bereq.is_bgfetch) {{ return (abandon); }}
    set beresp.ttl = 0s;
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Content-Type = "text/plain; charset=utf-8";
    set beresp.body = "The shop does not answer. Please try again in a moment.";
    return (deliver);
}}"""


def _deliver(cdn: Cdn) -> str:
    hidden = "\n".join(f"    unset resp.http.{name};" for name in (*cdn.hidden, "Via", "X-Varnish"))
    return f"""sub vcl_deliver {{
    if (resp.status >= 500 && req.http.X-Edge-Most && req.restarts == 0) {{
        set req.http.X-Edge-Stale = "yes";
        return (restart);
    }}
    set resp.http.X-Cache = "Pass";
    if (req.http.X-Edge-Most || req.http.X-Edge-Stale) {{ set resp.http.X-Cache = "Miss"; }}
    if (obj.hits > 0) {{ set resp.http.X-Cache = "Hit"; }}
{hidden}
    return (deliver);
}}

sub vcl_synth {{
    set resp.http.Cache-Control = "no-store";
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    set resp.body = resp.reason;
    return (deliver);
}}"""


def _quoted(text: str) -> str:
    """A VCL string; they know no escapes, and none of ours has a quotation mark."""
    if '"' in text or "\n" in text:
        raise ValueError(f"not a text for VCL: {text!r}")
    return f'"{text}"'
