package org.datlake.ducklake.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.duckdb.DuckDBResultSet;

/**
 * Many rows over HTTP: ten million out in Arrow's format, from a server with a heap of 64 MiB, against the driver's Arrow
 * export in this JVM; and NDJSON in.
 */
final class HttpRows {

    private static final long ROWS = 10_000_000;
    private static final int BATCH = 65_536;
    private static final int WRITTEN = 200_000;
    private static final int WRITES = 7;
    private static final String SQL = "SELECT id, v, note FROM big";

    private HttpRows() {}

    static List<String> run(Path scratch) throws Exception {
        String create =
                "CREATE TABLE big AS SELECT range AS id, range * 0.5::DOUBLE AS v, 'n' || range AS note FROM range("
                        + ROWS + ")";
        try (RawLake raw = RawLake.embedded(scratch.resolve("peer"));
                Connection duplicate = raw.duplicate();
                ServedLake served =
                        ServedLake.start(scratch.resolve("served"), create, "CREATE TABLE m" + Measurements.COLUMNS);
                BufferAllocator memory = new RootAllocator()) {
            try (Statement statement = duplicate.createStatement()) {
                statement.execute(create);
            }
            Figure out = new Duel(
                            "10 M rows as Arrow, HTTP with 64 MiB of heap / in-process",
                            () -> overHttp(served, memory),
                            () -> inProcess(duplicate, memory))
                    .run(1, 5)
                    .against(Goal.atLeast(0.5), "Mrows/s");
            return List.of(out.line(), ingest(served).line());
        }
    }

    private static double overHttp(ServedLake served, BufferAllocator memory) throws Exception {
        long started = System.nanoTime();
        try (ArrowReader reader = new ArrowStreamReader(served.arrow("{\"sql\": \"" + SQL + "\"}"), memory)) {
            check(reader);
        }
        return ROWS / 1e6 / ((System.nanoTime() - started) / 1e9);
    }

    private static double inProcess(Connection connection, BufferAllocator memory) throws Exception {
        long started = System.nanoTime();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SQL);
                ArrowReader reader = (ArrowReader) ((DuckDBResultSet) rows).arrowExportStream(memory, BATCH)) {
            check(reader);
        }
        return ROWS / 1e6 / ((System.nanoTime() - started) / 1e9);
    }

    private static void check(ArrowReader reader) throws IOException {
        long sum = 0;
        while (reader.loadNextBatch()) {
            BigIntVector ids = (BigIntVector) reader.getVectorSchemaRoot().getVector("id");
            for (int i = 0; i < ids.getValueCount(); i++) {
                sum += ids.get(i);
            }
        }
        if (sum != ROWS * (ROWS - 1) / 2) {
            throw new IllegalStateException("rows are missing or doubled");
        }
    }

    private static Figure ingest(ServedLake served) throws Exception {
        byte[] body = ndjson();
        served.write("m", body);
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            long started = System.nanoTime();
            served.write("m", body);
            rates.add(WRITTEN / 1e3 / ((System.nanoTime() - started) / 1e9));
        }
        double rate = Duel.median(rates);
        return new Figure(
                "NDJSON in, " + WRITTEN + " rows of 5 columns a request",
                "krows/s",
                String.format(Locale.ROOT, "%.0f", rate),
                "-",
                "",
                ">= 150",
                rate >= 150);
    }

    private static byte[] ndjson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            for (int n = 0; n < WRITTEN; n++) {
                Measurements.Row row = Measurements.row(n);
                out.print("{\"id\":" + row.id() + ",\"a\":" + row.a() + ",\"b\":" + row.b() + ",\"c\":\"" + row.c()
                        + "\",\"d\":\"" + row.d() + "\"}\n");
            }
        }
        return bytes.toByteArray();
    }
}
