package org.datlake.ducklake.launcher.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.datlake.ducklake.launcher.RunningServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server answers in Arrow's format, read with Arrow's own reader. */
class ArrowStreamTest {

    @TempDir
    private static Path directory;

    private static RunningServer server;
    private static BufferAllocator memory;

    @BeforeAll
    static void start() {
        server = RunningServer.ready(directory, Map.of());
        memory = new RootAllocator();
    }

    @AfterAll
    static void stop() {
        memory.close();
        server.close();
    }

    private record Table(List<Field> fields, List<List<@Nullable Object>> rows, int batches) {}

    private static HttpResponse<byte[]> query(String sql) {
        String body = "{\"sql\": \"" + sql.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
        return server.send(
                server.request("/api/v1/query", "Accept", "application/vnd.apache.arrow.stream")
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofMinutes(1))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static Table read(String sql) throws IOException {
        HttpResponse<byte[]> answer = query(sql);
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/vnd.apache.arrow.stream");
        assertThat(answer.headers().firstValue("Datlake-Snapshot-Id")).isPresent();
        try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(answer.body()), memory)) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            List<List<@Nullable Object>> rows = new ArrayList<>();
            int batches = 0;
            while (reader.loadNextBatch()) {
                batches++;
                for (int row = 0; row < root.getRowCount(); row++) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (FieldVector vector : root.getFieldVectors()) {
                        values.add(vector.getObject(row));
                    }
                    rows.add(values);
                }
            }
            return new Table(root.getSchema().getFields(), rows, batches);
        }
    }

    private static String type(String sql) throws IOException {
        return read("SELECT " + sql + " AS c").fields().get(0).getType().toString();
    }

    private static @Nullable Object value(String sql) throws IOException {
        Table table = read("SELECT c FROM (VALUES (NULL), (" + sql + "), (NULL)) v(c)");
        assertThat(table.rows()).hasSize(3);
        assertThat(table.rows().get(0)).containsOnlyNulls();
        assertThat(table.rows().get(2)).containsOnlyNulls();
        return table.rows().get(1).get(0);
    }

    @Test
    void values_come_in_the_types_that_duckdb_gives_them_in_arrow() throws IOException {
        assertThat(type("true")).isEqualTo("Bool");
        assertThat(type("1::TINYINT")).isEqualTo("Int(8, true)");
        assertThat(type("1::USMALLINT")).isEqualTo("Int(16, false)");
        assertThat(type("1::INTEGER")).isEqualTo("Int(32, true)");
        assertThat(type("1::UBIGINT")).isEqualTo("Int(64, false)");
        assertThat(type("1::FLOAT")).isEqualTo("FloatingPoint(SINGLE)");
        assertThat(type("1::DECIMAL(12, 2)")).isEqualTo("Decimal(12, 2, 128)");
        assertThat(type("sum(1::BIGINT)")).isEqualTo("Decimal(38, 0, 128)");
        assertThat(type("DATE '2026-01-31'")).isEqualTo("Date(DAY)");
        assertThat(type("TIME '12:00:00'")).isEqualTo("Time(MICROSECOND, 64)");
        assertThat(type("TIMESTAMP '2026-01-31 12:00:00'")).isEqualTo("Timestamp(MICROSECOND, null)");
        assertThat(type("TIMESTAMPTZ '2026-01-31 12:00:00Z'")).isEqualTo("Timestamp(MICROSECOND, UTC)");
        assertThat(type("'x'::BLOB")).isEqualTo("Binary");
        assertThat(type("[1, 2]")).isEqualTo("List");
        assertThat(type("{a: 1}")).isEqualTo("Struct");
        assertThat(type("MAP {'a': 1}")).isEqualTo("Map(false)");
        assertThat(type("uuid()")).isEqualTo("Utf8");
        assertThat(type("INTERVAL 1 DAY")).isEqualTo("Utf8");
    }

    @Test
    void values_keep_all_their_digits_and_meaning() throws IOException {
        assertThat(value("true")).isEqualTo(true);
        assertThat(value("false")).isEqualTo(false);
        assertThat(value("(-128)::TINYINT")).isEqualTo((byte) -128);
        assertThat(value("(-32768)::SMALLINT")).isEqualTo((short) -32768);
        assertThat(value("255::UTINYINT")).isEqualTo((byte) -1);
        assertThat(value("(-9223372036854775808)::BIGINT")).isEqualTo(Long.MIN_VALUE);
        assertThat(value("18446744073709551615::UBIGINT")).isEqualTo(-1L);
        assertThat(value("0.1::FLOAT")).isEqualTo(0.1f);
        assertThat(value("'-Infinity'::DOUBLE")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(value("(-1234567890.12)::DECIMAL(12, 2)")).isEqualTo(new BigDecimal("-1234567890.12"));
        assertThat(value("(-99999999999999999999999999999999999999)::HUGEINT"))
                .isEqualTo(new BigDecimal("-99999999999999999999999999999999999999"));
        assertThat(value("DATE '1900-01-31'")).isEqualTo(-25_537);
        assertThat(value("TIME '23:59:59.999999'")).isEqualTo(86_399_999_999L);
        assertThat(value("TIMESTAMP '1969-12-31 23:59:59.999999'"))
                .isEqualTo(LocalDateTime.parse("1969-12-31T23:59:59.999999"));
        assertThat(value("TIMESTAMP_NS '1969-12-31 23:59:59.999999999'"))
                .isEqualTo(LocalDateTime.parse("1969-12-31T23:59:59.999999999"));
        assertThat(value("TIMESTAMPTZ '2026-01-31 12:00:00+02'")).isEqualTo(1_769_853_600_000_000L);
        assertThat(String.valueOf(value("'Zürich 🦆'"))).isEqualTo("Zürich 🦆");
        assertThat(String.valueOf(value("''"))).isEmpty();
        assertThat((byte[]) value("'\\x00\\xFF'::BLOB")).containsExactly(0, -1);
        assertThat(String.valueOf(value("'{\"a\": [1]}'::JSON"))).isEqualTo("{\"a\": [1]}");
        assertThat(String.valueOf(value("UUID '00000000-0000-0000-0000-00000000002a'")))
                .isEqualTo("00000000-0000-0000-0000-00000000002a");
        assertThat(String.valueOf(value("[1, NULL, 3]"))).isEqualTo("[1,null,3]");
        assertThat(String.valueOf(value("[]::INTEGER[]"))).isEqualTo("[]");
        assertThat(String.valueOf(value("{a: 1, \"b c\": ['x', NULL]}"))).isEqualTo("{\"a\":1,\"b c\":[\"x\",null]}");
        assertThat(String.valueOf(value("MAP {'k': 1, 'l': NULL}")))
                .isEqualTo("[{\"key\":\"k\",\"value\":1},{\"key\":\"l\"}]");
        assertThat(String.valueOf(value("[[1], [], NULL]"))).isEqualTo("[[1],[],null]");
    }

    @Test
    void no_rows_come_as_a_stream_with_a_schema() throws IOException {
        Table table = read("SELECT 1 AS a, ['x'] AS b WHERE false");

        assertThat(table.fields()).extracting(Field::getName).containsExactly("a", "b");
        assertThat(table.rows()).isEmpty();
    }

    @Test
    void many_rows_come_in_batches_of_bounded_size() throws IOException {
        Table table = read("SELECT range AS id, range % 3 = 0 AS third, repeat('x', (range % 50)::BIGINT) AS text, "
                + "CASE WHEN range % 7 > 0 THEN range END AS some FROM range(200000)");

        assertThat(table.rows()).hasSize(200_000);
        assertThat(table.batches()).isBetween(8, 100);
        for (int i = 0; i < 200_000; i++) {
            assertThat(table.rows().get(i).toString())
                    .isEqualTo("[" + i + ", " + (i % 3 == 0) + ", " + "x".repeat(i % 50) + ", "
                            + (i % 7 > 0 ? String.valueOf(i) : "null") + "]");
        }
    }

    @Test
    void texts_of_all_kinds_and_numbers_of_all_widths_come_among_nulls() throws IOException {
        Table table = read("SELECT CASE WHEN range % 2048 < 2 THEN NULL WHEN range % 5 = 0 THEN '' "
                + "WHEN range % 20000 = 1 THEN repeat('🦆', 400000) ELSE 'Zürich ' || range END AS text, "
                + "CASE WHEN range % 3 > 0 THEN (range % 100)::TINYINT END AS b, (range % 1000)::SMALLINT AS s, "
                + "CASE WHEN range % 7 > 0 THEN range::INTEGER END AS i, range::UINTEGER AS u, "
                + "CASE WHEN range % 11 > 0 THEN range::FLOAT END AS f, "
                + "CASE WHEN range % 13 > 0 THEN range / 2 END AS d, "
                + "CASE WHEN range % 17 > 0 THEN range % 2 = 0 END AS t FROM range(70000)");

        assertThat(table.rows()).hasSize(70_000);
        for (int n = 0; n < 70_000; n++) {
            String text =
                    n % 2048 < 2 ? null : n % 5 == 0 ? "" : n % 20_000 == 1 ? "🦆".repeat(400_000) : "Zürich " + n;
            assertThat(table.rows().get(n).toString())
                    .isEqualTo("[" + text + ", " + (n % 3 > 0 ? n % 100 : null) + ", " + n % 1000 + ", "
                            + (n % 7 > 0 ? n : null) + ", " + n + ", " + (n % 11 > 0 ? (float) n : null) + ", "
                            + (n % 13 > 0 ? n / 2.0 : null) + ", " + (n % 17 > 0 ? n % 2 == 0 : null) + "]");
        }
    }

    @Test
    void a_number_that_arrow_has_no_room_for_is_a_problem_that_names_the_column() {
        HttpResponse<byte[]> answer = query("SELECT 170141183460469231731687303715884105727::HUGEINT AS n");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("column 'n'")
                .doesNotContain("1701411834");
    }
}
