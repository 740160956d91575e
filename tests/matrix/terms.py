"""Run in Odoo's shell: which terms of our addons are still English in a language."""

import json
import re

# Names and codes that are the same in every language.
SAME = re.compile(
    r"[\W\d_]*|(QQ|CRM|API|URL|ID|UTC|360°|[A-Z]{1,3}|%\(?\w*\)?s?)[\W\d]*"
    r"|Excel|Word|LDAP|Webhook|https://…|SHA-256|UTF-8|UTF-16|GBK / GB18030"
    r"|OpenID Connect"
    # examples in fields: addresses, a number with an address, networks, a placeholder
    r"|https://[a-z]+\.example\.com[a-z/]*|/[a-z]+"
    r"|C\d+\s+[\w.]+@[\w.]+|[\d.]+ [\w.]+|\*\*\{\{\w+\}\}\*\*|[\u4e00-\u9fff].*"
)


def is_english(source, text):
    """Whether a translation is missing: the text is the source, and has words."""
    return text == source and not SAME.fullmatch(source.strip())


def untranslated(env, modules, lang):
    """Return what is still English, a list of texts ``model,field: record: term``.

    Every stored translated field of every record that comes from one of the modules is
    looked at: menus, labels, helps, views, selections, messages, data.
    """
    found = []
    data = env["ir.model.data"].search([("module", "in", modules)])
    for model, rows in data.grouped("model").items():
        if model not in env:
            continue
        records = env[model].with_context(active_test=False)
        names = [
            field.name
            for field in records._fields.values()
            if field.translate and field.store
        ]
        if not names:
            continue
        records = records.browse(rows.mapped("res_id")).exists()
        for record in records:
            if model == "ir.model.fields" and not exported(env, record):
                continue
            for name in names:
                found += [
                    f"{model},{name}: {record.display_name}: {term}"
                    for term in english_terms(record, name, lang)
                ]
    return found


def exported(env, field):
    """Whether a field's label is shown to people."""
    if field.model not in env or field.name not in env[field.model]._fields:
        return False
    return env[field.model]._fields[field.name].export_string_translation


def english_terms(record, name, lang):
    """Return the terms of one field that are the same in English and in a language."""
    field = record._fields[name]
    source = record.with_context(lang="en_US")[name]
    text = record.with_context(lang=lang)[name]
    if not source:
        return []
    if field.translate is True:
        return [source] if is_english(source, text or source) else []
    terms = set(field.get_trans_terms(source))
    return [
        term
        for term in field.get_trans_terms(text or source)
        if term in terms and is_english(term, term)
    ]


def report(env, modules, lang):
    """Print what is still English, as JSON on one line."""
    print("terms:" + json.dumps(untranslated(env, modules, lang), ensure_ascii=False))
