"""What a description cannot tell a fuzzer: which formats to ask for, and which rows would fit a table."""

import json
import os
import zlib

import schemathesis

TOKEN = os.environ.get("FUZZ_TOKEN")
EVENTS = "text/event-stream"
TEXTS = ["application/x-ndjson", "text/csv", "application/vnd.apache.parquet"]
MOST_SQL = 30_000
COLUMNS = ["iata", "name", "city", "state", "country", "latitude", "longitude"]


@schemathesis.serializer(*TEXTS)
def text(context, value):
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


if TOKEN:

    @schemathesis.auth()
    class Token:
        def get(self, case, context):
            return TOKEN

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # The description says that a token may be needed; where some are configured, it is.
    if TOKEN:
        raw_schema["security"] = [way for way in raw_schema["security"] if way]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Asks for each described format in turn, and for one that is not offered. The same case always for the same."""
    answers = case.operation.definition.raw["responses"]["200"]["content"]
    if len(answers) == 1:
        return
    # Events take their time; a few will do.
    formats = [name for name in sorted(answers) if name != EVENTS] * 4 + ["*/*", "text/html"]
    formats += [name for name in answers if name == EVENTS]
    told = repr((case.path_parameters, case.query, case.body))
    case.headers["Accept"] = formats[zlib.crc32(told.encode()) % len(formats)]


def rows(values):
    return [dict(zip(COLUMNS, row.values())) if isinstance(row, dict) else row for row in values]


def query(body):
    sql = body.get("sql")
    # What is wrong with a statement stays wrong.
    if not isinstance(sql, str) or not sql.strip() or len(sql) > MOST_SQL:
        return body
    values = body.get("parameters")
    marks = ", ".join("?" for _ in values) if isinstance(values, list) else ""
    return {**body, "sql": f"SELECT {marks}" if marks else "SELECT * FROM airports ORDER BY ALL LIMIT 3"}


@schemathesis.hook
def map_body(context, body):
    """Lets half of the bodies fit the lake: with other SQL and names of columns no value would ever be looked at."""
    name = context.operation.definition.raw.get("operationId")
    if zlib.crc32(repr(body).encode()) % 2:
        return body
    if name == "query":
        return query(body) if isinstance(body, dict) else body
    if name != "writeRows":
        return body
    if isinstance(body, list):
        return rows(body)
    if isinstance(body, dict):
        return rows([body])[0]
    if isinstance(body, str):
        return json.dumps(dict(zip(COLUMNS, body.split()))) + "\n"
    return body


@schemathesis.hook
def filter_failure(context, failure, case, response):
    kind = type(failure).__name__
    if kind == "IgnoredAuth":
        # Ten unknown tokens lock an address out for a minute: 429 refuses as well as 401 does.
        return "got `429 " not in failure.message
    if kind == "AcceptedNegativeData" and case.media_type in TEXTS:
        # What should be no text is one when it is sent: {} is a row of NDJSON.
        return "Invalid component: in body" not in failure.message
    return True
