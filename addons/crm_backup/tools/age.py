"""Encryption of files in the format of age (age-encryption.org/v1).

Whoever has the key opens such a file with the program ``age`` and needs neither Odoo
nor this code. It is written for streams: a file of any size passes through 64 KiB.

Alone, this file decrypts as well::

    python age.py --key KEY.txt < backup.tar.age > backup.tar
    python age.py --passphrase-file SECRET.txt < backup.tar.age > backup.tar
"""

import argparse
import base64
import io
import os
import sys
from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

CHUNK = 64 * 1024
# work of guessing a passphrase once: 2**17 × 1 KiB of memory
WORK = 17
# a file that asks for more of it is an attack on this machine
MAX_WORK = 20

_VERSION = b"age-encryption.org/v1"
_TAG = 16
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


class AgeError(ValueError):
    """A file, a key or a passphrase that does not fit."""


# -- keys ---------------------------------------------------------------------


def generate():
    """Return a new pair: (secret key, recipient), both str as age writes them."""
    key = X25519PrivateKey.generate()
    secret = _bech32("age-secret-key-", key.private_bytes_raw()).upper()
    return secret, _bech32("age", key.public_key().public_bytes_raw())


def parse_recipient(text):
    """Return the public key (bytes) of a recipient.

    :param str text: such as ``age1…``
    :raise AgeError: when it is none
    """
    return _parse_key(text.strip(), "age")


def parse_secrets(text):
    """Return the secret keys (list of bytes) in the text of a key file.

    :raise AgeError: when there is none
    """
    lines = [line.strip() for line in text.splitlines()]
    found = [
        _parse_key(line, "age-secret-key-")
        for line in lines
        if line and not line.startswith("#")
    ]
    if not found:
        raise AgeError("there is no AGE-SECRET-KEY in this file")
    return found


def _parse_key(text, prefix):
    if text.lower() != text and text.upper() != text:
        raise AgeError("mixed upper and lower case in a key")
    text = text.lower()
    head, _one, data = text.rpartition("1")
    if head != prefix or set(data) - set(_ALPHABET):
        raise AgeError(f"this is not a key that begins with {prefix}1")
    values = [_ALPHABET.index(char) for char in data]
    if _polymod(_expanded(prefix) + values) != 1:
        raise AgeError("this key has a typing error: its check characters differ")
    key = _regrouped(values[:-6], 5, 8, pad=False)
    if len(key) != 32:
        raise AgeError("this key has the wrong length")
    return bytes(key)


def _bech32(prefix, data):
    values = _regrouped(data, 8, 5, pad=True)
    rest = _polymod([*_expanded(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    check = [(rest >> 5 * (5 - place)) & 31 for place in range(6)]
    return prefix + "1" + "".join(_ALPHABET[value] for value in [*values, *check])


def _expanded(prefix):
    return [ord(char) >> 5 for char in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values):
    rest = 1
    for value in values:
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            if top >> bit & 1:
                rest ^= factor
    return rest


def _regrouped(values, width, target, *, pad):
    """Regroup a sequence of numbers of ``width`` bits into ones of ``target`` bits."""
    store, bits, found = 0, 0, []
    for value in values:
        store = store << width | value
        bits += width
        while bits >= target:
            bits -= target
            found.append(store >> bits & ((1 << target) - 1))
        store &= (1 << bits) - 1
    if pad and bits:
        found.append(store << (target - bits))
    elif not pad and (bits >= width or store):
        raise AgeError("this key has bits left over")
    return found


# -- headers ------------------------------------------------------------------


class Lock:
    """What one file is encrypted with: its key, and the header that wraps the key.

    :param bytes header: what the file begins with
    :param bytes key: 16 random bytes, used for this file alone
    """

    def __init__(self, header, key):
        self.header = header
        self.key = key

    @classmethod
    def for_recipients(cls, recipients):
        """Return a lock that each of some recipients (list of str) opens."""
        key = os.urandom(16)
        stanzas = []
        for recipient in recipients:
            public = parse_recipient(recipient)
            ephemeral = X25519PrivateKey.generate()
            share = ephemeral.public_key().public_bytes_raw()
            shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
            wrapping = _derive(shared, share + public, _VERSION + b"/X25519")
            stanzas.append(_stanza([b"X25519", _encode(share)], _wrap(wrapping, key)))
        if not stanzas:
            raise AgeError("there is nobody to encrypt for")
        return cls(_sealed(stanzas, key), key)

    @classmethod
    def for_passphrase(cls, passphrase, work=WORK):
        """Return a lock that a passphrase (str) opens."""
        if not passphrase:
            raise AgeError("the passphrase is empty")
        key, salt = os.urandom(16), os.urandom(16)
        wrapping = _stretched(passphrase, salt, work)
        head = [b"scrypt", _encode(salt), str(work).encode()]
        return cls(_sealed([_stanza(head, _wrap(wrapping, key))], key), key)


def unlock(file, *, secrets=(), passphrase=None):
    """Read the header of an encrypted file and return the file's key (bytes).

    :param file: binary file, at its beginning; afterwards at its payload
    :param secrets: secret keys (bytes) to try
    :param str passphrase: to try when the file was encrypted with one
    :raise AgeError: when nothing fits, or the header was changed
    """
    header, stanzas, mac = _read_header(file)
    for head, body in stanzas:
        key = _opened(head, body, secrets, passphrase)
        if key is None:
            continue
        if not compare_digest(_mac(header, key), mac):
            raise AgeError("the header of this file was changed")
        return key
    raise AgeError("this key or passphrase does not open this file")


def _opened(head, body, secrets, passphrase):
    """Return the file's key (bytes) out of one stanza, None when nothing fits."""
    if head[0] == b"scrypt" and len(head) == 3 and passphrase:
        work = int(head[2])
        if not 1 <= work <= MAX_WORK:
            raise AgeError("opening this file would take too much memory")
        return _unwrap(_stretched(passphrase, _decode(head[1]), work), body)
    if head[0] == b"X25519" and len(head) == 2:
        share = _decode(head[1])
        for secret in secrets:
            private = X25519PrivateKey.from_private_bytes(secret)
            shared = private.exchange(X25519PublicKey.from_public_bytes(share))
            public = private.public_key().public_bytes_raw()
            wrapping = _derive(shared, share + public, _VERSION + b"/X25519")
            key = _unwrap(wrapping, body)
            if key is not None:
                return key
    return None


def _read_header(file):
    """Return (header to its mark, list of (head, body), mac) of an encrypted file."""
    lines, stanzas = [], []
    if _line(file, lines) != _VERSION:
        raise AgeError("this file is not encrypted in the format of age")
    while True:
        line = _line(file, lines)
        if line.startswith(b"--- "):
            header = b"\n".join([*lines[:-1], b"---"])
            return header, stanzas, _decode(line[4:])
        if not line.startswith(b"-> "):
            raise AgeError("the header of this file is damaged")
        body = b""
        while True:
            part = _line(file, lines)
            body += part
            if len(part) < 64:
                break
        stanzas.append((line[3:].split(b" "), _decode(body)))


def _line(file, lines):
    line = file.readline(4096)
    if not line.endswith(b"\n") or len(lines) > 1000:
        raise AgeError("this file is not encrypted in the format of age")
    lines.append(line[:-1])
    return lines[-1]


def _sealed(stanzas, key):
    header = b"\n".join([_VERSION, *stanzas, b"---"])
    return header + b" " + _encode(_mac(header, key)) + b"\n"


def _stanza(head, body):
    text = _encode(body)
    lines = [text[at : at + 64] for at in range(0, len(text) + 1, 64)]
    return b"-> " + b" ".join(head) + b"\n" + b"\n".join(lines)


def _mac(header, key):
    found = hmac.HMAC(_derive(key, b"", b"header"), hashes.SHA256())
    found.update(header)
    return found.finalize()


def _wrap(wrapping, key):
    return ChaCha20Poly1305(wrapping).encrypt(bytes(12), key, None)


def _unwrap(wrapping, body):
    try:
        return ChaCha20Poly1305(wrapping).decrypt(bytes(12), body, None)
    except InvalidTag:
        return None


def _derive(secret, salt, info):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def _stretched(passphrase, salt, work):
    return Scrypt(_VERSION + b"/scrypt" + salt, 32, 2**work, 8, 1).derive(
        passphrase.encode()
    )


def _encode(data):
    return base64.b64encode(data).rstrip(b"=")


def _decode(text):
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise AgeError("the header of this file is damaged") from None


# -- payload ------------------------------------------------------------------


class Writer(io.RawIOBase):
    """Encrypts what is written into it; :meth:`finish` writes the end.

    A file without its end is refused by every reader.

    :param file: binary file
    :param Lock lock: with what
    """

    def __init__(self, file, lock):
        super().__init__()
        self.file = file
        nonce = os.urandom(16)
        self.cipher = ChaCha20Poly1305(_derive(lock.key, nonce, b"payload"))
        self.number = 0
        self.rest = bytearray()
        file.write(lock.header + nonce)

    def writable(self):
        """Return True: a file to write into."""
        return True

    # pylint: disable-next=method-required-super; a file, no model
    def write(self, data):
        """Take in bytes; return how many."""
        self.rest += data
        # the last chunk carries a mark: a full one waits until there is more
        while len(self.rest) > CHUNK:
            self._chunk(bytes(self.rest[:CHUNK]), last=False)
            del self.rest[:CHUNK]
        return len(data)

    def finish(self):
        """Write the last chunk."""
        self._chunk(bytes(self.rest), last=True)
        self.rest.clear()

    def _chunk(self, data, *, last):
        self.file.write(self.cipher.encrypt(_nonce(self.number, last), data, None))
        self.number += 1


class Reader(io.RawIOBase):
    """Decrypts a file while it is read, refusing what was changed or cut short.

    :param file: binary file, at its payload (see :func:`unlock`)
    :param bytes key: the file's key
    """

    def __init__(self, file, key):
        super().__init__()
        self.file = file
        nonce = _exactly(file, 16)
        if len(nonce) < 16:
            raise AgeError("this file was cut short")
        self.cipher = ChaCha20Poly1305(_derive(key, nonce, b"payload"))
        self.number = 0
        self.ahead = _exactly(file, CHUNK + _TAG)
        self.clear = b""
        self.done = False

    def readable(self):
        """Return True: a file to read from."""
        return True

    def readinto(self, buffer):
        """Fill a buffer with decrypted bytes; return how many, 0 at the end.

        :raise AgeError: when the file was changed or cut short
        """
        while not self.clear and not self.done:
            chunk, self.ahead = self.ahead, _exactly(self.file, CHUNK + _TAG)
            self.done = not self.ahead
            try:
                self.clear = self.cipher.decrypt(
                    _nonce(self.number, self.done), chunk, None
                )
            except InvalidTag:
                raise AgeError("this file was changed or cut short") from None
            self.number += 1
        size = min(len(buffer), len(self.clear))
        buffer[:size], self.clear = self.clear[:size], self.clear[size:]
        return size


def _nonce(number, last):
    return number.to_bytes(11, "big") + bytes([last])


def _exactly(file, size):
    found = b""
    while len(found) < size:
        part = file.read(size - len(found))
        if not part:
            break
        found += part
    return found


# -- alone --------------------------------------------------------------------


def main():
    """Decrypt standard input to standard output."""
    parser = argparse.ArgumentParser(description="decrypt a file encrypted by age")
    parser.add_argument("--key", help="file with an AGE-SECRET-KEY")
    parser.add_argument("--passphrase-file", help="file with the passphrase")
    options = parser.parse_args()
    try:
        secrets, passphrase = (), None
        if options.key:
            with open(options.key, encoding="utf-8") as file:
                secrets = parse_secrets(file.read())
        if options.passphrase_file:
            with open(options.passphrase_file, encoding="utf-8") as file:
                passphrase = file.read().rstrip("\r\n")
        key = unlock(sys.stdin.buffer, secrets=secrets, passphrase=passphrase)
        reader = Reader(sys.stdin.buffer, key)
        while part := reader.read(CHUNK):
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
    except (AgeError, OSError) as error:
        sys.exit(f"age: {error}")


if __name__ == "__main__":
    main()
