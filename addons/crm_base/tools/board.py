"""What the team board is told by the addons that have something to show."""

from typing import NamedTuple

from odoo.fields import Domain


class BoardColumn(NamedTuple):
    """One figure of each person: how many records, and what they amount to.

    :ivar str code: key, for the API
    :ivar str label: heading, in the user's language
    :ivar str group: heading above it; neighbours of one group stand together
    :ivar int sequence: place on the board; tens are taken by the suite
    :ivar str model: technical name of the model
    :ivar Domain domain: what is counted
    :ivar str user_field: stored many2one or many2many to the people
    :ivar str amount: stored number field that is summed up as well, "" for none
    :ivar str currency: stored many2one that says in which currency the amount is: to
        the currency itself, or to the company whose currency it is
    :ivar str tone: ``danger``, ``warning``, ``success`` or "" for what is not zero
    :ivar str action: external id of the window action that lists the records
    """

    code: str
    label: str
    group: str
    sequence: int
    model: str
    domain: Domain
    user_field: str = "user_id"
    amount: str = ""
    currency: str = "currency_id"
    tone: str = ""
    action: str = ""


class BoardDeed(NamedTuple):
    """Something that people do: the board tells what each of them did last.

    :ivar str code: key, for the API
    :ivar str label: what was done, in the user's language
    :ivar str model: technical name of the model
    :ivar str date_field: stored datetime of the deed
    :ivar str user_field: stored many2one to whoever did it
    :ivar Domain domain: what counts
    :ivar str about: many2one to what it was about, "" for the record itself
    """

    code: str
    label: str
    model: str
    date_field: str
    user_field: str
    domain: Domain
    about: str = ""
