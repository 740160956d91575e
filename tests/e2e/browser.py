"""A small driver of headless Chromium over its debugging protocol.

It does what a person does: opens pages, looks for things, clicks, types, chooses
files, stands somewhere on the map. Waiting is built in; what does not appear is an
error with a picture of the page.
"""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

PATIENCE = 60.0
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


class BrowserError(AssertionError):
    """Something did not appear, or the page reported an error."""


class Browser:
    """One browser with one page.

    :param Path pictures: where screenshots go
    :param bool phone: a phone of 390 × 844 points instead of a desktop of 1400 × 900
    """

    def __init__(self, pictures, *, phone=False, language="zh-CN"):
        self.pictures = Path(pictures)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.errors = []
        self._next_id = 0
        self._session = None
        self._profile = tempfile.mkdtemp(prefix="crm-browser-")
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if not program:
            raise BrowserError("no Chromium in PATH: install the package chromium")
        self._process = subprocess.Popen(
            [
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                f"--lang={language}",
                f"--accept-lang={language}",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self._profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LANGUAGE": language.replace("-", "_")},
        )
        self._socket = websocket.create_connection(self._debugger(), timeout=PATIENCE)
        for domain in ("Page", "Runtime", "DOM", "Log"):
            self._call(f"{domain}.enable")
        self.resize(390 if phone else 1400, 844 if phone else 900, phone=phone)

    # -- the page -----------------------------------------------------------

    def resize(self, width, height, *, phone=False):
        """Give the page a size in points, with touch when it is a phone."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )
        self._call("Emulation.setTouchEmulationEnabled", enabled=phone)

    def open(self, url):
        """Open an address and wait until the page is complete."""
        self._call("Page.navigate", url=url)
        self.wait_js("document.readyState === 'complete'", what=url)

    def log_in(self, url, login, password):
        """Log in to Odoo in a browser that nobody has used, wait for the web client."""
        for _attempt in range(3):
            self.open(f"{url}/web/login")
            # the page shows its form when its scripts have run; on a loaded machine
            # the first request for them can be cut off
            with contextlib.suppress(BrowserError):
                self.wait("input[name=login]", patience=20)
                break
        self.fill("input[name=login]", login)
        self.fill("input[name=password]", password)
        self.js("document.querySelector('form.oe_login_form').submit()")
        self.wait("body.o_web_client .o_main_navbar, body.o_web_client .o_navbar")

    @contextlib.contextmanager
    def inside(self, address):
        """Ask a frame of another site instead of the page, as it would be asked itself.

        It is a page of its own to the browser, which the one around sees nothing of.
        Keys and the mouse are the whole page's, as a person's are.

        :param str address: a part of the address that the frame shows
        """
        self._session = self._attach(address)
        try:
            yield
        finally:
            session, self._session = self._session, None
            self._call("Target.detachFromTarget", sessionId=session)

    def stand_at(self, url, latitude, longitude, accuracy=15):
        """Put the device somewhere and let the page know."""
        self._call("Browser.grantPermissions", origin=url, permissions=["geolocation"])
        self._call(
            "Emulation.setGeolocationOverride",
            latitude=latitude,
            longitude=longitude,
            accuracy=accuracy,
        )

    def screenshot(self, name):
        """Store a picture of what is seen; return its path."""
        data = self._call("Page.captureScreenshot", format="png")["data"]
        path = self.pictures / f"{name}.png"
        path.write_bytes(base64.b64decode(data))
        return path

    # -- finding and doing --------------------------------------------------

    def js(self, expression):
        """Evaluate an expression in the page; return its JSON value."""
        result = self._call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            session=self._session,
        )
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait_js(self, condition, *, what=None, patience=PATIENCE):
        """Wait until an expression is true; return its value."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            with contextlib.suppress(BrowserError):
                if value := self.js(condition):
                    return value
            time.sleep(0.1)
        picture = self.screenshot("failure")
        raise BrowserError(f"waited for {what or condition} in vain, see {picture}")

    def wait(self, selector, text=None, *, patience=PATIENCE):
        """Wait for a visible element, optionally one that contains a text."""
        self.wait_js(
            f"!!({_finder(selector, text)})",
            what=f"{selector} {text or ''}",
            patience=patience,
        )

    def wait_gone(self, selector, text=None, *, patience=PATIENCE):
        """Wait until no visible element matches."""
        self.wait_js(
            f"!({_finder(selector, text)})",
            what=f"the end of {selector} {text or ''}",
            patience=patience,
        )

    def click(self, selector, text=None, *, patience=PATIENCE):
        """Click on a visible element, optionally one that contains a text."""
        self.wait(selector, text, patience=patience)
        self.js(
            f"(() => {{ const el = {_finder(selector, text)};"
            " el.scrollIntoView({block: 'center'}); el.click(); })()"
        )

    def tick(self, text):
        """Select the row of a list that contains a text."""
        self.wait(".o_data_row", text)
        row = _finder(".o_data_row", text)
        self.js(f"({row}).querySelector('.o_list_record_selector input').click()")

    def pick(self, selector, text):
        """Click on the visible element whose whole text this is."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find((el) => el.innerText.trim() === {json.dumps(text)})"
        )
        self.wait_js(f"!!({found})", what=f"{selector} {text}")
        self.js(f"({found}).click()")

    def fill(self, selector, value):
        """Type a value into a field, replacing what is there."""
        self.wait(selector)
        self.js(
            f"""(() => {{
                const el = {_finder(selector, None)};
                el.focus();
                el.select?.();
            }})()"""
        )
        self._call("Input.insertText", text=value)
        if not value:
            self.press("Backspace")
        self.js(
            f"""(() => {{
                const el = {_finder(selector, None)};
                el.dispatchEvent(new Event("change", {{bubbles: true}}));
            }})()"""
        )

    def click_at(self, x, y):
        """Click somewhere, in points from the upper left corner of what is seen."""
        for kind in ("mousePressed", "mouseReleased"):
            self._call(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                clickCount=1,
            )

    def type(self, text):
        """Type a text where the focus is."""
        self._call("Input.insertText", text=text)

    def press(self, key):
        """Press a key such as Enter, Escape or Backspace."""
        codes = {"Enter": 13, "Escape": 27, "Backspace": 8, "Tab": 9, "ArrowDown": 40}
        for kind in ("keyDown", "keyUp"):
            self._call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=codes[key],
                **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}),
            )

    def choose(self, selector, value, option=None):
        """Type into a many2one and take the option that contains a text."""
        self.fill(selector, value)
        self.js(
            f"{_finder(selector, None)}.dispatchEvent("
            "new Event('input', {bubbles: true}))"
        )
        self.click(
            ".o-autocomplete--dropdown-item a, .o_m2o_dropdown_option a",
            option or value,
        )

    def upload(self, selector, path):
        """Choose a file in a file field, also in a hidden one, once it is there."""
        self.wait_js(f"!!document.querySelector({json.dumps(selector)})", what=selector)
        root = self._call("DOM.getDocument")["root"]["nodeId"]
        node = self._call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        if not node:
            raise BrowserError(f"there is no {selector}")
        self._call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def texts(self, selector):
        """Return the texts of all visible elements that match."""
        return self.js(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".filter((el) => el.offsetParent !== null).map((el) => el.innerText.trim())"
        )

    def close(self):
        """End the browser and forget its profile."""
        with contextlib.suppress(Exception):
            self._call("Browser.close")
        self._socket.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    # -- the protocol -------------------------------------------------------

    def _debugger(self):
        port_file = Path(self._profile) / "DevToolsActivePort"
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise BrowserError(f"Chromium ended with {self._process.returncode}")
            with contextlib.suppress(OSError, ValueError, StopIteration):
                port = int(port_file.read_text().splitlines()[0])
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as reply:
                    pages = json.load(reply)
                return next(
                    page["webSocketDebuggerUrl"]
                    for page in pages
                    if page["type"] == "page"
                )
            time.sleep(0.1)
        raise BrowserError("Chromium did not start in time")

    def _attach(self, address):
        """Return a session with the frame of another site that shows an address."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for target in self._call("Target.getTargets")["targetInfos"]:
                if target["type"] == "iframe" and address in target["url"]:
                    # one of the page before may end just now
                    with contextlib.suppress(BrowserError):
                        return self._call(
                            "Target.attachToTarget",
                            targetId=target["targetId"],
                            flatten=True,
                        )["sessionId"]
            time.sleep(0.1)
        picture = self.screenshot("failure")
        raise BrowserError(f"there is no frame that shows {address}, see {picture}")

    def _call(self, method, *, session=None, **params):
        self._next_id += 1
        number = self._next_id
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self._socket.send(json.dumps(message))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise BrowserError(f"{method}: {message['error']}")
                return message["result"]
            self._note(message)

    def _note(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(
                details.get("exception", {}).get("description") or details["text"]
            )
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            entry = params["entry"]
            self.errors.append(f"{entry['text']} {entry.get('url', '')}")


def _finder(selector, text):
    """Return JavaScript for the first visible match, innermost for a text."""
    found = (
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        ".filter((el) => el.offsetParent !== null || el.getClientRects().length)"
    )
    if text is None:
        return f"{found}[0]"
    return (
        f"{found}.filter((el) => (el.innerText || el.value || '')"
        f".includes({json.dumps(text)})).at(-1)"
    )
