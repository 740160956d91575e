"""The group robots of WeCom, DingTalk and Feishu: messages, signatures, answers."""

import base64
import hashlib
import hmac
import json
from typing import NamedTuple
from urllib.parse import urlencode

from . import guarded_http

# what these platforms take from one robot in a minute
RATE_PER_MINUTE = 20
# bytes of a message; the smallest limit of the three for markdown
MESSAGE_LIMIT = 4000

# what a name could do inside of a message: links, mentions, marks
_HARMLESS = str.maketrans("[]<>*`@#|", "［］＜＞＊｀＠＃｜")

# answers that say: slower
_WECOM_LATER = {45009, -1}
_DINGTALK_LATER = {130101, 130102, -1, 410100}
_FEISHU_LATER = {9499, 11232, 11247, 99991400}


class Verdict(NamedTuple):
    """What an answer means.

    :ivar bool ok: the message arrived
    :ivar bool later: it may arrive later; else repeating is useless until set right
    :ivar str reason: what the platform says
    """

    ok: bool
    later: bool
    reason: str


def harmless(text):
    """Return a text (str) that is only text inside of a message."""
    return " ".join(str(text or "").translate(_HARMLESS).split())


def shorten(text, limit=MESSAGE_LIMIT):
    """Return a text (str) of at most so many bytes, never half a character."""
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[: limit - 3].decode("utf-8", "ignore") + "…"


def build(kind, url, secret, message, timestamp):
    """Return the address (str) and the body (bytes) of a message.

    :param str kind: ``wecom``, ``dingtalk`` or ``feishu``
    :param str url: of the robot
    :param str secret: for its signature, "" when it has none
    :param dict message: ``title``, ``text`` (markdown) and ``url``
    :param float timestamp: seconds since 1970
    """
    title, link = message.get("title") or "", message.get("url") or ""
    text = shorten(message.get("text") or title)
    body = _BODIES[kind](title, text, link)
    if kind == "dingtalk" and secret:
        moment = str(int(timestamp * 1000))
        query = {"timestamp": moment, "sign": dingtalk_sign(secret, moment)}
        url += ("&" if "?" in url else "?") + urlencode(query)
    if kind == "feishu" and secret:
        moment = str(int(timestamp))
        body = {"timestamp": moment, "sign": feishu_sign(secret, moment), **body}
    return url, json.dumps(body, ensure_ascii=False).encode()


def dingtalk_sign(secret, moment):
    """Return DingTalk's signature (str) of a moment in milliseconds."""
    text = f"{moment}\n{secret}".encode()
    return base64.b64encode(
        hmac.new(secret.encode(), text, hashlib.sha256).digest()
    ).decode()


def feishu_sign(secret, moment):
    """Return Feishu's signature (str) of a moment in seconds."""
    key = f"{moment}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def _wecom(title, text, link):
    more = f"\n[{title}]({link})" if link else ""
    return {
        "msgtype": "markdown",
        "markdown": {"content": f"**{title}**\n{text}{more}"},
    }


def _dingtalk(title, text, link):
    more = f"\n\n[{title}]({link})" if link else ""
    # one line break is none in this markdown
    lines = "\n\n".join(text.splitlines())
    return {
        "msgtype": "markdown",
        "markdown": {"title": title, "text": f"#### {title}\n\n{lines}{more}"},
    }


def _feishu(title, text, link):
    # its rich text knows no markdown: lines of parts
    lines = [
        [{"tag": "text", "text": line.replace("**", "")}] for line in text.splitlines()
    ]
    if link:
        lines.append([{"tag": "a", "text": title, "href": link}])
    post = {"zh_cn": {"title": title, "content": lines}}
    return {"msg_type": "post", "content": {"post": post}}


_BODIES = {"wecom": _wecom, "dingtalk": _dingtalk, "feishu": _feishu}


def judge(kind, answer: "guarded_http.Answer"):
    """Return the :class:`Verdict` on the answer of a platform.

    They answer 200 also when they refuse; the code in the body decides.
    """
    if answer.status != 200:
        return Verdict(False, True, f"HTTP {answer.status}")
    try:
        body = json.loads(answer.text)
        if kind == "feishu":
            code = int(body.get("code", body.get("StatusCode", 1)))
            reason = body.get("msg") or body.get("StatusMessage") or ""
        else:
            code = int(body["errcode"])
            reason = body.get("errmsg") or ""
    except (ValueError, TypeError, KeyError, AttributeError):
        return Verdict(False, True, "unreadable answer")
    later = {
        "wecom": _WECOM_LATER,
        "dingtalk": _DINGTALK_LATER,
        "feishu": _FEISHU_LATER,
    }[kind]
    return Verdict(code == 0, code in later, f"{code} {reason}".strip())
