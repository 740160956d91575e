"""One salesperson who claims what is pooled, in a process of its own (see test_race).

Reads from standard input, as one line of JSON, where to go, who it is and what to claim
by which doors; logs in; says ``ready``; waits for another line; claims by all doors at
the same time; prints what became of each call. Needs nothing but Python.
"""

import json
import sys
import threading
import time
import urllib.error
import urllib.request
import xmlrpc.client
from http.cookiejar import CookieJar

from .json2 import ApiError, Client

CONTEXT = {"lang": "zh_CN", "tz": "Asia/Shanghai"}
PATIENCE = 120
# what a crowded proxy answers in place of the server; the guide says to ask again
BUSY = {502, 503, 504}
PAUSES = (0.5, 1, 2, 4, 8, 8, 8, 8)


class Browser:
    """The web client: one session, known by its cookie.

    :param dict who: ``url``, ``database``, ``login``, ``password``
    """

    def __init__(self, who):
        self.url = who["url"]
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )
        told = self._post(
            "/web/session/authenticate",
            {"db": who["database"], "login": who["login"], "password": who["password"]},
        )
        if told.get("result", {}).get("uid") != who["uid"]:
            raise RuntimeError(f"{who['login']} cannot log in: {told}")

    def _post(self, path, params):
        request = urllib.request.Request(
            self.url + path,
            json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with self.opener.open(request, timeout=PATIENCE) as reply:
            return json.load(reply)

    def call(self, model, method, ids):
        """Call a method as a button or the list does; return result or error (dict)."""
        door = "call_kw" if method == "action_claim" else "call_button"
        told = self._post(
            f"/web/dataset/{door}/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": [ids],
                "kwargs": {"context": CONTEXT},
            },
        )
        if "error" in told:
            return {"error": told["error"]["data"]["message"]}
        return {"result": told["result"]}


class Program:
    """A program that calls by XML-RPC, with a key.

    :param dict who: ``url``, ``database``, ``uid``, ``key``
    """

    def __init__(self, who):
        self.objects = xmlrpc.client.ServerProxy(f"{who['url']}/xmlrpc/2/object")
        self.credentials = who["database"], who["uid"], who["key"]

    def call(self, model, method, ids):
        """Call a method; return result or error (dict)."""
        try:
            return {
                "result": self.objects.execute_kw(
                    *self.credentials, model, method, [ids], {"context": CONTEXT}
                )
            }
        except xmlrpc.client.Fault as fault:
            return {"error": fault.faultString}


class Integration:
    """A program that calls by JSON-2, with a key.

    :param dict who: ``url``, ``database``, ``key``
    """

    def __init__(self, who):
        self.client = Client(who["url"], who["database"], who["key"])

    def call(self, model, method, ids):
        """Call a method; return result or error (dict)."""
        try:
            return {"result": self.client.call(model, method, ids)}
        except ApiError as error:
            if error.status in BUSY:
                raise
            return {"error": error.message}


DOORS = {"web": Browser, "xmlrpc": Program, "json2": Integration}


def work(client, task, told):
    """Make the calls of a task, in their order, until there is no more to be had.

    :param client: one of DOORS
    :param dict task: ``model``, ``method``, ``calls`` (a list of lists of ids), and
        ``until``: what is told to somebody who gets nothing at all any more
    :param list told: gets what became of each call
    """
    for ids in task["calls"]:
        told.append(patiently(client, task["model"], task["method"], ids))
        if is_end(told[-1], task.get("until")):
            return


def patiently(client, model, method, ids):
    """Call a method as the guide says: again after a while, when the proxy is busy."""
    for pause in PAUSES:
        try:
            return client.call(model, method, ids)
        except xmlrpc.client.ProtocolError as error:
            status = error.errcode
        except urllib.error.HTTPError as error:
            status = error.code
        except ApiError as error:
            status = error.status
        if status not in BUSY:
            raise RuntimeError(f"the server answers {status}")
        time.sleep(pause)
    return client.call(model, method, ids)


def is_end(answer, until):
    """Return whether a call got nothing, and was told that nothing is to be had."""
    if not until:
        return False
    result = answer.get("result", {"claimed": [], "refused": []})
    reasons = [answer.get("error", ""), *(row["reason"] for row in result["refused"])]
    return not result["claimed"] and any(until in reason for reason in reasons)


def main():
    """Log in, wait, claim, tell."""
    who = json.loads(sys.stdin.readline())
    clients = [(DOORS[task["door"]](who), task, []) for task in who["tasks"]]
    print("ready", flush=True)
    sys.stdin.readline()
    threads = [threading.Thread(target=work, args=one) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([told for _client, _task, told in clients]), flush=True)


if __name__ == "__main__":
    main()
