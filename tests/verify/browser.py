"""A headless Chromium driven over its debugging protocol: the real key, mouse and page, no test framework."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_KEYS = {
    "Tab": ("Tab", 9, ""),
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "ArrowRight": ("ArrowRight", 39, ""),
    "ArrowLeft": ("ArrowLeft", 37, ""),
    "Home": ("Home", 36, ""),
    "End": ("End", 35, ""),
    " ": ("Space", 32, " "),
}
_FAULTS = ("Runtime.exceptionThrown", "Log.entryAdded")
PATIENCE = 60


def find() -> str | None:
    """The path of a Chromium, or None where there is none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


PROGRAM = find()


class Page:
    """One page: navigate, evaluate, press keys, point, click. ``faults``: what went wrong since it was opened."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self._number = 0
        self.faults: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            said = message.get("params", {})
            if message.get("method") in _FAULTS or said.get("type") in ("error", "assert"):
                self.faults.append(json.dumps(said))
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]

    def open(
        self,
        path: Path,
        *,
        scripts: bool = True,
        width: int = 1200,
        touch: bool = False,
        dark: bool = False,
        place: str = "",
    ) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=touch)
        self.call("Emulation.setTouchEmulationEnabled", enabled=touch)
        self.call("Page.navigate", url="about:blank")
        self.faults.clear()
        self.call("Page.navigate", url=path.as_uri() + place)
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def evaluate(self, expression: str) -> Any:
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, condition: str) -> None:
        for _ in range(PATIENCE * 20):
            if self.evaluate(f"Boolean({condition})"):
                return
            time.sleep(0.05)
        raise AssertionError(f"never: {condition}")

    def press(self, key: str) -> None:
        name, code, text = _KEYS[key]
        event = {"key": key, "code": name, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def centre(self, element: str) -> tuple[float, float]:
        """Scroll an element (an expression) into view; the middle of its first line."""
        return tuple(
            self.evaluate(
                f"(() => {{ const e = {element}; e.scrollIntoView({{block: 'center', behavior: 'instant'}});"
                "const b = e.getClientRects()[0]; return [b.x + b.width / 2, b.y + b.height / 2]; })()"
            )
        )

    def hover(self, element: str) -> None:
        """Move the mouse there, from elsewhere."""
        x, y = self.centre(element)
        for at in ((x + 1, y + 1), (x, y)):
            self.call("Input.dispatchMouseEvent", type="mouseMoved", x=at[0], y=at[1])

    def click(self, element: str) -> None:
        x, y = self.centre(element)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def tap(self, element: str) -> None:
        x, y = self.centre(element)
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])


@contextmanager
def running(program: str, profile: Path) -> Iterator[Page]:
    """A browser with one empty page, ended afterwards."""
    process = subprocess.Popen(
        [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}", "--remote-debugging-port=0",
            "about:blank",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Page(_address(profile / "DevToolsActivePort", process))
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _address(announced: Path, process: subprocess.Popen[bytes]) -> str:
    for _ in range(PATIENCE * 20):
        assert process.poll() is None, "the browser ended at once"
        if announced.is_file() and len(announced.read_text().split("\n")) >= 2:
            port, path = announced.read_text().split("\n")[:2]
            browser = websocket.create_connection(
                f"ws://127.0.0.1:{port}{path}", timeout=PATIENCE, suppress_origin=True
            )
            browser.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
            while True:
                message = json.loads(browser.recv())
                if message.get("id") == 1:
                    break
            pages = [one for one in message["result"]["targetInfos"] if one["type"] == "page"]
            if pages:
                browser.close()
                return f"ws://127.0.0.1:{port}/devtools/page/{pages[0]['targetId']}"
            browser.close()
        time.sleep(0.05)
    raise AssertionError("the browser never announced its port")
