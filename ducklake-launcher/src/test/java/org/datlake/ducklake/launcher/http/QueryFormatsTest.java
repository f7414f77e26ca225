package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** How rows come in each format. */
class QueryFormatsTest extends QueryRoutesFixture {

    @Test
    void rows_come_as_json_with_their_columns_and_snapshot() {
        HttpResponse<String> answer = query("SELECT id, name FROM duck ORDER BY id");

        JsonNode json = RunningServer.parse(answer.body());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(json.get("columns").toString())
                .isEqualTo("[{\"name\":\"id\",\"type\":\"INTEGER\"},{\"name\":\"name\",\"type\":\"VARCHAR\"}]");
        assertThat(json.get("rows").toString()).isEqualTo("[[1,\"Ann, \\\"the\\\" duck\"],[2,null],[3,\"\"]]");
        assertThat(json.get("rowCount").asLong()).isEqualTo(3);
        assertThat(json.get("snapshotId").asLong())
                .isEqualTo(server.lake().info().snapshotId());
        assertThat(answer.headers().firstValue("Datlake-Snapshot-Id"))
                .hasValue(json.get("snapshotId").asString());
    }

    @Test
    void values_keep_all_their_digits_and_meaning() {
        String sql = "SELECT 12345678901234567890123456789::HUGEINT, 0.10::DECIMAL(10,2), 1e300, 'NaN'::DOUBLE, true, "
                + "DATE '2024-02-29', TIMESTAMP '2024-01-01 10:00:00', TIMESTAMPTZ '2024-01-01 10:00:00+02', "
                + "'\\xAB\\x01'::BLOB, [1, NULL], {'a': 1, 'b': ['x']}, MAP {'k': 1.5}, 9007199254740993, "
                + "'0f0e0d0c-0000-4000-8000-000000000001'::UUID, INTERVAL 3 DAY";

        assertThat(query(sql).body())
                .contains("\"rows\":[[12345678901234567890123456789,0.10,1.0E300,\"NaN\",true,\"2024-02-29\","
                        + "\"2024-01-01T10:00:00\",\"2024-01-01T08:00:00Z\",\"qwE=\",[1,null],{\"a\":1,\"b\":[\"x\"]},"
                        + "{\"k\":1.5},9007199254740993,\"0f0e0d0c-0000-4000-8000-000000000001\",\"3 days\"]]");
    }

    @Test
    void rows_come_as_ndjson() {
        HttpResponse<String> answer = query("SELECT id, name FROM duck ORDER BY id", "Accept", "application/x-ndjson");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"id\":1,\"name\":\"Ann, \\\"the\\\" duck\"}\n{\"id\":2,\"name\":null}\n{\"id\":3,\"name\":\"\"}\n");
    }

    @Test
    void rows_come_as_csv_with_a_header_even_when_there_are_none() {
        HttpResponse<String> answer = query("SELECT id, name, [id] AS l FROM duck ORDER BY id", "Accept", "text/csv");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8; header=present");
        assertThat(answer.body()).isEqualTo("id,name,l\r\n1,\"Ann, \"\"the\"\" duck\",[1]\r\n2,,[2]\r\n3,\"\",[3]\r\n");
        assertThat(query("SELECT id FROM duck WHERE false", "Accept", "text/csv")
                        .body())
                .isEqualTo("id\r\n");
    }

    @Test
    void rows_come_as_a_parquet_file_and_nothing_is_left_behind() throws IOException {
        HttpResponse<byte[]> answer = server.send(
                request(Map.of("sql", "SELECT * FROM duck"), "Accept", "application/vnd.apache.parquet"),
                BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/vnd.apache.parquet");
        assertThat(answer.headers().firstValue("Content-Length")).hasValue(String.valueOf(answer.body().length));
        Path file = directory.resolve("answer.parquet");
        Files.write(file, answer.body());
        assertThat(server.lake()
                        .query("SELECT count(*) FROM read_parquet(?)", file.toString())
                        .as(Long.class)
                        .one())
                .isEqualTo(3);
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | application/json",
                "text/* | text/csv",
                "text/csv;q=0.5, application/x-ndjson | application/x-ndjson",
                "application/json;q=0.1, text/csv;q=0.2 | text/csv",
                "text/html, */*;q=0.1 | application/json"
            })
    void the_format_that_is_liked_most_is_chosen(String accept, String type) {
        assertThat(query("SELECT 1", "Accept", accept).headers().firstValue("Content-Type"))
                .hasValueSatisfying(found -> assertThat(found).startsWith(type));
    }
}
