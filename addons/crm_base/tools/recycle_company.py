"""Links that a record has for each company, which the database knows nothing of.

They stand as JSON in one column, by company. When what they refer to is deleted, Odoo
empties them; the bin notes them before, and makes them again.
"""

from odoo.tools import SQL


def fields_to(env, model):
    """Return the fields (list) with a value per company that refer to a model."""
    return [
        field
        for field in env.registry.many2one_company_dependents[model]
        if field.store and not env[field.model_name]._abstract
    ]


def fields_of(env, model):
    """Return the fields (list) of a model with a value per company that refer."""
    return [
        field
        for field in env[model]._fields.values()
        if field.type == "many2one" and field.company_dependent and field.store
    ]


def select_links(env, model, depth):
    """Return the queries (list of SQL) of links to rows of a model, which will go.

    They stand behind a table ``parent`` of ``entry_id`` and ``res_id``.
    """
    return [
        SQL(
            """
            SELECT parent.entry_id, %(depth)s, 'link', %(name)s, %(label)s, row.id,
                   jsonb_build_object('value', parent.res_id, 'company', held.key,
                                      'target', %(target)s::text)
              FROM %(table)s row
             CROSS JOIN LATERAL jsonb_each_text(row.%(column)s) held
              JOIN parent ON parent.res_id = held.value::int
             WHERE row.%(column)s IS NOT NULL
            """,
            depth=depth,
            name=env[field.model_name]._table,
            label=field.name,
            target=env[model]._table,
            table=SQL.identifier(env[field.model_name]._table),
            column=SQL.identifier(field.name),
        )
        for field in fields_to(env, model)
    ]


def relink(env, items, table, column, target):
    """Let rows that stayed refer again to what came back, where they refer to nothing.

    :param SQL items: condition on the items of the restoration
    """
    env.cr.execute(
        SQL(
            """
            UPDATE %(table)s row
               SET %(column)s = COALESCE(row.%(column)s, '{}'::jsonb) || known.back
              FROM (
                    SELECT item.res_id,
                           jsonb_object_agg(item.data ->> 'company',
                                            item.data -> 'value') AS back
                      FROM crm_recycle_item item
                      JOIN %(table)s here ON here.id = item.res_id
                      JOIN %(target)s back ON back.id = (item.data ->> 'value')::int
                     WHERE %(items)s AND item.kind = 'link'
                       AND item.table_name = %(name)s AND item.column_name = %(label)s
                       AND item.data ->> 'target' = %(target_name)s
                       AND here.%(column)s ->> (item.data ->> 'company') IS NULL
                     GROUP BY item.res_id
                   ) known
             WHERE row.id = known.res_id
            """,
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            target=SQL.identifier(target),
            target_name=target,
            items=items,
            name=table,
            label=column,
        )
    )


def drop_dangling(env, items, entry_ids, field):
    """Empty what rows that come back refer to for a company and what is gone.

    What is in the bin is noted there, so that the link is made when it comes back.

    :param SQL items: condition on the items of the restoration
    :param list entry_ids: its entries
    :param field: of a model whose rows come back
    :return: whether there was any (bool)
    """
    table, target = env[field.model_name]._table, env[field.comodel_name]._table
    dangling = SQL(
        """
        SELECT item.id, item.res_id, held.key AS company, held.value::int AS target
          FROM crm_recycle_item item
         CROSS JOIN LATERAL jsonb_each_text(
               NULLIF(item.data -> %(label)s, 'null'::jsonb)) held
         WHERE %(items)s AND item.kind = 'row' AND item.table_name = %(name)s
           AND held.value IS NOT NULL
           AND NOT EXISTS (SELECT FROM %(target)s row WHERE row.id = held.value::int)
           AND NOT EXISTS (
               SELECT FROM crm_recycle_item coming
                WHERE coming.entry_id = ANY(%(entries)s) AND coming.kind = 'row'
                  AND coming.table_name = %(target_name)s
                  AND coming.res_id = held.value::int)
        """,
        items=items,
        label=field.name,
        name=table,
        target=SQL.identifier(target),
        target_name=target,
        entries=entry_ids,
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_recycle_item
                   (entry_id, depth, kind, table_name, column_name, res_id, data)
            SELECT other.entry_id, 1, 'link', %(name)s, %(label)s, dangling.res_id,
                   jsonb_build_object('value', other.res_id, 'target', other.table_name,
                                      'company', dangling.company)
              FROM (%(dangling)s) dangling
              JOIN crm_recycle_item other
                ON other.kind = 'row' AND other.table_name = %(target)s
               AND other.res_id = dangling.target
            """,
            dangling=dangling,
            name=table,
            label=field.name,
            target=target,
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE crm_recycle_item item
               SET data = jsonb_set(item.data, ARRAY[%(label)s],
                                    (item.data -> %(label)s) || gone.emptied)
              FROM (
                    SELECT id, jsonb_object_agg(company, NULL) AS emptied
                      FROM (%(dangling)s) dangling
                     GROUP BY id
                   ) gone
             WHERE item.id = gone.id
            """,
            dangling=dangling,
            label=field.name,
        )
    )
    return bool(env.cr.rowcount)
