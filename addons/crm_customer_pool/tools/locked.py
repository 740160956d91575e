class Locked(frozenset):
    """The ids of records that the caller has locked, handed on in the context.

    A class of its own: a caller over the API can put a list there, and no Locked.
    """

    KEY = "crm_pool_locked"

    @classmethod
    def has(cls, records):
        """Return whether all these records are locked already (bool)."""
        known = records.env.context.get(cls.KEY)
        return isinstance(known, cls) and known.issuperset(records.ids)


class Lone(Locked):
    """The ids of those of them that nobody watches and nothing hangs on.

    Read together with the lock: who knows that there is nothing need not look again.
    """

    KEY = "crm_pool_lone"
