package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.datlake.ducklake.DuckLakeEvent.AttachFailed;
import org.datlake.ducklake.DuckLakeEvent.Attached;
import org.datlake.ducklake.DuckLakeEvent.CatalogUp;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.datlake.ducklake.DuckLakeEvent.QueryFinished;
import org.datlake.ducklake.DuckLakeEvent.StorageDown;
import org.datlake.ducklake.DuckLakeEvent.StorageUp;
import org.datlake.ducklake.DuckLakeEvent.TransactionFinished;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {

    private final EventRecorder events = new EventRecorder();

    @TempDir
    Path directory;

    private DuckLakeClient open() {
        return TestLake.open(directory, settings -> settings.alias("pond").listener(events));
    }

    @Test
    void a_life_is_told_in_its_order() {
        try (DuckLakeClient lake = open()) {
            lake.execute("CREATE TABLE t (i INTEGER)");
            lake.query("SELECT i FROM t").list();
        }

        assertThat(events.all())
                .extracting(event -> (Object) event.getClass())
                .filteredOn(type -> type != CatalogUp.class && type != StorageUp.class)
                .containsExactly(Attached.class, QueryFinished.class, TransactionFinished.class, QueryFinished.class);
        assertThat(events.all()).allSatisfy(event -> assertThat(event.catalog()).isEqualTo("pond"));
        assertThat(events.of(QueryFinished.class))
                .extracting(QueryFinished::operation)
                .containsExactly(Operation.EXECUTE, Operation.QUERY);
        assertThat(events.of(TransactionFinished.class))
                .singleElement()
                .satisfies(finished -> assertThat(finished.attempts()).isEqualTo(1));
    }

    @Test
    void attaching_tells_whether_the_lake_was_created() {
        open().close();
        open().close();

        assertThat(events.of(Attached.class)).extracting(Attached::created).containsExactly(true, false);
        assertThat(events.of(Attached.class))
                .allSatisfy(attached -> assertThat(attached.took()).isPositive());
    }

    @Test
    void attaching_that_fails_is_told_with_its_reason() throws IOException {
        Files.writeString(directory.resolve("files"), "in the way");

        assertThatThrownBy(this::open).isInstanceOf(StorageException.class);

        assertThat(events.of(AttachFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.willRetry()).isFalse();
            assertThat(failed.failure()).hasMessageContaining("is a file, not a directory");
        });
    }

    @Test
    void errors_are_told_by_their_type_once_for_each_call() {
        try (DuckLakeClient lake = open()) {
            assertThatThrownBy(() -> lake.query("SELEC 1").list()).isInstanceOf(QueryException.class);
            assertThatThrownBy(() -> lake.execute("DROP TABLE nope")).isInstanceOf(QueryException.class);
            assertThatThrownBy(() -> lake.useTransaction(tx -> {
                        throw new IOException("of the application");
                    }))
                    .isInstanceOf(IOException.class);
            lake.useConnection(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                }
            });
        }

        assertThat(events.of(QueryFinished.class))
                .extracting(finished ->
                        finished.operation() + " " + finished.errorType().orElse("-"))
                .containsExactly("QUERY Parser", "EXECUTE Catalog", "JDBC -");
        assertThat(events.of(TransactionFinished.class))
                .extracting(finished -> finished.errorType().orElse("-"))
                .containsExactly("Catalog", "Application");
    }

    @Test
    void commits_of_row_writers_are_told_like_others() {
        try (DuckLakeClient lake = open()) {
            lake.execute("CREATE TABLE t (i INTEGER NOT NULL)");
            try (RowWriter writer = lake.rowWriter("t")) {
                writer.write(1).join();
                assertThatThrownBy(writer.write(new Object[] {null})::join).hasCauseInstanceOf(DuckLakeException.class);
            }
        }

        assertThat(events.of(TransactionFinished.class))
                .extracting(finished -> finished.errorType().orElse("-"))
                .containsExactly("-", "-", "Constraint");
    }

    @Test
    void a_query_that_is_left_half_way_is_told_when_it_is_left() {
        try (DuckLakeClient lake = open()) {
            try (var rows = lake.query("SELECT range FROM range(10000000)").stream()) {
                assertThat(rows.iterator().next().getLong("range")).isZero();
                assertThat(events.of(QueryFinished.class)).isEmpty();
            }
            assertThat(events.of(QueryFinished.class)).hasSize(1);
        }
    }

    @Test
    void a_listener_that_throws_harms_neither_callers_nor_other_listeners() {
        DuckLakeListener broken = event -> {
            throw new IllegalStateException("broken listener");
        };
        try (DuckLakeClient lake =
                TestLake.open(directory, settings -> settings.listener(broken).listener(events))) {
            lake.execute("CREATE TABLE t (i INTEGER)");

            assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one())
                    .isZero();
        }

        assertThat(events.of(QueryFinished.class)).hasSize(2);
    }

    @Test
    void storage_that_goes_and_comes_back_is_told_once_each_time() throws IOException {
        try (DuckLakeClient lake = TestLake.open(
                directory,
                settings -> settings.listener(events).engine(TestLake.restless().build()))) {
            await().until(() -> events.of(StorageUp.class).size() == 1);
            Path files = directory.resolve("files");
            Path away = Files.move(files, directory.resolve("away"));
            await().until(() -> events.of(StorageDown.class).size() == 1);
            assertThat(lake.health().status()).isEqualTo(HealthReport.Status.DEGRADED);

            Files.move(away, files);
            await().until(() -> events.of(StorageUp.class).size() == 2);
        }
        assertThat(events.of(StorageDown.class)).hasSize(1);
        assertThat(events.of(CatalogUp.class)).hasSize(1);
    }
}
