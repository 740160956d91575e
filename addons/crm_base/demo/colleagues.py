"""What colleagues leave each other: shares, notes and documents."""

from .diary import read_table
from .plot import ATTACHMENTS
from .story import Chapter


class Colleagues(Chapter):
    """Lends customers and fills their chatter."""

    def tell(self, rows):
        """Make shares and notes.

        :param rows: of customers.tsv, as :class:`Customers` leaves them
        """
        self._make_shares()
        self._make_notes(rows)

    def _make_shares(self):
        self.env["crm.share"].create(
            [
                {
                    "partner_id": self._ref(f"customer_{share['customer']}_demo").id,
                    "user_id": self.users[share["user"]].id,
                    "mode": share["mode"],
                    "until": share["days"] and self.diary.day(-int(share["days"])),
                    "note": share["note"],
                }
                for share in read_table(__file__, "shares.tsv")
            ]
        )

    def _make_notes(self, rows):
        """Leave notes and documents in the chatter of customers."""
        telling = [row for row in rows if row.stage in ("quoted", "deal", "repeat")]
        for row in telling:
            chance = row.chance
            if chance.random() < 0.5:
                self._note(row, chance.choice(self.texts["note"]).subject)
            if chance.random() < 0.3:
                name, content, text = chance.choice(ATTACHMENTS)
                # spreadsheets recognize Chinese by the mark at the beginning
                self._note(row, text, [(name, content.encode("utf-8-sig"))])

    def _note(self, row, text, attachments=()):
        chance = row.chance
        author = chance.choice([row.owner, row.owner, "assistant"])
        latest = min(int(row.moved or row.age), 60)
        row.partner.with_context(mail_create_nosubscribe=True).message_post(
            body=text,
            author_id=self.users[author].partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=list(attachments),
            date=self.diary.past(chance, author, chance.randint(0, latest)),
        )
