"""The signature of what leaves the house; docs/webhooks.md shows how to check it."""

import hashlib
import hmac

PREFIX = "sha256="


def sign(secret, timestamp, body):
    """Return the signature (str) of a body sent at a time.

    :param str secret: known to both sides
    :param timestamp: seconds since 1970, as in the header
    :param bytes body: exactly as sent
    """
    message = str(timestamp).encode() + b"." + body
    return PREFIX + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
