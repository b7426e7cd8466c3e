-- The application's role: it owns its database and nothing else, so that row-level security holds it.
\getenv password DATABASE_PASSWORD
CREATE ROLE pocketpilot LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE DATABASE pocketpilot OWNER pocketpilot;
