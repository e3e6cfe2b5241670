"""A PostgreSQL server of the tests' own: a temporary folder, a socket in it, no port; started when first asked for.

Where there are no server programs the tests that need them are skipped, and one loud line at the end of the run says so;
with ``GUIDETRACK_NEED_FLEET`` set (``make test-fleet``) they fail instead.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

NEED = "GUIDETRACK_NEED_FLEET"
USER = "guidetrack"
MISSING = "PostgreSQL's server programs are not installed (apt-get install postgresql)"


def programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, the newest where there are several."""
    found = [Path(name) for name in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    on_path = shutil.which("initdb")
    found.sort(key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    if on_path:
        found.append(Path(on_path))
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return None
    return found[-1].parent if found else None


class Server:
    """One server. Not durable (``fsync=off``): it need not outlive the machine, only its own crashes."""

    def __init__(self, *options: str) -> None:
        bin_ = programs()
        assert bin_ is not None
        self._bin = bin_
        self.folder = Path(tempfile.mkdtemp(prefix="guidetrack-pg-"))
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.options = " ".join(["-k", str(self.folder), "-h ''", "-c fsync=off", "-c max_connections=200",
                                 "-c shared_buffers=32MB", *options])
        self._do("initdb", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "-N")
        self.start()
        self._watcher = self._watch()

    def _watch(self) -> subprocess.Popen[bytes]:
        """However this process ends, SIGKILL included, the server does not stay behind."""
        alive = f"{{ [ -e /proc/{os.getpid()} ] || kill -0 {os.getpid()} 2>/dev/null; }}"
        script = f"while {alive}; do sleep 2; done; {self._bin}/pg_ctl -D data -m immediate stop; rm -rf {self.folder}"
        return subprocess.Popen(["sh", "-c", script], cwd=self.folder, start_new_session=True,  # type: ignore[call-overload]
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._as)

    def _do(self, program: str, *arguments: str) -> None:
        # output to a file: a server started here keeps a pipe open
        with open(self.folder / "log", "ab") as log:
            subprocess.run([self._bin / program, "-D", self.folder / "data", *arguments], check=True, stdout=log,
                           stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **self._as)  # type: ignore[call-overload]

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._do("pg_ctl", "-w", "-o", self.options, "-l", str(self.folder / "server.log"), "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is a crash."""
        self._do("pg_ctl", "-w", "-m", mode, "stop")

    def remove(self) -> None:
        """Stop it and leave nothing."""
        self._watcher.kill()
        self._watcher.wait()
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, schema: str = "", database: str = "postgres") -> str:
        """What stands as ``catalogue`` in a sources.toml; the schema is made when it is not there."""
        if schema:
            self.run(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        return address(f"postgresql://{USER}@/{database}?host={self.folder}", schema)

    def run(self, *statements: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run SQL as the superuser; the rows of the last statement."""
        return run(f"postgresql://{USER}@/{database}?host={self.folder}", *statements)


def address(server: str, schema: str) -> str:
    """A server's address with a schema chosen."""
    return f"{server}&options=-csearch_path%3D{schema}" if schema else server


def run(server: str, *statements: str) -> list[tuple[object, ...]]:
    """Run SQL, each statement on its own; the rows of the last one."""
    import psycopg

    rows: list[tuple[object, ...]] = []
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)  # type: ignore[arg-type]
            rows = cursor.fetchall() if cursor.description else []
    return rows


@functools.cache
def shared() -> Server:
    """The server of this test process; skips (or fails, see above) when there can be none."""
    need()
    made = Server()
    atexit.register(made.remove)
    return made


def need() -> None:
    """Skip the test where there is no PostgreSQL; fail where it is demanded."""
    if programs() is None:
        if os.environ.get(NEED):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
