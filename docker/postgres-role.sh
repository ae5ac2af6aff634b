#!/bin/bash
# Runs once, when the database is made: the portal's role owns its database and is no superuser, or row-level security would
# not hold for it. The portal refuses to start with a role that could skip it.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres -v password="$GONGZHI_PASSWORD" <<'SQL'
CREATE ROLE gongzhi LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE gongzhi OWNER gongzhi;
SQL
