"""Chinese is complete and well-formed, in every addon, for every term."""

import ast
import re
from collections import Counter

import house
import polib
import pytest

# What each script cannot contain: simplified characters are not in Big5, traditional
# ones not in GB 2312.
SCRIPTS = {"zh_CN": "gb2312", "zh_TW": "cp950"}
# Rare characters that are right all the same.
ALLOWED = {"zh_CN": set("“”‘’·→←≥≤°–—…%（）"), "zh_TW": set("·→←≥≤°–—…「」")}
PLACEHOLDER = re.compile(
    r"%\(\w+\)[sdfr]|%[sdif](?![a-zA-Z0-9_])|\$\{[^}]*\}|\{\{[^}]*\}\}|\{\w*\}|%%"
)
TAG = re.compile(r"</?([a-zA-Z][\w-]*)[^<>]*>")
# Names and codes that are the same in every language.
SAME = re.compile(
    r"[\W\d_]*|(QQ|CRM|API|URL|ID|360°|%s|CSV|Excel|PDF|LDAP|Webhook|https://…"
    r"|SHA-256|F\d{1,2}|Esc|Enter|A4|Word|UTF-8|UTF-16|GBK / GB18030|OpenID Connect)"
    # examples in fields: addresses, a number with an address, networks, a placeholder
    r"|https://[a-z]+\.example\.com[a-z/]*|/[a-z]+"
    r"|C\d+\s+[\w.]+@[\w.]+|[\d.]+ [\w.]+|\*\*\{\{\w+\}\}\*\*|[\u4e00-\u9fff].*"
)

FILES = [
    (name, language) for name in sorted(house.addons()) for language in sorted(SCRIPTS)
]
OCA_FILES = sorted(house.ADDONS.glob("*/i18n_oca/*/zh_*.po"))


def catalogue(path):
    """The entries of a file, without obsolete ones."""
    assert path.is_file(), f"{house.relative(path)} is missing"
    return {
        (entry.msgctxt, entry.msgid): entry
        for entry in polib.pofile(str(path), wrapwidth=78)
        if not entry.obsolete
    }


@pytest.mark.parametrize(("name", "language"), FILES)
def test_complete(name, language):
    """Each term of the template is translated, and nothing else. Covers: X02."""
    folder = house.addons()[name].folder / "i18n"
    template = catalogue(folder / f"{name}.pot")
    translated = catalogue(folder / f"{language}.po")
    assert not set(template) - set(translated), "terms are missing"
    assert not set(translated) - set(template), "terms are not in the template"
    assert template, "the template is empty"
    check(translated.values(), language)


@pytest.mark.parametrize("path", OCA_FILES, ids=house.relative)
def test_complete_for_others(path):
    """What users see of other people's addons is translated as well. Covers: X02."""
    check(catalogue(path).values(), path.stem)


def check(entries, language):
    """Fail with everything that is wrong in a file."""
    found = [
        f"{entry.msgid[:60]!r}: {problem}"
        for entry in entries
        for problem in problems(entry, language)
    ]
    assert not found


def problems(entry, language):
    """What is wrong with the translation of one term."""
    source, text = entry.msgid, entry.msgstr
    if not text:
        return ["not translated"]
    found = []
    if "fuzzy" in entry.flags:
        found.append("fuzzy")
    if counted(PLACEHOLDER, source) != counted(PLACEHOLDER, text):
        found.append(f"other placeholders: {text!r}")
    if counted(TAG, source) != counted(TAG, text):
        found.append(f"other mark-up: {text!r}")
    if opened(text):
        found.append(f"mark-up is not closed: {text!r}")
    if (source[:1].isspace(), source[-1:].isspace()) != (
        text[:1].isspace(),
        text[-1:].isspace(),
    ):
        found.append("blanks at an end differ")
    if text == source and not SAME.fullmatch(source):
        found.append("still English")
    wrong = foreign_characters(text, language)
    if wrong:
        found.append(f"wrong script: {wrong}")
    return found


def counted(pattern, text):
    """How often each match stands in a text (named tags by their name)."""
    return Counter(found.group(0).split()[0] for found in pattern.finditer(text))


def opened(text):
    """The names of tags that are opened and not closed, or closed and not opened."""
    stack = []
    for tag in TAG.finditer(text):
        whole, name = tag.group(0), tag.group(1).lower()
        if whole.endswith("/>") or name in ("br", "hr", "img", "input"):
            continue
        if whole.startswith("</"):
            if not stack or stack.pop() != name:
                return [name]
        else:
            stack.append(name)
    return stack


def foreign_characters(text, language):
    """Chinese characters that the script of a language does not have."""
    wrong = set()
    for char in set(text):
        if "\u3400" <= char <= "\u9fff" and char not in ALLOWED[language]:
            try:
                char.encode(SCRIPTS[language])
            except UnicodeEncodeError:
                wrong.add(char)
    return "".join(sorted(wrong))


@pytest.mark.parametrize(("name", "language"), FILES)
def test_glossary(name, language):
    """A term of the glossary has the glossary's translation. Covers: X02."""
    words = glossary()[language]
    path = house.addons()[name].folder / "i18n" / f"{language}.po"
    wrong = {
        entry.msgid: (entry.msgstr, sorted(words[entry.msgid]))
        for entry in catalogue(path).values()
        if entry.msgid in words and entry.msgstr not in words[entry.msgid]
    }
    assert not wrong, "docs/glossary.md has other words"


def glossary():
    """English term to its translations, by language."""
    found = {"zh_CN": {}, "zh_TW": {}}
    text = (house.DOCS / "glossary.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\| ([^|\n]+) \| ([^|\n]+) \| ([^|\n]+) \|", text, re.M):
        terms = [term.strip() for term in row[0].split(",")]
        for language, cell in zip(("zh_CN", "zh_TW"), row[1:], strict=True):
            values = [value.strip() for value in re.split("[，,]", cell)]
            if len(values) == len(terms):
                for term, value in zip(terms, values, strict=True):
                    found[language].setdefault(term, set()).add(value)
    return found


def test_text_of_python_is_marked():
    """Errors that people read are translated: no bare text is raised. Covers: X02."""
    errors = {"AccessError", "UserError", "ValidationError", "RedirectWarning"}
    found = []
    for addon in house.addons().values():
        for path in addon.python():
            for node in ast.walk(house.tree(path)):
                if (
                    isinstance(node, ast.Call)
                    and ast.unparse(node.func).rpartition(".")[2] in errors
                    and node.args
                    and isinstance(node.args[0], (ast.Constant, ast.JoinedStr))
                ):
                    found.append(f"{house.relative(path)}:{node.lineno}")
    assert not found
