"""The keys by which a customer is found again when somebody enters it once more."""

from . import company_name, contact_keys
from .pinyin import pinyin_of

PHONE_FIELDS = ("phone", "mobile", "phone_other")
CODE_FIELDS = ("vat", "company_registry")


def credit_code_of(vals):
    """Return the valid credit code (str) in a record or its values, "" without one.

    :param vals: dict of values, or anything else with ``[]``
    """
    for name in CODE_FIELDS:
        code = contact_keys.credit_code(vals[name] or "")
        if code:
            return code
    return ""


def names_of(vals):
    """Return the parsed names (list of CompanyName) of a company: name, short name."""
    parsed = [company_name.parse(vals[name] or "") for name in ("name", "mnemonic")]
    return [name for name in parsed if name.text]


def person_key(name):
    """Return a person's name (str) as it compares."""
    return "".join(company_name.normalize(name).split())


def build(vals, phone_fields=PHONE_FIELDS, *, with_names=True):
    """Return the keys (list of str) of a customer or contact.

    :param vals: the values: name, mnemonic, is_company, email, vat, company_registry,
        customer_no and the phone fields
    :param Iterable[str] phone_fields: where numbers may stand
    :param bool with_names: whether its names count; those of contacts do not
    """
    keys = []
    if with_names:
        if vals["is_company"]:
            for name in names_of(vals):
                keys += _name_keys(name)
        elif vals["name"]:
            keys.append(f"i:{person_key(vals['name'])}")
        if vals["customer_no"]:
            keys.append(f"c:{contact_keys.compact_code(vals['customer_no'])}")
        for field in CODE_FIELDS:
            code = contact_keys.compact_code(vals[field] or "")
            if len(code) >= 8:
                keys.append(f"v:{code}")
    for field in phone_fields:
        keys += [f"p:{key}" for key in contact_keys.phone_keys(vals[field] or "")]
    for address in contact_keys.email_keys(vals["email"] or ""):
        keys.append(f"e:{address}")
        domain = contact_keys.company_domain(address)
        if domain:
            keys.append(f"m:{domain}")
    return list(dict.fromkeys(key for key in keys if len(key) > 2 and " " not in key))


def _name_keys(name):
    keys = [f"n:{name.core}"]
    if name.brand and name.brand != name.core:
        keys.append(f"b:{name.brand}")
    elif name.brand:
        # the brand alone is how people write a customer in short
        keys.append(f"b:{name.core}")
    reading = pinyin_of(name.brand)[0]
    if len(name.brand) > 1 and reading:
        keys.append(f"y:{reading}")
    if len(name.brand) >= 4 and len(name.brand) <= 12:
        # one character more, less or other
        keys.append(f"d:{name.brand}")
        keys += [
            f"d:{name.brand[:index]}{name.brand[index + 1 :]}"
            for index in range(len(name.brand))
        ]
    return keys
