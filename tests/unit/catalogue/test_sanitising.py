"""A description from a stranger's file can never run a script or restyle the shop."""

from __future__ import annotations

import html5lib
import pytest

from apptier.kit.markup import TAGS, plain_text
from dev.catalogue.sanitise import description

PAYLOADS = [
    "<script>alert(1)</script>hello",
    "<img src=x onerror=alert(1)>hello",
    '<a href="javascript:alert(1)">hello</a>',
    '<a href="data:text/html,<script>alert(1)</script>">hello</a>',
    "<svg><script>alert(1)</script></svg>hello",
    '<p style="position:fixed" class="hero" onclick="x()">hello</p>',
    "<iframe src=//evil.example></iframe>hello",
    "<math><mtext></mtext><style><!--</style><img title='--><img src=x onerror=alert(1)>'></math>hello",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>hello",
    "<<script>script>alert(1)<</script>/script>hello",
    "<a href=' jAvAsCrIpT:alert(1)'>hello</a>",
    "<form action=//evil.example><button>hello</button></form>",
]


@pytest.mark.parametrize("body", PAYLOADS)
def test_nothing_that_runs_survives(body: str) -> None:
    clean = description(body)
    tree = html5lib.parseFragment(clean, namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert element.tag in TAGS
        assert set(element.attrib) <= {"href", "rel"}
        assert element.attrib.get("href", "https://").startswith(("https://", "mailto:", "tel:"))
    assert "hello" in plain_text(clean)


def test_what_a_description_needs_survives() -> None:
    body = "<h2>Care</h2><ul><li><strong>Wash</strong> cold<br>line dry</li></ul>"
    assert description(body) == body


def test_links_are_marked_as_not_ours() -> None:
    clean = description('<p><a href="https://a.example/" target="_blank">a</a></p>')
    assert 'rel="noopener nofollow"' in clean
    assert "target" not in clean


@pytest.mark.parametrize(
    ("body", "clean"), [("plain words", "<p>plain words</p>"), ("<p> </p>", ""), ("", "")]
)
def test_bare_words_become_a_paragraph(body: str, clean: str) -> None:
    assert description(body) == clean
