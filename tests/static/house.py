"""What the static tests know of the repository: read from the files, nothing imported.

Python is parsed, never run; so a test here takes milliseconds and says something even
about an addon that Odoo could not load.
"""

import ast
import csv
import functools
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
DOCS = ROOT / "docs"

# Public methods of the ORM: an override of ours adds no entry to the API.
ORM_METHODS = frozenset(
    "action_archive action_unarchive copy copy_data copy_translations create"
    " default_get export_data fields_get formatted_read_group get_empty_list_help"
    " get_formview_action get_formview_id get_metadata get_view get_views init"
    " load message_new message_notify message_post message_subscribe message_update"
    " name_create name_search onchange read search search_count search_fetch"
    " search_panel_select_multi_range search_panel_select_range search_read unlink"
    " web_read web_read_group web_save web_search_read write".split()
)


def require(there: object, name: str) -> None:
    """Fail a test that cannot run without something, and say what installs it.

    No test leaves itself out: ``./crm test`` installs whatever its tests need.
    """
    if not there:
        pytest.fail(f"there is no {name} on this machine: ./crm test installs it")


@dataclass(frozen=True)
class Method:
    """A method of a model class."""

    name: str
    node: ast.FunctionDef = field(hash=False, compare=False, repr=False)
    path: Path
    model: str

    @property
    def is_public(self) -> bool:
        """Whether it can be called over RPC and is ours."""
        decorators = {ast.unparse(item) for item in self.node.decorator_list}
        return (
            not self.name.startswith("_")
            and self.name not in ORM_METHODS
            and not decorators & {"api.private", "property", "staticmethod"}
        )

    @property
    def docstring(self) -> str:
        """Its docstring, "" if it has none."""
        return ast.get_docstring(self.node) or ""

    @property
    def arguments(self) -> list[str]:
        """The names of its arguments, without ``self``."""
        spec = self.node.args
        names = [arg.arg for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
        return names[1:]


@dataclass(frozen=True)
class Field:
    """A field of a model class, with its type and the model it points to."""

    name: str
    type: str
    comodel: str


@dataclass(frozen=True)
class Model:
    """A class of ours that declares or extends a model."""

    name: str
    kind: str  # Model, TransientModel or AbstractModel
    is_new: bool
    inherit: tuple[str, ...]
    path: Path
    fields: dict[str, Field] = field(hash=False, compare=False, repr=False)
    methods: dict[str, Method] = field(hash=False, compare=False, repr=False)


@dataclass(frozen=True)
class Addon:
    """An addon of ours, as its files describe it."""

    name: str
    folder: Path
    manifest: dict = field(hash=False, compare=False, repr=False)

    @property
    def depends(self) -> list[str]:
        """What its manifest names."""
        return list(self.manifest.get("depends", []))

    def python(self, *, tests: bool = False) -> list[Path]:
        """Its Python files."""
        return [
            path
            for path in sorted(self.folder.rglob("*.py"))
            if tests or "tests" not in path.relative_to(self.folder).parts
        ]

    def xml(self) -> list[Path]:
        """Its data files in XML: all but client templates."""
        return [
            path
            for path in sorted(self.folder.rglob("*.xml"))
            if "static" not in path.relative_to(self.folder).parts
        ]

    @functools.cached_property
    def models(self) -> list[Model]:
        """The classes of its models."""
        return [
            model
            for path in self.python()
            for node in tree(path).body
            if isinstance(node, ast.ClassDef)
            for model in [_model(node, path)]
            if model
        ]

    def records(self) -> Iterator[tuple[Path, "etree._Element"]]:
        """Each ``record`` element of its XML files."""
        for path in self.xml():
            for record in xml(path).iter("record"):
                yield path, record

    def access_rows(self) -> list[dict[str, str]]:
        """The rows of its access rights."""
        path = self.folder / "security" / "ir.model.access.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))


@functools.cache
def addons(*, with_tests: bool = False) -> dict[str, Addon]:
    """Our addons by name; ``with_tests`` adds those of tests/addons."""
    bases = [ADDONS] + ([ROOT / "tests" / "addons"] if with_tests else [])
    return {
        path.parent.name: Addon(path.parent.name, path.parent, _literal(path))
        for base in bases
        for path in sorted(base.glob("*/__manifest__.py"))
    }


@functools.cache
def tree(path: Path) -> ast.Module:
    """The parsed source of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@functools.cache
def xml(path: Path) -> "etree._Element":
    """The root of an XML file."""
    return etree.parse(str(path)).getroot()


@functools.cache
def tracked() -> list[Path]:
    """The files of the repository: those that git knows and those it would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = {ROOT / name for name in listed.split("\0") if name}
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


def text_files() -> list[Path]:
    """The tracked files that are text."""
    return [path for path in tracked() if b"\0" not in path.read_bytes()[:8192]]


def relative(path: Path) -> str:
    """A path as people name it."""
    return str(path.relative_to(ROOT))


def functions(node: ast.AST) -> Iterator[ast.FunctionDef]:
    """Every function below a node."""
    for child in ast.walk(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child


def hooks() -> list[Method]:
    """The methods that other addons are invited to override."""
    return [
        method
        for addon in addons().values()
        for model in addon.models
        for method in model.methods.values()
        if method.docstring.startswith("Hook:")
    ]


def api_methods() -> list[Method]:
    """The public methods of our models: what integrators may call.

    Those of a mixin are listed with each model that has it.
    """
    found: dict[tuple[str, str], Method] = {}
    for addon in addons().values():
        for model in addon.models:
            for method in model.methods.values():
                if method.is_public:
                    for heir in sorted(_heirs(model)):
                        found.setdefault(
                            (heir, method.name), replace(method, model=heir)
                        )
    return [found[key] for key in sorted(found)]


def _heirs(model: Model) -> set[str]:
    """The models that can be called and have what this class declares."""
    if model.kind != "AbstractModel":
        return {model.name}
    known = [other for addon in addons().values() for other in addon.models]
    heirs: set[str] = set()
    for other in known:
        if model.name in other.inherit and other.name != model.name:
            heirs |= _heirs(other)
    return heirs or {model.name}


@functools.cache
def feature_rows() -> dict[str, tuple[str, str]]:
    """Capability and status of every row of docs/features.md."""
    text = (DOCS / "features.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]\d\d) \| (.+) \| (\w[\w ]*) \|$", text, re.M)
    return {row: (capability, status) for row, capability, status in rows}


def _literal(path: Path) -> dict:
    return ast.literal_eval(path.read_text(encoding="utf-8"))


def _model(node: ast.ClassDef, path: Path) -> Model | None:
    kinds = {
        base.attr
        for base in node.bases
        if isinstance(base, ast.Attribute) and ast.unparse(base.value) == "models"
    }
    if not kinds:
        return None
    values: dict[str, object] = {}
    fields: dict[str, Field] = {}
    for item in node.body:
        if not isinstance(item, ast.Assign) or not isinstance(
            item.targets[0], ast.Name
        ):
            continue
        name = item.targets[0].id
        if name in ("_name", "_inherit"):
            values[name] = ast.literal_eval(item.value)
        elif isinstance(item.value, ast.Call):
            found = _field(name, item.value)
            if found:
                fields[name] = found
    inherit = values.get("_inherit") or []
    inherit = [inherit] if isinstance(inherit, str) else list(inherit)
    name = str(values.get("_name") or (inherit[0] if inherit else ""))
    methods = {
        item.name: Method(item.name, item, path, name)
        for item in node.body
        if isinstance(item, ast.FunctionDef)
    }
    is_new = name not in inherit
    return Model(name, kinds.pop(), is_new, tuple(inherit), path, fields, methods)


def _field(name: str, call: ast.Call) -> Field | None:
    if not isinstance(call.func, ast.Attribute):
        return None
    if ast.unparse(call.func.value) != "fields":
        return None
    comodel = ""
    candidates = [*call.args[:1]]
    candidates += [key.value for key in call.keywords if key.arg == "comodel_name"]
    if "2" in call.func.attr:
        for candidate in candidates:
            if isinstance(candidate, ast.Constant):
                comodel = str(candidate.value)
    return Field(name, call.func.attr, comodel)
