"""Starting, stopping, and being killed: nothing is left, nothing is lost."""

import os
import signal
import time

from .conftest import wait_for


def test_detached(clone):
    """It runs from any folder, in a path with spaces, and a second time at once."""
    shown = clone.crm("run", "--detach")
    assert "admin" in shown and "http://localhost:" in shown
    assert clone.is_served()
    started = time.monotonic()
    assert "already running" in clone.crm("run", "--detach")
    assert time.monotonic() - started < 10
    assert clone.crm("psql", "-Atc", "SELECT name FROM crm_trial").strip() == "演示"
    assert "stopped" in clone.crm("stop")
    assert clone.wait_gone() == []
    assert "nothing" in clone.crm("status", check=3)


def test_port(clone):
    """A port that was asked for is insisted on; otherwise the next free one."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        shown = clone.crm("run", "--detach", "--port", str(port), check=1)
        assert f"port {port} is already in use" in shown
    assert clone.wait_gone() == []


def test_interrupt(clone):
    """Ctrl-C ends Odoo and PostgreSQL too."""
    child = clone.start("run")
    wait_for(child, "Ctrl-C")
    assert clone.is_served()
    os.killpg(child.pid, signal.SIGINT)
    assert child.wait(60) == 130
    assert clone.wait_gone() == []


def test_killed_while_serving(clone):
    """Killing the command ends Odoo; the next start works, on the same port."""
    child = clone.start("run")
    before = wait_for(child, "Ctrl-C")
    child.send_signal(signal.SIGKILL)
    child.wait()
    time.sleep(3)
    after = clone.crm("run", "--detach")
    address = next(line for line in before.splitlines() if "http://" in line)
    assert address in after
    clone.crm("stop")
    assert clone.wait_gone() == []


def test_killed_all(clone):
    """Killing everything at once loses nothing that was committed."""
    clone.crm("run", "--detach")
    clone.crm("psql", "-c", "INSERT INTO crm_trial (name) VALUES ('先提交')")
    clone.kill_all()
    clone.crm("run", "--detach")
    assert clone.is_served()
    found = clone.crm("psql", "-Atc", "SELECT count(*) FROM crm_trial")
    assert found.strip() == "2"
    clone.crm("stop")
    assert clone.wait_gone() == []


def test_killed_while_installing(clone):
    """A template that was not completed is made again."""
    (clone.addon / "models" / "more.py").write_text("# changed\n")
    clone.crm("demo-reset")
    for moment in (0.5, 2.0, 4.0):
        (clone.addon / "models" / "more.py").write_text(f"# changed {moment}\n")
        child = clone.start("demo-reset")
        time.sleep(moment)
        child.send_signal(signal.SIGKILL)
        child.wait()
    clone.kill_all()
    clone.crm("demo-reset")
    names = clone.crm(
        "psql", "-d", "postgres", "-Atc", "SELECT datname FROM pg_database"
    )
    assert "building" not in names
    found = clone.crm("psql", "-Atc", "SELECT count(*) FROM crm_trial")
    assert found.strip() == "1"


def test_update(clone):
    """A changed addon is updated in the database that is kept."""
    clone.crm("psql", "-c", "INSERT INTO crm_trial (name) VALUES ('保留')")
    model = clone.addon / "models" / "trial.py"
    text = model.read_text()
    model.write_text(
        text.replace("fields.Char()", "fields.Char()\n    more = fields.Char()")
    )
    shown = clone.crm("run", "--detach")
    assert "Updating crm_trial" in shown
    found = clone.crm(
        "psql", "-Atc", "SELECT name, more FROM crm_trial ORDER BY id DESC"
    )
    assert found.splitlines()[0] == "保留|"
    clone.crm("stop")


def test_two_clones(clone, other_clone):
    """Two clones set up and serve at the same time, each on its own port."""
    children = [one.start("run", "--detach") for one in (clone, other_clone)]
    for child in children:
        output, _errors = child.communicate(timeout=300)
        assert child.returncode == 0, output
    assert clone.url() != other_clone.url()
    assert clone.is_served() and other_clone.is_served()
    clone.crm("stop")
    assert other_clone.is_served()
    other_clone.crm("stop")
    assert clone.wait_gone() + other_clone.wait_gone() == []


def test_without_demo(clone):
    """A database for real work gets a password of its own, shown once."""
    shown = clone.crm("run", "--detach", "--no-demo", "--db", "real")
    assert "shown only now" in shown and "admin / admin" not in shown
    found = clone.crm("psql", "real", "-Atc", "SELECT count(*) FROM crm_trial")
    assert found.strip() == "0"
    clone.crm("stop")
    assert "shown only" not in clone.crm("run", "--detach", "--no-demo", "--db", "real")
    clone.crm("stop")
    refused = clone.crm("demo-reset", "--db", "real", check=1)
    assert "not a demonstration" in refused
    refused = clone.crm("run", "--detach", "--db", "real", check=1)
    assert "--no-demo" in refused
