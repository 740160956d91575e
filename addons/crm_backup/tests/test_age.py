import base64
import io

from odoo.tests import BaseCase, tagged

from ..tools import age

# made by the program age 1.1.1 of Debian, from "给运维的备份\n"
KEY = "AGE-SECRET-KEY-125VEJV4HGFG3QD3G0JYW3H6ZJG754UYVWC2UCWA2K4Y2N9GH94MSTPN56D"
FOR_KEY = """
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBON3NQeVZuUWlnQmhDWlNPdkFVQ1lxNjErUmJL
T1RqT0c2SHpQaERIMWlRCmI2aEw2dTJqcCtkTEswN3RmcHFnZWVneE1wV2xRdXpKZkxkVzVKNzhuSDQK
LS0tIEswV2lmYkovaWloQkl2eFFCRmptUVNrMjVNK3cyUjVtOGhCbGN1anhsRjQK/H0DTkRUvKqlyP2G
8m4nnLMMOF6y3kjoH8VCkmBCtabpHKPrlxNSTyvYzeUHnIGX8Bhh
"""
PASSPHRASE = "每晚两点自动备份一次"
FOR_PASSPHRASE = """
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCAxcTBUeTNPa3Ftem1nVlpMWWdkU1RnIDE4CmRZ
SmFyS3hFNG5JRmlmdnc2OG5yeVlLWFlCZ0dLZ0RsVDV1UmloZnB0b00KLS0tIG9MaXBOcjJwSG8yWDd2
YjNGcVBuUmpnS1dQeEVEbVg4cDYzUW1GVjg4ZFEKdDGcRFpSKjvSj4lBNUNblhJJv7n4JObjTA4vT1G2
M7zDCk+zWG6qhqLrtMOVnoVpf7Ir
"""
TEXT = "给运维的备份\n".encode()
SIZES = (0, 1, age.CHUNK - 1, age.CHUNK, age.CHUNK + 1, 3 * age.CHUNK, 200_000)


def _encrypted(data, lock):
    file = io.BytesIO()
    writer = age.Writer(file, lock)
    for at in range(0, len(data), 10_007):
        writer.write(data[at : at + 10_007])
    writer.finish()
    return file.getvalue()


def _decrypted(data, **how):
    file = io.BytesIO(data)
    return io.BufferedReader(age.Reader(file, age.unlock(file, **how))).read()


@tagged("post_install", "-at_install")
class TestAge(BaseCase):
    """Archives are encrypted in a format that other programs read."""

    def test_of_the_program(self):
        """What the program age has encrypted is read.

        Covers: B20.
        """
        secrets = age.parse_secrets(f"# created: today\n{KEY}\n")
        self.assertEqual(
            _decrypted(base64.b64decode(FOR_KEY), secrets=secrets),
            TEXT,
        )
        self.assertEqual(
            _decrypted(base64.b64decode(FOR_PASSPHRASE), passphrase=PASSPHRASE), TEXT
        )

    def test_any_size(self):
        """Files of every size come back, with a key of several or a passphrase.

        Covers: B20.
        """
        secret, recipient = age.generate()
        other_secret, other = age.generate()
        for size in SIZES:
            data = bytes(range(256)) * (size // 256 + 1)
            data = data[:size]
            locked = _encrypted(data, age.Lock.for_recipients([recipient, other]))
            for one in (secret, other_secret):
                self.assertEqual(
                    _decrypted(locked, secrets=age.parse_secrets(one)), data
                )
            locked = _encrypted(data, age.Lock.for_passphrase("一句很长的口令", 4))
            self.assertEqual(_decrypted(locked, passphrase="一句很长的口令"), data)

    def test_refused(self):
        """A wrong key, a changed byte and a cut file are refused, wherever.

        Covers: B20.
        """
        secret, recipient = age.generate()
        secrets = age.parse_secrets(secret)
        locked = _encrypted(b"x" * 150_000, age.Lock.for_recipients([recipient]))
        with self.assertRaises(age.AgeError):
            _decrypted(locked, secrets=age.parse_secrets(age.generate()[0]))
        with self.assertRaises(age.AgeError):
            _decrypted(locked, passphrase="x")
        for at in (0, 30, 60, 120, 190, 230, 70_000, len(locked) - 1):
            changed = bytearray(locked)
            changed[at] ^= 1
            with self.assertRaises(age.AgeError, msg=at):
                _decrypted(bytes(changed), secrets=secrets)
        for size in (0, 20, 180, 220, 65_800, 140_000, len(locked) - 1):
            with self.assertRaises(age.AgeError, msg=size):
                _decrypted(locked[:size], secrets=secrets)
        # chunks that change places
        chunk = age.CHUNK + 16
        start = len(locked) - (150_000 + 3 * 16)
        swapped = (
            locked[:start]
            + locked[start + chunk : start + 2 * chunk]
            + locked[start : start + chunk]
            + locked[start + 2 * chunk :]
        )
        with self.assertRaises(age.AgeError):
            _decrypted(swapped, secrets=secrets)

    def test_keys(self):
        """A typing error in a key is noticed.

        Covers: B20.
        """
        secret, recipient = age.generate()
        for wrong in (
            "",
            "age1",
            recipient[:-1],
            recipient[:-1] + ("q" if recipient[-1] != "q" else "p"),
            recipient.replace("age1", "abc1"),
            recipient[:10] + recipient[10:].upper(),
            secret,
        ):
            with self.assertRaises(age.AgeError, msg=wrong):
                age.parse_recipient(wrong)
        for wrong in ("", "# nothing\n", recipient):
            with self.assertRaises(age.AgeError, msg=wrong):
                age.parse_secrets(wrong)

    def test_greedy(self):
        """A file that asks for all of the memory is refused.

        Covers: B20.
        """
        lock = age.Lock.for_passphrase("一句很长的口令", 4)
        greedy = lock.header.replace(b" 4\n", b" 30\n")
        with self.assertRaises(age.AgeError):
            _decrypted(greedy, passphrase="一句很长的口令")
