"""Odoo's configuration files: the templates of ``config/odoo`` and this machine."""

import configparser
import tempfile
from pathlib import Path

from command import addons, databases, paths
from command.errors import CommandError


def written(
    kind: str,
    store: databases.Databases,
    *,
    with_tests: bool = False,
    name: str = "",
    **settings: object,
) -> Path:
    """Write a configuration for this machine into the state folder.

    :param kind: ``dev``, ``test`` or ``prod``: which template
    :param with_tests: put ``tests/addons`` on the addons path
    :param name: name of the file, if one kind is used for several purposes
    :param settings: what differs from the template
    :raises CommandError: when the template is missing
    """
    template = paths.ODOO_CONFIG / f"odoo.{kind}.conf"
    if not template.exists():
        raise CommandError(
            f"{template} is missing", "restore it: git checkout -- config/odoo"
        )
    parser = configparser.RawConfigParser()
    parser.read(template, encoding="utf-8")
    options = parser["options"]
    folders = addons.folders_in_use(with_tests=with_tests)
    if folders:
        options["addons_path"] = ",".join(map(str, folders))
    options["data_dir"] = str(store.data_dir)
    connection = store.server.variables()
    for option, variable in (
        ("db_host", "PGHOST"),
        ("db_port", "PGPORT"),
        ("db_user", "PGUSER"),
    ):
        if variable in connection:
            options[option] = connection[variable]
    for key, value in settings.items():
        options[key] = str(value)
    target = paths.state_dir() / f"odoo.{name or kind}.conf"
    # A file of its own for each writer, threads of one process included; it is for
    # nobody else to read (0600).
    descriptor, work = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.")
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write("# Written by ./crm at every start; change config/odoo instead.\n")
        parser.write(file)
    Path(work).rename(target)
    return target
