"""The history of stages before this addon came: what Odoo's tracking has kept.

What tracking does not keep (whose deal it was, and how large) is known of the last step
alone, by what the opportunity is now.
"""

from odoo.tools import SQL


def insertion(field_id, lang, company_id):
    """Return the statement (SQL) that writes a row for each step.

    :param int field_id: the field that is tracked, the stage
    :param str lang: the language in which stages are named
    :param int company_id: the company of opportunities without one
    """
    return SQL(
        """
        WITH step AS (%s), line AS (%s), stay AS (%s)
        INSERT INTO crm_stage_move (
            lead_id, lead_name, kind, from_stage_id, to_stage_id, from_name, to_name,
            status, stayed_days, logged_at, user_id, user_name, owner_id, team_id,
            company_id, currency_id, amount, probability,
            create_uid, create_date, write_uid, write_date)
        %s
        RETURNING id
        """,
        _steps(field_id),
        _lines(),
        _stays(),
        _rows(lang, company_id),
    )


def _steps(field_id):
    """Return the changes that were tracked."""
    return SQL(
        """
        SELECT message.res_id AS lead_id,
               value.id AS value_id,
               value.create_date AS at,
               NULLIF(value.old_value_integer, 0) AS old_id,
               NULLIF(value.new_value_integer, 0) AS new_id,
               value.create_uid AS user_id
          FROM mail_tracking_value value
          JOIN mail_message message ON message.id = value.mail_message_id
         WHERE value.field_id = %s
           AND message.model = 'crm.lead'
        """,
        field_id,
    )


def _lines():
    """Return those of opportunities without a history, with the beginning of each."""
    return SQL(
        """
        SELECT lead.id AS lead_id, 0 AS value_id, lead.create_date AS at,
               lead.create_uid AS user_id, NULL::int AS from_id,
               COALESCE(
                   (SELECT step.old_id FROM step
                     WHERE step.lead_id = lead.id
                     ORDER BY step.value_id LIMIT 1),
                   lead.stage_id) AS to_id
          FROM crm_lead lead
         WHERE lead.type = 'opportunity' AND lead.last_stage_move_id IS NULL
         UNION ALL
        SELECT step.lead_id, step.value_id, step.at, step.user_id,
               step.old_id, step.new_id
          FROM step
          JOIN crm_lead lead ON lead.id = step.lead_id
         WHERE lead.type = 'opportunity' AND lead.last_stage_move_id IS NULL
        """
    )


def _stays():
    """Return them with what came before, and which are the first and the last."""
    return SQL(
        """
        SELECT line.*,
               lag(line.at) OVER steps AS before_at,
               row_number() OVER steps = 1 AS is_first,
               lead(line.at) OVER steps IS NULL AS is_last
          FROM line
        WINDOW steps AS (PARTITION BY line.lead_id ORDER BY value_id)
        """
    )


def _rows(lang, company_id):
    """Return the values of the rows."""
    return SQL(
        """
        SELECT lead.id, lead.name,
                  CASE WHEN stay.is_first THEN 'create'
                       WHEN stay.is_last AND lead.won_status = 'won' THEN 'won'
                       WHEN was.sequence > becomes.sequence THEN 'back'
                       ELSE 'move' END,
                  was.id, becomes.id,
                  COALESCE(was.name->>%(lang)s, was.name->>'en_US'),
                  COALESCE(becomes.name->>%(lang)s, becomes.name->>'en_US'),
                  CASE WHEN stay.is_last THEN lead.won_status ELSE 'pending' END,
                  EXTRACT(epoch FROM stay.at - stay.before_at) / 86400,
                  stay.at, stay.user_id, partner.name,
                  CASE WHEN stay.is_last THEN lead.user_id END,
                  CASE WHEN stay.is_last THEN lead.team_id END,
                  lead.company_id, company.currency_id,
                  CASE WHEN stay.is_last THEN lead.expected_revenue END,
                  CASE WHEN stay.is_last THEN lead.probability END,
                  1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
             FROM stay
             JOIN crm_lead lead ON lead.id = stay.lead_id
        LEFT JOIN res_company company
               ON company.id = COALESCE(lead.company_id, %(company)s)
        LEFT JOIN crm_stage was ON was.id = stay.from_id
        LEFT JOIN crm_stage becomes ON becomes.id = stay.to_id
        LEFT JOIN res_users author ON author.id = stay.user_id
        LEFT JOIN res_partner partner ON partner.id = author.partner_id
            ORDER BY lead.id, stay.value_id
        """,
        lang=lang,
        company=company_id,
    )
