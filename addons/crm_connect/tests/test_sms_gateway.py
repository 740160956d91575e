import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qsl, quote

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged

from ..tools import sms_providers
from ..tools.sms_api import SmsApiGateway
from . import server
from .common import ConnectCase

KEY, SECRET = "AKIDlocal", "local-secret"
CODE = "您的验证码是{code}，5分钟内有效。"


def encode(text):
    return quote(str(text), safe="-_.~")


class Aliyun:
    """Checks requests as the service does, written from its documentation."""

    def __init__(self, code="OK"):
        self.code = code
        self.got = []

    def __call__(self, handler, seen):
        given = dict(parse_qsl(seen["body"].decode(), keep_blank_values=True))
        signature = given.pop("Signature")
        query = "&".join(f"{encode(k)}={encode(given[k])}" for k in sorted(given))
        text = f"POST&%2F&{encode(query)}"
        digest = hmac.new(f"{SECRET}&".encode(), text.encode(), hashlib.sha1).digest()
        code = self.code
        if given["AccessKeyId"] != KEY:
            code = "InvalidAccessKeyId.NotFound"
        elif signature != base64.b64encode(digest).decode():
            code = "SignatureDoesNotMatch"
        self.got.append(given)
        document = {"Code": code, "Message": code, "RequestId": "1", "BizId": "2"}
        handler.reply(200 if code == "OK" else 400, json.dumps(document).encode())


class Tencent:
    """Checks requests as the service does, written from its documentation."""

    def __init__(self, code="Ok"):
        self.code = code
        self.got = []

    def __call__(self, handler, seen):
        headers, body = seen["headers"], seen["body"]
        self.got.append(json.loads(body))
        given = headers["authorization"]
        credential = given.split("Credential=")[1].split(",")[0]
        key, day, service, end = credential.split("/")
        names = given.split("SignedHeaders=")[1].split(",")[0]
        values = {**headers, "x-tc-action": headers["x-tc-action"].lower()}
        canonical = "POST\n/\n\n"
        canonical += "".join(f"{name}:{values[name]}\n" for name in names.split(";"))
        canonical += f"\n{names}\n{hashlib.sha256(body).hexdigest()}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        scope = f"{day}/{service}/{end}"
        text = f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{scope}\n{digest}"
        sign_key = f"TC3{SECRET}".encode()
        for part in (day, service, end):
            sign_key = hmac.new(sign_key, part.encode(), hashlib.sha256).digest()
        expected = hmac.new(sign_key, text.encode(), hashlib.sha256).hexdigest()
        if key != KEY or not given.endswith(f"Signature={expected}"):
            document = {"Error": {"Code": "AuthFailure.SignatureFailure"}}
        else:
            row = {"Code": self.code, "Message": self.code, "SerialNo": "1"}
            document = {"SendStatusSet": [row]}
        handler.reply(200, json.dumps({"Response": document}).encode())


class SmsCase(ConnectCase):
    def setUp(self):
        super().setUp()
        self.env["crm.sms.gateway"].search([]).active = False

    def _gateway(self, kind, service, **values):
        self.server.always(service)
        return self.env["crm.sms.gateway"].create(
            {
                "name": kind,
                "kind": kind,
                "url": self.server.url("/"),
                "key": KEY,
                "new_secret": SECRET,
                "sign_name": "云图科技",
                "app_id": "1400000000",
                "template_ids": [(0, 0, {"code": "SMS_1", "text": CODE})],
                **values,
            }
        )

    def _sms(self, body="您的验证码是123456，5分钟内有效。", number="+8613800000000"):
        sms = self.env["sms.sms"].create({"number": number, "body": body})
        sms.send(unlink_sent=False)
        return sms


@tagged("post_install", "-at_install")
class TestSmsGateway(SmsCase):
    """Odoo's text messages through the company's own service."""

    def test_aliyun(self):
        """A message goes out by its template, signed. Covers: B21, B23."""
        service = Aliyun()
        self._gateway("aliyun", service)
        sms = self._sms()
        self.assertEqual(sms.state, "pending")
        (got,) = service.got
        self.assertEqual(got["PhoneNumbers"], "13800000000")
        self.assertEqual(got["TemplateCode"], "SMS_1")
        self.assertEqual(json.loads(got["TemplateParam"]), {"code": "123456"})
        self.assertEqual(got["OutId"], sms.uuid)
        self.assertEqual(got["SignName"], "云图科技")

    def test_tencent(self):
        """A message goes out by its template, signed. Covers: B21, B23."""
        service = Tencent()
        self._gateway("tencent", service)
        sms = self._sms(number="13800000000")
        self.assertEqual(sms.state, "pending")
        (got,) = service.got
        self.assertEqual(got["PhoneNumberSet"], ["+8613800000000"])
        self.assertEqual(got["TemplateId"], "SMS_1")
        self.assertEqual(got["TemplateParamSet"], ["123456"])
        self.assertEqual(got["SessionContext"], sms.uuid)

    def test_any_service(self):
        """Any service takes signed JSON, also without a template. Covers: B21."""
        self._gateway("http", server.ok, template_ids=False)
        sms = self._sms("明天十点开会")
        self.assertEqual(sms.state, "pending")
        (seen,) = self.server.seen
        stamp = seen["headers"]["x-crm-timestamp"].encode()
        signed = hmac.new(SECRET.encode(), stamp + b"." + seen["body"], hashlib.sha256)
        self.assertEqual(
            seen["headers"]["x-crm-signature"], f"sha256={signed.hexdigest()}"
        )
        body = json.loads(seen["body"])
        self.assertEqual((body["to"], body["text"]), ("+8613800000000", "明天十点开会"))

    def test_public_example(self):
        """The example of the public documentation gives its signature. Covers: B21."""
        parameters = {
            "Timestamp": "2016-02-23T12:46:24Z",
            "Format": "XML",
            "AccessKeyId": "testid",
            "Action": "DescribeRegions",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
            "Version": "2014-05-26",
            "SignatureVersion": "1.0",
        }
        self.assertEqual(
            sms_providers.aliyun_signature(parameters, "testsecret", "GET"),
            "OLeaidS1JvxuMvnyHOwuJ+uX5qY=",
        )

    def test_failures(self):
        """What a service refuses has a name that Odoo knows. Covers: B21."""
        for kind, service, code, expected in (
            ("aliyun", Aliyun, "isv.MOBILE_NUMBER_ILLEGAL", "sms_number_format"),
            ("aliyun", Aliyun, "isv.AMOUNT_NOT_ENOUGH", "sms_credit"),
            ("aliyun", Aliyun, "isv.BUSINESS_LIMIT_CONTROL", "crm_limit"),
            ("aliyun", Aliyun, "isv.SMS_TEMPLATE_ILLEGAL", "crm_template"),
            ("aliyun", Aliyun, "isp.SYSTEM_ERROR", "sms_server"),
            (
                "tencent",
                Tencent,
                "LimitExceeded.PhoneNumberDailyLimit",
                "crm_limit",
            ),
            (
                "tencent",
                Tencent,
                "FailedOperation.InsufficientBalanceInSmsPackage",
                "sms_credit",
            ),
            (
                "tencent",
                Tencent,
                "InvalidParameterValue.IncorrectPhoneNumber",
                "sms_number_format",
            ),
        ):
            with self.subTest(code):
                gateway = self._gateway(kind, service(code))
                sms = self._sms()
                self.assertEqual((sms.state, sms.failure_type), ("error", expected))
                gateway.active = False

    def test_wrong_account(self):
        """A wrong secret is told as such. Covers: B21."""
        for kind, service in (("aliyun", Aliyun()), ("tencent", Tencent())):
            gateway = self._gateway(kind, service, new_secret="wrong")
            self.assertEqual(self._sms().failure_type, "sms_acc", kind)
            gateway.active = False

    def test_no_template(self):
        """Free text is not sent where only templates may be. Covers: B21."""
        service = Aliyun()
        self._gateway("aliyun", service)
        self.assertEqual(self._sms("随便写的").failure_type, "crm_template")
        self.assertEqual(self._sms(number="abc").failure_type, "sms_number_missing")
        self.assertFalse(service.got)

    def test_down(self):
        """A service that hangs, refuses or talks nonsense. Covers: B21."""
        self._gateway("aliyun", server.hang(3), timeout=1)
        hung = self._sms()
        self.assertEqual((hung.state, hung.failure_type), ("error", "sms_server"))
        self.server.always(server.status(500, b"<html>"))
        self.assertEqual(self._sms().failure_type, "sms_server")
        self.server.stop()
        self.assertEqual(self._sms().failure_type, "sms_server")

    def test_companies(self):
        """Each company sends through its own account. Covers: B21."""
        other = self.env["res.company"].create({"name": "另一家"})
        self._gateway("http", server.ok)
        self._gateway("http", server.ok, key="other", company_id=other.id)
        api_class = other._get_sms_api_class()
        self.assertIs(api_class, SmsApiGateway)
        api = api_class(self.env)
        api._set_company(other)
        message = {
            "content": "x",
            "numbers": [{"number": "+8613800000000", "uuid": "1"}],
        }
        api._send_sms_batch([message])
        self.assertEqual(self.server.seen[-1]["headers"]["x-crm-key"], "other")
        queued = self.env["sms.sms"].create({"number": "+8613800000000", "body": "y"})
        self._run_cron("sms.ir_cron_sms_scheduler_action")
        self.assertEqual(queued.state, "pending")
        self.assertEqual(self.server.seen[-1]["headers"]["x-crm-key"], KEY)

    def test_rights(self):
        """Accounts are the system administrator's; secrets nobody's. Covers: B21."""
        gateway = self._gateway("aliyun", Aliyun())
        for user in (self.boss, self.sam, self.maintainer):
            with self.assertRaises(AccessError):
                gateway.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            gateway.with_user(self.env.ref("base.user_admin")).read(["secret"])
        gateway.url = "http://other.example.com/"
        self.assertFalse(gateway.has_secret, "a secret follows no new address")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            gateway.template_ids.text = "{a} und {a}"


@tagged("post_install", "-at_install")
class TestSmsReports(HttpCase):
    """Delivery reports of the services."""

    def test_reports(self):
        """What arrived is told at an address only the service knows. Covers: B21."""
        gateway = self.env["crm.sms.gateway"].create(
            {"name": "x", "kind": "http", "url": "http://example.com/"}
        )
        partner = self.env["res.partner"].create(
            {"name": "x", "phone": "+8613800000000"}
        )
        message = partner.message_post(body="x", message_type="sms")
        trackers = {}
        for state in ("SUCCESS", "FAILED"):
            sms = self.env["sms.sms"].create(
                {"number": partner.phone, "body": "x", "mail_message_id": message.id}
            )
            notification = self.env["mail.notification"].create(
                {
                    "mail_message_id": message.id,
                    "res_partner_id": self.env["res.partner"]
                    .create({"name": state})
                    .id,
                    "notification_type": "sms",
                    "notification_status": "pending",
                }
            )
            self.env["sms.tracker"].create(
                {"sms_uuid": sms.uuid, "mail_notification_id": notification.id}
            )
            trackers[state] = (sms.uuid, notification)
        url = f"/crm_connect/sms/{gateway.report_token}"
        reports = [
            {"out_id": trackers["SUCCESS"][0], "success": True},
            {
                "ext": trackers["FAILED"][0],
                "report_status": "FAIL",
                "errmsg": "MK:0001",
            },
            {"ext": 5},
        ]
        answer = self.url_open(url, json=reports)
        self.assertEqual(answer.json()["result"], 0)
        self.assertEqual(trackers["SUCCESS"][1].notification_status, "sent")
        self.assertEqual(trackers["FAILED"][1].notification_status, "exception")
        self.assertEqual(
            self.url_open("/crm_connect/sms/x", json=reports).status_code, 404
        )
        for data in (b"{", b'"x"', b"[1]", b"\xff"):
            self.assertEqual(self.url_open(url, data=data).status_code, 400, data)
        self.assertEqual(self.url_open(url, data=b"x" * 300000).status_code, 413)
