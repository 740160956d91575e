"""A provider of OpenID Connect on 127.0.0.1 that tests make honest or not."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

CLIENT = "crm-suite"
SECRET = "a secret: of the client & more"
REALM = "/realms/company"


def b64(data):
    """Return base64url without padding (str)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value):
    """Return a number as keys carry it (str)."""
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class RsaKey:
    """An RSA key pair with a name."""

    def __init__(self, kid="key-1", bits=2048):
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=bits)

    def public(self, **more):
        """Return the public key as the provider tells it (dict)."""
        numbers = self.private.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "kid": self.kid,
            "use": "sig",
            "n": number(numbers.n),
            "e": number(numbers.e),
        }
        return {**key, **more}

    def pem(self):
        """Return the public key as a text (bytes) that everybody may know."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )

    def sign(self, algorithm, data):
        """Sign with PKCS #1 v1.5 or PSS."""
        digest = {
            "256": hashes.SHA256(),
            "384": hashes.SHA384(),
            "512": hashes.SHA512(),
        }[algorithm[2:]]
        how = padding.PKCS1v15()
        if algorithm.startswith("PS"):
            how = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return self.private.sign(data, how, digest)


class EcKey:
    """A key pair on the curve P-256."""

    def __init__(self, kid="ec-1"):
        self.kid = kid
        self.private = ec.generate_private_key(ec.SECP256R1())

    def public(self):
        """Return the public key as the provider tells it (dict)."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "kid": self.kid,
            "x": b64(numbers.x.to_bytes(32, "big")),
            "y": b64(numbers.y.to_bytes(32, "big")),
        }

    def sign(self, _algorithm, data):
        """Sign as JWS wants it: two numbers of fixed length."""
        made = self.private.sign(data, ec.ECDSA(hashes.SHA256()))
        first, second = utils.decode_dss_signature(made)
        return first.to_bytes(32, "big") + second.to_bytes(32, "big")


class EdKey:
    """A key pair on the curve Ed25519."""

    def __init__(self, kid="ed-1"):
        self.kid = kid
        self.private = ed25519.Ed25519PrivateKey.generate()

    def public(self):
        """Return the public key as the provider tells it (dict)."""
        raw = self.private.public_key().public_bytes_raw()
        return {"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "x": b64(raw)}

    def sign(self, _algorithm, data):
        """Sign."""
        return self.private.sign(data)


def token(claims, sign, **header):
    """Return a signed token (str); ``sign`` makes the signature of the bytes."""
    head = b64(json.dumps({"typ": "JWT", **header}).encode())
    signed = f"{head}.{b64(json.dumps(claims).encode())}"
    return f"{signed}.{b64(sign(signed.encode()))}"


def unsigned(claims, _key):
    """A token that says that it needs no signature."""
    return token(claims, lambda _data: b"", alg="none")


def shared_secret(claims, key):
    """A token "signed" with the public key, as if that were a shared secret."""
    return token(
        claims,
        lambda data: hmac.digest(key.pem(), data, "sha256"),
        alg="HS256",
        kid=key.kid,
    )


def honest(claims, key, algorithm="RS256"):
    """A token as it must be."""
    return token(
        claims, lambda data: key.sign(algorithm, data), alg=algorithm, kid=key.kid
    )


class Provider:
    """A provider; the attributes say who logs in and how it misbehaves.

    :ivar dict person: claims of whoever logs in there
    :ivar dict lies: claims that replace the right ones; None leaves one out
    :ivar make: makes the token of (claims, key)
    :ivar list keys: what it signs with (the first) and what it tells
    :ivar dict answers: by path, a function of the handler that answers instead
    :ivar list seen: the paths that were called
    """

    def __init__(self):
        self.person = {"sub": "subject-1", "preferred_username": "seller"}
        self.lies = {}
        self.make = honest
        self.keys = [RsaKey()]
        self.answers = {}
        self.document = {}
        self.seen = []
        self.codes = {}
        self.more = {}
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.http.server_address[1]}{REALM}"

    def stop(self):
        """Be down."""
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(5)

    # ------------------------------------------------------------
    # WHAT IT ANSWERS
    # ------------------------------------------------------------

    def discovery(self):
        """Return the document about itself (dict)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/certs",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
            **self.document,
        }

    def authorize(self, query):
        """Let the person log in; return the address to go back to (str)."""
        if query["response_type"] != "code" or query["client_id"] != CLIENT:
            raise ValueError("client")
        if query["code_challenge_method"] != "S256":
            raise ValueError("PKCE")
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.issuer, **self.more}
        back = {name: value for name, value in back.items() if value is not None}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def exchange(self, form, authorization):
        """Return status (int) and answer (dict) for a code."""
        expected = base64.b64encode(
            b"crm-suite:a%20secret%3A%20of%20the%20client%20%26%20more"
        ).decode()
        if authorization != f"Basic {expected}" and form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code"), None)
        if not asked or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "azp": CLIENT,
            "exp": int(time.time()) + 300,
            "iat": int(time.time()),
            "nonce": asked["nonce"],
            **self.person,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {
            "access_token": "opaque",
            "token_type": "Bearer",
            "id_token": self.make(claims, self.keys[0]),
        }


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            self._serve(parts.path, _first(parts.query), None)

        def do_POST(self):
            length = int(self.headers.get("Content-Length") or 0)
            form = _first(self.rfile.read(length).decode())
            self._serve(self.path, {}, form)

        def _serve(self, path, query, form):
            path = path.removeprefix(REALM)
            provider.seen.append(path)
            if path in provider.answers:
                provider.answers[path](self)
            elif path == "/.well-known/openid-configuration":
                self.reply(200, provider.discovery())
            elif path == "/certs":
                self.reply(200, {"keys": [key.public() for key in provider.keys]})
            elif path == "/auth":
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
            elif path == "/token" and form is not None:
                self.reply(*provider.exchange(form, self.headers.get("Authorization")))
            else:
                self.reply(404, {"error": "not_found"})

        def reply(self, status, document):
            """Send a JSON document, or bytes as they are."""
            body = document
            if not isinstance(body, bytes):
                body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Say nothing."""

    return Handler


def _first(query):
    return {name: values[0] for name, values in parse_qs(query).items()}
