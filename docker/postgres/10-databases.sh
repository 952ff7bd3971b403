#!/bin/sh
# Run once by the official PostgreSQL image: the portal's roles and databases.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" \
    -v ckan="$CKAN_PASSWORD" -v writer="$DATASTORE_WRITE_PASSWORD" -v reader="$DATASTORE_READ_PASSWORD" <<'SQL'
CREATE ROLE ckan LOGIN PASSWORD :'ckan';
CREATE ROLE datastore_write LOGIN PASSWORD :'writer';
CREATE ROLE datastore_read LOGIN PASSWORD :'reader';
CREATE DATABASE ckan OWNER ckan;
CREATE DATABASE datastore OWNER datastore_write;
SQL
