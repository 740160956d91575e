import hashlib
import json
import random
import re

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged

from ..tools import gate, page_token, schema
from .common import CONTACT, FormCase, document

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


class PublicCase(FormCase, HttpCase):
    """Visitors, over HTTP and without a session."""

    def setUp(self):
        super().setUp()
        for counter in (gate.PAGES, gate.SUBMISSIONS):
            counter.until = 0

    def page(self, form, **options):
        return self.url_open(f"/crm/form/{form.token}", **options)

    def data(self, form, **options):
        """Return what the page of a form carries (dict)."""
        text = self.page(form, **options).text
        found = re.search(r'type="application/json"[^>]*>(.*?)</script>', text, re.S)
        return json.loads(found[1])

    def send(self, form, values, uploads=(), **more):
        """Submit over HTTP; return status and what the page is told."""
        payload = {"token": self._token(form), "values": values, "trap": "", **more}
        return self.post(form, {"payload": json.dumps(payload)}, uploads)

    def post(self, form, fields, uploads=()):
        files = [(f"file_{key}", (name, data)) for key, name, data in uploads]
        # a part at least, so that it is sent in parts
        files = files or [("none", (None, b""))]
        response = self.url_open(
            f"/crm/form/{form.token}/submit", data=fields, files=files
        )
        return response.status_code, response.json()


@tagged("post_install", "-at_install")
class TestPublic(PublicCase):
    def test_page(self):
        """The page needs no session and makes none; nothing in it is inline.

        Covers: L10."""
        response = self.page(self.form)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("session_id", response.headers.get("Set-Cookie", ""))
        policy = response.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("frame-ancestors 'self'", policy)
        self.assertNotIn("unsafe", policy)
        nonce = re.search(r"nonce-([\w-]+)", policy)[1]
        scripts = re.findall(r"<script[^>]*>", response.text)
        self.assertEqual(len(scripts), 4)
        self.assertTrue(all(f'nonce="{nonce}"' in script for script in scripts))
        self.assertNotIn(" style=", response.text)
        self.assertNotIn(nonce, self.page(self.form).text)

    def test_private(self):
        """What concerns only ourselves is not in the page. Covers: L10."""
        text = self.page(self.form).text
        self.assertNotIn("contact_name", text)
        self.assertNotIn(self.sam.name, text.replace("Same", ""))

    def test_nothing_to_find(self):
        """Drafts, deleted and invented forms answer alike. Covers: L10."""
        draft = self.env["crm.web.form"].with_user(self.manager).create({"name": "D"})
        known = self.url_open(f"/crm/form/{draft.token}")
        never = self.url_open("/crm/form/AAAAAAAAAAAAAAAA")
        self.assertEqual((known.status_code, never.status_code), (404, 404))
        self.assertEqual(known.text, never.text)
        status, found = self.send(self.form, CONTACT)
        self.assertEqual((status, found["ok"]), (200, True))
        for form in (draft, draft.new({"token": "AAAAAAAAAAAAAAAA"})):
            status, found = self.post(form, {"payload": "{}"})
            self.assertEqual((status, found), (404, {"error": "closed"}))
        self.assertGreaterEqual(len(draft.token), 16)

    def test_language(self):
        """The page speaks the visitor's language, or the form's. Covers: L10."""
        for code in ("zh_CN", "en_US"):
            self.env["res.lang"]._activate_lang(code)
        headers = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
        page = self.page(self.form, headers=headers)
        self.assertIn('lang="zh-CN"', page.text)
        page = self.page(self.form, headers={"Accept-Language": "en-GB"})
        self.assertIn('lang="en-US"', page.text)
        form = self._form(self.manager, document(language="zh_CN"))
        page = self.page(form, headers={"Accept-Language": "en-GB"})
        self.assertIn('lang="zh-CN"', page.text)

    def test_published_version(self):
        """Visitors see what was published, not the draft. Covers: L10."""
        self.form.save_design(document(title="New Title"), self.form.revision)
        self.assertEqual(self.data(self.form)["content"]["settings"]["title"], "Ask Us")
        self.assertTrue(self.form.is_changed)
        self.form.action_publish()
        found = self.data(self.form)["content"]["settings"]
        self.assertEqual(found["title"], "New Title")

    def test_old_page(self):
        """Who opened the page before it was published anew is understood.

        Covers: L10."""
        token = self._token(self.form)
        less = [part for part in document()["elements"] if part["id"] != "interest"]
        self.form.save_design(document(less), self.form.revision)
        self.form.action_publish()
        values = {**CONTACT, "interest": ["a"]}
        status, _found = self.send(self.form, values, token=token)
        self.assertEqual(status, 200)
        status, _found = self.send(self.form, values)
        self.assertEqual(status, 422, "a new page does not ask this")

    def test_open_and_close(self):
        """Before and after its time, and when it is full, a form says so.

        Covers: L10."""
        for values in (
            {"date_open": "2099-01-01"},
            {"date_close": "2020-01-01"},
            {"max_answers": 1},
        ):
            form = self._form(self.manager, document(), **values)
            if "max_answers" in values:
                self.assertEqual(self.send(form, CONTACT)[0], 200)
            token = self._token(form)
            self.assertTrue(self.data(form)["closed"])
            status, found = self.send(form, CONTACT, token=token)
            self.assertEqual(status, 422)
            self.assertTrue(found["text"])
        self.form.action_close()
        self.assertTrue(self.data(self.form)["closed"])
        self.form.action_reopen()
        self.assertFalse(self.data(self.form)["closed"])

    def test_spam(self):
        """Programs are turned away by trap, time, token and number. Covers: L10."""
        self.assertEqual(self.send(self.form, CONTACT, trap="x")[0], 200)
        self.assertFalse(self._answers(self.form), "and do not learn of it")
        slow = self._form(self.manager, document(), min_seconds=30)
        status, found = self.send(slow, CONTACT)
        self.assertEqual((status, found["error"]), (422, "wait"))
        self.assertLessEqual(found["wait"], 30)
        other = self._form(self.manager, document())
        for token in (
            None,
            "",
            "x",
            "1.2.3.4",
            self._token(self.form) + "0",
            self._token(other),
            self._token(self.form, age=page_token.VALID_SECONDS + 60),
            self._token(self.form, age=-3600),
            ["a"],
            "é" * 20,
        ):
            status, found = self.send(self.form, CONTACT, token=token)
            self.assertEqual((status, found["error"]), (422, "expired"), token)
            self.assertTrue(found["token"], "the page gets another one")
        self.assertFalse(self._answers(self.form))
        few = self._form(self.manager, document(), limit_per_hour=2)
        results = [
            self.send(few, {**CONTACT, "person": str(number)})[1].get("error")
            for number in range(4)
        ]
        self.assertEqual(results, [None, None, "limit", "limit"])
        figures = few.with_user(self.manager).get_statistics()["refused"]
        self.assertEqual(sum(part["count"] for part in figures), 2)

    def test_limit_of_a_network(self):
        """Whoever has a whole network of addresses is one visitor; none is kept.

        Covers: L10."""
        limits = self.env["crm.web.form.limit"]
        for address, is_admitted in (
            ("2001:db8::1", True),
            ("2001:db8::2", False),
            ("2001:db8:0:1::1", True),
            ("203.0.113.1", True),
            ("::ffff:203.0.113.1", False),
            ("203.0.113.2", True),
            ("", True),
        ):
            found = limits._crm_admit(self.form.id, address, 1)
            self.assertEqual(found, is_admitted, address)
        # what anybody could compute for all addresses there are
        plain = f"{self.form.id}|203.0.113.1|{self.env.cr.dbname}"
        digest = hashlib.sha256(plain.encode()).hexdigest()
        self.assertFalse(limits.search([("key", "=", digest)]))

    def test_flood(self):
        """One address cannot keep the server busy. Covers: L10."""
        gate.SUBMISSIONS.per_source, before = 3, gate.SUBMISSIONS.per_source
        try:
            found = [self.post(self.form, {"payload": "x"})[0] for _try in range(5)]
        finally:
            gate.SUBMISSIONS.per_source = before
        self.assertEqual(found, [422, 422, 422, 429, 429])

    def test_unique(self):
        """An answer that may be given once is refused the second time. Covers: L10."""
        elements = [{**part} for part in document()["elements"]]
        elements[2]["unique"] = True
        form = self._form(self.manager, document(elements))
        self.assertEqual(self.send(form, CONTACT)[0], 200)
        status, found = self.send(form, {**CONTACT, "person": "Li"})
        self.assertEqual((status, found["errors"]), (422, {"mobile": "used"}))
        self.assertEqual(len(self._answers(form)), 1)

    def test_files(self):
        """Only the kinds, sizes and numbers of files that are asked for.

        Covers: L10."""
        for uploads, code in (
            ([("paper", "a.png", b"<svg onload=alert(1)>")], "file_kind"),
            ([("paper", "a.png", b"<html><script>1</script>")], "file_kind"),
            ([("paper", "a.txt", b"hello <b>world</b>")], "file_kind"),
            ([("paper", "a.png", b"MZ\x90\x00")], "file_kind"),
            ([("paper", "a.sh", b"#!/bin/sh\nrm -rf /")], "file_kind"),
            ([("paper", "a.zip", b"PK\x03\x04nothing")], "file_kind"),
            ([("paper", "a.png", b"")], "file_kind"),
            ([("paper", "a.png", PNG + b"0" * 10 * 1024 * 1024)], "file_size"),
            ([("paper", "a.png", PNG)] * 3, "many"),
        ):
            status, found = self.send(self.form, CONTACT, uploads)
            self.assertEqual((status, found["errors"]), (422, {"paper": code}))
        status, found = self.send(self.form, CONTACT, [("person", "a.png", PNG)])
        self.assertEqual(status, 422)
        status, found = self.send(self.form, CONTACT, [("nobody", "a.png", PNG)])
        self.assertEqual((status, found["error"]), (422, "invalid"))
        status, found = self.send(self.form, {**CONTACT, "paper": ["made up.png"]})
        self.assertEqual(status, 200)
        self.assertNotIn("paper", self._answers(self.form).content)

    def test_download(self):
        """Files are downloaded, never shown, and only by those who see the answer.

        Covers: L10."""
        self.send(self.form, CONTACT, [("paper", "a.png", PNG)])
        self._work()
        file = self._answers(self.form).attachment_ids
        url = f"/web/content/{file.id}"
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("sam", "sam")
        response = self.url_open(url)
        self.assertEqual(response.content, PNG)
        self.assertEqual(response.headers["Content-Type"], "application/x-download")
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.authenticate("xia", "xia")
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_scanner(self):
        """A virus scanner can refuse a file. Covers: L10."""
        self.patch(type(self.form), "_crm_scan_file", lambda form, name, data: "EICAR")
        found = self.send(self.form, CONTACT, [("paper", "a.png", PNG)])
        self.assertEqual(found, (422, found[1]))
        self.assertEqual(found[1]["errors"], {"paper": "file_kind"})

    def test_redirect(self):
        """People are sent only where the administrator allows it. Covers: L10."""
        hosts = frozenset({"shop.example.com"})
        for url in ("/thanks", "/a?b=c#d", "https://shop.example.com/x"):
            self.assertTrue(schema.is_safe_redirect(url, hosts), url)
        for url in (
            "//evil.example.com",
            "/\\evil.example.com",
            "https://evil.example.com",
            "http://shop.example.com",
            "https://shop.example.com@evil.example.com",
            "https://shop.example.com:8443/",
            "https://shop.example.com.evil.example.org/",
            "javascript:alert(1)",
            "data:text/html,x",
            "/a b",
            " /a",
            "/a\n//b",
            "https://[",
            "",
        ):
            self.assertFalse(schema.is_safe_redirect(url, hosts), url)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("crm_web_form.redirect_hosts", "shop.example.com")
        content = document(redirect_url="https://shop.example.com/x")
        form = self._form(self.manager, content)
        self.assertTrue(self.send(form, CONTACT)[1]["redirect"])
        parameters.set_param("crm_web_form.redirect_hosts", "")
        self.assertFalse(self.send(form, CONTACT)[1]["redirect"])

    def test_frames(self):
        """Only the pages that the form names may show it. Covers: L10."""
        self.form.embed_origins = "https://www.example.com\nhttps://*.example.org"
        policy = self.page(self.form).headers["Content-Security-Policy"]
        self.assertIn(
            "frame-ancestors 'self' https://www.example.com https://*.example.org",
            policy,
        )
        for origin in (
            "*",
            "example.com",
            "https://www.example.com/c",
            "https://example.com;script-src *",
            "javascript:x",
            "https://example.com https",
            "'unsafe-inline'",
        ):
            with self.assertRaises(ValidationError, msg=origin):
                self.form.embed_origins = origin

    def test_embed_script(self):
        """The script for other sites can be loaded from anywhere. Covers: L10."""
        response = self.url_open("/crm/form/embed.js")
        self.assertEqual(response.status_code, 200)
        self.assertIn("javascript", response.headers["Content-Type"])
        self.assertNotIn("Set-Cookie", response.headers)
        codes = self.form.get_embed_codes()
        self.assertIn(self.form.token, codes["snippet"])
        named = self._form(self.manager, document(), name='"><script>alert(1)</script>')
        self.assertNotIn("<script>alert", "".join(named.get_embed_codes().values()))

    def test_views(self):
        """Views and answers make the rate of conversion. Covers: L10."""
        for _view in range(4):
            self.page(self.form)
        self.send(self.form, CONTACT)
        self.form.invalidate_recordset()
        self.assertEqual((self.form.view_count, self.form.answer_count), (4, 1))
        self.assertEqual(self.form.conversion, 0.25)

    def test_payloads(self):
        """What is no submission is refused, whatever it is. Covers: L10."""
        token = self._token(self.form)
        deep = "[" * 100_000
        for payload in (
            "",
            "x",
            "[]",
            "null",
            "{}",
            deep,
            json.dumps({"token": token, "values": []}),
            json.dumps({"token": token, "values": CONTACT, "more": 1}),
            json.dumps({"token": token, "values": {**CONTACT, "nobody": 1}}),
            json.dumps({"token": token, "values": {**CONTACT, "firm": "a\x00b"}}),
            json.dumps({"token": token, "values": {**CONTACT, "firm": "\ud800"}}),
            json.dumps({"token": token, "values": {**CONTACT, "firm": {"a": 1}}}),
            json.dumps({"token": token, "values": {**CONTACT, "interest": [["a"]]}}),
            json.dumps({"token": token, "values": CONTACT, "utm": []}),
            f'{{"token": "{token}", "values": {{"score": NaN}}}}',
            f'{{"token": "{token}", "values": {{"score": {"9" * 5000}}}}}',
            json.dumps({"token": token, "values": {"person": "a" * 300_000}}),
        ):
            status, found = self.post(self.form, {"payload": payload})
            self.assertEqual(status, 422, payload[:100])
            self.assertEqual(found["error"], "invalid", payload[:100])
        self.assertFalse(self._answers(self.form))

    def test_fuzz(self):
        """400 submissions made of anything: no error, nothing but what was asked.

        Covers: L10."""
        self.form.sudo().limit_per_hour = 0
        gate.SUBMISSIONS.until = 0
        asked = [part["id"] for part in document()["elements"]]
        for seed in range(400):
            dice = random.Random(seed)  # noqa: S311
            values = {
                dice.choice([*asked, *asked, "nobody"]): anything(dice)
                for _value in range(dice.randint(0, 8))
            }
            if dice.random() < 0.5:
                values = {**CONTACT, **values}
            token = self._token(self.form) if dice.random() < 0.9 else anything(dice)
            payload = json.dumps({"token": token, "values": values, "trap": ""})
            if dice.random() < 0.1:
                cut = dice.randint(0, len(payload))
                payload = payload[:cut] + dice.choice(["", "}", "\u202e", '"'])
            response = self.url_open(
                f"/crm/form/{self.form.token}/submit",
                data={"payload": payload.encode("utf-8", "replace")},
            )
            self.assertIn(response.status_code, (200, 422), (seed, response.text))
            self.assertLessEqual(
                response.json().keys(), {"ok", "message", "redirect", "errors"} | ERROR
            )
        answers = self._answers(self.form)
        self.assertTrue(answers)
        for answer in answers:
            self.assertLessEqual(set(answer.content), set(asked))
        self._work()
        self.assertEqual(set(answers.mapped("state")), {"done"})


ERROR = {"error", "text", "token", "wait"}
PIECES = (
    "'; DROP TABLE crm_lead; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${7*7}",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "\u202egnp.exe",
    "\x00",
    "\x1b[31m",
    "\ud83d",
    "😀" * 50,
    "%s%s%n",
    "a" * 6000,
    "13800138000",
    "a@example.com",
    "__class__",
)


def anything(dice, depth=0):
    """Return any JSON value."""
    kind = dice.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return dice.choice(PIECES)
    if kind == 3:
        return dice.choice([0, -1, 3, 2**63, 1e308, 0.1])
    if kind == 4:
        return dice.choice([True, False, None])
    if kind == 5:
        return ""
    if kind < 8:
        return [anything(dice, depth + 1) for _part in range(dice.randint(0, 4))]
    return {dice.choice(PIECES): anything(dice, depth + 1)}
