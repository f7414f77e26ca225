"""The peer of the launcher's start: what the documentations of DuckDB and DuckLake show. The argument is the query."""
import os
import sys

import duckdb

home = os.environ["DB_DUCKLAKE_PATH"]
with duckdb.connect() as connection:
    connection.execute("LOAD ducklake")
    connection.execute(f"ATTACH 'ducklake:{home}/catalog.ducklake' AS lake")
    n, last = connection.execute(sys.argv[1]).fetchone()
    print(f"n,last\n{n},{last}")
