"""Signed tokens (JWS, RFC 7515) of a provider, checked against its public keys.

Only signatures by a private key that nobody but the provider has count: neither
unsigned tokens nor those with a shared secret, whatever the token says of itself. The
algorithm must be one of the list, and of the kind of the key.
"""

import base64
import binascii
import hmac
import json
import math
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

# characters; the tokens of real providers have a few thousand
LONGEST = 16 * 1024
# bits; shorter keys can be broken
SHORTEST_RSA = 2048
# seconds that two clocks may differ
LEEWAY = 60
# seconds since a token was made; it comes straight from the provider
OLDEST = 600

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {
    "ES256": ("P-256", ec.SECP256R1()),
    "ES384": ("P-384", ec.SECP384R1()),
    "ES512": ("P-521", ec.SECP521R1()),
}
# the kind of key of each algorithm
ALGORITHMS = {
    **{f"RS{bits}": "RSA" for bits in HASHES},
    **{f"PS{bits}": "RSA" for bits in HASHES},
    **{name: "EC" for name in CURVES},
    "EdDSA": "OKP",
}
SEGMENT = re.compile(r"[A-Za-z0-9_-]*")


class Invalid(Exception):
    """A token that must not be trusted; the argument says why, in one word."""


class UnknownKey(Invalid):
    """Signed by a key that is not among those known; it may be a new one."""


def decode(text):
    """Return the bytes of a base64url segment.

    :raise Invalid: when it is none
    """
    if not isinstance(text, str) or not SEGMENT.fullmatch(text):
        raise Invalid("form")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise Invalid("form") from error


def verify(token, keys):
    """Return the claims (dict) of a token that one of the keys has signed.

    :param str token: in the compact form
    :param list keys: the provider's (dicts, RFC 7517)
    :raise UnknownKey: when no key fits what the token names
    :raise Invalid: whatever else is wrong
    """
    if not isinstance(token, str) or len(token) > LONGEST or token.count(".") != 2:
        raise Invalid("form")
    head, body, tail = token.split(".")
    header = _object(head)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Invalid("algorithm")
    if "crit" in header:
        raise Invalid("form")
    fitting = _fitting(keys, algorithm, header.get("kid"))
    if not fitting:
        raise UnknownKey("key")
    signature = decode(tail)
    signed = f"{head}.{body}".encode("ascii")
    for key in fitting:
        try:
            _check(algorithm, key, signature, signed)
        except (InvalidSignature, ValueError, TypeError, OverflowError, KeyError):
            continue
        return _object(body)
    raise Invalid("signature")


def check_claims(claims, issuer, client_id, nonce, now):
    """Check that a token was made by this issuer, for us, now, for this log-in.

    :param dict claims: of a token that was verified
    :param str issuer: who must have made it
    :param str client_id: whom it must be for
    :param str nonce: what was asked with
    :param float now: seconds since the epoch
    :return: the subject (str)
    :raise Invalid: with what is wrong: issuer, audience, expired, time, nonce, subject
    """
    if claims.get("iss") != issuer:
        raise Invalid("issuer")
    audience = claims.get("aud")
    audience = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    if (
        client_id not in audience
        or (len(audience) > 1 and not party)
        or (party is not None and party != client_id)
    ):
        raise Invalid("audience")
    if _seconds(claims, "exp") < now - LEEWAY:
        raise Invalid("expired")
    made = _seconds(claims, "iat")
    if not now - OLDEST - LEEWAY <= made <= now + LEEWAY:
        raise Invalid("time")
    if "nbf" in claims and _seconds(claims, "nbf") > now + LEEWAY:
        raise Invalid("time")
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode("utf-8", "replace"), nonce.encode()
    ):
        raise Invalid("nonce")
    subject = claims.get("sub")
    # 255 ASCII characters at most, says the standard; blanks around it are a trick
    if (
        not isinstance(subject, str)
        or not 0 < len(subject) <= 255
        or subject != subject.strip()
        or "\x00" in subject
    ):
        raise Invalid("subject")
    return subject


def keys_of(text):
    """Return the keys (list of dicts) of a key set.

    :raise ValueError: when it is none
    """
    document = json.loads(text)
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("keys")
    return [key for key in keys if isinstance(key, dict)]


def _object(segment):
    try:
        found = json.loads(decode(segment))
    except (ValueError, RecursionError) as error:
        raise Invalid("form") from error
    if not isinstance(found, dict):
        raise Invalid("form")
    return found


def _seconds(claims, name):
    value = claims.get(name)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
    ):
        raise Invalid("time")
    return value


def _fitting(keys, algorithm, kid):
    """Return the keys that may have signed; without a name only one may."""
    fitting = [
        key
        for key in keys
        if key.get("kty") == ALGORITHMS[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    ]
    if kid is None and len(fitting) > 1:
        raise Invalid("key")
    return fitting


def _number(key, name):
    return int.from_bytes(decode(key[name]), "big")


def _check(algorithm, key, signature, signed):
    """Check a signature.

    :raise InvalidSignature: when it is wrong
    """
    kind, bits = algorithm[:2], algorithm[2:]
    if kind == "ES":
        name, curve = CURVES[algorithm]
        size = (curve.key_size + 7) // 8
        if key.get("crv") != name or len(signature) != 2 * size:
            raise InvalidSignature
        public = ec.EllipticCurvePublicNumbers(
            _number(key, "x"), _number(key, "y"), curve
        ).public_key()
        first, second = signature[:size], signature[size:]
        encoded = utils.encode_dss_signature(
            int.from_bytes(first, "big"), int.from_bytes(second, "big")
        )
        public.verify(encoded, signed, ec.ECDSA(HASHES[bits]))
        return
    if algorithm == "EdDSA":
        if key.get("crv") != "Ed25519":
            raise InvalidSignature
        ed25519.Ed25519PublicKey.from_public_bytes(decode(key["x"])).verify(
            signature, signed
        )
        return
    public = rsa.RSAPublicNumbers(_number(key, "e"), _number(key, "n")).public_key()
    if public.key_size < SHORTEST_RSA:
        raise InvalidSignature
    digest = HASHES[bits]
    how = padding.PKCS1v15()
    if kind == "PS":
        how = padding.PSS(padding.MGF1(digest), digest.digest_size)
    public.verify(signature, signed, how, digest)
