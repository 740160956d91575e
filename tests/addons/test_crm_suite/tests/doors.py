"""The doors: every way by which a record can be seen or touched.

Each function takes the records (of the user who knocks) and returns the ids of those
that the user gets through that door. A door that refuses altogether lets nothing out.
"""

from odoo.exceptions import AccessError, MissingError, UserError

REFUSALS = (AccessError, MissingError)

# of the messages that the test puts on every record
SUBJECT = "parity"


def _each(records, use):
    found = set()
    for record in records:
        try:
            if use(record):
                found.add(record.id)
        except REFUSALS:
            continue
    return found


def _domain(records):
    return [("id", "in", records.ids)]


def read(records):
    return _each(records, lambda record: record.read(["display_name"]))


def web_read(records):
    return _each(records, lambda record: record.web_read({"display_name": {}}))


def search(records):
    return set(records.search(_domain(records)).ids)


def search_read(records):
    return {
        row["id"] for row in records.search_read(_domain(records), ["display_name"])
    }


def web_search_read(records):
    result = records.web_search_read(_domain(records), {"display_name": {}})
    found = {row["id"] for row in result["records"]}
    if result["length"] != len(found):
        raise AssertionError(f"web_search_read counts {result['length']} of {found}")
    return found


def search_count(records):
    return records.search_count(_domain(records))


def read_group(records):
    ((count, ids),) = records._read_group(
        _domain(records), [], ["__count", "id:array_agg"]
    )
    found = set(ids or ())
    if count != len(found):
        raise AssertionError(f"_read_group counts {count} of {found}")
    return found


def formatted_read_group(records):
    """Counts by some field add up to the whole."""
    groupby = next(
        (name for name in ("user_id", "create_uid") if _stored(records, name)), None
    )
    groups = records.formatted_read_group(
        _domain(records), [groupby] if groupby else [], ["__count"]
    )
    return sum(group["__count"] for group in groups)


def _stored(records, name):
    return name in records._fields and records._fields[name].store


def name_search(records):
    rows = records.name_search("", _domain(records), limit=1000)
    return {row[0] for row in rows}


def export(records):
    try:
        found = records.search(_domain(records))
        rows = found.export_data(["display_name"])["datas"]
    except AccessError:
        return set()
    except UserError:
        # whoever may not export at all gets nothing out of this door
        return None
    if len(rows) != len(found) or set(found.ids) != _each(
        records, lambda record: record.export_data(["display_name"])["datas"]
    ):
        raise AssertionError("export gives something else than the search")
    return set(found.ids)


def attachment(records):
    files = records.env["ir.attachment"].search(
        [("res_model", "=", records._name), ("res_id", "in", records.ids)]
    )
    found = set(files.mapped("res_id"))
    every = (
        records.env["ir.attachment"]
        .sudo()
        .search([("res_model", "=", records._name), ("res_id", "in", records.ids)])
        .with_env(records.env)
    )
    opened = every.browse(_each(every, lambda file: file.read(["name", "raw"])))
    if set(opened.mapped("res_id")) != found:
        raise AssertionError("attachments are read that are not found")
    return found


def message(records):
    # messages that one wrote or was sent stay one's own: look at the system's, sent to
    # nobody
    domain = [
        ("model", "=", records._name),
        ("res_id", "in", records.ids),
        ("subject", "=", SUBJECT),
    ]
    messages = records.env["mail.message"].search(domain)
    found = set(messages.mapped("res_id"))
    every = records.env["mail.message"].sudo().search(domain).with_env(records.env)
    opened = every.browse(_each(every, lambda one: one.read(["body"])))
    if set(opened.mapped("res_id")) != found:
        raise AssertionError("messages are read that are not found")
    return found


def activity(records):
    """Activities are work to do: Odoo shows them to those who may do it."""
    activities = records.env["mail.activity"].search(
        [("res_model", "=", records._name), ("res_id", "in", records.ids)]
    )
    return set(activities.mapped("res_id"))


def copy(records):
    """Nothing can be copied that cannot be read."""
    return _each(records, lambda record: record.copy_data())


# doors that give the ids, and doors that give a number
SEEING = {
    "read": read,
    "web_read": web_read,
    "search": search,
    "search_read": search_read,
    "web_search_read": web_search_read,
    "_read_group": read_group,
    "name_search": name_search,
    "export_data": export,
    "copy": copy,
}
COUNTING = {
    "search_count": search_count,
    "formatted_read_group": formatted_read_group,
}
SIDE = {
    "attachment": attachment,
    "message": message,
    "activity": activity,
}
