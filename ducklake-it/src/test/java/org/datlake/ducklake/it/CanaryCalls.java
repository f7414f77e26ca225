package org.datlake.ducklake.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@link CanaryIT} asks the backend: every route, with good and with bad input, full of values to be found again. */
final class CanaryCalls {

    static final String ROW = "canary-row-4Hq7TzKw";
    static final String NUMBER = "918273645546372";
    static final String PARAMETER = "canary-parameter-Lm4XeYd2";
    static final String LITERAL = "canary-literal-Rf9BnUc6";
    static final String LITERAL_NUMBER = "827364554637291";

    /** All values, as they stand in rows and statements. */
    static final List<String> VALUES = List.of(ROW, NUMBER, PARAMETER, LITERAL, LITERAL_NUMBER);

    private static final String PARQUET = "application/vnd.apache.parquet";

    private static final Map<String, String> FORMATS = Map.of(
            "ndjson", "application/x-ndjson",
            "json", "application/json",
            "csv", "text/csv",
            "parquet", PARQUET);

    /** What the engine and the server have to say about statements: a status, and a statement that earns it. */
    private static final String STATEMENTS = """
            200 SELECT id, name, 'LITERAL' AS literal, LITERAL_NUMBER AS number, ? AS parameter FROM filed
            200 SELECT * FROM inlined
            200 SELECT count(*) FROM filed WHERE name <> 'LITERAL' AND name <> ? AND id <> LITERAL_NUMBER
            400 SELECT 'LITERAL' FRM filed WHERE 1
            400 SELECT 'a' 'LITERAL'
            400 SELECT 'LITERAL
            400 SELECT name FROM filed WHERE id = LITERAL_NUMBER LITERAL_NUMBER
            400 SELECT missing FROM filed WHERE name = 'LITERAL' AND id = LITERAL_NUMBER
            422 SELECT * FROM missing WHERE name = 'LITERAL'
            422 SELECT missing('LITERAL')
            400 SELECT 'LITERAL'::INTEGER
            400 SELECT ?::DATE
            400 SELECT ?::INTEGER + LITERAL_NUMBER
            400 SELECT LITERAL_NUMBER::TINYINT
            400 SELECT name::INTEGER FROM filed
            400 SELECT id::TINYINT FROM filed
            400 SELECT id * id * id FROM filed
            400 SELECT 1 = name FROM filed
            400 SELECT name::BOOLEAN FROM inlined
            400 SELECT name::DATE FROM filed
            400 SELECT name::TIMESTAMP FROM filed
            400 SELECT name::TIME FROM filed
            400 SELECT name::INTERVAL FROM filed
            400 SELECT name::UUID FROM filed
            400 SELECT name::JSON FROM filed
            400 SELECT name::INTEGER[] FROM filed
            400 SELECT name::STRUCT(a INTEGER) FROM filed
            400 SELECT name::DECIMAL(5, 2) FROM filed
            400 SELECT id::DECIMAL(5, 2) FROM filed
            400 SELECT strptime(name, '%Y') FROM filed
            400 SELECT strptime('2000', name) FROM filed
            400 SELECT date_trunc(name, DATE '2000-01-01') FROM filed
            400 SELECT date_trunc('LITERAL', DATE '2000-01-01')
            400 SELECT regexp_matches(name, name || '(') FROM filed
            400 SELECT regexp_matches(name, 'LITERAL(') FROM filed
            400 SELECT printf('%d', name) FROM filed
            400 SELECT format('{:LITERAL}', id) FROM filed
            400 SELECT from_base64(name) FROM filed
            400 SELECT unhex(name) FROM filed
            400 SELECT make_date(id, 1, 1) FROM filed
            400 SELECT factorial(id::INTEGER) FROM filed
            400 SELECT json_extract('{"a":' || name, '$.a') FROM filed
            400 SELECT json_extract('{}', '$' || name || '[') FROM filed
            400 SELECT list_value(1, 2)[name] FROM filed
            400 SELECT map(['a', 'a'], [name, name]) FROM filed
            400 SELECT (SELECT name FROM filed) FROM filed
            400 SELECT name FROM filed LIMIT 'LITERAL'
            422 SELECT * FROM read_csv('LITERAL')
            422 SELECT getenv('LITERAL')
            422 SELECT error('LITERAL')
            422 SELECT count(*) FROM duckdb_secrets() WHERE name = 'LITERAL'
            422 INSERT INTO filed VALUES (LITERAL_NUMBER, 'LITERAL')
            422 CREATE SECRET s (TYPE s3, KEY_ID 'LITERAL', SECRET 'LITERAL')
            422 ATTACH 'LITERAL' AS other
            422 SELECT 1; SELECT 'LITERAL'
            504 SELECT count(*) FROM range(1000000000000) r(i) WHERE i::VARCHAR = 'LITERAL' OR i = LITERAL_NUMBER
            0 SELECT CASE WHEN i < 900000 THEN i ELSE (i || 'LITERAL')::BIGINT END FROM range(1000000) r(i)
            """;

    /** The same about rows: a status, the format, and rows; each # ends a line. */
    private static final String ROWS = """
            200 ndjson {"id":NUMBER,"name":"ROW"}
            200 json [{"id":NUMBER,"name":"ROW"}]
            200 csv id,name#NUMBER,ROW
            422 ndjson {"id":"ROW","name":"a"}
            422 ndjson {"id":1,"name":"ROW"}#{"id":null,"name":"ROW"}
            422 ndjson {"id":NUMBERNUMBER,"name":"ROW"}
            422 ndjson {"id":1,"name":"ROW
            422 ndjson {"id":1,"name":ROW}
            422 ndjson {"id":1,"id":NUMBER,"name":"ROW"}
            422 ndjson ROW
            422 ndjson {"id":1,"name":"ROW","missing":"ROW"}
            422 ndjson {"id":{"a":"ROW"},"name":["ROW"]}
            422 ndjson {"id":1,"name":"ROW\\u0000"}
            422 json [{"id":"ROW"}]
            422 json [{"id":NUMBERNUMBER}]
            422 json [{"id":1,"name":"ROW"},{"id":2,"name":"ROW]
            422 json {"id":"ROW"}
            422 json ["ROW"]
            422 json [{"id":NUMBER}, "ROW"]
            422 csv id,name#ROW,a
            422 csv id,name#NUMBERNUMBER,a
            422 csv id,name#1,ROW,ROW
            422 csv id,name#1,"ROW
            422 csv NUMBER,ROW#NUMBER,ROW
            422 csv id,name#,ROW
            422 parquet ROW
            """;

    private CanaryCalls() {}

    /**
     * A request, and how it is answered while all is well.
     *
     * @param body its body, a byte a character
     * @param status the status, or 0 where the connection is cut
     * @param showsRows whether a good answer may hold values
     */
    record Call(String method, String path, Map<String, String> headers, String body, int status, boolean showsRows) {

        Call with(String header, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(header, value);
            return new Call(method, path, more, body, status, showsRows);
        }

        Call showingRows() {
            return new Call(method, path, headers, body, status, true);
        }
    }

    static Call get(String path, int status) {
        return new Call("GET", path, Map.of(), "", status, false);
    }

    /** Returns rows to be written into a table with an id, which may not be null, and a name. */
    static Call rows(String format, String body, int status) {
        String type = FORMATS.getOrDefault(format, format);
        return new Call("POST", "/api/v1/tables/main/inlined/rows", Map.of("Content-Type", type), body, status, false);
    }

    private static Call query(String sql, int status) {
        String body = "{\"sql\": \"" + sql.replace("\\", "\\\\").replace("\"", "\\\"") + "\", \"parameters\": ["
                + (sql.contains("?") ? "\"" + PARAMETER + "\"" : "") + "]}";
        return new Call(
                "POST", "/api/v1/query", Map.of("Content-Type", "application/json"), body, status, status == 200);
    }

    /** Returns all calls that end by themselves. */
    static List<Call> all() {
        List<Call> calls = new ArrayList<>(routes());
        for (String line : STATEMENTS.lines().toList()) {
            String[] parts = line.split(" ", 2);
            String sql = parts[1].replace("LITERAL_NUMBER", LITERAL_NUMBER).replace("LITERAL", LITERAL);
            calls.add(query(sql, Integer.parseInt(parts[0])));
        }
        for (String line : ROWS.lines().toList()) {
            String[] parts = line.split(" ", 3);
            String body = parts[2].replace("NUMBER", NUMBER).replace("ROW", ROW).replace('#', '\n');
            calls.add(rows(parts[1], body, Integer.parseInt(parts[0])));
        }
        for (String format : FORMATS.values()) {
            calls.add(query("SELECT * FROM filed LIMIT 10", 200).with("Accept", format));
            calls.add(query("SELECT name::INTEGER FROM filed", 400).with("Accept", format));
        }
        calls.add(query("SELECT name AS id, name FROM filed", 200).with("Accept", PARQUET));
        return calls;
    }

    /** Returns the call that is answered with the changes of a table, as they come. */
    static Call events() {
        return get("/api/v1/tables/main/filed/changes?from=0", 200)
                .with("Accept", "text/event-stream")
                .showingRows();
    }

    /** Returns calls that need files which nobody has read before, and whose paths hold values. */
    static List<Call> ofFiles() {
        String row = "{\"id\":" + NUMBER + ",\"name\":\"" + ROW + "\"}\n";
        Call write = rows("ndjson", row.repeat(20), 200);
        return List.of(
                query("SELECT * FROM parted", 200),
                query("SELECT * FROM parted", 200).with("Accept", PARQUET),
                new Call("GET", "/api/v1/tables/main/parted/changes?from=0", Map.of(), "", 200, true),
                new Call("POST", "/api/v1/tables/main/parted/rows", write.headers(), write.body(), 200, false));
    }

    /** Returns a call of each route, and of what is near them. */
    static List<Call> routes() {
        String changes = "/api/v1/tables/main/filed/changes";
        return List.of(
                get("/api/v1/tables", 200),
                get("/api/v1/tables/main/filed", 200),
                get("/api/v1/tables/main/missing", 404),
                get(changes + "?from=0", 200).showingRows(),
                get(changes + "?from=0", 200).showingRows().with("Accept", "application/x-ndjson"),
                get(changes + "?from=0", 200).showingRows().with("Accept", "text/csv"),
                get(changes + "?from=" + ROW, 400),
                get(changes + "?from=" + NUMBER, 400),
                get("/api/v1/tables/main/missing/changes", 404),
                get("/api/v1/snapshots", 200),
                get("/api/v1/snapshots?after=" + ROW, 400),
                get("/api/v1/operations/00000000-0000-0000-0000-000000000000", 200),
                get("/api/v1/operations/none", 400),
                get("/config/summary", 200),
                get("/config/ducklake", 200),
                get("/metrics", 200),
                get("/metrics/memory", 200),
                get("/metrics/performance", 200),
                get("/health", 200),
                get("/health/ready", 200),
                get("/health/live", 200),
                get("/health/started", 200),
                get("/readyz", 200),
                get("/livez", 200),
                get("/openapi.yaml", 200),
                get("/missing?value=" + ROW, 404),
                rows("text/plain", ROW, 415),
                rows("csv", ROW, 400).with("Content-Encoding", "gzip"),
                rows("json", "[{\"id\":1,\"name\":\"" + ROW + "\"}]", 200).with("Idempotency-Key", "canary-key"),
                rows("json", "[{\"id\":1,\"name\":\"" + ROW + "\"}]", 200).with("Idempotency-Key", "canary-key"),
                query("SELECT name FROM filed", 406).with("Accept", "text/html"),
                query("SELECT name FROM filed", 415).with("Content-Type", "text/plain"));
    }
}
