"""The private Python environments: locked, hashed, shared in the cache."""

import base64
import fnmatch
import functools
import hashlib
import os
import platform
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from command import locks, odoo, paths, process, system, ui
from command.errors import CommandError

REQUIREMENTS = paths.PYTHON_CONFIG / "requirements.txt"
TEST_REQUIREMENTS = paths.PYTHON_CONFIG / "test-requirements.txt"
DEV_REQUIREMENTS = paths.PYTHON_CONFIG / "dev-requirements.txt"
BUILD_REQUIREMENTS = paths.PYTHON_CONFIG / "build-requirements.txt"
UV_REQUIREMENTS = paths.PYTHON_CONFIG / "uv-requirements.txt"

# Raise when the way environments are built changes.
_RECIPE = "2"
_DONE = "crm-complete"


@dataclass(frozen=True)
class Environment:
    """A virtual environment that is complete."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def program(self, name: str) -> list[str]:
        """How to start one of its programs, whatever the length of the path."""
        return [str(self.python), str(self.folder / "bin" / name)]

    @property
    def site_packages(self) -> Path:
        """Where its packages are."""
        return next(self.folder.glob("lib/python3.*/site-packages"))


@functools.cache
def for_running() -> Environment:
    """The environment of production: Odoo, the locked libraries and OCA addons."""
    return _made("odoo", (REQUIREMENTS,), odoo.need())


@functools.cache
def for_tests() -> Environment:
    """The environment of production, and the tools of the tests."""
    return _made("test", (REQUIREMENTS, TEST_REQUIREMENTS), odoo.need())


@functools.cache
def for_lint() -> Environment:
    """The linters, away from everything else."""
    return _made("lint", (DEV_REQUIREMENTS,), None)


def lock_digest() -> str:
    """A hash of the locked versions that databases depend on."""
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]


def locked_versions(requirements: Path = REQUIREMENTS) -> dict[str, str]:
    """Name and version of what a lock asks for on this Python."""
    found = re.findall(
        r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)([^\\\n]*)", requirements.read_text(), re.M
    )
    return {name: version for name, version, marker in found if _applies(marker)}


def _applies(marker: str) -> bool:
    """Whether a marker of the lock (conditions joined by ``and``) holds here."""
    here = {
        "python_full_version": platform.python_version(),
        "platform_python_implementation": platform.python_implementation(),
        "sys_platform": sys.platform,
    }
    for name, sign, wanted in re.findall(r"(\w+) (<|>=|==|!=) '([^']*)'", marker):
        have = here.get(name, wanted)
        if sign in ("==", "!="):
            if fnmatch.fnmatchcase(have, wanted) != (sign == "=="):
                return False
        elif (_numbers(have) < _numbers(wanted)) != (sign == "<"):
            return False
    return True


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def built_for_running() -> Environment | None:
    """The environment of production if it is there; nothing is built."""
    found = odoo.locate(fetch=False)
    folder = _folder("odoo", (REQUIREMENTS,), found)
    return Environment(folder) if (folder / _DONE).exists() else None


def _folder(kind: str, requirements: tuple[Path, ...], shown: odoo.Odoo | None) -> Path:
    base = paths.cache_dir() / "python"
    digest = hashlib.sha256()
    for path in requirements:
        digest.update(path.read_bytes())
    for text in (_RECIPE, sys.executable, sys.version, str(base), str(shown)):
        digest.update(text.encode())
    return base / f"{kind}-{digest.hexdigest()[:16]}"


def _made(
    kind: str, requirements: tuple[Path, ...], shown: odoo.Odoo | None
) -> Environment:
    folder = _folder(kind, requirements, shown)
    if not (folder / _DONE).exists():
        with locks.lock(folder.parent / "lock", "building a Python environment"):
            if not (folder / _DONE).exists():
                _build(kind, folder, requirements, shown)
    return Environment(folder)


def _build(
    kind: str, folder: Path, requirements: tuple[Path, ...], shown: odoo.Odoo | None
) -> None:
    # Scripts hold the path of their environment, so it is built in place; the
    # mark at the end tells a complete one from the remains of a killed build.
    system.require(*system.TO_INSTALL)
    paths.need_free_space(folder.parent, 700)
    uv = _uv()
    with ui.step(f"Building the Python environment ({kind})") as step:
        paths.remove(folder)
        options = {"env": _uv_environment(uv), "on_line": step.progress}
        remedy = "check the network and pip's configuration, then try again"
        process.run(
            [uv, "venv", "--quiet", "--no-project", "--python", sys.executable, folder],
            what="making a virtual environment",
            remedy=remedy,
            **options,
        )
        process.run(
            [
                uv,
                "pip",
                "sync",
                "--require-hashes",
                "--build-constraints",
                BUILD_REQUIREMENTS,
                "--python",
                folder / "bin" / "python",
                *requirements,
            ],
            what="installing the locked Python packages",
            remedy=remedy,
            **options,
        )
        if shown:
            wheel = _shim(shown, folder)
            process.run(
                [
                    uv,
                    "pip",
                    "install",
                    "--quiet",
                    "--no-deps",
                    "--offline",
                    "--python",
                    folder / "bin" / "python",
                    wheel,
                ],
                what="connecting Odoo to the environment",
                **options,
            )
        (folder / _DONE).write_text("\n".join(map(str, requirements)))


def _uv() -> Path:
    """The locked installer, in an environment of its own."""
    digest = hashlib.sha256(UV_REQUIREMENTS.read_bytes() + sys.version.encode())
    folder = paths.cache_dir() / "python" / f"uv-{digest.hexdigest()[:16]}"
    if not (folder / _DONE).exists():
        with ui.step("Installing uv") as step:
            paths.remove(folder)
            process.run(
                [sys.executable, "-I", "-m", "venv", folder],
                what="making a virtual environment",
                on_line=step.progress,
            )
            process.run(
                [
                    folder / "bin" / "python",
                    "-m",
                    "pip",
                    "install",
                    "--disable-pip-version-check",
                    "--require-hashes",
                    "--only-binary",
                    ":all:",
                    "-r",
                    UV_REQUIREMENTS,
                ],
                what="installing uv",
                remedy="check the network and pip's configuration, then try again",
                on_line=step.progress,
            )
            (folder / _DONE).touch()
    return folder / "bin" / "uv"


def _uv_environment(uv: Path) -> dict[str, str]:
    """Tell uv what pip is told on this machine: indexes, certificates, proxy."""
    pip = _pip_settings(uv.parent / "python")
    values: dict[str, str | None] = {
        "UV_CACHE_DIR": str(paths.cache_dir() / "uv"),
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_HTTP_TIMEOUT": pip.get("timeout", "120"),
        "RUST_LOG": None,
    }
    if pip.get("index-url"):
        values["UV_DEFAULT_INDEX"] = pip["index-url"]
    extra = [url for url in pip.get("extra-index-url", "").split() if _exists(url)]
    if extra:
        values["UV_INDEX"] = " ".join(extra)
    links = [url for url in pip.get("find-links", "").split() if _exists(url)]
    if links:
        values["UV_FIND_LINKS"] = ",".join(links)
    if pip.get("trusted-host"):
        values["UV_INSECURE_HOST"] = pip["trusted-host"]
    if pip.get("proxy"):
        values["HTTPS_PROXY"] = values["HTTP_PROXY"] = pip["proxy"]
    certificates = pip.get("cert") or os.environ.get("SSL_CERT_FILE", "")
    system_file = "/etc/ssl/certs/ca-certificates.crt"
    if not os.path.exists(certificates) and os.path.exists(system_file):
        certificates = system_file
    if os.path.exists(certificates):
        values["SSL_CERT_FILE"] = certificates
    known = {key: None for key in os.environ if key.startswith("UV_")}
    return process.clean_environment(**{**known, **values})


def _pip_settings(python: Path) -> dict[str, str]:
    """What pip's files and variables say, the more specific last."""
    shown = process.run([python, "-m", "pip", "config", "list"], check=False).stdout
    settings: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        pattern = rf"^{re.escape(section)}\.([a-z-]+)='(.*)'$"
        for key, value in re.findall(pattern, shown, re.M):
            settings[key] = value.replace("\\n", " ")
    return settings


def _exists(url: str) -> bool:
    path = url.removeprefix("file://")
    return not path.startswith("/") or os.path.exists(path)


def _shim(shown: odoo.Odoo, folder: Path) -> Path:
    """A tiny wheel through which an environment sees an Odoo that is elsewhere.

    It holds the path of the tree, the metadata that OCA wheels ask for, and
    the ``odoo`` program (``python -m odoo`` cannot start the live bus).
    """
    version = "19.0"
    info = f"odoo-{version}.dist-info"
    files = {
        "crm_suite_odoo.pth": f"{shown.folder}\n",
        f"{info}/METADATA": (
            f"Metadata-Version: 2.1\nName: odoo\nVersion: {version}\n"
            "Summary: points at an Odoo that is elsewhere\nLicense: LGPL-3\n"
        ),
        f"{info}/WHEEL": (
            "Wheel-Version: 1.0\nGenerator: crm-suite\n"
            "Root-Is-Purelib: true\nTag: py3-none-any\n"
        ),
        f"{info}/entry_points.txt": (
            "[console_scripts]\nodoo = odoo.cli.command:main\n"
        ),
    }
    record = []
    for name, text in files.items():
        digest = hashlib.sha256(text.encode()).digest()
        encoded = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        record.append(f"{name},sha256={encoded},{len(text.encode())}")
    record.append(f"{info}/RECORD,,")
    files[f"{info}/RECORD"] = "\n".join(record) + "\n"
    wheel = folder / f"odoo-{version}-py3-none-any.whl"
    try:
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
                archive.writestr(entry, text)
    except OSError as error:
        raise CommandError(f"writing {wheel} failed: {error}") from None
    return wheel
