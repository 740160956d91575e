"""What a copy of a template is like."""

import subprocess

# Rows changed, then an index on their table, in one transaction: as Odoo installs.
CHANGED = """
CREATE TABLE trial (id int, kind int);
INSERT INTO trial SELECT number, number FROM generate_series(1, 20) AS number;
BEGIN;
UPDATE trial SET kind = kind + 1;
CREATE INDEX trial_id_idx ON trial (id);
COMMIT;
"""
FILLED = """
INSERT INTO trial SELECT number, number FROM generate_series(1, 20000) AS number;
ANALYZE trial;
"""
PLAN = "EXPLAIN SELECT * FROM trial WHERE id = 7"


def test_settle(lab):
    """A new index serves although an older transaction runs in another database."""
    name, other = lab.database([]), lab.database([])
    server = lab.store.server
    client = subprocess.Popen(
        [server.program("psql"), "-XqAt", "-d", other],
        env=server.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        client.stdin.write("BEGIN; SELECT txid_current();\n")
        client.stdin.flush()
        assert client.stdout.readline().strip().isdigit()
        lab.sql(name, CHANGED)
        lab.sql(name, FILLED)
        assert "Seq Scan" in lab.sql(name, PLAN)[0][0]
        lab.store.settle(name)
        assert "trial_id_idx" in "".join(row[0] for row in lab.sql(name, PLAN))
    finally:
        client.stdin.close()
        client.wait(timeout=10)
