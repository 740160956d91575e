"""Which stages opportunities have reached, read from the history of stages.

A row for each opportunity, process and stage: when the opportunity first stood in the
stage or beyond it, whose it was and how large at that moment, and what became of it.
See decision 0037 for what skips, steps back, wins taken back and changes of team mean.
"""

from odoo.tools import SQL

# more stages than any process has; keeps the ids of the rows apart
MOST_STAGES = 1000


def reaches(sight=None):
    """Return the statement (SQL) that reads the history.

    :param SQL sight: a subquery with the ids of the opportunities to read; None for all
    """
    return SQL(
        """
        WITH place AS MATERIALIZED (%(places)s),
             process AS MATERIALIZED (%(processes)s),
             spot AS MATERIALIZED (%(spots)s),
             route AS MATERIALIZED (
                 SELECT DISTINCT process_id, stage_id, place, is_won FROM spot
             ),
             step AS (%(steps)s),
             advance AS (%(advances)s),
             reach AS (%(reaches)s)
        %(rows)s
        """,
        places=_places(),
        processes=_processes(),
        spots=_spots(),
        steps=_steps(sight),
        advances=_advances(),
        reaches=_reaches(),
        rows=_rows(),
    )


def _places():
    """Return the places of stages in the process of each team; team 0 is no team."""
    return SQL(
        """
        SELECT team.id AS team_id, stage.id AS stage_id, stage.is_won,
               row_number() OVER (
                   PARTITION BY team.id ORDER BY stage.sequence, stage.id
               ) AS place
          FROM (SELECT 0 AS id UNION ALL SELECT id FROM crm_team) team
          JOIN crm_stage stage
            ON EXISTS (SELECT FROM crm_stage_crm_team_rel rel
                        WHERE rel.crm_stage_id = stage.id
                          AND rel.crm_team_id = team.id)
            OR NOT EXISTS (SELECT FROM crm_stage_crm_team_rel rel
                            WHERE rel.crm_stage_id = stage.id)
        """
    )


def _processes():
    """Return the process of each team: the first of the teams with the same stages."""
    return SQL(
        """
        SELECT team_id, min(team_id) OVER (PARTITION BY stages) AS process_id
          FROM (SELECT team_id, array_agg(stage_id ORDER BY place) AS stages
                  FROM place GROUP BY team_id) path
        """
    )


def _spots():
    """Return the places with their process."""
    return SQL(
        """
        SELECT place.team_id, process.process_id, place.stage_id, place.place,
               COALESCE(place.is_won, FALSE) AS is_won
          FROM place
          JOIN process ON process.team_id = place.team_id
        """
    )


def _steps(sight):
    """Return the rows of the history with their places.

    A win that was taken back is no step. What the history from before the addon does
    not know is taken from the opportunity.
    """
    return SQL(
        """
        SELECT move.id, move.lead_id, move.logged_at, move.status,
               CASE WHEN move.is_known THEN move.owner_id ELSE move.user_id END
                   AS owner_id,
               COALESCE(move.team_id, move.lead_team_id) AS team_id,
               move.company_id, move.currency_id,
               CASE WHEN move.is_known THEN move.amount ELSE move.lead_amount END
                   AS amount,
               spot.process_id, spot.place, move.is_kept, move.is_last
          FROM (
                SELECT move.id, move.lead_id, move.logged_at, move.status,
                       move.owner_id, move.team_id, move.company_id,
                       move.currency_id, move.amount, move.to_stage_id,
                       lead.user_id, lead.team_id AS lead_team_id,
                       lead.expected_revenue AS lead_amount,
                       move.amount IS NOT NULL OR move.probability IS NOT NULL
                           AS is_known,
                       bool_and(move.status = 'won') OVER later AS is_kept,
                       row_number() OVER later = 1 AS is_last
                  FROM crm_stage_move move
                  JOIN crm_lead lead ON lead.id = move.lead_id
                 WHERE lead.type = 'opportunity' %(sight)s
                WINDOW later AS (PARTITION BY move.lead_id ORDER BY move.id DESC)
               ) move
          JOIN spot
            ON spot.team_id = COALESCE(move.team_id, move.lead_team_id, 0)
           AND spot.stage_id = move.to_stage_id
         WHERE move.is_kept OR NOT spot.is_won
        """,
        sight=SQL("AND move.lead_id IN %s", sight) if sight else SQL(),
    )


def _advances():
    """Return the steps with how far the opportunity had come before, and its end."""
    return SQL(
        """
        SELECT step.*,
               COALESCE(max(place) OVER (
                   PARTITION BY lead_id, process_id ORDER BY id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
               ), 0) AS before,
               COALESCE(max(CASE WHEN is_last THEN status END) OVER (
                   PARTITION BY lead_id, process_id ORDER BY id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
               ), 'moved') AS result,
               max(logged_at) OVER (
                   PARTITION BY lead_id, process_id ORDER BY id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
               ) AS last_at
          FROM step
        """
    )


def _reaches():
    """Return the stages that each step reached for the first time."""
    return SQL(
        """
        SELECT advance.*, route.stage_id, route.place AS reached,
               route.place < advance.place AS is_passed
          FROM advance
          JOIN route
            ON route.process_id = advance.process_id
           AND route.place > advance.before
           AND route.place <= advance.place
           AND (advance.is_kept OR NOT route.is_won)
         WHERE advance.place > advance.before
        """
    )


def _rows():
    """Return the rows: each stage with the beginning, and the next one reached."""
    return SQL(
        """
        SELECT reach.id::bigint * %(most)s + reach.place - reach.reached AS id,
               reach.lead_id, reach.process_id, reach.stage_id,
               reach.reached AS place, reach.logged_at AS reached_at,
               reach.owner_id, reach.team_id, reach.company_id, reach.currency_id,
               COALESCE(reach.amount, 0) AS amount,
               reach.is_passed, reach.result,
               first_value(reach.logged_at) OVER stages AS began_at,
               first_value(reach.owner_id) OVER stages AS began_owner_id,
               first_value(reach.team_id) OVER stages AS began_team_id,
               row_number() OVER stages = 1 AS is_first,
               lead(reach.id) OVER stages IS NULL AS is_furthest,
               CASE WHEN NOT reach.is_passed THEN EXTRACT(
                   epoch FROM lead(reach.logged_at) OVER stages - reach.logged_at
               ) / 86400.0 END AS days_to_next,
               CASE WHEN reach.result IN ('won', 'lost')
                    THEN reach.last_at END AS ended_at,
               CASE WHEN reach.result IN ('won', 'lost') THEN EXTRACT(
                   epoch FROM reach.last_at - first_value(reach.logged_at) OVER stages
               ) / 86400.0 END AS cycle_days,
               CASE reach.result WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END
                   AS won_share
          FROM reach
        WINDOW stages AS (
            PARTITION BY reach.lead_id, reach.process_id ORDER BY reach.reached
        )
        """,
        most=MOST_STAGES,
    )
