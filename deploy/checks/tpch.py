"""TPC-H at scale 0.1 for the checks: data, the 22 queries, and their published answers, as DuckDB's extension has them.

    tpch.py make FOLDER EXTENSION        writes TABLE.parquet, query-NN.sql and answer-NN.csv
    tpch.py compare ANSWER FOUND         fails unless two tables are the same
"""

import csv
import pathlib
import sys

SCALE = 0.1


def make(folder, extension):
    import duckdb  # only here: `compare` runs with any Python

    target = pathlib.Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    engine = duckdb.connect()
    engine.load_extension(extension)
    engine.execute(f"CALL dbgen(sf = {SCALE})")
    for (table,) in engine.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        engine.execute(f"COPY {table} TO '{target}/{table}.parquet' (COMPRESSION zstd)")
    for number, query in engine.execute("SELECT query_nr, query FROM tpch_queries()").fetchall():
        (target / f"query-{number:02}.sql").write_text(query)
    answers = engine.execute("SELECT query_nr, answer FROM tpch_answers() WHERE scale_factor = ?", [SCALE]).fetchall()
    for number, answer in answers:
        (target / f"answer-{number:02}.csv").write_text(answer)


def same(expected, found):
    if expected == found:
        return True
    try:
        a, b = float(expected), float(found)
    except ValueError:
        return False
    # Averages differ in the last digits with the order of additions.
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0)


def compare(answer, found):
    with open(answer, newline="") as a, open(found, newline="") as f:
        # Without the header: names of columns that a query does not name are the engine's own.
        expected, rows = list(csv.reader(a, delimiter="|"))[1:], list(csv.reader(f))[1:]
    if len(expected) != len(rows):
        sys.exit(f"{len(expected)} rows expected, {len(rows)} found")
    for number, (left, right) in enumerate(zip(expected, rows)):
        if len(left) != len(right) or not all(map(same, left, right)):
            sys.exit(f"row {number}: expected {left}, found {right}")


if __name__ == "__main__":
    {"make": make, "compare": compare}[sys.argv[1]](*sys.argv[2:])
