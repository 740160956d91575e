from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Numbers of new customers, from the sequence of their company."""

    _inherit = "res.partner"

    @api.model
    def _crm_next_customer_numbers(self, company_id, count):
        """Return new customer numbers (list of str), free in their company.

        Numbers that were typed in or imported are stepped over.

        :param int company_id: the customers' company, False for all companies
        :param int count: how many
        """
        # sudo: whoever may create a customer takes its number
        sequence = self.env["ir.sequence"].sudo().with_company(company_id or None)
        self.flush_model(["customer_no", "company_id"])
        numbers = []
        while len(numbers) < count:
            drawn = self._crm_draw_numbers(sequence, count - len(numbers))
            # asked as the unique index is built: a search would read all partners
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT customer_no FROM res_partner
                     WHERE COALESCE(company_id, 0) = %s AND customer_no = ANY(%s)
                    """,
                    company_id or 0,
                    drawn,
                )
            )
            taken = {number for (number,) in rows}
            numbers += [number for number in drawn if number not in taken]
        return numbers

    @api.model
    def _crm_draw_numbers(self, sequences, count):
        """Draw numbers (list of str) from the sequence of customers.

        At once where the sequence is one of the database: an import draws hundreds.

        :param sequences: ir.sequence of the customers' company, as superuser
        :param int count: how many
        """
        company_ids = [sequences.env.company.id, False]
        sequence = sequences.search(
            [("code", "=", "crm.customer"), ("company_id", "in", company_ids)],
            order="company_id",
            limit=1,
        )
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequences.next_by_code("crm.customer") for _index in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        # what is around the number is of this moment: once for all of them
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{number:0{sequence.padding}d}{suffix}" for (number,) in rows]
