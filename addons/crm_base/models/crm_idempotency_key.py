import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# how long a program may take to ask again
KEEP_DAYS = 30
KEY_LENGTH = 128
BATCH = 1000


class KeyUsedError(UserError):
    """A key that stands for another content already."""


class CrmIdempotencyKey(models.Model):
    """Creates that a program may repeat when it does not know what became of them.

    A key belongs to one user and one content. It is kept in the transaction of what was
    created: either both are there or neither is.
    """

    _name = "crm.idempotency.key"
    _description = "Idempotency Key"
    _order = "id desc"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    model = fields.Char(required=True, readonly=True)
    digest = fields.Char("Content", required=True, readonly=True)
    res_ids = fields.Json("Created Records", readonly=True)

    _key_uniq = models.UniqueIndex("(create_uid, key)", "This key was used already.")

    @api.model
    def create_once(self, model, key, vals_list):
        """Create records, or return those that this call has created before.

        Two calls at the same time with one key create once; the second one waits.

        :param str model: technical name, such as ``res.partner``
        :param str key: up to 128 characters, new for each thing to create; it is yours
            alone, and is remembered for 30 days
        :param list[dict] vals_list: what ``create`` of the model takes, at most 1,000
        :return: list of the ids (int), in the order of ``vals_list``
        :raise UserError: unknown model, empty key, or a key that was used for something
            else
        :raise AccessError: when you may not create such records
        """
        records = self._crm_check_call(model, key, vals_list)
        return self._crm_once(
            model, key, [model, vals_list], lambda: records.create(vals_list)
        )

    @api.model
    def _crm_once(self, model, key, content, make):
        """Make something once per key; return the ids (list of int) of what was made.

        For methods that do more than to create. Rights are theirs to check.

        :param str model: technical name of what is made
        :param str key: up to 128 characters, of the current user
        :param list content: what JSON can carry: another content needs another key
        :param make: function that makes and returns the records
        :raise KeyUsedError: when the key was used for something else
        """
        content = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
        digest = hashlib.sha256(content.encode()).hexdigest()
        self.env.flush_all()
        # whoever comes second waits here; PostgreSQL then refuses the stale snapshot,
        # Odoo replays the call, and the replay finds the key
        mine = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_idempotency_key
                            (key, model, digest, create_uid, create_date,
                             write_uid, write_date)
                     VALUES (%(key)s, %(model)s, %(digest)s, %(user)s, %(now)s,
                             %(user)s, %(now)s)
                ON CONFLICT (create_uid, key) DO NOTHING
                  RETURNING id
                """,
                key=key,
                model=model,
                digest=digest,
                user=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        # sudo: nobody has rights on the keys, the own ones are known by their text
        own = self.sudo().search([("key", "=", key), ("create_uid", "=", self.env.uid)])
        if not mine:
            if own.digest != digest:
                raise KeyUsedError(
                    self.env._(
                        "The key %(key)s was used for something else. Take a new one"
                        " for each thing that you create.",
                        key=key,
                    )
                )
            return own.res_ids or []
        own.res_ids = make().ids
        return own.res_ids

    @api.model
    def _crm_check_call(self, model, key, vals_list):
        """Return the model (empty recordset) of a call whose arguments make sense."""
        if not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH:
            raise UserError(self.env._("A key is a text of 1 to 128 characters."))
        cls = self.env.registry.get(model) if isinstance(model, str) else None
        if cls is None or cls._abstract or cls._transient:
            raise UserError(self.env._("There is no such model to create records of."))
        if (
            not isinstance(vals_list, list)
            or not 0 < len(vals_list) <= BATCH
            or not all(isinstance(vals, dict) for vals in vals_list)
        ):
            raise UserError(
                self.env._("Give the values of 1 to 1,000 records, each a dictionary.")
            )
        records = self.env[model]
        records.check_access("create")
        return records

    @api.autovacuum
    def _gc_idempotency_keys(self):
        old = self.search([("create_date", "<", f"today -{KEEP_DAYS}d")], limit=BATCH)
        old.unlink()
        return len(old), len(old) == BATCH
