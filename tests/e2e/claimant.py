"""One salesperson who claims customers, in a process of its own (see test_race).

Reads from standard input, as one line of JSON, where to go, who it is and what to claim
by which doors; logs in; says ``ready``; waits for another line; claims by all doors at
the same time; prints what became of each call. Needs nothing but Python.
"""

import json
import sys
import threading
import urllib.request
import xmlrpc.client
from http.cookiejar import CookieJar

MODEL = "crm.pool.customer"
CONTEXT = {"lang": "zh_CN", "tz": "Asia/Shanghai"}
PATIENCE = 120


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

    def call(self, method, ids):
        """Call a method as a button or the list does; return result or error (dict)."""
        door = "call_kw" if method == "action_claim" else "call_button"
        told = self._post(
            f"/web/dataset/{door}/{MODEL}/{method}",
            {
                "model": MODEL,
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

    def call(self, method, ids):
        """Call a method; return result or error (dict)."""
        try:
            return {
                "result": self.objects.execute_kw(
                    *self.credentials, MODEL, method, [ids], {"context": CONTEXT}
                )
            }
        except xmlrpc.client.Fault as fault:
            return {"error": fault.faultString}


DOORS = {"web": Browser, "xmlrpc": Program}


def work(client, task, told):
    """Make the calls of a task.

    :param client: Browser or Program
    :param dict task: ``method``, and ``calls``, a list of lists of ids
    :param list told: gets what became of each call
    """
    for ids in task["calls"]:
        told.append(client.call(task["method"], ids))


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
