"""Real page pairs through the real command: precision, recall and the confusion table against the truth.

    python benchmarks/real_pages.py [--root DIR] [--errors]

Serves the ``before`` of every pair over loopback, runs ``guidetrack check``, serves the ``after``, runs it again,
and reads the outcomes from its JSON. Beside it, in the same run, a bare comparison of the pages' ``get_text``.
``--root`` is a folder of pairs (``before.*``, ``after.*``, ``meta.json`` each); by default the collection that lies
beside the checkout.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Pair:
    """One page captured twice, and whether it changed in substance."""

    def __init__(self, number: int, folder: Path) -> None:
        self.id = f"pair-{number:03d}"
        self.name = folder.name
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        self.truth = meta["truth"]["substantive"]
        self.kind = meta["truth"]["class"]
        self.media_type = meta["media_type"]
        pages = [path for path in sorted(folder.iterdir()) if path.suffix not in (".md", ".json")]
        files = {path.name.split(".")[0]: path for path in pages}
        self.before, self.after = files["before"].read_bytes(), files["after"].read_bytes()


def serve(pairs: list[Pair]) -> tuple[ThreadingHTTPServer, dict[str, bool]]:
    """Every pair under its own path; ``state["after"]`` chooses which of the two is answered."""
    state = {"after": False}
    known = {f"/{pair.id}": pair for pair in pairs}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            pair = known.get(self.path)
            body = b"" if pair is None else pair.after if state["after"] else pair.before
            self.send_response(404 if pair is None else 200)
            self.send_header("Content-Type", pair.media_type if pair else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, state


def check(sources: Path) -> dict[str, dict[str, object]]:
    """One ``guidetrack check --format json``: outcomes by source id."""
    done = subprocess.run([sys.executable, "-m", "guidetrack", "-c", str(sources), "check", "--format", "json"],
                          capture_output=True, text=True)
    if not done.stdout:
        raise SystemExit(done.stderr)
    return {str(outcome["source"]): outcome for outcome in json.loads(done.stdout)["outcomes"]}


def bare_text(body: bytes) -> str:
    """What the simplest tracker compares."""
    from bs4 import BeautifulSoup

    return " ".join(BeautifulSoup(body, "lxml").get_text(" ").split())


def table(title: str, pairs: list[Pair], said: dict[str, str], errors: bool) -> None:
    """Print precision, recall and what each class came out as."""
    scored = [pair for pair in pairs if isinstance(pair.truth, bool)]
    hit = sum(pair.truth and said[pair.id] == "changed" for pair in scored)
    false = sum(not pair.truth and said[pair.id] == "changed" for pair in scored)
    missed = sum(pair.truth and said[pair.id] != "changed" for pair in scored)
    precision = hit / (hit + false) if hit + false else 0.0
    recall = hit / (hit + missed) if hit + missed else 0.0
    print(f"\n{title}: precision {precision:.3f}  recall {recall:.3f}  (of {len(scored)} with a known truth)")
    for kind in sorted({pair.kind for pair in pairs}):
        counts = Counter(said[pair.id] for pair in pairs if pair.kind == kind)
        print(f"  {kind:16s} " + "  ".join(f"{word} {count}" for word, count in counts.most_common()))
    if errors:
        for pair in scored:
            if pair.truth != (said[pair.id] == "changed"):
                print(f"  {'MISSED' if pair.truth else 'FALSE '} {pair.name}: {said[pair.id]}")


def main() -> None:
    """Parse, serve, check twice, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT.parent / "shared" / "corpus" / "pairs")
    parser.add_argument("--errors", action="store_true", help="name the pairs that came out wrong")
    options = parser.parse_args()
    if not options.root.is_dir():
        raise SystemExit(f"no page pairs in {options.root}: name a folder with --root")
    folders = sorted(path for path in options.root.iterdir() if (path / "meta.json").exists())
    pairs = [Pair(number, folder) for number, folder in enumerate(folders)]
    server, state = serve(pairs)
    base = f"http://127.0.0.1:{server.server_address[1]}"
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources.toml"
        head = '[fetch]\npause = "0s"\nsecond_look = "0s"\nrobots = false\nallow_private = ["127.0.0.0/8"]\n'
        entries = (f'[[source]]\nid = "{pair.id}"\nurl = "{base}/{pair.id}"\n' for pair in pairs)
        sources.write_text(head + "".join(entries))
        first = check(sources)
        state["after"] = True
        second = check(sources)
    server.shutdown()
    print(f"{len(pairs)} pairs from {options.root.name}; first check: "
          + ", ".join(f"{word} {count}" for word, count in Counter(str(o['outcome']) for o in first.values()).items()))
    said = {id: " ".join(str(word) for word in (outcome["outcome"], outcome["reason"]) if word)
            for id, outcome in second.items()}
    table("guidetrack check", pairs, said, options.errors)
    bare = {pair.id: "changed" if bare_text(pair.before) != bare_text(pair.after) else "unchanged" for pair in pairs}
    table("bare get_text", pairs, bare, False)


if __name__ == "__main__":
    main()
