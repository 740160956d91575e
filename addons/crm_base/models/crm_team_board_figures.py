from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmTeamBoard(models.AbstractModel):
    """How the figures and the last deeds of the board are read."""

    _inherit = "crm.team.board"

    @api.model
    def _crm_columns(self):
        """Return the columns (list of BoardColumn) that the user may read, in order."""
        return sorted(
            (
                column
                for column in self._crm_board_columns()
                if self.env[column.model].has_access("read")
            ),
            key=lambda column: column.sequence,
        )

    @api.model
    def _crm_figures(self, column, ids):
        """Return one figure of each of these people, dict of id to dict."""
        model = self.env[column.model]
        groups, measures = [column.user_field], ["__count"]
        if column.amount:
            # told apart by currency, and converted below
            groups.append(column.currency)
            measures.append(f"{column.amount}:sum")
        domain = column.domain & Domain(column.user_field, "in", ids)
        figures = {}
        for person, *rest in model._read_group(domain, groups, measures):
            figure = figures.setdefault(person.id, {"count": 0, "amount": 0})
            if column.amount:
                money, count, amount = rest
                figure["amount"] += self._crm_in_company_currency(money, amount or 0)
            else:
                (count,) = rest
            figure["count"] += count
        return figures

    @api.model
    def _crm_in_company_currency(self, money, amount):
        """Return an amount (float) in the currency of the present company.

        :param money: res.currency of the amount, or the res.company whose it is
        """
        # sudo: a currency is no secret
        money, company = money.sudo(), self.env.company
        if money._name == "res.company":
            money = money.currency_id
        if not money or money == company.currency_id:
            return amount
        today = fields.Date.context_today(self)
        return money._convert(amount, company.currency_id, company, today)

    @api.model
    def _crm_last_deeds(self, people):
        """Return the last deed of each person, dict of id to dict."""
        last = {}
        for deed in self._crm_board_deeds():
            if self.env[deed.model].has_access("read"):
                for user_id, res_id, at in self._crm_latest(deed, people.ids):
                    if user_id not in last or at > last[user_id][0]:
                        last[user_id] = (at, res_id, deed)
        names = self._crm_about(last.values())
        return {
            user_id: {
                "code": deed.code,
                "label": deed.label,
                "at": fields.Datetime.to_string(at),
                "about": names[deed.model, deed.about, res_id],
                "model": deed.model,
                "res_id": res_id,
            }
            for user_id, (at, res_id, deed) in last.items()
        }

    @api.model
    def _crm_latest(self, deed, ids):
        """Return the latest record of each person, rows of person, record and time."""
        model = self.env[deed.model]
        query = model._search(deed.domain & Domain(deed.date_field, "!=", False))
        at = model._field_to_sql(query.table, deed.date_field, query)
        user = model._field_to_sql(query.table, deed.user_field, query)
        query.add_where(SQL("%s = person.id", user))
        query.order, query.limit = SQL("%s DESC", at), 1
        latest = query.select(
            SQL("%s AS id", SQL.identifier(query.table, "id")), SQL("%s AS at", at)
        )
        return self.env.execute_query(
            SQL(
                """
                SELECT person.id, latest.id, latest.at
                  FROM unnest(%s::integer[]) AS person (id)
                  JOIN LATERAL (%s) latest ON TRUE
                """,
                list(ids),
                latest,
            )
        )

    @api.model
    def _crm_about(self, deeds):
        """Return what deeds were about, dict of model, field and id to a name (str).

        What the user may not read has no name.
        """
        ids, names = {}, {}
        for _at, res_id, deed in deeds:
            ids.setdefault((deed.model, deed.about), set()).add(res_id)
        for (model, field), found in ids.items():
            records = self.env[model].browse(found)
            targets = {record: record[field] if field else record for record in records}
            about = targets[records[:1]].browse().union(*targets.values())
            readable = about._filtered_access("read")
            for record, target in targets.items():
                name = target.display_name if target in readable else ""
                names[model, field, record.id] = name
        return names
