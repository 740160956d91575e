"""What the parity test expects of a record; used by the factories of every addon."""

from collections.abc import Callable
from dataclasses import dataclass, field


def nobody(_user):
    return False


@dataclass
class Expected:
    """A record, and who may do what with it.

    :param record: the record, of the system user
    :param read: function of a user, whether the record is in sight
    :param write: likewise, whether it may be changed
    :param unlink: likewise, whether it may be deleted
    :param values: values (dict) of another one like it, for the door of creation;
        None where nobody creates any
    :param create: function of a user, whether those values may be created
    """

    record: object
    read: Callable
    write: Callable = nobody
    unlink: Callable = nobody
    values: dict | None = field(default=None)
    create: Callable = nobody
