"""What a database holds, as sets of names that can be compared."""

import re

# Name of a kind to a query with one text column. Together they are everything that
# installing an addon may leave behind in a schema or in Odoo's own records.
QUERIES = {
    "tables": """
        SELECT relkind::text || ' ' || relname FROM pg_class
         WHERE relnamespace = 'public'::regnamespace
           AND relkind IN ('r', 'v', 'm', 'S', 'p')
    """,
    "columns": """
        SELECT table_name || '.' || column_name || ' ' || udt_name
               || CASE is_nullable WHEN 'NO' THEN ' required' ELSE '' END
          FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    # Odoo declares the groups of a rule twice, from the rule with RESTRICT and from the
    # group with CASCADE: the model that was set up last wins, whoever set it up
    "constraints": """
        SELECT conrelid::regclass::text || ' ' || conname || ' '
               || CASE conname WHEN 'rule_group_rel_group_id_fkey' THEN ''
                  ELSE pg_get_constraintdef(oid) END
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "functions": """
        SELECT p.proname FROM pg_proc p
          LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
         WHERE p.pronamespace = 'public'::regnamespace AND d.objid IS NULL
    """,
    "triggers": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "external ids": """
        SELECT module || '.' || name || ' ' || model FROM ir_model_data
         WHERE left(module, 2) <> '__'
    """,
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "selections": """
        SELECT f.model || '.' || f.name || '=' || s.value
          FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = s.field_id
    """,
    "views": "SELECT model || ' ' || name FROM ir_ui_view WHERE model IS NOT NULL",
    "menus": "SELECT name->>'en_US' FROM ir_ui_menu",
    "actions": "SELECT type || ' ' || (name->>'en_US') FROM ir_actions",
    "groups": "SELECT name->>'en_US' FROM res_groups",
    "rules": "SELECT name FROM ir_rule",
    "rights": "SELECT name FROM ir_model_access",
    "jobs": "SELECT cron_name FROM ir_cron",
    "sequences": "SELECT name FROM ir_sequence",
    "parameters": "SELECT key FROM ir_config_parameter",
    "defaults": """
        SELECT f.model || '.' || f.name FROM ir_default d
          JOIN ir_model_fields f ON f.id = d.field_id
    """,
    "filters": "SELECT model_id || ' ' || name FROM ir_filters",
    "modules": """
        SELECT name FROM ir_module_module
         WHERE state IN ('installed', 'to install', 'to upgrade', 'to remove')
    """,
}

# Records that point to a model by its name: none may point to one that is gone.
DANGLING = {
    "ir_attachment": "res_model",
    "mail_activity": "res_model",
    "mail_followers": "res_model",
    "mail_message": "model",
}


# What Odoo itself does to its own records when an addon of anybody leaves.
ODOO_HABITS = (
    # rows of its addons that extend mail.thread name the models that inherit from it,
    # and are forgotten when such a model goes
    r"left behind in external ids: \w+\.model_inherit__\w+ ir\.model\.inherit",
    # an inherited field that depended on a field which goes loses its id, not itself;
    # the next update of its addon gives it back
    r"lost from external ids: \w+\.field_res_users__\w+ ir\.model\.fields",
    # a field that sms adds to every model with messages is filed under sms in the end
    r"lost from external ids: \w+\.field_\w+__message_has_sms_error ir\.model\.fields",
)


def inspected(lab, database):
    """Return what a database holds: a dict of kind to set of names."""
    return {
        kind: {row[0] for row in lab.sql(database, " ".join(query.split()))}
        for kind, query in QUERIES.items()
    }


def differences(before, after):
    """Return what differs between two inspections: a list of texts."""
    found = []
    for kind in QUERIES:
        found += [f"left behind in {kind}: {it}" for it in after[kind] - before[kind]]
        found += [f"lost from {kind}: {it}" for it in before[kind] - after[kind]]
    habits = re.compile("|".join(ODOO_HABITS))
    return sorted(text for text in found if not habits.fullmatch(text))


def dangling(lab, database):
    """Return records that belong to a model that no longer exists."""
    found = []
    for table, column in DANGLING.items():
        rows = lab.sql(
            database,
            f"SELECT {column}, count(*) FROM {table} WHERE {column} IS NOT NULL"
            f" AND {column} NOT IN (SELECT model FROM ir_model) GROUP BY 1",
        )
        found += [f"{table}: {count} of {model}" for model, count in rows]
    return found
