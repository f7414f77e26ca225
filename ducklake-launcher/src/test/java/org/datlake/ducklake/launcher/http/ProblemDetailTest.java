package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.EngineInvalidatedException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.QueryTimeoutException;
import org.datlake.ducklake.StorageException;
import org.datlake.ducklake.TransactionConflictException;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** What callers are told of failures, and what only operators are told. */
class ProblemDetailTest {

    private static final String INTERNALS =
            "IO Error: connection to server at \"db-4711\" (10.1.2.3), port 5432 failed; s3://bucket-4711/data/a.parquet, "
                    + "/srv/lake-4711/a.parquet";

    @TempDir
    private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Problems.class);

    @BeforeEach
    void listen() {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        logger.setLevel(Level.WARN);
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    static Stream<DuckLakeException> failuresOfTheServer() {
        return Stream.of(
                new CatalogException(INTERNALS, "Connection", "08006", true, null),
                new CatalogException(INTERNALS, "Connection", "08004", false, null),
                new CatalogException(INTERNALS, "IO", "25006", true, null),
                new CatalogException(INTERNALS, "IO", "53100", true, null),
                new CatalogException(INTERNALS, "Unavailable", "08001", true, null),
                new StorageException(INTERNALS, "HTTP", "58030", true, null),
                new StorageException(INTERNALS, "HTTP", "42501", false, null),
                new StorageException(INTERNALS, "IO", "58P01", false, null),
                new EngineInvalidatedException(INTERNALS, null),
                new QueryTimeoutException(INTERNALS, null),
                new TransactionConflictException(INTERNALS, TransactionConflictException.Kind.PHYSICAL, "events", null),
                new CommitOutcomeUnknownException(INTERNALS, OperationId.random(), null),
                new QueryException(INTERNALS, "IO", "58030", false, null),
                new QueryException(INTERNALS, "INTERNAL", "58000", false, null),
                new QueryException(INTERNALS, "Catalog", "58000", false, null),
                new QueryException(INTERNALS, "Out of Memory", "53200", false, null),
                new QueryException(INTERNALS, "NullPointerException", "HY000", false, null),
                new DuckLakeException(INTERNALS, "Configuration", "F0000", false, null));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheServer")
    void a_failure_of_the_server_is_told_in_words_of_ours_and_logged_as_it_is(DuckLakeException failure) {
        Problem problem = Problems.of(failure, "id-1");

        assertThat(problem.detail()).isNotBlank().endsWith("the log has the details under the request's id");
        assertThat(problem.detail()).doesNotContain("4711", "10.1.2.3", "5432", "Error", "s3:", "/srv");
        assertThat(problem.status()).isGreaterThanOrEqualTo(409);
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getKeyValuePairs().toString()).contains("db-4711");
    }

    @Test
    void a_mistake_in_a_statement_is_told_without_the_places_of_files() {
        String message = "Invalid Input Error: s3://bucket-4711/data/a.parquet and /srv/lake-4711/b.parquet: no 1/2/3";

        Problem problem = Problems.of(new QueryException(message, "Invalid Input", "22023", false, null), "id-1");

        assertThat(problem.detail()).isEqualTo("Invalid Input Error: … and …: no 1/2/3");
        assertThat(problem.status()).isEqualTo(400);
    }

    private static HttpResponse<String> query(RunningServer server, String sql) {
        return server.post(
                "/api/v1/query", "application/json", ("{\"sql\": \"" + sql + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT nothing FROM duck                         | `\"nothing\" not found`",
                "SELECT id + DATE '2024-01-01' + 'x' FROM duck    | `+(DATE, INTERVAL) -> TIMESTAMP`",
                "SELECT sum(name) FROM duck                       | `sum(BIGINT) -> HUGEINT`",
                "SELECT id, name::INTEGER FROM duck               | `(line 1, column 12)`",
                "SELECT (id + 200)::TINYINT FROM duck             | out of range",
                "SELECT 9223372036854775807 + id FROM duck        | Overflow in addition",
                "SELECT strptime(name, '%Y') FROM duck            | Could not parse",
                "SELECT regexp_matches(name, '(') FROM duck       | missing )",
                "SELECT (SELECT i FROM range(3) t(i)) FROM duck   | More than one row",
                "SELECT FROM WHERE                                | no SQL",
            })
    void a_mistake_in_a_statement_is_told(String sql, String detail) {
        try (RunningServer server = RunningServer.ready(directory, Map.of())) {
            server.lake().execute("CREATE TABLE duck AS SELECT 100 AS id, 'value 4711' AS name");

            HttpResponse<String> answer = query(server, sql);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            JsonNode problem = RunningServer.parse(answer.body());
            assertThat(problem.get("detail").asString()).contains(detail).doesNotContain("4711", directory.toString());
        }
    }

    private void assertHidden(HttpResponse<String> answer, int status, String detail, String... hidden) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = RunningServer.parse(answer.body());
        assertThat(problem.get("detail").asString()).startsWith(detail).endsWith("under the request's id");
        assertThat(answer.body()).doesNotContain(hidden);
        String requestId = answer.headers().firstValue("X-Request-Id").orElseThrow();
        ILoggingEvent line = log.list.stream()
                .filter(logged -> requestId.equals(logged.getMDCPropertyMap().get("request_id")))
                .findFirst()
                .orElseThrow();
        assertThat(line.getKeyValuePairs().toString()).contains(hidden[0]);
    }

    /** Before the first attempt to attach has failed there is nothing to hide. */
    private void awaitReason(RunningServer server, String reason) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> query(server, "SELECT 1").statusCode() == 503
                        && log.list.stream()
                                .anyMatch(line ->
                                        line.getKeyValuePairs().toString().contains(reason)));
    }

    @Test
    void a_file_that_is_lost_is_told_without_its_path() throws IOException {
        try (RunningServer server =
                RunningServer.ready(directory, Map.of("DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT", "0"))) {
            server.lake().execute("CREATE TABLE duck AS SELECT 1 AS id");
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(found -> found.toString().endsWith(".parquet"))
                        .toList()) {
                    Files.delete(file);
                }
            }

            assertHidden(query(server, "SELECT * FROM duck"), 500, "the server could not", "Cannot open file", "duck");
        }
    }

    @Test
    void memory_that_does_not_suffice_is_told_without_the_settings() {
        try (RunningServer server = RunningServer.ready(directory, Map.of("DUCKDB_MEMORY_LIMIT", "100MB"))) {
            assertHidden(
                    query(server, "SELECT len(list(i)) FROM range(50000000) t(i)"),
                    507,
                    "this needs more memory",
                    "MiB",
                    "temp_directory",
                    "SET ");
        }
    }

    @Test
    void a_catalog_that_refuses_connections_is_told_without_its_address() {
        int port = RunningServer.freePort();
        Map<String, String> names = Map.of(
                "DB_POSTGRES_HOST", "127.0.0.1",
                "DB_POSTGRES_PORT", String.valueOf(port),
                "DB_POSTGRES_DB", "catalog-4711",
                "DB_POSTGRES_USER", "user-4711",
                "DB_POSTGRES_PASSWORD", "password-4711",
                "DB_DUCKLAKE_OPERATION_TIMEOUT", "2");
        try (RunningServer server = RunningServer.start(directory, names)) {
            awaitReason(server, String.valueOf(port));
            for (HttpResponse<String> answer : List.of(
                    query(server, "SELECT 1"),
                    server.get("/api/v1/tables"),
                    server.get("/api/v1/snapshots"),
                    server.get("/api/v1/tables/main/duck/changes?from=0&to=1"),
                    server.post(
                            "/api/v1/tables/main/duck/rows",
                            "application/json",
                            "[]".getBytes(StandardCharsets.UTF_8)))) {
                assertHidden(
                        answer, 503, "the lake's catalog is not available", String.valueOf(port), "127.0.0.1", "4711");
            }
        }
    }

    @Test
    void a_storage_that_refuses_is_told_without_its_address_and_bucket() throws IOException {
        HttpServer store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/", exchange -> {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
        });
        store.start();
        String address = "127.0.0.1:" + store.getAddress().getPort();
        Map<String, String> names = Map.of(
                "STORAGE_MINIO_ENDPOINT", address,
                "STORAGE_MINIO_ACCESS_KEY", "key-4711",
                "STORAGE_MINIO_SECRET_KEY", "secret-4711",
                "STORAGE_DEFAULT_BUCKET", "bucket-4711",
                "DB_DUCKLAKE_OPERATION_TIMEOUT", "2");
        try (RunningServer server = RunningServer.start(directory, names)) {
            awaitReason(server, address);
            assertHidden(query(server, "SELECT 1"), 503, "the lake's", address, "4711");
            assertHidden(server.get("/api/v1/tables"), 503, "the lake's", address, "4711");
        } finally {
            store.stop(0);
        }
    }
}
