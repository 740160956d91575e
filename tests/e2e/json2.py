"""The external API as an integrator uses it: JSON-2 with an API key."""

import json
import urllib.error
import urllib.request


class ApiError(Exception):
    """What the server answered instead of a result.

    :ivar int status: the HTTP status
    :ivar str name: the class of the error
    :ivar str message: what the user is told
    :ivar dict body: the whole answer
    """

    def __init__(self, status, body):
        self.status = status
        self.name = body.get("name", "")
        self.message = body.get("message", "")
        self.body = body
        super().__init__(f"{status} {self.name}: {self.message}")


class Client:
    """One user of one database.

    :param str url: of the server
    :param str database: its name
    :param str key: the user's API key
    """

    def __init__(self, url, database, key):
        self.url, self.database, self.key = url, database, key

    def call(self, model, method, ids=None, context=None, **params):
        """Call a method; return its result.

        :raise ApiError: for every status but 200
        """
        if ids is not None:
            params["ids"] = ids
        params["context"] = {"lang": "zh_CN", "tz": "Asia/Shanghai", **(context or {})}
        return self.post(model, method, params)

    def post(self, model, method, params):
        """Call a method with exactly these arguments (dict); return its result.

        :raise ApiError: for every status but 200
        """
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}",
            data=json.dumps(params).encode(),
            headers={
                "Authorization": f"bearer {self.key}",
                "Content-Type": "application/json; charset=utf-8",
                "X-Odoo-Database": self.database,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(error.code, _body(error)) from None


def _body(error):
    """Return what the server said of an error; a proxy says it in a page of its own."""
    text = error.read()
    try:
        return json.loads(text)
    except ValueError:
        return {"message": text.decode("utf-8", "replace")}
