"""Mutation testing: change one thing in a module, see whether a test notices.

::

    python tools/mutate.py guidetrack/compare --tests tests/compare --sample 300 --seed 1
    python tools/mutate.py guidetrack/fetch/verdict --tests tests/verdict --sample 300 --seed 1

The tests run once, with the lines that each of them reaches counted. Then every mutant is shown, in a forked child, to
just the tests that reach its statement, the quickest first, until one fails. Where the statement is in a function, the
child of the process that collected the tests puts the changed code in its place: such a mutant costs its tests and
nothing else. What runs when a module is imported is imported anew by a child that never loaded the package. Files on
disk are never touched. Survivors are printed as a line each, to be read. POSIX only; why not mutmut:
docs/decisions/1102.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.abc
import importlib.util
import os
import pickle
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "guidetrack"
AT_IMPORT = ""
"""The context of lines that run while modules are loaded and tests collected."""
_LIBRARIES = ("pytest", "hypothesis.strategies", "lxml.html", "bs4", "pydantic", "regex", "httpx", "sqlalchemy",
              "diff_match_patch", "click", "jinja2", "charset_normalizer", "coverage")


@dataclass
class Reach:
    """Which tests reach which line of which file, and what each test costs in CPU seconds."""

    tests: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    cost: dict[str, float] = field(default_factory=dict)

    def of(self, mutant: Mutant) -> list[str]:
        """The tests that reach a mutant's statement, quickest first; those of its whole file when it is imported."""
        lines = self.tests.get(str(mutant.path), {})
        found = {test for line in mutant.lines() for test in lines.get(line, ())}
        if AT_IMPORT in found:
            found |= {test for tests in lines.values() for test in tests}
        return sorted(found - {AT_IMPORT}, key=lambda test: (self.cost.get(test, 0.0), test))

    def imported(self, mutant: Mutant) -> bool:
        """Whether a mutant's statement runs when modules are loaded."""
        lines = self.tests.get(str(mutant.path), {})
        return not mutant.function() or any(AT_IMPORT in lines.get(line, ()) for line in mutant.lines())

    def limit(self, tests: Iterable[str]) -> int:
        """CPU seconds after which a mutant hangs: far more than its tests take."""
        return 30 + 10 * int(sum(self.cost.get(test, 0.0) for test in tests))


def module_of(mutant: Mutant) -> str:
    """The name by which a mutant's file is imported."""
    parts = mutant.path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the import system the mutated source of one module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = module_of(mutant)

    def find_spec(self, name: str, folders: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Ours, for that one name."""
        if name != self.name:
            return None
        path = self.mutant.path
        places = [str(path.parent)] if path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(name, path, loader=self, submodule_search_locations=places)

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed module."""
        exec(compile(self.mutant.tree(), str(self.mutant.path), "exec"), vars(module))


def plain(found: Any) -> FunctionType | None:
    """The function below a property, a cache, a class method or another wrapper."""
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        inner = (getattr(found, name, None) for name in ("__wrapped__", "__func__", "fget", "func"))
        if (found := next((one for one in inner if one is not None), None)) is None:
            return None
    return found


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and those inside it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes(inner)


def put_in_place(mutant: Mutant) -> bool:
    """Give the loaded function the changed code; False where that cannot be done."""
    found: Any = sys.modules.get(module_of(mutant))
    for name in mutant.function().split("."):
        found = vars(found).get(name) if found is not None else None
    function = plain(found)
    if function is None:
        return False
    old = function.__code__
    for code in codes(compile(mutant.tree(), str(mutant.path), "exec", dont_inherit=True)):
        if code.co_qualname == old.co_qualname and code.co_firstlineno == old.co_firstlineno:
            if code.co_freevars != old.co_freevars:
                return False
            function.__code__ = code
            return True
    return False


def clear_caches() -> None:
    """Forget what functions of the package remember: a test must not live on what another one made."""
    for cache in [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper)]:
        if str(getattr(cache, "__module__", "")).startswith(PACKAGE):
            cache.cache_clear()


class Session:
    """A pytest plug-in: instead of running the tests once, counts their lines and then judges mutants with them."""

    def __init__(self, folder: Path, judge: Callable[[Session], object]) -> None:
        import coverage

        self.reach = Reach()
        self.items: dict[str, Any] = {}
        self.result: object = None
        self._judge = judge
        self._failed: list[str] = []
        self._counter = coverage.Coverage(data_file=None, source=[str(folder)], config_file=False, messages=False)
        self._counter.start()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember a failure."""
        if report.failed:
            self._failed.append(report.nodeid)

    def run(self, test: str) -> bool:
        """Run one test; whether it passed."""
        item = self.items[test]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self._failed

    def pytest_runtestloop(self, session: Any) -> bool:
        """Every test once with its lines counted, then what the session was made for."""
        self.items = {item.nodeid: item for item in session.items}
        for test in self.items:
            clear_caches()
            self._counter.switch_context(test)
            start = time.process_time()
            if not self.run(test):
                self.result = f"{test} fails as the code is: every mutant would count as killed"
                return True
            self.reach.cost[test] = time.process_time() - start
        self._counter.stop()
        data = self._counter.get_data()
        self.reach.tests = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
        self.result = self._judge(self)
        return True


class Chosen:
    """A pytest plug-in: runs some tests only, in a given order."""

    def __init__(self, tests: list[str]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Leave out the others."""
        items[:] = sorted((item for item in items if item.nodeid in self._order),
                          key=lambda item: self._order[item.nodeid])


def run_pytest(tests: list[str], *plugins: object) -> int:
    """Run pytest in this process."""
    import pytest

    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", "not soak and not fleet", *tests],
                           plugins=list(plugins)))


def silenced() -> None:
    """Send what this process says to nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def verdicts(todo: list[Mutant], reach: Reach, judged: Callable[[Mutant, list[str]], bool | None], *,
             jobs: int, seconds: float, say: Callable[[str], object]) -> dict[Mutant, str]:
    """``killed``, ``survived``, ``hung``, ``unreached``, or ``again`` for what must be imported; each in a child.

    :param judged: run in the child: whether the tests pass all the same; None when this child cannot tell.
    """
    found: dict[Mutant, str] = {}
    running: dict[int, tuple[Mutant, float]] = {}
    waiting = list(reversed(todo))
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            tests = reach.of(mutant)
            if not tests:
                found[mutant] = "unreached"
                say(f"  {mutant.path.relative_to(ROOT)}:{mutant.line}: no test reaches it: {mutant.words}")
                continue
            if (child := os.fork()) == 0:
                _child(lambda: judged(mutant, tests), reach.limit(tests))  # noqa: B023  # called at once
            running[child] = (mutant, time.monotonic() + seconds)
        time.sleep(0.005)
        for child, (mutant, end) in list(running.items()):
            if time.monotonic() > end:
                with suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                del running[child]
                word = {0: "survived", 1: "killed", 3: "again"}.get(os.waitstatus_to_exitcode(status), "hung")
                found[mutant] = word
                if word == "survived":
                    say(f"  {mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.words}")
    return found


def _child(passes: Callable[[], bool | None], limit: int) -> None:
    """The child's end: its answer is its exit status."""
    os.setsid()
    silenced()
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    status = 1
    try:
        status = {True: 0, False: 1, None: 3}[passes()]
    finally:
        os._exit(status)


def in_place(folder: Path, tests: list[str], chosen: list[Mutant], **how: Any) -> tuple[dict[Mutant, str], Reach]:
    """Judge what stands in functions, in a child that has collected the tests; what must be imported is ``again``."""
    with tempfile.NamedTemporaryFile() as carried:
        if (child := os.fork()) == 0:
            out = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
            how["say"] = lambda line: out.write(line + "\n")
            silenced()

            def judge(session: Session) -> object:
                def judged(mutant: Mutant, names: list[str]) -> bool | None:
                    clear_caches()
                    if session.reach.imported(mutant) or not put_in_place(mutant):
                        return None
                    return all(session.run(name) for name in names)

                return verdicts(chosen, session.reach, judged, **how), session.reach

            try:
                session = Session(folder, judge)
                code = run_pytest(tests, session)
                Path(carried.name).write_bytes(pickle.dumps(session.result or f"pytest ended with status {code}"))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        raw = Path(carried.name).read_bytes()
    result = pickle.loads(raw) if raw else "the process that held the tests died"
    if isinstance(result, str):
        sys.exit(result)
    found: tuple[dict[Mutant, str], Reach] = result
    return found


def imported_anew(found: dict[Mutant, str], reach: Reach, **how: Any) -> None:
    """Judge what was left over in children that import the package with the mutant in it."""

    def judged(mutant: Mutant, names: list[str]) -> bool:
        sys.meta_path.insert(0, Finder(mutant))
        files = list(dict.fromkeys(name.partition("::")[0] for name in names))
        return run_pytest(files, Chosen(names)) == 0

    found |= verdicts([mutant for mutant, word in found.items() if word == "again"], reach, judged, **how)


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tests", nargs="+", required=True, help="folders or files of the tests")
    parser.add_argument("--sample", type=int, default=0, help="so many, drawn by --seed; all when 0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="just those of files whose path holds this")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at once")
    parser.add_argument("--seconds", type=float, default=600.0, help="one that takes longer hangs and counts as killed")
    parser.add_argument("--at-least", type=float, default=85.0, help="percent that must be killed for exit status 0")
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    # loaded once, inherited by every child; nothing of the package itself, which some children must import anew
    for name in _LIBRARIES:
        importlib.import_module(name)
    from hypothesis import Phase, settings

    settings.register_profile("mutants", derandomize=True, deadline=None, suppress_health_check=[],
                              phases=[Phase.explicit, Phase.generate])  # a failure is enough, however large
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    every = [mutant for mutant in mutants(ROOT / options.folder) if options.only in str(mutant.path)]
    chosen = random.Random(options.seed).sample(every, min(options.sample or len(every), len(every)))
    print(f"{len(every)} mutants in {options.folder}, {len(chosen)} run", flush=True)
    how = {"jobs": options.jobs, "seconds": options.seconds}
    found, reach = in_place(ROOT / options.folder, options.tests, chosen, **how)
    imported_anew(found, reach, say=lambda line: print(line, flush=True), **how)
    count = {word: sum(one == word for one in found.values()) for word in ("killed", "hung", "survived", "unreached")}
    share = 100 * (count["killed"] + count["hung"]) / max(len(chosen), 1)
    print(f"{', '.join(f'{word} {number}' for word, number in count.items())}: {share:.1f} % killed")
    return 0 if share >= options.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
