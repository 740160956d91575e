class SheetError(Exception):
    """A file that cannot be read as it is.

    :ivar str kind: what is wrong, a key of ``crm.import.batch``'s messages
    :ivar dict params: what the message names
    """

    def __init__(self, kind, **params):
        super().__init__(kind)
        self.kind = kind
        self.params = params


class CellError(Exception):
    """A cell that does not say what its column needs; likewise."""

    def __init__(self, kind, **params):
        super().__init__(kind)
        self.kind = kind
        self.params = params
