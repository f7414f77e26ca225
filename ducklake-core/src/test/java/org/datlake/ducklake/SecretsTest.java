package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Passwords stand in no message, no cause and no log, whatever fails and however much is logged. */
class SecretsTest {

    private static final String S3_CANARY = "s3-canary-Zq8#w";

    private final EventRecorder events = new EventRecorder();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("org.datlake");
    private final Recorder logs = new Recorder();

    @TempDir
    Path directory;

    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    }

    @BeforeEach
    void listen() {
        logs.setContext(root.getLoggerContext());
        logs.start();
        root.addAppender(logs);
        root.setLevel(Level.TRACE);
        ours.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(logs);
        root.setLevel(Level.WARN);
        ours.setLevel(Level.OFF);
    }

    private static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private DuckLakeSettings.Builder settings(CatalogSettings catalog) {
        return DuckLakeSettings.builder()
                .catalog(catalog)
                .storage(StorageSettings.minio(
                        "http://127.0.0.1:" + closedPort(), "bucket", "access", Secret.of(S3_CANARY)))
                .connectionRetry(RetryPolicy.ofConnectionRetries(1))
                .connectionTimeout(Duration.ofSeconds(10))
                .listener(events);
    }

    private static CatalogSettings.Postgres postgres(String password) {
        return CatalogSettings.postgres("127.0.0.1", closedPort(), "lakedb", "keeper", Secret.of(password));
    }

    private static String everythingIn(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text + " " + thrown;
    }

    private void assertNothingLeaks(Throwable thrown, String... canaries) {
        assertThat(everythingIn(thrown)).doesNotContain(canaries);
        assertThat(logs.lines).isNotEmpty().allSatisfy(line -> assertThat(line).doesNotContain(canaries));
        assertThat(events.all().toString()).doesNotContain(canaries);
        events.of(DuckLakeEvent.AttachFailed.class)
                .forEach(failed -> assertThat(everythingIn(failed.failure())).doesNotContain(canaries));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg-canary", "pg canary'; --", "pg-canary\\\"'$$", "pg=canary host=elsewhere"})
    void a_catalog_that_cannot_be_reached(String password) {
        CatalogException thrown = catchThrowableOfType(
                CatalogException.class,
                () -> DuckLakeClient.connect(settings(postgres(password)).build()));

        assertThat(thrown)
                .hasMessageContaining("lakedb at 127.0.0.1")
                .hasMessageContaining("it refuses the connection");
        assertThat(thrown.sqlState()).isEqualTo("08001");
        assertThat(events.of(DuckLakeEvent.AttachFailed.class)).hasSize(2);
        assertNothingLeaks(thrown, password, S3_CANARY);
    }

    @Test
    void a_store_that_cannot_be_reached() {
        StorageException thrown = catchThrowableOfType(
                StorageException.class,
                () -> DuckLakeClient.connect(settings(CatalogSettings.duckDbFile(directory.resolve("catalog.ducklake")))
                        .build()));

        assertThat(thrown).hasMessageContaining("http://127.0.0.1:").hasMessageContaining("it refuses the connection");
        assertThat(thrown.isRetryable()).isTrue();
        assertNothingLeaks(thrown, S3_CANARY);
    }

    @Test
    void a_store_that_is_not_asked_before_it_is_used() {
        CatalogSettings catalog = CatalogSettings.duckDbFile(directory.resolve("catalog.ducklake"));
        StorageSettings local = StorageSettings.local(directory.resolve("files"));
        DuckLakeClient.connect(settings(catalog).storage(local).build()).close();
        DuckLakeSettings unasked = settings(catalog).storageProbe(false).build();

        ConfigurationException thrown =
                catchThrowableOfType(ConfigurationException.class, () -> DuckLakeClient.connect(unasked));

        assertThat(thrown).hasMessageContaining("s3://bucket/");
        assertNothingLeaks(thrown, S3_CANARY);
    }

    @Test
    void the_health_of_a_client_that_cannot_connect() {
        try (DuckLakeClient lake = DuckLakeClient.connectInBackground(
                settings(postgres("pg-canary")).build())) {
            await().until(() -> !events.of(DuckLakeEvent.AttachFailed.class).isEmpty());

            CatalogException thrown = catchThrowableOfType(
                    CatalogException.class, () -> lake.query("SELECT 1").list());

            assertThat(lake.health().toString()).contains("DOWN").doesNotContain("pg-canary", S3_CANARY);
            assertNothingLeaks(thrown, "pg-canary", S3_CANARY);
        }
    }

    @Test
    void sql_that_holds_a_secret_and_fails() {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            QueryException thrown = catchThrowableOfType(
                    QueryException.class,
                    () -> lake.execute(
                            "CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'sql-canary', NO_SUCH_OPTION 'y')"));

            assertNothingLeaks(thrown, "sql-canary");
        }
    }

    @Test
    void values_of_rows_that_fail() {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t (i INTEGER NOT NULL, s VARCHAR)");

            QueryException thrown = catchThrowableOfType(
                    QueryException.class, () -> lake.execute("INSERT INTO t VALUES (?, ?)", null, "row-canary"));
            assertNothingLeaks(thrown, "row-canary");

            QueryException conversion = catchThrowableOfType(
                    QueryException.class, () -> lake.execute("INSERT INTO t VALUES (?, 'x')", "row'canary"));
            assertNothingLeaks(conversion, "row'canary", "canary");
        }
    }
}
