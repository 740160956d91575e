import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged

from ..tools import robots
from . import server
from .common import ConnectCase


class Platform:
    """What the robots of the three platforms answer, as they document it."""

    secret = "SEC0123456789"

    def wecom(self, handler, seen):
        body = json.loads(seen["body"])
        if "key=good" not in seen["path"]:
            return self._says(handler, errcode=93000, errmsg="invalid webhook url")
        if body["msgtype"] != "markdown" or not body["markdown"]["content"]:
            return self._says(handler, errcode=40008, errmsg="invalid message type")
        if len(body["markdown"]["content"].encode()) > 4096:
            return self._says(handler, errcode=40058, errmsg="content too long")
        return self._says(handler, errcode=0, errmsg="ok")

    def dingtalk(self, handler, seen):
        query = parse_qs(urlsplit(seen["path"]).query)
        moment = query.get("timestamp", [""])[0]
        text = f"{moment}\n{self.secret}".encode()
        digest = hmac.new(self.secret.encode(), text, hashlib.sha256).digest()
        if query.get("sign") != [base64.b64encode(digest).decode()]:
            return self._says(handler, errcode=310000, errmsg="sign not match")
        body = json.loads(seen["body"])
        if not body["markdown"]["title"] or not body["markdown"]["text"]:
            return self._says(handler, errcode=400105, errmsg="missing text")
        return self._says(handler, errcode=0, errmsg="ok")

    def feishu(self, handler, seen):
        body = json.loads(seen["body"])
        key = f"{body.get('timestamp')}\n{self.secret}".encode()
        digest = hmac.new(key, b"", hashlib.sha256).digest()
        if body.get("sign") != base64.b64encode(digest).decode():
            return self._says(handler, code=19021, msg="sign match fail", data={})
        if not body["content"]["post"]["zh_cn"]["content"]:
            return self._says(handler, code=9499, msg="Bad Request", data={})
        return self._says(handler, code=0, msg="success", data={})

    def _says(self, handler, **document):
        handler.reply(200, json.dumps(document).encode())


@tagged("post_install", "-at_install")
class TestRobots(ConnectCase):
    """Group robots of WeCom, DingTalk and Feishu, against servers that speak so."""

    def _robot(self, kind, path="/robot?key=good", **values):
        self.server.always(getattr(Platform(), kind))
        secret = "" if kind == "wecom" else Platform.secret
        return self._webhook(
            "customer.created",
            kind=kind,
            url=self.server.url(path),
            new_secret=secret,
            **values,
        )

    def test_messages(self):
        """Each platform takes its message, signed where it signs. Covers: B21."""
        for kind in ("wecom", "dingtalk", "feishu"):
            with self.subTest(kind):
                robot = self._robot(
                    kind,
                    template="客户 {{display_name}}\n负责人 {{user_id}}",
                    field_ids=self._fields("res.partner", "user_id"),
                )
                customer = self._customer(self.sam, f"杭州{kind}科技")
                self._send()
                self.assertEqual(self._deliveries(robot).state, "sent", kind)
                said = self.server.seen[-1]["body"].decode()
                self.assertIn(f"杭州{kind}科技", said)
                self.assertIn("Sam", said)
                self.assertIn(f"/odoo/res.partner/{customer.id}", said)
                robot.active = False

    def test_refused(self):
        """A wrong key or signature is told in the platform's words. Covers: B21."""
        for kind, path, code in (
            ("wecom", "/robot?key=bad", "93000"),
            ("dingtalk", "/robot?access_token=x", "310000"),
            ("feishu", "/hook/x", "19021"),
        ):
            with self.subTest(kind):
                robot = self._robot(kind, path)
                robot.new_secret = "another one"
                self._customer(self.sam, kind)
                self._send()
                delivery = self._deliveries(robot)
                self.assertEqual(delivery.state, "dead", kind)
                self.assertIn(code, delivery.error)
                robot.active = False

    def test_slower(self):
        """When a platform says slower, the message waits. Covers: B21."""
        for kind, answer in (
            ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}),
            ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}),
            ("feishu", {"code": 11232, "msg": "frequency limited"}),
        ):
            with self.subTest(kind):
                robot = self._robot(kind)
                self.server.answers.append(server.says(answer))
                self._customer(self.sam, kind)
                self._send()
                delivery = self._deliveries(robot)
                self.assertEqual(delivery.state, "waiting")
                self._later(robot)
                self._send()
                self.assertEqual(delivery.state, "sent")
                robot.active = False

    def test_rate(self):
        """A robot sends 20 messages a minute, and the rest later. Covers: B21."""
        robot = self._robot("wecom")
        self.assertEqual(robot.rate_per_minute, 20)
        for index in range(30):
            self._customer(self.sam, f"客户 {index}")
        self._send()
        self.assertEqual(len(self.server.seen), 20)
        self._send()
        self.assertEqual(len(self.server.seen), 20)
        self._deliveries(robot).filtered("sent_at").write({"sent_at": "2020-01-01"})
        self._send()
        self.assertEqual(len(self.server.seen), 30)

    def test_answers(self):
        """What is no answer of the platform is no success. Covers: B21."""
        for answer in (
            server.status(200, b"<html>"),
            server.status(200, b"[]"),
            server.status(200, b'{"errcode": null}'),
            server.status(502),
        ):
            robot = self._robot("wecom")
            self.server.answers.append(answer)
            self._customer(self.sam)
            self._send()
            self.assertEqual(self._deliveries(robot).state, "waiting")
            robot.active = False

    def test_harmless(self):
        """A customer's name makes no link and calls nobody. Covers: B21."""
        robot = self._robot("dingtalk")
        self._customer(self.sam, "[领奖](http://evil.example.com) @all <b>")
        text = self._deliveries(robot).message["text"]
        for mark in ("[", "]", "@", "<", ">"):
            self.assertNotIn(mark, text)

    def test_long(self):
        """A long message is cut between characters. Covers: B21."""
        self.assertEqual(robots.shorten("短"), "短")
        cut = robots.shorten("长" * 5000)
        self.assertLessEqual(len(cut.encode()), robots.MESSAGE_LIMIT)
        self.assertTrue(cut.endswith("长…"))

    def test_old_feishu_answer(self):
        """Feishu's older answers are understood. Covers: B21."""
        robot = self._robot("feishu")
        self.server.answers.append(
            server.says({"StatusCode": 0, "StatusMessage": "success"})
        )
        self._customer(self.sam)
        self._send()
        self.assertEqual(self._deliveries(robot).state, "sent")
