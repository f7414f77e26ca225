-- DuckLake's own role, which owns its database and nothing else. Runs once, on an empty data directory.
\set password `cat /run/secrets/ducklake-password`
CREATE ROLE ducklake LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE ducklakedb OWNER ducklake;
REVOKE ALL ON DATABASE ducklakedb FROM PUBLIC;
