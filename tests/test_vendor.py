"""What browsers get: vendored files are what they claim, own files keep to Chromium 86 and the CSP.

The CSP has a nonce for scripts and none for styles, so a template carries no event handler, no
`style` attribute or element and no script without the nonce. A width that comes from data is an
SVG attribute; every other look is a class.
"""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
ENTRIES = json.loads((VENDOR / "vendor.json").read_text())

# Newer than Chromium 86, each with the version that brought it.
FORBIDDEN_CSS = {
    "@layer (99)": r"@layer\b",
    "@container (105)": r"@container\b",
    ":has() (105)": r":has\(",
    ":is() and :where() (88)": r":(is|where)\(",
    ":not() of a list (88)": r":not\([^()]*(\([^()]*\)[^()]*)*,",
    "nesting (112)": r"(?m)^\s*&|\{[^{}]*&",
    "color-mix() (111)": r"color-mix\(",
    "oklch() (111)": r"\bok(lch|lab)\(",
    "light-dark() (123)": r"light-dark\(",
    "aspect-ratio (88)": r"(?<![-\w])aspect-ratio\s*:",
    "inset (87)": r"(?<![-\w])inset(-block|-inline)?(-start|-end)?\s*:",
    "accent-color (93)": r"accent-color\s*:",
    "dvh, svh, lvh (108)": r"\d[dsl]v(h|w)\b",
    "subgrid (117)": r"\bsubgrid\b",
    "text-wrap (114)": r"text-wrap\s*:",
}
HOUSE_CSS = {
    "!important": r"!important",
    "a selector by id": r"(?m)^[^{}@/*]*#[A-Za-z][\w-]*[^{};]*\{",
    "an address elsewhere": r"url\(\s*['\"]?(https?:)?//",
}
FORBIDDEN_JS = {
    ".at() (92)": r"\.at\(",
    "Object.hasOwn (93)": r"Object\.hasOwn\(",
    "structuredClone (98)": r"\bstructuredClone\b",
    "findLast (97)": r"\.findLast(Index)?\(",
    "toSorted and its like (110)": r"\.to(Sorted|Reversed|Spliced)\(",
    "crypto.randomUUID (92)": r"\brandomUUID\b",
    "navigator.clipboard (absent on http)": r"navigator\.clipboard",
    "logical assignment (ES2021)": r"(\?\?|\|\||&&)=",
    "top-level await (89)": r"(?m)^await\b",
    "replaceAll (ES2021)": r"\.replaceAll\(",
    "eval (refused by the CSP)": r"\beval\(|new Function\(",
    "an address elsewhere": r"['\"`]https?://",
}
FORBIDDEN_HTML = {
    "an event handler": r"<[^>{}]*\son[a-z]+\s*=",
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "htmx code in an attribute": r"\shx-on\b|\shx-vals\s*=\s*['\"]js:",
    "a script without nonce": r"<script(?![^>]*nonce=)(?![^>]*type=\"application/json\")",
    "an address elsewhere": r"\b(href|src|action|hx-get|hx-post)\s*=\s*['\"](https?:)?//",
    "a javascript address": r"javascript:",
}


def uncommented(path: Path) -> str:
    """The text without comments, which may name what the code may not use."""
    text = re.sub(r"/\*.*?\*/|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"(?m)^\s*//.*$", "", text) if path.suffix == ".js" else text


def found(rules: dict[str, str], text: str) -> list[str]:
    """The names of the rules that the text breaks."""
    return [name for name, pattern in rules.items() if re.search(pattern, text)]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_recorded(entry: dict[str, str]) -> None:
    content = (VENDOR / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["name"]
    assert entry["version"]
    assert entry["licence"]


def test_every_vendored_file_is_recorded() -> None:
    present = {path.name for path in VENDOR.iterdir()} - {"vendor.json", "remake.sh"}
    assert present == {entry["file"] for entry in ENTRIES}


@pytest.mark.parametrize("path", STYLES, ids=relative)
def test_a_style_sheet_keeps_to_the_baseline(path: Path) -> None:
    assert found(FORBIDDEN_CSS | HOUSE_CSS, uncommented(path)) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_a_script_keeps_to_the_baseline(path: Path) -> None:
    polyfill = {"Object.hasOwn (93)"} if path.name == "swagger-polyfill.js" else set()
    assert set(found(FORBIDDEN_JS, uncommented(path))) <= polyfill


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_keeps_to_the_content_security_policy(path: Path) -> None:
    assert found(FORBIDDEN_HTML, uncommented(path)) == []


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    symbols = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text()))
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'\bicon\("([a-z0-9-]+)"', path.read_text())
    }
    assert named
    assert named <= symbols


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (FORBIDDEN_CSS, ".a:not(.b, .c) { color: red }"),
        (FORBIDDEN_CSS, ".a { inset: 0 }"),
        (FORBIDDEN_CSS, ".a { & .b { color: red } }"),
        (HOUSE_CSS, "#main { color: red }"),
        (FORBIDDEN_JS, "rows.at(-1)"),
        (FORBIDDEN_JS, "name ??= 1"),
        (FORBIDDEN_HTML, '<a href="/x" onclick="go()">'),
        (FORBIDDEN_HTML, '<td style="width: {{ share }}%">'),
        (FORBIDDEN_HTML, "<script>go()</script>"),
        (FORBIDDEN_HTML, '<script src="/x.js"></script>'),
        (FORBIDDEN_HTML, '<link href="https://cdn.example/x.css">'),
    ],
)
def test_the_rules_catch_what_they_forbid(rules: dict[str, str], text: str) -> None:
    assert len(found(rules, text)) == 1


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (FORBIDDEN_CSS, ".a:read-only:not(select):not([type='file']) { gap: 4px }"),
        (FORBIDDEN_CSS, ".a { box-shadow: inset 3px 0 0 red; outline-offset: 2px }"),
        (HOUSE_CSS, ".a { color: #fff }"),
        (
            FORBIDDEN_HTML,
            '<script nonce="{{ nonce }}" src="{{ static(\'js/x.js\') }}" defer></script>',
        ),
        (FORBIDDEN_HTML, '<script type="application/json">{{ options | tojson }}</script>'),
    ],
)
def test_the_rules_leave_what_is_allowed(rules: dict[str, str], text: str) -> None:
    assert found(rules, text) == []
