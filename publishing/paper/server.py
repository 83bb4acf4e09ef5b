"""A server for this machine alone that shows pages and tells them when they were made again."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from publishing import TEMPLATES

HOST = "127.0.0.1"
STATE = "/state.json"
_SCRIPT = TEMPLATES / "watch.js"
#: seconds after which a page that waits for news is told that there are none
_PATIENCE = 20.0
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class News:
    """Which pages there are, how often they were made, and what went wrong last."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._failure = ""

    def tell(self, failure: str = "") -> None:
        """The pages were made again, or could not be."""
        with self._changed:
            self._count += 1
            self._failure = failure
            self._changed.notify_all()

    def after(self, count: int) -> Mapping[str, object]:
        """What is new since ``count``; waits for it, for some seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._count != count, _PATIENCE)
            return {"count": self._count, "failure": self._failure}


class Server:
    """Serves the files of ``folder`` on this machine; ``port`` 0 takes any that is free."""

    def __init__(self, folder: Path, news: News, port: int = 0) -> None:
        self._server = ThreadingHTTPServer((HOST, port), partial(_Handler, folder, news))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="pages", daemon=True).start()

    def address(self, name: str) -> str:
        return f"http://{HOST}:{self._server.server_port}/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, folder: Path, news: News, *arguments: object) -> None:
        self._folder, self._news = folder, news
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer with a file of the folder, or with the news."""
        # another site's page may guess the address, but not under this name
        if self.headers.get("Host", "").partition(":")[0] not in (HOST, "localhost"):
            self.send_error(403)
            return
        address = urlsplit(self.path)
        if address.path == STATE:
            count = int(address.query) if address.query.isdigit() else -1
            self._send(json.dumps(self._news.after(count)).encode(), "application/json")
            return
        path = (self._folder / unquote(address.path).lstrip("/")).resolve()
        if self._folder.resolve() not in path.parents or not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        if path.suffix == ".html":
            script = f"<script>{_SCRIPT.read_text(encoding='utf-8')}</script>".encode()
            content = content.replace(b"</body>", script + b"</body>", 1)
        self._send(content, _TYPES.get(path.suffix, "application/octet-stream"))

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the author looks at the page."""
