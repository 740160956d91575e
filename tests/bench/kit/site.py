"""A database as an Odoo server sees it, asked in this process."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from odoo import api
from odoo.modules.registry import Registry
from odoo.sql_db import BaseCursor, close_all

Answer = TypeVar("Answer")


class Site:
    """One database, opened the way a server process opens it.

    :param database: its name
    :param unaccent: let ``ilike`` ignore accents where the database can. Odoo does
        so only when configured to; the peer is measured as Odoo comes
    """

    def __init__(self, database: str, *, unaccent: bool = True) -> None:
        self.database = database
        threading.current_thread().dbname = database
        self.registry = Registry(database)
        if not unaccent:
            self.registry.unaccent = lambda expression: expression
            self.registry.unaccent_python = lambda text: text

    @contextmanager
    def environment(
        self, uid: int = api.SUPERUSER_ID, context: Mapping[str, Any] | None = None
    ) -> Iterator[api.Environment]:
        """A fresh cursor and environment, as a request gets; nothing is kept."""
        threading.current_thread().dbname = self.database
        with self.registry.cursor() as cursor:
            try:
                yield api.Environment(cursor, uid, dict(context or {}))
            finally:
                cursor.rollback()

    def call(
        self,
        uid: int,
        context: Mapping[str, Any],
        function: Callable[[api.Environment], Answer],
    ) -> Answer:
        """Answer one request: cursor, environment, work, end."""
        with self.environment(uid, context) as env:
            return function(env)

    def superuser(self, cursor: BaseCursor) -> api.Environment:
        """An environment of the superuser on a cursor that the caller commits."""
        return api.Environment(cursor, api.SUPERUSER_ID, {})

    def uid(self, login: str) -> int:
        """The id of a user by login."""
        with self.environment() as env:
            user = env["res.users"].search([("login", "=", login)])
            user.ensure_one()
            return user.id

    def queries(
        self,
        uid: int,
        context: Mapping[str, Any],
        function: Callable[[api.Environment], Any],
    ) -> int:
        """The number of SQL statements that one request needs."""
        with self.environment(uid, context) as env:
            before = env.cr.sql_log_count
            function(env)
            return env.cr.sql_log_count - before

    def close(self) -> None:
        """Close the connections to the database."""
        Registry.delete(self.database)
        close_all()
