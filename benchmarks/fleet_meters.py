"""What ``benchmarks/fleet.py`` measures with: processor time of processes, the machine's, the server's figures."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from guidetrack.store.postgres import key
from tests.support import postgres

TICK = os.sysconf("SC_CLK_TCK")
SAMPLE_S = 0.25
_CALLS = ("SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' "
          "AND query NOT LIKE '%pg_locks%'")


def seconds(process: int) -> float:
    """Processor time of a process and of its children that ended; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(fields[at]) for at in (11, 12, 13, 14)) / TICK


def busy() -> float:
    """Processor time that this machine spent so far, whoever for."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


def server_seconds(server: postgres.Server) -> float:
    """Processor time of all the database server's processes so far, of those that ended too."""
    main = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    found = seconds(main)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == main:
            found += sum(int(fields[at]) for at in (11, 12)) / TICK
    return found


class Process:
    """A command of guidetrack whose processor time is taken, its start apart."""

    def __init__(self, arguments: list[str]) -> None:
        self._process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.start = 0.0
        """Processor time until it was at work."""
        self.said: list[str] = []
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if line.startswith("At work"):
                self.start = seconds(self._process.pid)
            else:
                self.said.append(line.rstrip())

    def wait(self) -> float:
        """Its processor time at work, with that of its children, once it ended well."""
        self._reading.join()
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        assert self._process.returncode == 0, self.said[-5:]
        return usage.ru_utime + usage.ru_stime - self.start


@dataclass
class Meter:
    """Statements, log and processor time of the server, and how its write turn was used, while it runs."""

    server: postgres.Server
    schema: str
    counted: bool
    held: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    def __enter__(self) -> Meter:
        self._calls, self._cpu, self._busy = self._statements(), server_seconds(self.server), busy()
        self._log = self.server.run("SELECT pg_current_wal_insert_lsn()")[0][0]
        self._begun, self._over = time.monotonic(), threading.Event()
        self._sampling = threading.Thread(target=self._sample)
        self._sampling.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._sampling.join()
        self.wall = time.monotonic() - self._begun
        self.busy = (busy() - self._busy) / self.wall / (os.cpu_count() or 1)
        self.cpu = server_seconds(self.server) - self._cpu
        self.statements = self._statements() - self._calls
        self.log = int(str(self.server.run(
            f"SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{self._log}')")[0][0]))

    def _statements(self) -> int:
        return int(str(self.server.run(_CALLS)[0][0])) if self.counted else 0

    def _sample(self) -> None:
        import psycopg

        number = key(self.schema, "write")
        with psycopg.connect(self.server.address(), autocommit=True) as connection:
            while not self._over.wait(SAMPLE_S):
                row = connection.execute(
                    "SELECT count(*) FILTER (WHERE granted), count(*) FILTER (WHERE NOT granted) FROM pg_locks WHERE "
                    f"locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = {number}").fetchone()
                assert row is not None
                self.held.append(int(row[0]))
                self.waiting.append(int(row[1]))

    @property
    def turn(self) -> float:
        """The share of the time in which somebody was writing."""
        return sum(self.held) / max(len(self.held), 1)

    @property
    def queue(self) -> float:
        """How many waited for their turn to write, on average."""
        return sum(self.waiting) / max(len(self.waiting), 1)
