"""Who is away, was, or would like to be: absences in every state."""

from datetime import timedelta

from .diary import is_working_day, read_table
from .story import Chapter


class Absences(Chapter):
    """Lets people ask for days off, and their superiors decide."""

    def tell(self, rows):
        """Make the absences of absences.tsv.

        :param rows: of customers.tsv, not used here
        """
        for row in read_table(__file__, "absences.tsv"):
            self._decide(self._ask(row), row)

    def _ask(self, row):
        substitute = self.users.get(row["substitute"])
        first = self._working_day(int(row["from"]))
        return (
            self.env["crm.absence"]
            .with_user(self.users[row["user"]])
            .create(
                {
                    "date_from": first,
                    "date_to": first + timedelta(days=int(row["more_days"])),
                    "substitute_id": substitute.id if substitute else False,
                    "reason": row["reason"],
                }
            )
        )

    def _decide(self, absence, row):
        """Bring an absence to its state, by whoever would."""
        if row["state"] == "confirmed":
            absence.with_user(self.users[row["arbiter"]]).action_confirm()
        elif row["state"] == "cancelled":
            absence.action_cancel()

    def _working_day(self, days):
        """Return the first day (date) of work in ``days`` or after."""
        day = self.diary.day(-days)
        while not is_working_day(day):
            day += timedelta(days=1)
        return day
