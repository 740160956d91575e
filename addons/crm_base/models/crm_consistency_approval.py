from odoo import api, models
from odoo.tools import SQL

from .crm_consistency import ConsistencyCheck


class CrmConsistency(models.AbstractModel):
    """Nobody has changed what was approved, not even in the database."""

    _inherit = "crm.consistency"

    @api.model
    def _crm_checks(self):
        return [
            *super()._crm_checks(),
            ConsistencyCheck(
                "approval_log",
                self.env._("No row of an approval's history was changed or taken out"),
                self._crm_approval_chain(),
            ),
            ConsistencyCheck(
                "approval_end",
                self.env._("Every approval's history is complete to its end"),
                self._crm_approval_ends(),
            ),
            ConsistencyCheck(
                "approval_steps",
                self.env._("Every decision of an approver stands in the history"),
                self._crm_approval_steps(),
            ),
            ConsistencyCheck(
                "approval_documents",
                self.env._("Documents are as approved as their approval says"),
                self._crm_approval_documents(),
            ),
        ]

    def _crm_approval_chain(self):
        return SQL(
            """
            SELECT DISTINCT chained.approval_id AS id
              FROM (
                    SELECT log.approval_id, log.number, log.hash, log.previous_hash,
                           %s AS expected,
                           row_number() OVER chain AS place,
                           COALESCE(lag(log.hash) OVER chain, '') AS before
                      FROM crm_approval_log log
                    WINDOW chain AS (PARTITION BY log.approval_id ORDER BY log.number)
                   ) chained
             WHERE chained.hash IS DISTINCT FROM chained.expected
                OR COALESCE(chained.previous_hash, '') != chained.before
                OR chained.number != chained.place
            """,
            self.env["crm.approval.log"]._crm_hash_sql(),
        )

    def _crm_approval_ends(self):
        """Return the SQL of approvals whose log ends otherwise than they say."""
        return SQL(
            """
            SELECT approval.id
              FROM crm_approval approval
              LEFT JOIN LATERAL (
                    SELECT log.number, log.hash, log.state_after, log.fingerprint
                      FROM crm_approval_log log
                     WHERE log.approval_id = approval.id
                     ORDER BY log.number DESC LIMIT 1
                   ) last ON TRUE
             WHERE last.number IS DISTINCT FROM approval.log_count
                OR last.hash IS DISTINCT FROM approval.log_hash
                OR last.state_after IS DISTINCT FROM approval.state
                OR last.fingerprint IS DISTINCT FROM approval.fingerprint
            """
        )

    def _crm_approval_steps(self):
        """Return the SQL of approvals with a decision that the log does not know."""
        return SQL(
            """
            SELECT DISTINCT step.approval_id AS id
              FROM crm_approval_step step
             WHERE step.state IN ('approved', 'rejected')
               AND NOT EXISTS (
                   SELECT FROM crm_approval_log log
                    WHERE log.approval_id = step.approval_id
                      AND log.step_number = step.id
                      AND log.kind IN (
                          CASE step.state
                              WHEN 'approved' THEN 'approve' ELSE 'reject' END,
                          CASE step.state WHEN 'approved' THEN 'skip' END
                      )
                   )
            """
        )

    def _crm_approval_documents(self):
        """Return the SQL of documents that say something else than their approval."""
        queries = []
        for name in self.env["crm.approval.rule"]._crm_models():
            model = self.env[name]
            queries.append(
                SQL(
                    """
                    SELECT document.id
                      FROM %(table)s document
                      LEFT JOIN crm_approval approval
                        ON approval.id = document.approval_id
                       AND approval.res_model = %(model)s
                       AND approval.res_id = document.id
                     WHERE document.approval_state IN
                           ('pending', 'approved', 'rejected')
                       AND approval.state IS DISTINCT FROM document.approval_state
                    """,
                    table=SQL.identifier(model._table),
                    model=name,
                )
            )
        return SQL(" UNION ALL ").join(queries)
