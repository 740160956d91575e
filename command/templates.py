"""Template databases: installed once, copied as often as needed.

Two layers. The lower one holds what our addons ask of Odoo and OCA, with the
languages loaded; it changes with the versions only. The upper one adds our
addons, and is made again when their files change.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from command import addons, configuration, environment, locks, odoo, paths, process, ui
from command.databases import Databases
from command.errors import CommandError

# The first becomes the default of a new database; English must stay active.
LANGUAGES = ("en_US", "zh_CN", "zh_TW")

# Raise when the way templates are made changes.
_RECIPE = "3"
_PREFIX = "crm-tpl"

_SET_LANGUAGE = """
lang, zone = %(lang)r, %(zone)r
found = env["res.lang"].with_context(active_test=False).search([("code", "=", lang)])
if not found:
    print("crm-no-language")
elif not found.active:
    install = env["base.language.install"]
    install.create({"lang_ids": [(6, 0, found.ids)]}).lang_install()
if found:
    env["ir.default"].set("res.partner", "lang", lang)
    env["ir.default"].set("res.partner", "tz", zone)
    users = env["res.users"].with_context(active_test=False).search([])
    users.partner_id.write({"lang": lang, "tz": zone})
    env["res.company"].search([]).partner_id.write({"lang": lang})
    env.cr.commit()

"""


@dataclass(frozen=True)
class Recipe:
    """What a template database has in it.

    :param names: addons of ours (those they depend on come along)
    :param demo: with the demonstration data of our addons
    :param lang: the language of the administrator and of new users
    :param with_tests: ``names`` may be addons of ``tests/addons``
    """

    names: tuple[str, ...]
    demo: bool = False
    lang: str = "en_US"
    with_tests: bool = False
    chosen: list[addons.Addon] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        found = addons.closure(self.names, with_tests=self.with_tests)
        object.__setattr__(self, "chosen", found)

    def base_key(self) -> str:
        """A hash of what decides about the lower layer."""
        return _hash(
            _RECIPE,
            odoo.need().version,
            environment.lock_digest(),
            *LANGUAGES,
            *addons.foreign_depends(self.chosen),
        )

    def key(self) -> str:
        """A hash of what decides about the upper layer."""
        return _hash(
            self.base_key(),
            str(self.demo),
            self.lang,
            *(f"{addon.name}:{addon.digest()}" for addon in self.chosen),
        )

    def digests(self) -> dict[str, str]:
        """The hash of each addon in it."""
        return {addon.name: addon.digest() for addon in self.chosen}


class Templates:
    """Finds or makes the template databases on one server."""

    def __init__(self, store: Databases) -> None:
        self.store = store
        self.logs = paths.state_dir() / "log"
        self.logs.mkdir(exist_ok=True)

    def need(self, recipe: Recipe, slot: str) -> str:
        """The name of a complete template for a recipe.

        :param slot: what it is used for; an older template of the same slot
            is dropped when a new one has been made
        """
        name = self._name(recipe.key())
        if self._is_complete(name):
            return name
        with locks.lock(self._lock(name), "preparing a template database"):
            if self._is_complete(name):
                return name
            base = self.need_base(recipe)
            title = ", ".join(addon.name for addon in recipe.chosen) or "Odoo alone"
            with ui.step(f"Installing {title}") as step:
                work = self._begin(name)
                self.store.copy(base, work, kind="building")
                if recipe.demo:
                    # Our demonstration data needs no other: mark theirs as loaded.
                    self.store.server.sql(
                        "UPDATE ir_module_module SET demo = true"
                        " WHERE state = 'installed'",
                        work,
                    )
                self._set_language(work, recipe.lang)
                names = [addon.name for addon in recipe.chosen]
                if names:
                    self.install(work, names, step, log=name, tests=recipe.with_tests)
                if recipe.demo:
                    self._check_demo(work, names)
                self.store.settle(work)
                self.store.remember(
                    work, kind="template", slot=slot, digests=recipe.digests()
                )
                self.store.rename(work, name)
            self._drop_older(slot, name)
        return name

    def log_of(self, name: str) -> Path:
        """The log of the installation that made a template."""
        return self.logs / f"{name}.log"

    def install(
        self,
        database: str,
        names: Iterable[str],
        step: ui.Step,
        *,
        log: str,
        update: bool = False,
        tests: bool = False,
        options: Iterable[str] = (),
    ) -> Path:
        """Install (or update) addons in a database and return Odoo's log.

        :raises CommandError: when Odoo fails; the message tells the first error
        """
        path = self.log_of(log)
        path.unlink(missing_ok=True)
        conf = configuration.written(
            "test", self.store, with_tests=tests, name=f"install-{database}"
        )
        try:
            done = process.run(
                [
                    *environment.for_running().program("odoo"),
                    "server",
                    "-c",
                    conf,
                    "-d",
                    database,
                    "-u" if update else "-i",
                    ",".join(names),
                    "--stop-after-init",
                    "--no-http",
                    "--max-cron-threads=0",
                    *options,
                ],
                env=self.store.server.environment(
                    PGOPTIONS="-c synchronous_commit=off"
                ),
                check=False,
                cwd=paths.state_dir(),
                log=path,
                on_line=follow(step),
            )
        finally:
            conf.unlink(missing_ok=True)
        if done.returncode:
            raise CommandError(
                f"Odoo could not {'update' if update else 'install'}"
                f" {', '.join(names)}:\n     | {first_error(done.stdout)}",
                f"the whole log is in {path}",
            )
        return path

    def shell(self, database: str, script: str) -> str:
        """Run a script in Odoo's shell and return what it printed.

        :raises CommandError: when the script fails
        """
        # Two scripts may run in one database at once: each removes its own file.
        conf = configuration.written(
            "test", self.store, name=f"shell-{database}-{secrets.token_hex(4)}"
        )
        try:
            done = process.run(
                [
                    *environment.for_running().program("odoo"),
                    "shell",
                    "-c",
                    conf,
                    "-d",
                    database,
                    "--no-http",
                    "--log-level=warn",
                ],
                env=self.store.server.environment(),
                cwd=paths.state_dir(),
                input=script + "\nprint('crm-script-done')\n",
                check=False,
            )
        finally:
            conf.unlink(missing_ok=True)
        if done.returncode or "crm-script-done" not in done.stdout:
            raise CommandError(
                f"a script failed in database {database}:\n{done.stdout[-2000:]}",
                "run ./crm doctor",
            )
        return done.stdout.replace("crm-script-done\n", "")

    # -- parts --------------------------------------------------------------

    def need_base(self, recipe: Recipe) -> str:
        """The name of a template with what our addons stand on, but not them."""
        name = self._name(recipe.base_key())
        if self._is_complete(name):
            return name
        with locks.lock(self._lock(name), "preparing a template database"):
            if self._is_complete(name):
                return name
            wanted = ["base", "web", *addons.foreign_depends(recipe.chosen)]
            with ui.step(f"Installing Odoo: {', '.join(wanted)}") as step:
                work = self._begin(name)
                self.install(
                    work,
                    wanted,
                    step,
                    log="install-odoo",
                    options=[f"--load-language={','.join(LANGUAGES)}"],
                )
                self.store.settle(work)
                slot = f"base:{','.join(wanted)}"
                self.store.remember(work, kind="template", slot=slot)
                self.store.rename(work, name)
            self._drop_older(slot, name)
        return name

    def _set_language(self, database: str, lang: str) -> None:
        """Make a language the default of a database, loading it if need be."""
        if lang == "en_US":
            return
        zone = {"zh_CN": "Asia/Shanghai", "zh_TW": "Asia/Taipei"}.get(lang, "UTC")
        shown = self.shell(database, _SET_LANGUAGE % {"lang": lang, "zone": zone})
        if "crm-no-language" in shown:
            raise CommandError(
                f"Odoo knows no language {lang}",
                "give its code with --lang, such as zh_CN, zh_TW or en_US",
            )

    def _check_demo(self, database: str, names: list[str]) -> None:
        wanted = ", ".join(f"'{name}'" for name in names)
        failed = self.store.server.sql(
            "SELECT name FROM ir_module_module WHERE state = 'installed'"
            f" AND NOT coalesce(demo, false) AND name IN ({wanted})",
            database,
        )
        if failed:
            raise CommandError(
                f"the demonstration data of {failed[0][0]} did not load",
                f"see the logs in {self.logs}",
            )

    def _begin(self, name: str) -> str:
        """The name under which a template is made; remains of a killed try go."""
        work = f"{name}.building"
        self.store.drop(work)
        self.store.drop(name)
        return work

    def _is_complete(self, name: str) -> bool:
        return self.store.memory(name).get("kind") == "template"

    def _name(self, key: str) -> str:
        return f"{_PREFIX}-{paths.state_hash()[:4]}-{key}"

    def _lock(self, name: str) -> Path:
        return paths.state_dir() / "locks" / f"{name}.lock"

    def _drop_older(self, slot: str, keep: str) -> None:
        """Drop what a new template replaces, and the remains of killed builds."""
        prefix = f"{_PREFIX}-{paths.state_hash()[:4]}-"
        for name, memory in self.store.all().items():
            if not name.startswith(prefix) or name == keep:
                continue
            final = name.removesuffix(".building")
            if final == name and memory.get("slot") != slot:
                continue
            if final != name and locks.is_held(self._lock(final)):
                continue
            self.store.drop(name)
            self.log_of(final).unlink(missing_ok=True)
            self._lock(final).unlink(missing_ok=True)


def follow(step: ui.Step) -> Callable[[str], None]:
    """Turn Odoo's log into progress: which module of how many is being loaded."""
    pattern = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")

    def on_line(line: str) -> None:
        found = pattern.search(line)
        if found:
            step.progress("module {} ({} of {})".format(*found.groups()))

    return on_line


def first_error(log: str) -> str:
    """The line of a log of Odoo that tells what went wrong."""
    lines = log.splitlines()
    errors = [line for line in lines if re.search(r" (ERROR|CRITICAL) ", line)]
    raised = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b.*:", line)]
    found = raised[-1:] or errors[:1] or lines[-1:]
    return found[0] if found else "it printed nothing"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
