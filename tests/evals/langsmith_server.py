"""A LangSmith on this machine, as far as `evals.langsmith` speaks with it; it keeps what came."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid5

_HERE = UUID("00000000-0000-0000-0000-000000000007")
_BORN = "2026-01-01T00:00:00+00:00"
Posted = tuple[str, Any]


class FakeLangSmith:
    """Datasets, examples, experiments, runs and scores by name or id; `posted` is everything that was sent."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.posted: list[Posted] = []
        self.datasets: dict[str, Any] = {}
        self.examples: dict[str, Any] = {}
        self.experiments: dict[str, Any] = {}
        self.runs: dict[str, Any] = {}
        self.feedback: dict[str, Any] = {}
        self.refuses = ""
        self.refuses_once: tuple[str, int] | None = None  # a path, and how much of it is taken before
        self.url = ""

    def of(self, path: str) -> list[Any]:
        """Return what was posted to a path."""
        return [document for where, document in self.posted if where == path]

    def got(self, path: str, query: dict[str, list[str]]) -> Any:
        """Answer a question."""
        if path == "/info":
            return {"batch_ingest_config": {"use_multipart_endpoint": False, "size_limit": 100}}
        if path == "/datasets":
            return [one for one in self.datasets.values() if one["name"] in query.get("name", [])]
        if path == "/sessions":
            return [one for one in self.experiments.values() if one["name"] in query.get("name", [])]
        if path == "/examples":
            return [] if query["offset"] != ["0"] else list(self.examples.values())
        if path == "/feedback":
            first, runs = int(query["offset"][0]), query["run"]
            found = [one for one in self.feedback.values() if one["run_id"] in runs]
            return found[first : first + int(query["limit"][0])]
        return {}

    def runs_asked_for(self, asked: dict[str, Any]) -> Any:
        """Answer a query for runs, at most two at once, as a server with pages of its own does."""
        (experiment,) = asked["session"]
        names = {one["name"] for one in self.experiments.values() if one["id"] == experiment}
        of_it = [{"id": id} for id, one in self.runs.items() if one["session_name"] in names]
        first = int(asked.get("cursor", 0))
        following = str(first + 2) if first + 2 < len(of_it) else None
        return {"runs": of_it[first : first + 2], "cursors": {"next": following}}

    def will_refuse(self, path: str) -> bool:
        """Whether what is sent now is not taken."""
        if self.refuses_once is not None and (path, len(self.of(path))) == self.refuses_once:
            self.refuses_once = None
            return True
        return self.refuses == path

    def took(self, path: str, document: Any) -> Any:
        """Keep what was sent, and say what became of it."""
        self.posted.append((path, document))
        if path == "/datasets":
            made = {**document, "id": str(uuid5(_HERE, document["name"])), "created_at": _BORN}
            return self.datasets.setdefault(document["name"], made)
        if path == "/sessions":
            made = {**document, "start_time": _BORN, "tenant_id": str(_HERE)}
            return self.experiments.setdefault(document["name"], made)
        if path == "/examples/bulk":
            made = [{**one, "created_at": _BORN} for one in document]
            self.examples.update({one["id"]: one for one in made})
            return made
        if path == "/runs/batch":
            self.runs.update({one["id"]: one for one in document["post"]})
        if path == "/feedback":
            self.feedback[document["id"]] = {"trace_id": None, **document}
        return {}


@contextmanager
def langsmith_server() -> Iterator[FakeLangSmith]:
    """Serve on a free port until the block is left."""
    held = FakeLangSmith()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            held.asked.append(where.path)
            self._answer(200, held.got(where.path, parse_qs(where.query)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            if self.path == "/runs/query":
                held.asked.append(self.path)
                self._answer(200, held.runs_asked_for(json.loads(body)))
                return
            if held.will_refuse(self.path):
                self._answer(403, {"detail": "not yours"})
                return
            self._answer(200, held.took(self.path, json.loads(body)))

        def _answer(self, status: int, document: Any) -> None:
            told = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
