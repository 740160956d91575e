"""The files of production, as the static tests and the matrix read them."""

import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = ROOT / "docker-compose.yml"
IMAGE = ROOT / "config" / "image"
NGINX = ROOT / "config" / "proxy" / "nginx.conf"

# Where the image has the repository, and where the volume with Odoo's files is.
INSIDE = "/opt/crm-suite"
DATA = "/var/lib/odoo"


class OneKeyLoader(yaml.SafeLoader):
    """Refuses a mapping that has a key twice: the last one would win silently."""

    def construct_mapping(self, node, deep=False):
        """Build a mapping after looking at its keys."""
        keys = [key.value for key, _value in node.value if key.tag[-5:] != "merge"]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {twice} twice")
        return super().construct_mapping(node, deep)


def compose():
    """The compose file with its anchors resolved."""
    return yaml.load(COMPOSE.read_text(encoding="utf-8"), OneKeyLoader)


def substituted(text):
    """A text of the compose file with the defaults of its variables."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
    assert "${" not in text, f"{text}: a variable without default"
    return text.replace("$$", "$")


def command(service, data):
    """The command of a service as it would be outside of its container.

    :param str service: name of the service
    :param Path data: folder in place of the volume with Odoo's files
    """
    words = [substituted(word) for word in compose()["services"][service]["command"]]
    words = [word.replace(INSIDE, str(ROOT)).replace(DATA, str(data)) for word in words]
    return [str(ROOT / words[0]), *words[1:]]


def adapted_nginx(nginx, folder, **replacements):
    """The shipped proxy configuration with certificates and folders of this machine.

    :param str nginx: the program, to know how old it is
    :param Path folder: where certificates are made and temporary files go
    :param replacements: further texts to replace, by name of no meaning: (old, new)
    """
    key, certificate = folder / "tls_key", folder / "tls_certificate"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        + ["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    text = NGINX.read_text(encoding="utf-8")
    text = text.replace(" /tmp/", f" {folder}/").replace("/run/secrets", str(folder))
    version = subprocess.run([nginx, "-v"], capture_output=True, text=True).stderr
    if tuple(map(int, re.search(r"/(\d+)\.(\d+)", version).groups())) < (1, 25):
        # this directive is younger than the nginx of this machine
        text = text.replace("        http2 on;\n", "")
    for old, new in replacements.values():
        assert old in text, old
        text = text.replace(old, new)
    return text
