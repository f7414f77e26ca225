package org.datlake.ducklake.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.datlake.ducklake.it.CanaryCalls.LITERAL;
import static org.datlake.ducklake.it.CanaryCalls.LITERAL_NUMBER;
import static org.datlake.ducklake.it.CanaryCalls.NUMBER;
import static org.datlake.ducklake.it.CanaryCalls.PARAMETER;
import static org.datlake.ducklake.it.CanaryCalls.ROW;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.it.CanaryCalls.Call;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets and values that are easy to recognise go through the whole program while it logs at TRACE: every route, with good
 * and with bad input, while all is well and while the catalog or the storage is not. Secrets come out nowhere, values only
 * where a caller asked for rows.
 */
class CanaryIT {

    private static final String READER = "canary-reader-token-8sWv3JqZ";
    private static final String WRITER = "canary-writer-token-1pGx6MkT";
    private static final String OPERATOR = "canary-operator-token-5nDy9RbH";
    private static final String WRONG = "canary-wrong-token-7cKu2LfA";
    private static final String KEEPER = "canary-maintenance-id-9tHs4PwC";
    private static final String KEEPER_KEY = "canary-maintenance-key-3vEo0QiX";

    /** How the tokens begin that the engine's temporary keys have: the head of a JSON Web Token, in Base64. */
    private static final String SESSION_TOKEN = "eyJhbGciOi";

    private static final Duration START = Duration.ofSeconds(30);

    private static PostgresServer postgres;
    private static S3Server s3;

    @TempDir
    private Path directory;

    @TempDir
    private Path spill;

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private CatalogSettings.Postgres catalog;
    private StorageSettings.S3 bucket;
    private boolean encrypted;

    /** What came back, with its headers, or how the connection ended. */
    private record Answer(Call call, int status, String text) {}

    @BeforeAll
    static void launch() {
        postgres = PostgresServer.launch();
        s3 = S3Server.launch();
    }

    @AfterAll
    static void end() {
        postgres.close();
        s3.close();
    }

    @BeforeEach
    void place() {
        catalog = postgres.newDatabase();
        bucket = s3.newBucket();
    }

    /** Makes a lake with a value in an inlined row, in files, and in the names that the files of a plain lake have. */
    private void fill(boolean encrypted) {
        this.encrypted = encrypted;
        try (DuckLakeClient lake = DuckLakeClient.connect(settings().build())) {
            lake.execute("CREATE TABLE inlined (id BIGINT NOT NULL, name VARCHAR)");
            lake.execute("CREATE TABLE filed (id BIGINT, name VARCHAR)");
            lake.execute("CREATE TABLE parted (id BIGINT, name VARCHAR)");
            lake.execute("ALTER TABLE parted SET PARTITIONED BY (name, id)");
            lake.execute("INSERT INTO inlined VALUES (?, ?)", NUMBER, ROW);
            lake.execute("INSERT INTO filed SELECT ?::BIGINT, ? FROM range(100)", NUMBER, ROW);
            lake.execute("INSERT INTO parted SELECT ?::BIGINT, ? FROM range(100)", NUMBER, ROW);
            lake.execute("DELETE FROM filed WHERE rowid % 3 = 0");
        }
    }

    private DuckLakeSettings.Builder settings() {
        return DuckLakeSettings.builder()
                .catalog(catalog)
                .storage(bucket)
                .encrypted(encrypted)
                .dataInliningRowLimit(10);
    }

    @Test
    void an_open_server_in_development_tells_no_secret_and_values_only_in_rows() throws Exception {
        fill(false);
        Map<String, String> environment = environment();
        environment.put("LOG_FORMAT", "text");

        String log = walk(environment, false);

        assertThat(log).contains(" DEBUG ");
        assertSilent(log);
    }

    @Test
    void a_server_in_production_tells_no_token_and_no_key_either() throws Exception {
        fill(true);
        Map<String, String> environment = environment();
        environment.put("ENVIRONMENT", "production");
        environment.put("DB_POSTGRES_SSLMODE", "disable");
        environment.put("STORAGE_MINIO_SECURE", "false");
        environment.put("FEATURE_ENABLE_QUERY_API", "true");
        environment.put("AUTH_TRUST_LOOPBACK", "false");
        environment.put("AUTH_READER_TOKENS", READER);
        environment.put("AUTH_WRITER_TOKENS", WRITER);
        environment.put("AUTH_OPERATOR_TOKENS", OPERATOR);

        String log = walk(environment, true);

        assertThat(log).contains("locked out");
        assertSilent(log);
    }

    @Test
    void neither_exceptions_nor_events_of_a_client_nor_the_logs_of_its_drivers_tell_them() throws Exception {
        fill(false);
        Queue<Object> told = new ConcurrentLinkedQueue<>();
        DuckLakeSettings settings = settings()
                .connectionRetry(RetryPolicy.ofConnectionRetries(1))
                .operationTimeout(Duration.ofSeconds(3))
                .listener(told::add)
                .build();
        try (AllLogs logs = new AllLogs()) {
            try (DuckLakeClient lake = DuckLakeClient.connect(settings)) {
                tryEach(wrong(lake), told);

                takeNoWrites(true);
                tryEach(writes(lake), told);
                takeNoWrites(false);

                postgres.stop();
                tryEach(writes(lake), told);
                postgres.start();

                s3.stop();
                tryEach(writes(lake).subList(1, 4), told);
                s3.start();
            }
            told.add(logs.text());
        }

        List<String> hidden = hidden();
        assertThat(told.toString().lines().filter(line -> holdsAny(line, hidden)))
                .isEmpty();
    }

    /** A call that fails. */
    private interface Failing {
        void run() throws SQLException;
    }

    private static void tryEach(List<Failing> calls, Queue<Object> told) {
        for (Failing call : calls) {
            Throwable failure = catchThrowable(call::run);
            assertThat(failure).isNotNull();
            told.add(trace(failure));
        }
    }

    private static List<Failing> wrong(DuckLakeClient lake) {
        return List.of(
                () -> lake.execute("INSERT INTO inlined VALUES (?, ?)", null, ROW),
                () -> lake.execute("INSERT INTO inlined VALUES (?, ?)", NUMBER + NUMBER, ROW),
                () -> lake.execute("INSERT INTO inlined VALUES ('" + LITERAL + "', " + LITERAL_NUMBER + ")"),
                () -> lake.query("SELECT name::INTEGER FROM filed").list(),
                () -> lake.query("SELECT ?::DATE", PARAMETER).list(),
                () -> lake.query("SELECT name FROM filed").as(Integer.class).list(),
                () -> lake.load("filed")
                        .fromRows(List.<Object[]>of(new Object[] {ROW, NUMBER}).iterator()),
                () -> inJdbc(lake, "INSERT INTO inlined VALUES (?, ?)", ROW, NUMBER));
    }

    /** Those after the first need the storage. */
    private static List<Failing> writes(DuckLakeClient lake) {
        return List.of(
                () -> lake.execute("INSERT INTO inlined VALUES (?, ?)", NUMBER, ROW),
                () -> lake.execute("INSERT INTO filed SELECT ?::BIGINT, ? FROM range(100)", NUMBER, ROW),
                () -> lake.execute("INSERT INTO parted SELECT ?::BIGINT, ? FROM range(100)", NUMBER, ROW),
                () -> inJdbc(lake, "INSERT INTO parted SELECT ?::BIGINT, ? FROM range(100)", NUMBER, ROW),
                () -> lake.useTransaction(transaction ->
                        transaction.execute("UPDATE inlined SET name = ? WHERE id = ?", PARAMETER, NUMBER)),
                () -> lake.load("inlined")
                        .fromRows(List.<Object[]>of(new Object[] {1L, ROW}).iterator()));
    }

    private static void inJdbc(DuckLakeClient lake, String sql, String... values) throws SQLException {
        try (Connection connection = lake.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = Backend.environment(catalog, bucket);
        environment.put("LOG_LEVEL", "TRACE");
        environment.put("DUCKDB_TEMP_DIRECTORY", spill.toString());
        environment.put("STORAGE_MAINTENANCE_ACCESS_KEY", KEEPER);
        environment.put("STORAGE_MAINTENANCE_SECRET_KEY", KEEPER_KEY);
        environment.put("DB_DUCKLAKE_ENCRYPTED", Boolean.toString(encrypted));
        environment.put("DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT", "10");
        environment.put("DB_DUCKLAKE_CONNECTION_RETRIES", "1");
        environment.put("DB_DUCKLAKE_CONNECTION_TIMEOUT", "5");
        environment.put("DB_DUCKLAKE_OPERATION_TIMEOUT", "3");
        environment.put("QUERY_TIMEOUT", "3");
        environment.put("QUERY_MAX_CONCURRENT", "64");
        return environment;
    }

    /** Sends everything while all is well, while the catalog takes no writes, and while each server is down. */
    private String walk(Map<String, String> environment, boolean tokens) throws Exception {
        try (Backend backend = Backend.serve(directory, environment)) {
            backend.await("/health/ready", 200, START);
            List<Call> calls = CanaryCalls.all();
            assertEveryRouteIsAmong(calls, backend.get("/openapi.yaml").body());
            for (Call call : calls) {
                Answer answer = send(backend, call, tokens).join();
                assertThat(answer.status).as(call + "\n" + answer.text).isEqualTo(call.status());
            }
            sendFilesBack(backend, tokens);
            Iterator<String> events = follow(backend, tokens);
            if (tokens) {
                sendTokensThatAdmitNobody(backend);
            }
            sendWhatIsNoHttp(backend);

            takeNoWrites(true);
            sendAll(backend, calls, tokens, 503);
            takeNoWrites(false);

            postgres.stop();
            sendAll(backend, calls, tokens, 503);
            untilLost(events);
            postgres.start();

            s3.stop();
            sendAll(backend, CanaryCalls.ofFiles(), tokens, 503);
            sendAll(backend, calls, tokens, 503);
            s3.start();

            backend.await("/health/ready", 200, START);
            sendAll(backend, CanaryCalls.routes(), tokens, 200);
            backend.terminate();
            return backend.log();
        }
    }

    private static void assertEveryRouteIsAmong(List<Call> calls, String openapi) {
        Matcher line = Pattern.compile("(?m)^  (/\\S*):$").matcher(openapi);
        while (line.find()) {
            String path = line.group(1).replaceAll("\\{\\w+}", "[^/]+") + "(\\?.*)?";
            assertThat(calls).as(line.group(1)).anyMatch(call -> call.path().matches(path));
        }
    }

    /** Sends calls side by side, because most wait for a deadline; some have to be answered with a status. */
    private void sendAll(Backend backend, List<Call> calls, boolean tokens, int status) {
        List<CompletableFuture<Answer>> sent =
                calls.stream().map(call -> send(backend, call, tokens)).toList();
        assertThat(sent.stream().map(answer -> answer.join().status))
                .contains(status)
                .doesNotContain(500);
    }

    private CompletableFuture<Answer> send(Backend backend, Call call, boolean tokens) {
        return send(backend, tokens ? call.with("Authorization", "Bearer " + tokenFor(call)) : call);
    }

    private static String tokenFor(Call call) {
        if (call.path().endsWith("/rows")) {
            return WRITER;
        }
        return call.path().startsWith("/api") ? READER : OPERATOR;
    }

    private CompletableFuture<Answer> send(Backend backend, Call call) {
        return backend.send(request(backend, call), BodyHandlers.ofString(ISO_8859_1))
                .handle((response, failure) -> note(
                        call,
                        response == null ? 0 : response.statusCode(),
                        response == null ? trace(failure) : response.headers().map() + "\n" + response.body()));
    }

    private static HttpRequest request(Backend backend, Call call) {
        HttpRequest.Builder request =
                backend.request(call.path()).method(call.method(), BodyPublishers.ofString(call.body(), ISO_8859_1));
        call.headers().forEach(request::header);
        return request.build();
    }

    private Answer note(Call call, int status, String text) {
        Answer answer = new Answer(call, status, text);
        answers.add(answer);
        return answer;
    }

    /** Writes the Parquet files that were answered: one fits the table, and one has a text for each number. */
    private void sendFilesBack(Backend backend, boolean tokens) {
        List<String> files = answers.stream()
                .filter(answer -> answer.text.contains("\nPAR1"))
                .map(answer -> answer.text.substring(answer.text.indexOf("\nPAR1") + 1))
                .toList();
        assertThat(files.stream()
                        .map(file -> send(backend, CanaryCalls.rows("parquet", file, 0), tokens)
                                .join()
                                .status))
                .containsExactlyInAnyOrder(200, 422);
    }

    /** Follows the changes of a table, until all that there were have come. */
    private Iterator<String> follow(Backend backend, boolean tokens) {
        Call call = CanaryCalls.events();
        Call sent = tokens ? call.with("Authorization", "Bearer " + READER) : call;
        Iterator<String> lines = backend.send(request(backend, sent), BodyHandlers.ofLines())
                .join()
                .body()
                .iterator();
        StringBuilder text = new StringBuilder();
        String line;
        do {
            line = lines.next();
            text.append(line).append('\n');
        } while (!line.equals("event: snapshot"));
        note(sent, 200, text.toString());
        return lines;
    }

    /** Reads events until the server ends them, which it does when the catalog is lost: with a problem. */
    private void untilLost(Iterator<String> events) {
        StringBuilder text = new StringBuilder();
        events.forEachRemaining(line -> text.append(line).append('\n'));
        assertThat(text).contains("event: problem");
        note(CanaryCalls.get("/the end of the events", 200), 200, text.substring(text.indexOf("event: problem")));
    }

    private void sendTokensThatAdmitNobody(Backend backend) {
        Call tables = CanaryCalls.get("/api/v1/tables", 401);
        Call rows = CanaryCalls.rows("ndjson", "{\"id\":1,\"name\":\"" + ROW + "\"}", 403);
        assertThat(Stream.of(
                                tables.with("Authorization", "Bearer " + WRONG),
                                tables.with("Authorization", "Basic " + READER),
                                tables.with("X-Api-Key", READER),
                                CanaryCalls.get("/api/v1/tables?access_token=" + READER, 401),
                                rows.with("Authorization", "Bearer " + READER),
                                rows.with("Authorization", "Bearer " + OPERATOR),
                                CanaryCalls.get("/config/summary", 403).with("Authorization", "Bearer " + WRITER))
                        .map(call -> send(backend, call).join()))
                .allSatisfy(answer -> assertThat(answer.status).isEqualTo(answer.call.status()));
        for (int i = 0; i < 10; i++) {
            send(backend, tables.with("Authorization", "Bearer " + WRONG + i)).join();
        }
        assertThat(send(backend, tables.with("Authorization", "Bearer " + WRONG))
                        .join()
                        .status)
                .isEqualTo(429);
    }

    /** Jetty answers these before any route is asked. */
    private void sendWhatIsNoHttp(Backend backend) throws IOException {
        for (String head : List.of(
                "GET /api/v1/tables HTTP/1.1\r\nHost: localhost\r\nAuthorization : Bearer " + READER,
                "GET /api/v1/tables?value=" + ROW + " HTTP/1.1\r\nAuthorization: Bearer " + READER,
                "GET /api/v1/tables HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + READER.repeat(1000),
                "GET /%ZZ" + ROW + " HTTP/1.1\r\nHost: localhost",
                READER + " " + ROW)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), backend.port())) {
                socket.getOutputStream().write((head + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
                String text = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
                assertThat(text).matches("(?s)HTTP/1.1 (4|505).*");
                note(CanaryCalls.get(head, 400), 400, text);
            }
        }
    }

    /** Lets the catalog answer each write with an error that repeats the statement and its values. */
    private void takeNoWrites(boolean none) {
        postgres.execute("ALTER DATABASE " + catalog.database() + " SET default_transaction_read_only = " + none);
        postgres.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + catalog.database() + "'");
    }

    private void assertSilent(String log) throws SQLException {
        List<String> secrets = secrets();
        List<String> hidden = hidden();
        assertThat(log.lines().filter(line -> holdsAny(line, hidden)))
                .as("the log")
                .isEmpty();
        assertThat(answers.stream()
                        .filter(answer -> holdsAny(
                                answer.text, answer.call.showsRows() && answer.status == 200 ? secrets : hidden)))
                .isEmpty();
        assertThat(spill).as("what is left of answers and bodies").isEmptyDirectory();
        for (String value : CanaryCalls.VALUES) {
            assertThat(answers).as("there to be found").anyMatch(answer -> answer.text.contains(value));
        }
    }

    /** Returns what stands nowhere but in answers with rows, and what not even there. */
    private List<String> hidden() throws SQLException {
        return Stream.concat(secrets().stream(), CanaryCalls.VALUES.stream()).toList();
    }

    private static boolean holdsAny(String text, List<String> parts) {
        return parts.stream().anyMatch(text::contains);
    }

    /** Returns what stands in no log and no answer; keys of files also as their bytes are written otherwise. */
    private List<String> secrets() throws SQLException {
        List<String> secrets =
                new ArrayList<>(List.of(READER, WRITER, OPERATOR, WRONG, KEEPER, KEEPER_KEY, SESSION_TOKEN));
        secrets.add(catalog.password().reveal());
        secrets.add(bucket.accessKey());
        secrets.add(bucket.secretKey().reveal());
        if (encrypted) {
            secrets.addAll(fileKeys());
        }
        return secrets;
    }

    /** Returns the keys of the lake's files, in Base64 and in hexadecimal digits. */
    private List<String> fileKeys() throws SQLException {
        List<String> keys = new ArrayList<>();
        try (Connection connection = postgres.connect(catalog.database());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT encryption_key FROM ducklake.ducklake_data_file UNION "
                        + "SELECT encryption_key FROM ducklake.ducklake_delete_file")) {
            while (found.next()) {
                byte[] key = Base64.getDecoder().decode(found.getString(1));
                keys.add(Base64.getEncoder().withoutPadding().encodeToString(key));
                keys.add(HexFormat.of().formatHex(key));
            }
        }
        assertThat(keys).hasSizeGreaterThanOrEqualTo(6);
        return keys;
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
