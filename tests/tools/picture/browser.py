"""A real headless Chromium, told what to do over its own pipe; everything it complains of or asks for is kept."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE_SECONDS: Final = 60.0
_FLAGS: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--hide-scrollbars",
    "--force-device-scale-factor=1", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)  # fmt: skip
_FRAME: Final = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"

Message = dict[str, Any]


def find_chromium() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def running_browser(program: str) -> Iterator["Browser"]:
    """Run a browser with a profile of its own until the block ends."""
    to_browser, commands = os.pipe()
    answers, from_browser = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # It reads commands from descriptor 3 and writes answers to 4. Both are moved by way of high numbers, for one of
        # the pipes' own ends may be number 3 or 4.
        script = f'exec 198<&{to_browser} 199>&{from_browser} && exec 3<&198 4>&199 198<&- 199>&- && exec "$@"'
        process = subprocess.Popen(
            ["bash", "-c", script, "bash", program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        browser = Browser(commands, answers)
        try:
            yield browser
            browser.call("Browser.close")
        finally:
            os.close(commands)
            os.close(answers)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Browser:
    """The connection: one command at a time, events kept as they come."""

    def __init__(self, commands: int, answers: int) -> None:
        """Speak over two open descriptors."""
        self._commands, self._answers = commands, answers
        self._number, self._unread = 0, b""
        self.events: list[Message] = []

    def call(self, method: str, session: str | None = None, **parameters: Any) -> Message:
        """Give a command and return its result."""
        self._number += 1
        message: Message = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: Message = answer["result"]
                return result
            self.events.append(answer)

    def wait_for(self, method: str, session: str, since: int = 0) -> None:
        """Read until an event has come, counting those kept from `since` on."""
        while not any(one.get("method") == method and one.get("sessionId") == session for one in self.events[since:]):
            self.events.append(self._read())

    def open(self, path: Path, *, scheme: str = "light", size: tuple[int, int] = (1600, 900)) -> "Page":
        """Open a file in a new tab, for a reader who prefers light or dark, and wait until it is loaded."""
        return self.visit(path.as_uri(), scheme=scheme, size=size)

    def visit(self, address: str, *, scheme: str = "light", size: tuple[int, int] = (1600, 900)) -> "Page":
        """Open an address likewise; of the network only this machine's own is in reach."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target, address)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        width, height = size
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        since = len(self.events)
        page.call("Page.navigate", url=page.address)
        self.wait_for("Page.loadEventFired", session, since)
        page.settle()
        return page

    def _read(self) -> Message:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"the browser said nothing for {PATIENCE_SECONDS:g} seconds"
            got = os.read(self._answers, 1 << 20)
            assert got, "the browser ended"
            self._unread += got
        message, _, self._unread = self._unread.partition(b"\0")
        answer: Message = json.loads(message)
        return answer


class Page:
    """One tab."""

    def __init__(self, browser: Browser, session: str, target: str, address: str) -> None:
        """Speak to one tab of a browser."""
        self._browser, self.session, self._target, self.address = browser, session, target, address

    def call(self, method: str, **parameters: Any) -> Message:
        """Give this tab a command."""
        return self._browser.call(method, self.session, **parameters)

    def run(self, script: str) -> Any:
        """Return what an expression gives in the page, waiting for a promise."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def settle(self) -> None:
        """Wait until the page has drawn what it was told."""
        self.run(_FRAME)

    def move(self, x: float, y: float, *, held: bool = False) -> None:
        """Move the pointer, with its button held down or not."""
        button = {"button": "left", "buttons": 1} if held else {}
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, **button)
        self.settle()

    def press_button(self, x: float, y: float, *, clicks: int = 1, hold: bool = False) -> None:
        """Press the pointer's button, and let it go unless it is to be held."""
        for kind in ("mousePressed",) if hold else ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=clicks)
        self.settle()

    def let_go(self, x: float, y: float) -> None:
        """Let the pointer's button go."""
        self.call("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, button="left", clickCount=1)
        self.settle()

    def wheel(self, x: float, y: float, delta: float) -> None:
        """Turn the wheel; negative towards the screen."""
        self.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=delta)
        self.settle()

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press and release a key."""
        text = {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, modifiers=8 if shift else 0,
                      **(text if kind == "keyDown" else {}))  # fmt: skip
        self.settle()

    def screenshot(self, path: Path) -> None:
        """Write what is seen as a PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def complaints(self) -> list[str]:
        """Return every error and warning so far: exceptions, the console, the browser's own log."""
        said = []
        for event in self._own_events():
            method, told = event["method"], event["params"]
            if method == "Runtime.exceptionThrown":
                said.append(f"exception: {told['exceptionDetails'].get('exception', {}).get('description')}")
            elif method == "Runtime.consoleAPICalled" and told["type"] in {"error", "warning", "assert"}:
                said.append(f"console: {told['args']}")
            elif method == "Log.entryAdded" and told["entry"]["level"] in {"error", "warning"}:
                said.append(f"log: {told['entry']['text']}")
        return said

    def requests(self) -> list[str]:
        """Return every address asked for but the page itself and what is written in it."""
        asked = [
            event["params"]["request"]["url"]
            for event in self._own_events()
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in asked if address != self.address and not address.startswith("data:")]

    def close(self) -> None:
        """Close the tab."""
        self._browser.call("Target.closeTarget", targetId=self._target)

    def _own_events(self) -> list[Message]:
        return [event for event in self._browser.events if event.get("sessionId") == self.session]
