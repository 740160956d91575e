"""Requests and answers of SMS services: plain values in, plain values out.

Each service has a function that builds the request for one text message and one that
reads the answer. Signatures follow the services' public documents: Alibaba Cloud's RPC
signature (HMAC-SHA1) and Tencent Cloud's TC3-HMAC-SHA256.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timezone
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from uuid import uuid4

from .signature import sign

# hosts of the services where no other address is entered
HOSTS = {"aliyun": "dysmsapi.aliyuncs.com", "tencent": "sms.tencentcloudapi.com"}

# beginnings of the services' codes, and what Odoo calls them
ALIYUN_CODES = {
    "isv.MOBILE_NUMBER_ILLEGAL": "wrong_number_format",
    "isv.MOBILE_COUNT_OVER_LIMIT": "wrong_number_format",
    "isv.AMOUNT_NOT_ENOUGH": "insufficient_credit",
    "isv.OUT_OF_SERVICE": "insufficient_credit",
    "isv.BUSINESS_LIMIT_CONTROL": "crm_limit",
    "isv.DAY_LIMIT_CONTROL": "crm_limit",
    "isv.SMS_TEMPLATE": "crm_template",
    "isv.TEMPLATE": "crm_template",
    "isv.INVALID_PARAMETERS": "crm_template",
    "isv.SMS_SIGNATURE": "crm_template",
    "isv.SMS_SIGN": "crm_template",
    "isv.BLACK_KEY_CONTROL_LIMIT": "crm_rejected",
    "isv.ACCOUNT": "unregistered",
    "isv.PRODUCT_UN_SUBSCRIPT": "unregistered",
    "SignatureDoesNotMatch": "unregistered",
    "InvalidAccessKeyId": "unregistered",
    "InvalidTimeStamp": "unregistered",
}
TENCENT_CODES = {
    "InvalidParameterValue.IncorrectPhoneNumber": "wrong_number_format",
    "FailedOperation.InsufficientBalance": "insufficient_credit",
    "LimitExceeded": "crm_limit",
    "FailedOperation.Template": "crm_template",
    "FailedOperation.SignatureIncorrect": "crm_template",
    "InvalidParameterValue.Template": "crm_template",
    "FailedOperation.PhoneNumberInBlacklist": "crm_rejected",
    "FailedOperation.ContainSensitiveWord": "crm_rejected",
    "AuthFailure": "unregistered",
    "UnauthorizedOperation": "unregistered",
}


class Request(NamedTuple):
    """What is sent to a service."""

    url: str
    body: bytes
    headers: dict


class Result(NamedTuple):
    """What a service says of one text message.

    :ivar str state: ``success`` or what Odoo calls the failure
    :ivar str reason: the service's own words
    """

    state: str
    reason: str = ""


def _encode(text):
    """Percent-encode as RFC 3986 has it."""
    return quote(str(text), safe="-_.~")


def _find(codes, code):
    return next(
        (state for begin, state in codes.items() if code.startswith(begin)),
        "server_error",
    )


def domestic(number):
    """Return a number of mainland China without +86, others with + and country."""
    digits = "".join(char for char in number if char.isdigit())
    if number.strip().startswith("+86") and len(digits) == 13:
        return digits[2:]
    return digits


def international(number):
    """Return a number with + and country; without one it is of mainland China."""
    digits = "".join(char for char in number if char.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else f"+86{digits}"


# Alibaba Cloud
# -------------


def aliyun_signature(parameters, secret, method="POST"):
    """Return the signature (str) of the parameters of a call."""
    canonical = "&".join(
        f"{_encode(name)}={_encode(value)}"
        for name, value in sorted(parameters.items())
    )
    text = f"{method}&{_encode('/')}&{_encode(canonical)}"
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def aliyun_request(account, number, text, found, uuid, moment):
    """Return the :class:`Request` for one text message.

    :param dict account: ``url``, ``key``, ``secret``, ``sign_name``, ``region``
    :param str number: international
    :param str text: what was written; the template says it
    :param found: (code of the template, dict of its values in order)
    :param str uuid: comes back in the delivery report
    :param float moment: seconds since 1970
    """
    code, values = found
    when = datetime.fromtimestamp(moment, timezone.utc)
    parameters = {
        "AccessKeyId": account["key"],
        "Action": "SendSms",
        "Format": "JSON",
        "OutId": uuid,
        "PhoneNumbers": domestic(number),
        "RegionId": account["region"] or "cn-hangzhou",
        "SignName": account["sign_name"],
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": uuid4().hex,
        "SignatureVersion": "1.0",
        "TemplateCode": code,
        "TemplateParam": json.dumps(values, ensure_ascii=False),
        "Timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Version": "2017-05-25",
    }
    parameters["Signature"] = aliyun_signature(parameters, account["secret"])
    body = "&".join(f"{_encode(key)}={_encode(one)}" for key, one in parameters.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return Request(account["url"], body.encode(), headers)


def aliyun_result(status, text):
    """Return the :class:`Result` that an answer stands for."""
    try:
        answer = json.loads(text)
        code, reason = str(answer["Code"]), str(answer.get("Message") or "")
    except (ValueError, KeyError, TypeError):
        return Result("server_error", f"HTTP {status}")
    if code == "OK":
        return Result("success")
    return Result(_find(ALIYUN_CODES, code), f"{code}: {reason}"[:200])


# Tencent Cloud
# -------------


def tencent_signature(account, body, host, moment):
    """Return the ``Authorization`` header (str) of a call (TC3-HMAC-SHA256)."""
    day = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%d")
    signed = "content-type;host;x-tc-action"
    canonical = "\n".join(
        (
            "POST",
            "/",
            "",
            "content-type:application/json; charset=utf-8",
            f"host:{host}",
            "x-tc-action:sendsms",
            "",
            signed,
            hashlib.sha256(body).hexdigest(),
        )
    )
    scope = f"{day}/sms/tc3_request"
    text = "\n".join(
        (
            "TC3-HMAC-SHA256",
            str(int(moment)),
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = f"TC3{account['secret']}".encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return (
        f"TC3-HMAC-SHA256 Credential={account['key']}/{scope},"
        f" SignedHeaders={signed}, Signature={signature}"
    )


def tencent_request(account, number, text, found, uuid, moment):
    """Return the :class:`Request` for one text message; as :func:`aliyun_request`."""
    code, values = found
    body = json.dumps(
        {
            "PhoneNumberSet": [international(number)],
            "SmsSdkAppId": account["app_id"],
            "SignName": account["sign_name"],
            "TemplateId": code,
            "TemplateParamSet": list(values.values()),
            "SessionContext": uuid,
        },
        ensure_ascii=False,
    ).encode()
    host = urlsplit(account["url"]).netloc
    headers = {
        "Authorization": tencent_signature(account, body, host, moment),
        "Content-Type": "application/json; charset=utf-8",
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Timestamp": str(int(moment)),
        "X-TC-Region": account["region"] or "ap-guangzhou",
    }
    return Request(account["url"], body, headers)


def tencent_result(status, text):
    """Return the :class:`Result` that an answer stands for."""
    try:
        answer = json.loads(text)["Response"]
        if "Error" in answer:
            error = answer["Error"]
            code, reason = str(error["Code"]), str(error.get("Message") or "")
        else:
            sent = answer["SendStatusSet"][0]
            code, reason = str(sent["Code"]), str(sent.get("Message") or "")
    except (ValueError, KeyError, TypeError, IndexError):
        return Result("server_error", f"HTTP {status}")
    if code == "Ok":
        return Result("success")
    return Result(_find(TENCENT_CODES, code), f"{code}: {reason}"[:200])


# Any other service
# -----------------


def http_request(account, number, text, found, uuid, moment):
    """Return the :class:`Request` for one text message; as :func:`aliyun_request`."""
    code, values = found
    message = {
        "id": uuid,
        "to": international(number),
        "text": text,
        "sign_name": account["sign_name"] or "",
        "template": code,
        "values": values,
        "report_url": account["report_url"],
    }
    body = json.dumps(message, ensure_ascii=False).encode()
    stamp = str(int(moment))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-CRM-Key": account["key"] or "",
        "X-CRM-Timestamp": stamp,
        "X-CRM-Signature": sign(account["secret"], stamp, body),
    }
    return Request(account["url"], body, headers)


def http_result(status, text):
    """Return the :class:`Result` that an answer stands for."""
    known = {
        "wrong_number_format",
        "insufficient_credit",
        "unregistered",
        "crm_limit",
        "crm_template",
        "crm_rejected",
    }
    try:
        answer = json.loads(text)
        code, reason = answer.get("error"), str(answer.get("message") or "")[:200]
    except (ValueError, AttributeError):
        code, reason = None, f"HTTP {status}"
    if 200 <= status < 300 and not code:
        return Result("success")
    return Result(code if code in known else "server_error", reason)


BUILD = {"aliyun": aliyun_request, "tencent": tencent_request, "http": http_request}
READ = {"aliyun": aliyun_result, "tencent": tencent_result, "http": http_result}
