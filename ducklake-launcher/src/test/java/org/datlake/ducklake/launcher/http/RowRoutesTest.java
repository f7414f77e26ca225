package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Rows that are written. */
class RowRoutesTest extends RowRoutesFixture {

    @Test
    void rows_of_every_format_are_written() throws IOException {
        Path parquet = directory.resolve("rows.parquet");
        server.lake()
                .useConnection(connection -> connection
                        .createStatement()
                        .execute("COPY (SELECT 4 AS id, 'd' AS name) TO '" + parquet + "' (FORMAT parquet)"));

        JsonNode first = written(post(
                NDJSON + "; charset=utf-8",
                "{\"id\":1,\"name\":\"a\",\"amount\":1.5,\"seen\":\"2024-01-02 03:04:05.5\",\"state\":\"x\"}\n"));
        JsonNode second = written(post("application/json", "[{\"id\":2,\"state\":null},{\"id\":20}]"));
        written(post("text/csv", "id,name\n3,c\n"));
        JsonNode last = written(server.post(ROWS, "application/vnd.apache.parquet", Files.readAllBytes(parquet)));

        assertThat(first.get("rows").asLong()).isEqualTo(1);
        assertThat(second.get("rows").asLong()).isEqualTo(2);
        assertThat(last.get("repeated").asBoolean()).isFalse();
        assertThat(last.get("snapshotId").asLong())
                .isEqualTo(server.lake().snapshots().size() - 1L);
        assertThat(rows()).containsExactly("1|a|1.50|2024-01-02 03:04:05.5|x", "2", "3|c|new", "4|d|new", "20");
        JsonNode operation =
                server.json("/api/v1/operations/" + last.get("operationId").asString());
        assertThat(operation.get("status").asString()).isEqualTo("COMMITTED");
        assertThat(operation.get("snapshotId")).isEqualTo(last.get("snapshotId"));
    }

    @Test
    void small_and_large_bodies_mean_the_same() {
        String odd = "{\"ID\":1,\"seen\":\"2024-01-02\",\"amount\":\"7\",\"name\":5}\n";
        written(post(NDJSON, odd));
        assertThat(rows()).containsExactly("1|5|7.00|2024-01-02 00:00:00|new");
    }

    @ParameterizedTest
    @MethodSource
    void rows_are_taken_however_they_are_laid_out(String type, String body) {
        written(post(type, body));

        assertThat(count()).isEqualTo(2);
    }

    static Stream<Arguments> rows_are_taken_however_they_are_laid_out() {
        String second = "{\"id\":2, \"name\": \"\\\"}] null, [\"}";
        return Stream.of(
                Arguments.of(NDJSON, "\n  \n{\"id\":1}\r\n\n" + second + "\r\n"),
                Arguments.of(NDJSON, "{\"id\":1,\"name\":null}\n" + second),
                Arguments.of(JSON, "[\n{\"id\":1},\n" + second + "\n]\n"),
                Arguments.of(JSON, "{\"id\":1} {\n\"id\":2}"),
                Arguments.of(JSON, "{\"id\":1}\n" + second));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_body_of_many_rows_is_one_snapshot_whether_chunked_or_not(boolean chunked) {
        byte[] body = large(50_000).getBytes(StandardCharsets.UTF_8);
        int before = server.lake().snapshots().size();

        HttpResponse<String> answer = server.send(server.request(ROWS)
                .header("Content-Type", NDJSON)
                .POST(
                        chunked
                                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                                : BodyPublishers.ofByteArray(body))
                .build());

        assertThat(written(answer).get("rows").asLong()).isEqualTo(50_000);
        assertThat(count()).isEqualTo(50_000);
        assertThat(server.lake().snapshots()).hasSize(before + 1);
        assertThat(spool()).isEmpty();
    }

    @Test
    void small_bodies_of_many_callers_are_committed_together() throws InterruptedException {
        int callers = 16;
        int each = 10;
        written(post(NDJSON, "{\"id\":0,\"state\":\"x\"}"));
        int before = server.lake().snapshots().size();
        ConcurrentLinkedQueue<String> operations = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            Thread thread = new Thread(() -> {
                for (int i = 1; i <= each; i++) {
                    operations.add(written(post(NDJSON, "{\"id\":" + i + ",\"state\":\"x\"}"))
                            .get("operationId")
                            .asString());
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(operations).hasSize(callers * each).doesNotHaveDuplicates();
        assertThat(count()).isEqualTo(callers * each + 1);
        assertThat(server.lake().snapshots()).hasSizeLessThan(before + callers * each);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30_000})
    void a_repeated_key_answers_the_first_outcome(int rows) {
        String body = large(rows);
        JsonNode first = written(post(NDJSON, body, "Idempotency-Key", "key " + rows));
        JsonNode second = written(post(NDJSON, body, "Idempotency-Key", "key " + rows));

        assertThat(first.get("repeated").asBoolean()).isFalse();
        assertThat(second.get("repeated").asBoolean()).isTrue();
        assertThat(second.get("operationId")).isEqualTo(first.get("operationId"));
        assertThat(second.get("snapshotId")).isEqualTo(first.get("snapshotId"));
        assertThat(count()).isEqualTo(rows);
    }

    @Test
    void a_key_of_another_table_is_another_key() {
        server.lake().execute("CREATE TABLE IF NOT EXISTS u (id BIGINT)");
        written(post(NDJSON, "{\"id\":1}", "Idempotency-Key", "shared"));

        HttpResponse<String> other = server.post(
                "/api/v1/tables/main/u/rows",
                NDJSON,
                "{\"id\":1}".getBytes(StandardCharsets.UTF_8),
                "Idempotency-Key",
                "shared");

        assertThat(written(other).get("repeated").asBoolean()).isFalse();
    }

    @Test
    void a_table_that_changes_is_noticed() {
        server.lake().execute("CREATE TABLE changing (id BIGINT, state VARCHAR DEFAULT 'new')");

        assertThat(change("{\"id\":1,\"state\":\"x\"}")).isEqualTo(200);
        server.lake().execute("ALTER TABLE changing ADD COLUMN more VARCHAR");
        assertThat(change("{\"id\":2,\"more\":\"m\"}")).isEqualTo(200);
        assertThat(change("{\"id\":3,\"more\":\"m\",\"state\":\"x\"}")).isEqualTo(200);
        server.lake().execute("ALTER TABLE changing DROP COLUMN more");
        assertThat(change("{\"id\":4,\"more\":\"m\",\"state\":\"x\"}")).isEqualTo(422);
        assertThat(change("{\"id\":5,\"state\":\"x\"}")).isEqualTo(200);

        assertThat(server.lake()
                        .query("SELECT id || state FROM changing ORDER BY id")
                        .as(String.class)
                        .list())
                .containsExactly("1x", "2new", "3x", "5x");
    }

    private static int change(String row) {
        return server.post("/api/v1/tables/main/changing/rows", NDJSON, row.getBytes(StandardCharsets.UTF_8))
                .statusCode();
    }
}
