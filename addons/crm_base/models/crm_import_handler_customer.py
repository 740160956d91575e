from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..tools import company_name, match_keys
from ..tools.import_line import CREATED, ERROR, LINKED, READY, SKIPPED
from .crm_import_handler_cells import PHONES

CONTACT = "contact"
# what a contact and its customer both have; beside a column of contacts' names these
# headings mean the person
OF_PERSON = ("mobile", "wechat", "qq", "email", "function")


class CrmImportHandlerCustomer(models.AbstractModel):
    """Customers, each with a contact in the same row if the file has such columns.

    Rows that name one customer several times, with a contact each, make one customer
    with all of them.
    """

    _name = "crm.import.handler.customer"
    _description = "Import of Customers"
    _inherit = ["crm.import.handler"]

    @api.model
    def _crm_field(self, profile, path):
        part, _dot, name = path.rpartition(".")
        if part not in ("", CONTACT):
            return None
        return self._crm_plain_field(profile.model, name)

    @api.model
    def _crm_arrange(self, batch, columns):
        """Next to contacts a mobile is theirs; a phone stays the company's."""
        fields = {c.target_id.field: c for c in batch.column_ids if c.target_id}
        if f"{CONTACT}.name" not in fields:
            return
        known = {c.field: c for c in batch.profile_id.column_ids}
        for name in OF_PERSON:
            theirs = known.get(f"{CONTACT}.{name}")
            column = fields.get(name)
            if theirs and column and column in columns and theirs.field not in fields:
                column.target_id = theirs

    # ------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------

    @api.model
    def _crm_foresee(self, batch):
        """Say when the importer has no room for so many customers."""
        told = super()._crm_foresee(batch)
        room, why = batch.user_id._crm_room()
        if room is None or not self._crm_becomes_own(batch):
            return told
        coming = self.env["crm.import.row"].search_count(
            [("batch_id", "=", batch.id), ("state", "=", READY)]
        )
        if coming > room:
            told.append(
                self.env._(
                    "%(why)s Only %(room)s of the %(count)s new rows can be stored, the"
                    " others will be rejected. Enter other people in charge in a column"
                    " of the file, or import fewer.",
                    why=why,
                    room=room,
                    count=coming,
                )
            )
        return told

    @api.model
    def _crm_becomes_own(self, batch):
        """Hook: return whether the importer owns what the file brings (bool)."""
        return "user_id" not in batch.column_ids.target_id.mapped("field")

    @api.model
    def _crm_check(self, batch, lines, targets):
        for line in lines:
            line.vals["is_crm_customer"] = True
            line.vals.setdefault("is_company", True)
            line.parts = {
                part: vals for part, vals in line.parts.items() if any(vals.values())
            }
            contact = line.parts.get(CONTACT)
            if contact and not contact.get("name"):
                contact["name"] = self.env._("Contact")
        return super()._crm_check(batch, lines, targets)

    @api.model
    def _crm_match(self, batch, lines):
        """Ask the duplicate check, and compare the rows of the file by their names."""
        if not lines:
            return
        company_id = batch.company_id.id
        asked = []
        for line in lines:
            line.key = self._crm_file_key(line)
            asked.append({"company_id": company_id, **line.vals})
        self._crm_check_registrations(lines)
        found = [
            [match for match in matches if self._crm_counts(batch, match)]
            for matches in self.env["res.partner"]._crm_find_duplicates(asked)
        ]
        own = self._crm_own_rows(batch, found)
        for line, matches in zip(lines, found, strict=True):
            for match in matches:
                if match.partner_id not in own:
                    line.matches.append(self._crm_known(match))
                elif match.exact:
                    row = own[match.partner_id]
                    line.matches.insert(0, self._crm_same_row(row, match.partner_id))
        self._crm_match_rows(batch, lines)

    @api.model
    def _crm_counts(self, batch, match):
        """Return whether the company wants to hear of such a match (bool)."""
        company = batch.company_id
        policy = (
            company.crm_duplicate_certain
            if match.exact
            else company.crm_duplicate_likely
        )
        return policy != "off"

    @api.model
    def _crm_check_registrations(self, lines):
        """Refuse customers that a colleague has registered."""
        Registration = self.env["crm.registration"]
        rows = [line.vals for line in lines]
        try:
            Registration._crm_check_protected(rows)
        except ValidationError:
            for line in lines:
                try:
                    Registration._crm_check_protected([line.vals])
                except ValidationError as error:
                    line.refuse(None, "registered", str(error))

    @api.model
    def _crm_file_key(self, line):
        """Return what makes two rows of a file one customer (str)."""
        if line.vals.get("is_company"):
            parsed = company_name.parse(line.vals.get("name") or "")
            return company_name.registered_key(parsed)[:200]
        numbers = [line.vals[name] for name in sorted(PHONES) if line.vals.get(name)]
        return f"{match_keys.person_key(line.vals.get('name') or '')}:{numbers[:1]}"

    @api.model
    def _crm_own_rows(self, batch, found):
        """Return the row number of each match that this file has brought."""
        ids = list({match.partner_id for matches in found for match in matches})
        if not ids or batch.state == "checking":
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT res_id, min(number) FROM crm_import_row"
                    " WHERE batch_id = %s AND state = 'created' AND res_id = ANY(%s)"
                    " GROUP BY res_id",
                    batch.id,
                    ids,
                )
            )
        )

    @api.model
    def _crm_known(self, match):
        """Return a match (dict), telling no more than the importer may know."""
        if match.visible:
            known = self.env["res.partner"].browse(match.partner_id)
            reason = self.env._(
                "Is there already: %(name)s (%(number)s)",
                name=known.name,
                number=known.customer_no or "-",
            )
        elif match.exact:
            reason = self.env._("Is there already, with another team")
        else:
            reason = self.env._("May be there already, with another team")
        if match.visible and not match.exact:
            reason = self.env._("Similar to: %(name)s", name=known.name)
        return {
            "res_id": match.partner_id if match.visible else 0,
            "exact": match.exact,
            "reason": reason,
        }

    @api.model
    def _crm_same_row(self, row, res_id=0):
        return {
            "res_id": res_id,
            "row": row,
            "exact": True,
            "reason": self.env._("Same customer as in row %(number)s", number=row),
        }

    @api.model
    def _crm_match_rows(self, batch, lines):
        """Mark rows that name the customer of an earlier row."""
        keys = [line.key for line in lines if line.key]
        first = {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (key) key, number, res_id
                  FROM crm_import_row
                 WHERE batch_id = %s AND key = ANY(%s) AND number < %s
                   AND state IN ('ready', 'duplicate', 'created', 'updated')
                 ORDER BY key, number
                """,
                batch.id,
                keys,
                lines[0].number,
            )
        )
        for key, number, res_id in rows:
            first[key] = number, res_id or 0, None
        for line in lines:
            if not line.key or any(match.get("row") for match in line.matches):
                continue
            if line.key in first:
                number, res_id, line.leader = first[line.key]
                line.matches.insert(0, self._crm_same_row(number, res_id))
            else:
                first[line.key] = line.number, 0, line

    @api.model
    def _crm_state_of(self, line):
        state = super()._crm_state_of(line)
        if state == "duplicate" and self._crm_joins(line):
            # one more contact of a customer in the same file is what was meant
            return "ready"
        return state

    @api.model
    def _crm_joins(self, line):
        return bool(
            line.matches and line.matches[0].get("row") and CONTACT in line.parts
        )

    # ------------------------------------------------------------
    # STORING
    # ------------------------------------------------------------

    @api.model
    def _crm_context(self, batch):
        return {**super()._crm_context(batch), "default_is_crm_customer": True}

    @api.model
    def _crm_choice(self, batch, line):
        if not line.matches:
            return "create"
        if line.matches[0].get("row"):
            return "contact" if self._crm_joins(line) else "skip"
        certain = line.matches[0]["exact"]
        policy = batch.duplicate_policy if certain else batch.likely_policy
        choice = line.decision or policy
        if choice == "create" and certain:
            self._crm_check_create_anyway(line)
        if choice in ("update", "contact") and not line.matches[0]["res_id"]:
            return "skip"
        if choice == "contact" and CONTACT not in line.parts:
            return "skip"
        return choice

    @api.model
    def _crm_check_create_anyway(self, line):
        """Creating what is there without doubt is for managers."""
        if not self.env.user._crm_has_group("crm_base.group_manager"):
            raise AccessError(
                self.env._(
                    "%(reason)s. Only managers may create it once more.",
                    reason=line.matches[0]["reason"],
                )
            )

    @api.model
    def _crm_store(self, batch, lines):
        Partner = self.env["res.partner"].with_context(**self._crm_context(batch))
        # each row was asked about by now
        Partner = Partner._crm_decided_on_duplicates()
        new, joining = [], []
        rooms = {}
        for line in lines:
            choice = self._crm_choice(batch, line)
            match = line.matches[0] if line.matches else {}
            if line.leader:
                # the row that it repeats is stored in this very chunk, or was not
                if line.leader.state == ERROR:
                    choice = "create"
                elif line.leader.choice == "skip":
                    choice = "skip"
                elif choice == "contact":
                    joining.append((line, line.leader))
                    continue
            line.choice = choice
            if choice == "skip":
                line.finish(SKIPPED, self._crm_match_text(line), match.get("res_id"))
            elif choice == "update":
                self._crm_update(Partner, line)
                if CONTACT in line.parts:
                    joining.append((line, line))
            elif choice == "contact":
                joining.append((line, match["res_id"]))
            elif self._crm_take_room(batch, line, rooms):
                new.append(line)
        if new:
            if not any(line.vals.get("parent_id") for line in new):
                # on its own, a customer has nobody to share an address with
                Partner = Partner.with_context(_partners_skip_fields_sync=True)
            partners = self._crm_create(batch, Partner, new)
            for line, partner in zip(new, partners, strict=True):
                line.created.append(["res.partner", partner.id])
                line.finish(CREATED, res_id=partner.id)
            self._crm_write_history(new)
        joining += [(line, line) for line in new if CONTACT in line.parts]
        self._crm_add_contacts(batch, joining)

    @api.model
    def _crm_take_room(self, batch, line, rooms):
        """Return whether the owner of a new customer has room for one more (bool).

        Creating it would say the same; but where nobody has room any more, each row
        of the file would be tried on its own to learn that.

        :param dict rooms: how many more each owner may get, and why, by id; kept here
        """
        owner_id = line.vals.get("user_id", batch.user_id.id)
        if not owner_id:
            return True
        if owner_id not in rooms:
            rooms[owner_id] = self.env["res.users"].browse(owner_id)._crm_room()
        room, why = rooms[owner_id]
        if room == 0:
            line.refuse(None, "refused", why)
            return False
        if room:
            rooms[owner_id] = room - 1, why
        return True

    @api.model
    def _crm_add_contacts(self, batch, joining):
        """Create the contacts of lines, but not one that its customer has already.

        :param list joining: of (line, line or id of the customer)
        """
        if not joining:
            return
        pairs = [
            (line, owner if isinstance(owner, int) else owner.res_id)
            for line, owner in joining
        ]
        known = self._crm_known_contacts({parent_id for _line, parent_id in pairs})
        new = []
        for line, parent_id in pairs:
            contact = line.parts[CONTACT]
            marks = {contact.get("name"), contact.get("mobile")} - {None, False, ""}
            is_own = bool(line.created or line.updated)
            if marks & known[parent_id]:
                if not is_own:
                    line.finish(SKIPPED, self._crm_match_text(line), parent_id)
                continue
            known[parent_id] |= marks
            new.append((line, parent_id, is_own))
        context = {**self._crm_context(batch), "default_is_crm_customer": False}
        contacts = (
            self.env["res.partner"]
            .with_context(**context)
            .create(
                [
                    {**line.parts[CONTACT], "parent_id": parent_id, "is_company": False}
                    for line, parent_id, _is_own in new
                ]
            )
        )
        for (line, parent_id, is_own), contact in zip(new, contacts, strict=True):
            line.created.append(["res.partner", contact.id])
            if not is_own:
                line.finish(LINKED, res_id=parent_id)

    @api.model
    def _crm_known_contacts(self, parent_ids):
        """Return names and mobiles (set of str) of the contacts of customers, by id."""
        known = defaultdict(set)
        for parent, name, mobile in self.env["res.partner"]._read_group(
            [("parent_id", "in", list(parent_ids))], ["parent_id", "name", "mobile"]
        ):
            known[parent.id] |= {name, mobile} - {False, None, ""}
        return known
