"""What a page of ours carries, and a submission has to bring back."""

import secrets
import time
from typing import Any, NamedTuple

from odoo.tools.misc import consteq, hmac

SCOPE = "crm_web_form_page"
# a page that was left open
VALID_SECONDS = 24 * 3600
MAX_LENGTH = 200


class Page(NamedTuple):
    """A page that was given out.

    :ivar int version_id: what it shows
    :ivar int age: seconds since then
    :ivar str key: makes a submission of it one, however often it arrives
    """

    version_id: int
    age: int
    key: str


def issue(env: Any, form_id: int, version_id: int) -> str:
    """Return a token for a page that is given out now."""
    plain = f"{version_id}.{int(time.time())}.{secrets.token_urlsafe(18)}"
    return f"{plain}.{_sign(env, form_id, plain)}"


def read(env: Any, form_id: int, token: Any) -> Page | None:
    """Return what a token says, None when it is not one of ours for this form."""
    if not isinstance(token, str) or len(token) > MAX_LENGTH or not token.isascii():
        return None
    plain, _dot, signature = token.rpartition(".")
    if not consteq(signature, _sign(env, form_id, plain)):
        return None
    version_id, issued, key = plain.split(".")
    return Page(int(version_id), int(time.time()) - int(issued), key)


def _sign(env, form_id, plain):
    # sudo: the secret of the database
    return hmac(env(su=True), SCOPE, f"{form_id}.{plain}")
