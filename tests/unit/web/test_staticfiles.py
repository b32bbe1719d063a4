"""Style sheets for production: one file, in its layers, with nothing left to import."""

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from storefront.web.staticfiles import ManifestStorage


def collected(tmp_path, files: dict[str, str]) -> dict[str, str]:
    """What collectstatic leaves under the hashed names: sources in one folder, the collection in another."""
    source = FileSystemStorage(location=tmp_path / "source")
    storage = ManifestStorage(location=tmp_path / "collected", base_url="/static/")
    for name, text in files.items():
        source.save(name, ContentFile(text.encode()))
        FileSystemStorage.save(storage, name, ContentFile(text.encode()))
    processed = list(storage.post_process({name: (source, name) for name in files}))
    failures = [(name, result) for name, _, result in processed if isinstance(result, Exception)]
    assert failures == []
    return {name: (tmp_path / "collected" / storage.stored_name(name)).read_text() for name in files}


def test_imports_are_folded_into_their_layers(tmp_path):
    found = collected(
        tmp_path,
        {
            "css/main.css": '@import url("parts/x.css") layer(a);\n@import "parts/y.css";\nmain { gap: 0 }\n',
            "css/parts/x.css": "p { color: red }",
            "css/parts/y.css": "b { color: blue }",
        },
    )
    main = found["css/main.css"]
    assert "@import" not in main
    assert "@layer a {\np { color: red }\n}" in main
    assert main.index("b { color: blue }") < main.index("main { gap: 0 }")


def test_modules_find_each_other_by_hashed_names(tmp_path):
    found = collected(
        tmp_path, {"js/main.js": 'import { a } from "./part.js";\n', "js/part.js": "export const a = 1;\n"}
    )
    assert '"./part.js"' not in found["js/main.js"]
    assert "part." in found["js/main.js"]


def test_scripts_of_packages_are_left_alone(tmp_path):
    text = 'import htmx from "htmx";\n//# sourceMappingURL=gone.map\n'
    assert collected(tmp_path, {"django_htmx/ext/x.js": text})["django_htmx/ext/x.js"] == text


def test_addresses_in_folded_sheets_still_lead_to_their_files(tmp_path):
    found = collected(
        tmp_path,
        {
            "css/main.css": '@import url("components/x.css") layer(c);',
            # Up two folders, data, and a fragment.
            "css/components/x.css": 'a { mask: url("../../img/a.svg") } b { m: url(data:x); f: url("#x") }',
            "img/a.svg": "<svg/>",
        },
    )
    assert 'url("../img/a.' in found["css/main.css"]
    assert "url(data:x)" in found["css/main.css"]
    assert 'url("#x")' in found["css/main.css"]


def test_own_scripts_and_sheets_are_shrunk_and_lie_compressed_beside_themselves(tmp_path):
    script = "// why\nexport const long = `a  b`;\n\n" + "export function f(x) {\n  return x / 2;\n}\n" * 9
    sheet = '/* why */\nmain :is(a, b) {\n  content: "/* x */";\n}\n' * 40
    found = collected(tmp_path, {"js/a.js": script, "css/main.css": sheet})
    assert "why" not in found["js/a.js"] + found["css/main.css"]
    assert "`a  b`" in found["js/a.js"]
    assert 'main :is(a, b) {\ncontent: "/* x */";\n}' in found["css/main.css"]
    kinds = {path.suffix for path in (tmp_path / "collected" / "js").iterdir()}
    assert kinds >= {".js", ".gz", ".br"}


def test_the_list_of_all_files_is_not_among_those_that_are_served(tmp_path):
    collected(tmp_path, {"js/a.js": "export const a = 1;\n"})
    served = {path.name for path in (tmp_path / "collected").rglob("*")}
    assert not any(name.endswith(".json") for name in served)
    again = ManifestStorage(location=tmp_path / "collected", base_url="/static/")
    assert again.url("js/a.js").startswith("/static/js/a.")
    assert again.url("js/a.js") != "/static/js/a.js"
