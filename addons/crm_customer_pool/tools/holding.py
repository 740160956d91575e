"""How much room somebody has for customers, while a batch fills it."""


class Holding:
    """What a person owns, in all and by level, against the limits.

    :ivar int held: customers owned
    :ivar dict by_level: customers owned by level id, of limited levels
    """

    def __init__(self, user, limit, levels, held, by_level):
        """:param user: res.users record
        :param tuple limit: (limit of all customers or 0, pool id)
        :param dict levels: level id to (limit, pool id)
        """
        self.user = user
        self.limit, self.pool_id = limit
        self.levels = levels
        self.held = held
        self.by_level = by_level

    @property
    def limited(self):
        """Whether there is any limit, so that the person's row is written (bool)."""
        return bool(self.limit or self.levels)

    def refuse(self, level_id=None, count=1):
        """Return why there is no room for ``count`` more (str), "" if there is.

        :param int level_id: the level of all of them, None to look at the total alone
        """
        if self.limit and self.held + count > self.limit:
            return self.user._crm_holding_message(
                self.held, self.limit, self.pool_id, count
            )
        limit, pool_id = self.levels.get(level_id, (0, 0))
        held = self.by_level.get(level_id, 0)
        if limit and held + count > limit:
            return self.user._crm_holding_message(held, limit, pool_id, count, level_id)
        return ""

    def take(self, level_id=None):
        """Count one more."""
        self.held += 1
        self.by_level[level_id] = self.by_level.get(level_id, 0) + 1
