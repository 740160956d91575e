from uuid import uuid4


class BatchId(str):
    """The id of a batch that several calls belong to, handed on in the context.

    A class of its own: a caller over the API can put text there, and no BatchId.
    """

    KEY = "crm_pool_batch_id"

    @classmethod
    def new(cls):
        """Return a new id (str)."""
        return uuid4().hex

    @classmethod
    def of(cls, env):
        """Return the id (str) of the batch that is at work, or a new one."""
        known = env.context.get(cls.KEY)
        return str(known) if isinstance(known, cls) else cls.new()
