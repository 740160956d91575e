"""What people ask each other to do: tasks in every state."""

from datetime import timedelta

from .diary import read_table
from .story import Chapter

MARKED = "*"


class Tasks(Chapter):
    """Hands out tasks, and lets people work on them through the task's own methods."""

    def tell(self, rows):
        """Make the tasks of tasks.tsv.

        :param rows: of customers.tsv, not used here
        """
        for row in read_table(__file__, "tasks.tsv"):
            self._work(self._make(row), row)

    def _make(self, row):
        customer = row["customer"] and self._ref(f"customer_{row['customer']}_demo")
        due = self.diary.here.replace(hour=18, minute=0, second=0, microsecond=0)
        due += timedelta(days=int(row["days"]))
        return (
            self.env["crm.task"]
            .with_user(self.users[row["creator"]])
            .create(
                {
                    "name": row["name"],
                    "user_id": self.users[row["user"]].id,
                    "helper_ids": [
                        self.users[name].id
                        for name in row["helpers"].split(",")
                        if name
                    ],
                    "partner_id": customer.id if customer else False,
                    "deadline": self.diary.plain(due),
                    "priority": row["priority"],
                    "item_ids": [
                        (
                            0,
                            0,
                            {
                                "name": item.removeprefix(MARKED),
                                "is_done": item.startswith(MARKED),
                            },
                        )
                        for item in row["items"].split("|")
                        if item
                    ],
                }
            )
        )

    def _work(self, task, row):
        """Bring a task to its state, each step by whoever would take it."""
        executor = task.with_user(self.users[row["user"]])
        state, reason = row["state"], row["reason"]
        if state == "cancelled":
            task.action_cancel(reason)
            return
        if state != "todo":
            executor.action_start()
        if state in ("done", "confirmed") or reason:
            executor.action_done()
        if state == "confirmed":
            task.action_confirm()
        elif reason:
            task.action_return(reason)
