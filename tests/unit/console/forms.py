"""Forms of the console as somebody without a script uses them: what is on the page, typed over, and sent."""

from __future__ import annotations

import re
from html import unescape

from tests.unit.cart.shopper import text_of


def plain(response):
    """What the page says, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text_of(response))).split())


def sent_by(response, *, marker='name="whole"', **more):
    """What the form of the page that has the marker would send."""
    page = response.content.decode()
    main = page.split("<main", 1)[1]
    form = next(one for one in re.findall(r"<form.*?</form>", main, re.DOTALL) if marker in one)
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name.group(1)] = unescape(value.group(1)) if value else ""
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        fields[name] = unescape(chosen.group(1)) if chosen else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        fields[name] = unescape(inside.removeprefix("\n"))
    return {**fields, **more}


def save(client, path, **typed):
    """Through the form and the preview, as somebody without a script does it."""
    form = sent_by(client.get(path), **typed)
    look = client.post(path, {**form, "do": "look"})
    assert look.status_code == 200, plain(look)[-2000:]
    return client.post(path, {**sent_by(look), "reason": "because", "do": "save"})
