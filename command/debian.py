"""Odoo from Debian's archive, unpacked without root into the cache."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from command import locks, paths, process, system, ui, versions
from command.errors import CommandError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_MIRROR_LIST = Path("/usr/share/python-apt/templates/Debian.info")
DIST_PACKAGES = "usr/lib/python3/dist-packages"
_DONE = "crm-complete.json"
_STUBS = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)


@dataclass(frozen=True)
class Source:
    """One line of apt's sources."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""


def unpacked(*, fetch: bool = True) -> Path | None:
    """The folder that holds Odoo's ``odoo`` package; fetched if it is not there.

    :param fetch: whether to fetch it when the cache does not have it
    :return: the folder, or None when absent and not to be fetched
    """
    base = paths.cache_dir() / "odoo"
    suffix = f"-{system.codename()}"
    tested = base / f"{versions.ODOO_VERSION}{suffix}"
    if (tested / _DONE).exists():
        return tested / DIST_PACKAGES
    others = sorted(base.glob(f"*{suffix}/{_DONE}"), key=lambda path: path.parent.name)
    if others:
        return others[-1].parent / DIST_PACKAGES
    if not fetch:
        return None
    with locks.lock(base / "lock", "fetching Odoo"):
        return unpacked(fetch=False) or _fetch(base, suffix)


def manifest(dist_packages: Path) -> dict[str, str]:
    """Versions of the packages that this tree was unpacked from."""
    path = dist_packages.parents[3] / _DONE
    return json.loads(path.read_text()) if path.exists() else {}


def dangling_links(folder: Path) -> list[Path]:
    """Links below ``folder`` that lead nowhere."""
    return [
        Path(root, name)
        for root, folders, files in os.walk(folder)
        for name in (*folders, *files)
        if os.path.islink(os.path.join(root, name))
        and not os.path.exists(os.path.join(root, name))
    ]


def _fetch(base: Path, suffix: str) -> Path:
    if not shutil.which("apt-get"):
        raise CommandError(
            "Odoo 19 was not found and this machine has no apt to fetch it with",
            "set ODOO_HOME to a checkout of Odoo 19.0",
        )
    system.require(system.APT)
    paths.need_free_space(base, 2500)
    work = base / "building"
    paths.remove(work)
    work.mkdir(parents=True)
    with ui.step("Fetching Odoo 19 from Debian's archive (about 130 MB)") as step:
        archive = _Archive(work / "apt")
        archive.update(step)
        packages = archive.download(work / "packages", step)
    with ui.step("Unpacking Odoo 19") as step:
        tree = work / "tree"
        for path in packages:
            step.progress(path.name)
            process.run(["dpkg-deb", "-x", path, tree], what=f"unpacking {path.name}")
        _repair(tree)
        found = {path.name.split("_")[0]: _version(path) for path in packages}
    version = found[versions.ODOO_PACKAGE]
    (tree / _DONE).write_text(json.dumps(found, indent=1, sort_keys=True))
    target = base / f"{version}{suffix}"
    paths.remove(target)
    tree.rename(target)
    paths.remove(work)
    if version != versions.ODOO_VERSION:
        ui.warn(
            f"Debian has Odoo {version}; the suite was tested with "
            f"{versions.ODOO_VERSION}",
            "run ./crm test, and ./crm doctor for all that deviates",
        )
    return target / DIST_PACKAGES


def _repair(tree: Path) -> None:
    """Mend what Debian's packaging lost, and check that nothing else is lost."""
    dist = tree / DIST_PACKAGES
    # An incomplete second copy of the addons, which must never be loaded.
    paths.remove(dist / "addons")
    for name in _STUBS:
        stub = dist / "odoo" / "addons" / name
        if not stub.exists():
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text("/* absent from Debian's package */\n")
    broken = dangling_links(dist)
    if broken:
        raise CommandError(
            f"Odoo's package links to files that no package brought: {broken[0]}"
            + (f" and {len(broken) - 1} more" if len(broken) > 1 else ""),
            "set ODOO_HOME to a checkout of Odoo 19.0",
        )


def _version(path: Path) -> str:
    return path.name.split("_")[1].replace("%3a", ":")


class _Archive:
    """A private apt: own sources and lists, the system's stay untouched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("lists/partial", "cache/archives/partial", "etc"):
            (folder / name).mkdir(parents=True)
        own, debian = machine_source(), debian_source()
        self.release = own.suites[0]
        lines = [_line(own)]
        lines.append(_line(Source(debian.uri, ("sid",), ("main",), str(KEYRING))))
        (folder / "etc/sources.list").write_text("\n".join(lines) + "\n")
        options = {
            "Dir::Etc::sourcelist": folder / "etc/sources.list",
            "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": folder / "lists",
            "Dir::Cache": folder / "cache",
            "Acquire::Languages": "none",
            "APT::Get::List-Cleanup": "false",
            "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
        }
        text = "".join(f'{key} "{value}";\n' for key, value in options.items())
        (folder / "apt.conf").write_text(text)
        self.environment = process.clean_environment(
            APT_CONFIG=str(folder / "apt.conf"), LC_ALL="C.UTF-8"
        )

    def update(self, step: ui.Step) -> None:
        """Fetch the lists of packages.

        :raises CommandError: when the mirror cannot be reached
        """
        process.run(
            ["apt-get", "-q", "update"],
            env=self.environment,
            what="reading Debian's list of packages",
            remedy="check the network; apt-get update must work on this machine",
            on_line=step.progress,
        )

    def download(self, folder: Path, step: ui.Step) -> list[Path]:
        """Fetch Odoo and the packages that it links to; return their files."""
        folder.mkdir()
        wanted = [self._odoo()]
        for name in versions.ODOO_COMPANIONS:
            here = self._versions(name, self.release)
            wanted.append(f"{name}={here[0]}" if here else f"{name}/sid")
        for name in wanted:
            step.progress(name)
            process.run(
                ["apt-get", "-q", "download", name],
                env=self.environment,
                cwd=folder,
                what=f"downloading {name}",
                remedy="check the network and try again",
            )
        files = sorted(folder.glob("*.deb"))
        for path in files:
            if path.name.startswith(f"{versions.ODOO_PACKAGE}_"):
                self._check(path)
        return files

    def _odoo(self) -> str:
        known = self._versions(versions.ODOO_PACKAGE)
        if not known:
            raise CommandError(
                "the archive of this distribution no longer has Odoo 19",
                "set ODOO_HOME to a checkout of Odoo 19.0",
            )
        version = versions.ODOO_VERSION if versions.ODOO_VERSION in known else known[0]
        return f"{versions.ODOO_PACKAGE}={version}"

    def _versions(self, name: str, release: str = "") -> list[str]:
        """Versions of a package, newest first, in one release or in all."""
        shown = process.run(
            ["apt-cache", "madison", name], env=self.environment, check=False
        ).stdout
        found = []
        for line in shown.splitlines():
            parts = [part.strip() for part in line.split("|")]
            if (
                len(parts) == 3
                and parts[0] == name
                and (not release or f" {release}/" in f" {parts[2]}")
            ):
                found.append(parts[1])
        return found

    def _check(self, path: Path) -> None:
        if _version(path) != versions.ODOO_VERSION:
            return
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != versions.ODOO_SHA256:
            raise CommandError(
                f"{path.name} is not the file that was tested (its hash differs)",
                "do not use this mirror; try another one with CRM_DEBIAN_MIRROR",
            )


def _line(source: Source) -> str:
    signed = f"[signed-by={source.signed_by}] " if source.signed_by else ""
    suites = "\n".join(
        f"deb {signed}{source.uri} {suite} {' '.join(source.components)}"
        for suite in source.suites
    )
    return suites


def machine_source() -> Source:
    """Where this machine takes the packages of its own release from.

    :raises CommandError: when its apt sources do not tell
    """
    name = system.codename()
    for source in _sources():
        if name in source.suites and "main" in source.components:
            components = tuple(
                part for part in source.components if part in ("main", "universe")
            )
            return Source(source.uri, (name,), components, source.signed_by)
    raise CommandError(
        f"the apt sources of this machine do not name its own release ({name})",
        "add the main archive of the distribution to /etc/apt/sources.list",
    )


def debian_source() -> Source:
    """A mirror of Debian: the machine's own, or one that the user has named.

    :raises CommandError: when no mirror or no keyring is known
    """
    mirror = os.environ.get("CRM_DEBIAN_MIRROR", "")
    if not mirror and system.release().get("ID") == "debian":
        mirror = machine_source().uri
    if not mirror and not _MIRROR_LIST.exists():
        system.require(_mirror_list_need())
    if not mirror and _MIRROR_LIST.exists():
        text = _MIRROR_LIST.read_text(encoding="utf-8")
        found = re.search(r"^BaseURI:\s*(http\S+)", text, re.M)
        mirror = found.group(1) if found else ""
    if not mirror:
        raise CommandError(
            "no mirror of Debian is known, and Odoo 19 comes from there",
            "set CRM_DEBIAN_MIRROR to one, or ODOO_HOME to a checkout of Odoo 19.0",
        )
    if not KEYRING.exists():
        system.require(
            system.Need(
                "Debian's archive keys", ("debian-archive-keyring",), KEYRING.exists
            )
        )
    return Source(mirror, ("sid",), ("main",), str(KEYRING))


def _mirror_list_need() -> system.Need:
    return system.Need(
        "the list of Debian's mirrors", ("python-apt-common",), _MIRROR_LIST.exists
    )


def _sources() -> Iterator[Source]:
    files = [Path("/etc/apt/sources.list")]
    folder = Path("/etc/apt/sources.list.d")
    if folder.is_dir():
        files += sorted(folder.iterdir())
    for path in files:
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.name.endswith(".list"):
            yield from _one_line_sources(text)
        elif path.suffix == ".sources":
            yield from _paragraph_sources(text)


def _one_line_sources(text: str) -> Iterator[Source]:
    pattern = re.compile(r"^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)$")
    for line in text.splitlines():
        found = pattern.match(line.split("#")[0].strip())
        if found:
            options, uri, suite, components = found.groups()
            signed = re.search(r"signed-by=(\S+)", options or "", re.I)
            yield Source(
                uri,
                (suite,),
                tuple(components.split()),
                signed.group(1) if signed else "",
            )


def _paragraph_sources(text: str) -> Iterator[Source]:
    for paragraph in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        key = ""
        for line in paragraph.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace() and key:
                fields[key] += " " + line.strip()
            elif ":" in line:
                name, _, value = line.partition(":")
                key = name.strip().lower()
                fields[key] = value.strip()
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        signed = fields.get("signed-by", "")
        for uri in fields.get("uris", "").split():
            yield Source(
                uri,
                tuple(fields.get("suites", "").split()),
                tuple(fields.get("components", "").split()),
                signed if signed.startswith("/") else "",
            )
