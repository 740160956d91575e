"""``test``: sets everything up, runs the suites side by side, adds them up."""

import os
import re
import shlex
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from command import (
    configuration,
    databases,
    environment,
    host,
    paths,
    process,
    results,
    suites,
    system,
    templates,
    ui,
)
from command.errors import CommandError

JOBS = 2
# programs that the tests of a suite drive besides a browser: they are installed, so
# that no test is left out for want of one
TOOLS = {
    "command": (system.NGINX,),
    "e2e": system.EXAMPLES,
    "matrix": system.PROXY,
    "static": system.PROXY,
}


def run(words: list[str], more: list[str], *, jobs: int | None = None) -> int:
    """Run the suites that the words mean; everything when there are none.

    :param more: further options for pytest
    :return: 0 when something ran and nothing failed
    """
    chosen = suites.chosen(words)
    if not chosen:
        raise CommandError("there is nothing to test yet", "add an addon with tests")
    tools = {need.name: need for one in chosen for need in TOOLS.get(one.name, ())}
    system.require_all(system.BROWSER, *tools.values())
    environment.for_tests()
    folder = paths.state_dir() / "test"
    folder.mkdir(exist_ok=True)
    started = time.monotonic()
    with databases.opened("test") as store:
        runner = _Runner(store, folder, more)
        done = runner.run_all(chosen, min(jobs or JOBS, len(chosen)))
    return _sum_up(done, time.monotonic() - started)


def _sum_up(done: list[results.Result], seconds: float) -> int:
    total = results.Result("total")
    for result in done:
        total.passed += result.passed
        total.failed += result.failed
        total.skipped += result.skipped
    ui.say()
    for result in sorted(done, key=lambda one: one.name):
        mark = "FAILED" if result.failed else "ok"
        ui.say(f"{mark:<7}{result.name:<28}{result.seconds:6.0f} s  {result.line}")
    ui.say(f"in {seconds:.0f} s")
    ui.say()
    ui.say(total.line)
    if not total.passed and not total.failed:
        ui.error("no test ran", "is the path right?")
        return 1
    return 1 if total.failed else 0


class _Runner:
    """Runs suites on a server of databases."""

    def __init__(
        self, store: databases.Databases, folder: Path, more: list[str]
    ) -> None:
        self.store = store
        self.folder = folder
        self.more = more
        self.maker = templates.Templates(store)
        self.stopping = threading.Event()

    def run_all(self, chosen: list[suites.Suite], jobs: int) -> list[results.Result]:
        done = []
        pool = ThreadPoolExecutor(jobs)
        try:
            waiting: set[Future[results.Result]] = {
                pool.submit(self._run_one, suite) for suite in chosen
            }
            while waiting:
                ready, waiting = wait(waiting, 0.5, FIRST_COMPLETED)
                for future in ready:
                    result = future.result()
                    done.append(result)
                    self._tell(result)
        except BaseException:
            self.stopping.set()
            process.end_all()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return done

    def _tell(self, result: results.Result) -> None:
        mark = "FAILED" if result.failed else "ok"
        ui.note(f"  {mark} {result.name}: {result.line} ({result.seconds:.0f} s)")
        if result.failed:
            if result.report:
                ui.say(f"---- {result.name}\n{result.report}")
            for problem in result.problems:
                ui.say(f"---- {result.name}: {problem}")

    def _run_one(self, suite: suites.Suite) -> results.Result:
        result = results.Result(suite.name)
        started = time.monotonic()
        try:
            if self.stopping.is_set():
                return result
            if suite.kind == "odoo":
                self._run_odoo(suite, result)
            else:
                self._run_plain(suite, result)
        except CommandError as error:
            result.fail(f"{error.problem}\n     {error.remedy}")
        result.seconds = time.monotonic() - started
        return result

    def _run_plain(self, suite: suites.Suite, result: results.Result) -> None:
        variables: dict[str, str | None] = {
            "CRM_COMMAND": str(paths.REPOSITORY / "crm"),
            "PYTHONPATH": str(paths.REPOSITORY),
        }
        if suite.kind == "live":
            options = ["-p", "no:odoo", "-p", "command.fixtures"]
            values = self._browser_environment(self.store.server.environment(), suite)
        else:
            options = ["-p", "no:odoo"]
            values = process.clean_environment()
        values.update({key: text for key, text in variables.items() if text})
        self._pytest(suite, options, values, result)

    def _run_odoo(self, suite: suites.Suite, result: results.Result) -> None:
        if suite.name in host.LISTED:
            suite = host.with_tests(suite)
        recipe = templates.Recipe(suite.names, with_tests=suite.with_tests)
        template = self.maker.need(recipe, f"test:{','.join(suite.names)}")
        for complaint in results.complaints(self.maker.log_of(template)):
            result.fail(f"the installation complains:\n{complaint}")
        database = f"crm-test-{paths.state_hash()[:4]}-{suite.file_name}"
        self.store.drop(database)
        self.store.copy(template, database, kind="test")
        log = self.folder / f"{suite.file_name}.odoo.log"
        log.unlink(missing_ok=True)
        conf = configuration.written(
            "test", self.store, with_tests=suite.with_tests, name=database
        )
        options = [
            f"--odoo-config={conf}",
            f"--odoo-database={database}",
            "--odoo-log-level=warn",
            f"--odoo-extra=logfile={log}",
            "--odoo-http",
        ]
        values = self._browser_environment(self.store.server.environment(), suite)
        if suite.name == "lint_odoo":
            options += ["-p", "command.lint_plugin"]
            values["PYTHONPATH"] = str(paths.REPOSITORY)
        try:
            self._pytest(suite, options, values, result)
            for complaint in results.complaints(log):
                result.fail(f"Odoo's log complains:\n{complaint}")
        finally:
            conf.unlink(missing_ok=True)
            if not self.stopping.is_set():
                self.store.drop(database)

    def _pytest(
        self,
        suite: suites.Suite,
        options: list[str],
        values: dict[str, str],
        result: results.Result,
    ) -> None:
        junit = self.folder / f"{suite.file_name}.xml"
        log = self.folder / f"{suite.file_name}.log"
        for path in (junit, log):
            path.unlink(missing_ok=True)
        command = [
            *environment.for_tests().program("pytest"),
            f"--rootdir={suite.root or paths.REPOSITORY}",
            *self._settings(),
            f"--junitxml={junit}",
            "-p",
            "no:cacheprovider",
            "-v",
            "--tb=short",
            "--color=no",
            *options,
            *(f"--deselect={test}" for test in suite.deselect),
            *suite.targets,
            *self.more,
        ]
        log.write_text(shlex.join(command) + "\n")
        step = ui.Step(suite.name)
        counts = {"PASSED": 0, "FAILED": 0, "ERROR": 0, "SKIPPED": 0}
        pattern = re.compile(r"\s(PASSED|FAILED|ERROR|SKIPPED)\s.*\[ *\d+%\]$")

        def on_line(line: str) -> None:
            found = pattern.search(line)
            if found:
                counts[found.group(1)] += 1
                bad = counts["FAILED"] + counts["ERROR"]
                step.progress(f"{counts['PASSED']} passed, {bad} failed")
                if found.group(1) in ("FAILED", "ERROR"):
                    ui.note(f"  {suite.name}: {line.strip()}")

        done = process.run(
            command,
            env=values,
            cwd=paths.REPOSITORY,
            check=False,
            log=log,
            on_line=on_line,
        )
        if self.stopping.is_set():
            return
        results.count(done.stdout, result)
        if result.failed or done.returncode not in (0, 5):
            result.report = results.failures_of(done.stdout)
        if not result.failed and done.returncode not in (0, 5):
            result.fail(f"pytest ended with exit code {done.returncode}; see {log}")

    def _settings(self) -> list[str]:
        file = paths.REPOSITORY / "pyproject.toml"
        return ["-c", str(file)] if file.exists() else []

    def _browser_environment(
        self, values: dict[str, str], suite: suites.Suite
    ) -> dict[str, str]:
        """Put a wrapper first on the path that ties the browser to its test.

        A browser must not outlive a killed test, and must not try to reach
        anything but the server under test.
        """
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        real = system.browser()
        if real and not Path(real).is_relative_to(folder):
            words = process.tied([real], "KILL")
            flags = (
                "--disable-background-networking --disable-component-update"
                " --disable-sync --no-first-run --disable-quic"
            )
            text = f'#!/bin/sh\nexec {shlex.join(words)} {flags} "$@"\n'
            for name in system.BROWSERS:
                wrapper = folder / name
                if not wrapper.exists() or wrapper.read_text() != text:
                    work = folder / f".{name}.{os.getpid()}.{suite.file_name}"
                    work.write_text(text)
                    work.chmod(0o755)
                    work.rename(wrapper)
        values["PATH"] = f"{folder}:{values.get('PATH', os.defpath)}"
        return values
