-- The role that tsflow's timescale sink writes as, with no more rights than it needs: to read and upsert rows
-- of given tables, and to keep its checkpoints in a schema of its own. It can neither remove rows nor change,
-- drop or make tables of yours; so the table must exist, and the sink be told `create = false`.
--
--   psql -v role=tsflow_writer -v table=public.ohlcv_1min -f docs/timescale_roles.sql DATABASE
--
-- Run it as a superuser or the database's owner, once a table. Give the role a password of its own (\password
-- tsflow_writer), or a client certificate, and let pg_hba.conf demand it over TLS (hostssl).
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\if :{?role}
\else
\set role tsflow_writer
\endif
\if :{?table}
\else
\set table ohlcv_1min
\endif

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec

-- TEMPORARY: rows are copied to a staging table of the session's own.
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), :'role') \gexec

SELECT format('CREATE SCHEMA IF NOT EXISTS tsflow AUTHORIZATION %I', :'role') \gexec

-- When another role made the schema, that one keeps it, and makes its tables; both use them.
SELECT format(command, nspowner::regrole, :'role')
FROM pg_namespace, (VALUES ('GRANT USAGE ON SCHEMA tsflow TO %2$I'),
    ('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tsflow TO %2$I'),
    ('ALTER DEFAULT PRIVILEGES FOR ROLE %1$s IN SCHEMA tsflow GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %2$I')
) AS commands (command)
WHERE nspname = 'tsflow' AND nspowner <> :'role'::regrole \gexec

SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, :'role')
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE pg_class.oid = :'table'::regclass \gexec

-- ON CONFLICT reads the key and replaces the rest.
SELECT format('GRANT SELECT, INSERT, UPDATE ON %s TO %I', :'table'::regclass, :'role') \gexec
