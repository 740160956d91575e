#!/bin/sh
# Runs once, when the cluster is new: the role that Odoo works as. It may make databases
# and is no superuser.
set -eu

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
    --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
    --set=password="$(cat "${CRM_DB_PASSWORD_FILE:-/run/secrets/db_password}")" <<'SQL'
CREATE ROLE odoo LOGIN CREATEDB NOSUPERUSER NOCREATEROLE PASSWORD :'password';
SQL
