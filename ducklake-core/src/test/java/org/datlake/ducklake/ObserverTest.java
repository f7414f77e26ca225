package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.datlake.ducklake.DuckLakeEvent.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What observers are told of the operations of a real lake. */
class ObserverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final Recorder recorder = new Recorder();
    private DuckLakeClient lake;

    @BeforeEach
    void open() {
        lake = TestLake.open(directory, settings -> settings.alias("pond").observer(recorder));
        lake.execute("CREATE TABLE people (id BIGINT NOT NULL, name VARCHAR)");
        recorder.operations.clear();
    }

    @AfterEach
    void each_operation_has_ended_once() {
        lake.close();
        assertThat(recorder.operations).allSatisfy(seen -> assertThat(seen.ends).hasSize(1));
        assertThat(Recorder.CURRENT.get()).isNull();
    }

    /** Remembers operations in the order in which they began. */
    private static final class Recorder implements OperationObserver {

        private static final ThreadLocal<@Nullable Seen> CURRENT = new ThreadLocal<>();

        private final List<Seen> operations = new CopyOnWriteArrayList<>();

        @Override
        public Running begin(Start start) {
            Seen seen = new Seen(start, Thread.currentThread(), CURRENT.get());
            operations.add(seen);
            return new Running() {
                @Override
                public Scope enter() {
                    Seen before = CURRENT.get();
                    CURRENT.set(seen);
                    return () -> CURRENT.set(before);
                }

                @Override
                public void end(End end) {
                    seen.ends.add(end);
                }
            };
        }

        private Seen only() {
            assertThat(operations).hasSize(1);
            return operations.get(0);
        }

        private List<Operation> kinds() {
            return operations.stream().map(seen -> seen.start.operation()).toList();
        }
    }

    private static final class Seen {

        private final OperationObserver.Start start;
        private final Thread thread;
        private final @Nullable Seen parent;
        private final List<OperationObserver.End> ends = new CopyOnWriteArrayList<>();

        private Seen(OperationObserver.Start start, Thread thread, @Nullable Seen parent) {
            this.start = start;
            this.thread = thread;
            this.parent = parent;
        }

        private OperationObserver.End end() {
            assertThat(ends).hasSize(1);
            return ends.get(0);
        }

        private String masked() {
            return start.statement().map(ObservedStatement::masked).orElse("");
        }
    }

    @Test
    void a_query_lasts_until_its_last_row_was_read() {
        try (var rows = lake.query("SELECT range FROM range(10000000) WHERE range > ?", 5).stream()) {
            rows.iterator().next();
            assertThat(recorder.only().ends).isEmpty();
        }
        Seen seen = recorder.only();
        assertThat(seen.start.catalog()).isEqualTo("pond");
        assertThat(seen.start.operation()).isEqualTo(Operation.QUERY);
        assertThat(seen.start.table()).isEmpty();
        assertThat(seen.thread).isEqualTo(Thread.currentThread());
        assertThat(seen.masked()).isEqualTo("SELECT range FROM range(?) WHERE range > ?");
        assertThat(seen.end().took()).isPositive();
        assertThat(seen.end().errorType()).isEmpty();
        assertThat(seen.end().failure()).isEmpty();
    }

    @Test
    void a_failure_is_told_as_its_caller_gets_it() {
        assertThatThrownBy(() -> lake.query("SELECT * FROM birds").list()).isInstanceOf(QueryException.class);
        assertThat(recorder.only().end().errorType()).hasValue("Catalog");
        assertThat(recorder.only().end().failure()).hasValueSatisfying(failure -> {
            assertThat(failure).isInstanceOf(QueryException.class);
            assertThat(failure.sqlState()).isEqualTo("42P01");
        });
    }

    @Test
    void a_statement_has_the_name_that_it_is_committed_by() {
        lake.execute("INSERT INTO people VALUES (?, 'canary')", 1);
        Seen seen = recorder.only();
        assertThat(seen.start.operation()).isEqualTo(Operation.EXECUTE);
        assertThat(seen.masked()).isEqualTo("INSERT INTO people VALUES (?, ?)");
        assertThat(lake.resolve(seen.end().operationId().orElseThrow()).status())
                .isEqualTo(CommitOutcome.Status.COMMITTED);
    }

    @Test
    void statements_belong_to_their_transaction() {
        Committed committed = lake.commit(TransactionOptions.defaults(), transaction -> {
            transaction.execute("INSERT INTO people VALUES (1, 'a')");
            transaction.query("SELECT count(*) FROM people").list();
        });
        assertThat(recorder.kinds()).containsExactly(Operation.COMMIT, Operation.EXECUTE, Operation.QUERY);
        Seen transaction = recorder.operations.get(0);
        assertThat(transaction.start.statement()).isEmpty();
        assertThat(transaction.parent).isNull();
        assertThat(recorder.operations.get(1).parent).isSameAs(transaction);
        assertThat(recorder.operations.get(2).parent).isSameAs(transaction);
        assertThat(transaction.end().operationId()).hasValue(committed.operationId());
        assertThat(transaction.end().snapshotId()).isEqualTo(committed.snapshotId());
    }

    @Test
    void errors_of_the_application_are_told_without_what_they_hold() {
        assertThatThrownBy(() -> lake.useTransaction(transaction -> {
                    throw new IOException("canary");
                }))
                .isInstanceOf(IOException.class);
        assertThat(recorder.only().end().errorType()).hasValue("Application");
        assertThat(recorder.only().end().failure()).isEmpty();
    }

    @Test
    void guarded_statements_tell_which_snapshot_they_read() {
        long snapshot = lake.newestSnapshotId();
        recorder.operations.clear();
        try (RowCursor rows =
                lake.guarded("SELECT * FROM people WHERE name = 'canary'").open()) {
            assertThat(rows.next()).isFalse();
        }
        lake.guarded("SELECT * FROM people").at(snapshot).writeParquet(directory.resolve("out.parquet"));
        assertThat(recorder.kinds()).containsExactly(Operation.QUERY, Operation.QUERY);
        assertThat(recorder.operations).allSatisfy(seen -> {
            assertThat(seen.end().snapshotId()).hasValue(snapshot);
            assertThat(seen.end().operationId()).isEmpty();
        });
    }

    @Test
    void views_of_a_snapshot_and_changes_tell_it_too() {
        long snapshot = lake.newestSnapshotId();
        recorder.operations.clear();
        try (SnapshotView view = lake.at(snapshot);
                RowCursor changes = lake.changes("main", "people", snapshot, snapshot, PATIENCE)) {
            view.query("SELECT * FROM people").list();
            assertThat(changes.next()).isFalse();
        }
        assertThat(recorder.operations.stream()
                        .filter(seen -> seen.end().snapshotId().isPresent())
                        .map(seen -> seen.end().snapshotId().getAsLong()))
                .containsExactly(snapshot, snapshot);
    }

    @Test
    void each_batch_of_a_row_writer_is_an_operation_that_has_ended_when_its_caller_is_told() {
        try (RowWriter writer = lake.rowWriter("people")) {
            recorder.operations.clear();
            Committed committed = writer.write(1, "canary").join();
            Seen seen = recorder.only();
            assertThat(seen.start.operation()).isEqualTo(Operation.WRITE);
            assertThat(seen.start.table()).hasValue("main.people");
            assertThat(seen.thread).isEqualTo(Thread.currentThread());
            assertThat(seen.end().operationId()).hasValue(committed.operationId());
            assertThat(seen.end().snapshotId()).isEqualTo(committed.snapshotId());

            recorder.operations.clear();
            assertThatThrownBy(writer.write(null, "canary")::join).hasCauseInstanceOf(DuckLakeException.class);
            assertThat(recorder.only().end().errorType()).hasValue("Constraint");
            recorder.operations.clear();
            assertThatThrownBy(writer.write("no number", "canary")::join).hasCauseInstanceOf(DuckLakeException.class);
            assertThat(recorder.only().end().failure()).isPresent();
            recorder.operations.clear();
            writer.writeAll(List.of()).join();
            assertThat(recorder.only().end().errorType()).isEmpty();
        }
        try (MultiTableWriter writer = lake.multiTableWriter(RowWriterOptions.defaults())) {
            recorder.operations.clear();
            writer.write(List.of(TableRows.of("people", List.<Object[]>of(new Object[] {3, "c"}))))
                    .join();
            assertThat(recorder.operations)
                    .filteredOn(seen -> seen.start.operation() == Operation.WRITE)
                    .singleElement()
                    .satisfies(seen -> assertThat(seen.end().snapshotId()).isPresent());
        }
    }

    @Test
    void what_a_load_consists_of_belongs_to_it() throws IOException {
        Path file = directory.resolve("rows.csv");
        Files.writeString(file, "id,name\n1,canary\n");
        LoadResult result = lake.load("people").fromFiles(file);
        Seen load = recorder.operations.get(0);
        assertThat(load.start.operation()).isEqualTo(Operation.LOAD);
        assertThat(load.start.table()).hasValue("main.people");
        assertThat(load.end().operationId()).hasValue(result.committed().operationId());
        assertThat(load.end().snapshotId()).isEqualTo(result.committed().snapshotId());
        assertThat(recorder.operations.stream().skip(1)).isNotEmpty().allSatisfy(seen -> {
            Seen top = seen;
            while (top.parent != null) {
                top = top.parent;
            }
            assertThat(top).isSameAs(load);
        });

        recorder.operations.clear();
        assertThatThrownBy(() -> lake.load("nowhere").fromFiles(file)).isInstanceOf(DuckLakeException.class);
        assertThat(recorder.operations.get(0).end().errorType()).isPresent();
    }

    @Test
    void plain_jdbc_is_followed_too() throws SQLException {
        lake.useConnection(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT 'canary'").close();
                assertThatThrownBy(() -> statement.execute("SELECT * FROM birds"))
                        .isInstanceOf(SQLException.class);
            }
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO people VALUES (?, 'canary')")) {
                insert.setLong(1, 4711);
                insert.executeUpdate();
                insert.addBatch();
                insert.executeBatch();
            }
            connection.setAutoCommit(false);
            connection.commit();
        });
        assertThat(recorder.operations.stream()
                        .map(seen -> seen.start.operation() + " " + seen.masked() + " "
                                + seen.end().errorType().orElse("-")))
                .containsExactly(
                        "JDBC SELECT ? -",
                        "JDBC SELECT * FROM birds Catalog",
                        "JDBC INSERT INTO people VALUES (?, ?) -",
                        "JDBC INSERT INTO people VALUES (?, ?) -",
                        "COMMIT  -",
                        "COMMIT  -",
                        "COMMIT  -");
        assertThat(recorder.operations.get(2).end().operationId()).isPresent();
    }

    @Test
    void a_check_of_the_lake_is_an_operation() {
        lake.check();
        assertThat(recorder.kinds()).contains(Operation.CHECK);
    }

    @Test
    void an_observer_that_throws_harms_neither_callers_nor_other_observers(@TempDir Path other) {
        OperationObserver atBegin = start -> {
            throw new IllegalStateException("at the begin");
        };
        OperationObserver withNothing = start -> nothing();
        OperationObserver later = start -> new OperationObserver.Running() {
            @Override
            public OperationObserver.Scope enter() {
                throw new NoSuchMethodError("in the middle");
            }

            @Override
            public void end(OperationObserver.End end) {
                throw new IllegalStateException("at the end");
            }
        };
        OperationObserver atClose = start -> new OperationObserver.Running() {
            @Override
            public OperationObserver.Scope enter() {
                return () -> {
                    throw new IllegalStateException("when it is left");
                };
            }

            @Override
            public void end(OperationObserver.End end) {
                // Nothing to do.
            }
        };
        Recorder last = new Recorder();
        try (DuckLakeClient calm = TestLake.open(
                other,
                settings -> settings.observer(atBegin)
                        .observer(withNothing)
                        .observer(later)
                        .observer(atClose)
                        .observer(last))) {
            calm.execute("CREATE TABLE t (i INTEGER)");
            calm.useTransaction(transaction -> transaction.execute("INSERT INTO t VALUES (1)"));
            assertThat(calm.query("SELECT i FROM t").as(Integer.class).one()).isEqualTo(1);
        }
        assertThat(last.kinds())
                .containsExactly(Operation.EXECUTE, Operation.COMMIT, Operation.EXECUTE, Operation.QUERY);
    }

    @SuppressWarnings("NullAway") // what must not be, and is forgiven
    private static OperationObserver.Running nothing() {
        return null;
    }

    @Test
    void plans_are_told_without_values_and_leave_nothing_behind() throws IOException {
        lake.execute("CREATE TABLE notes (id BIGINT, note VARCHAR)");
        lake.execute("CREATE VIEW loud AS SELECT * FROM people WHERE name <> 'canary-in-view'");
        lake.execute("INSERT INTO people SELECT i, 'canary' || i FROM range(5000) t(i)");
        lake.execute("INSERT INTO notes SELECT i, 'canary' || i FROM range(3000) t(i)");
        long before = lake.newestSnapshotId();
        recorder.operations.clear();
        for (String sql : List.of(
                "SELECT * FROM people WHERE name LIKE 'canary%' AND id > ?",
                "SELECT name, count(*) FROM people JOIN notes USING (id) WHERE note IN ('canary1', 'canary two') GROUP BY name"
                        + " HAVING count(*) < 4711 ORDER BY name LIMIT 4711",
                "SELECT name || 'canary', CASE WHEN name = 'canary' THEN 4711 END, [4711], {'canary': 4711} FROM loud",
                "SELECT row_number() OVER (PARTITION BY name ORDER BY id + 4711) FROM people WHERE regexp_matches(name, '^canary')",
                "SELECT * FROM (VALUES (4711), (4712)) t(x) UNION ALL SELECT * FROM range(4711)",
                "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4711) SELECT sum(n) FROM t",
                "SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM notes WHERE note = 'canary' AND id = p.id)")) {
            lake.query(sql, sql.contains("?") ? new Object[] {4711} : new Object[0])
                    .list();
        }
        lake.execute("UPDATE notes SET note = 'canary' WHERE id = ?", 4711);
        lake.execute("DELETE FROM notes WHERE note = 'canary9999' OR id = 4711");
        lake.execute("INSERT INTO notes SELECT id, 'canary' FROM people WHERE id > 4711000");
        try (RowCursor rows =
                        lake.guarded("SELECT * FROM loud WHERE id = ?", 4711L).open();
                SnapshotView view = lake.at(before)) {
            rows.next();
            view.query("SELECT * FROM people WHERE id = 4711").list();
            long made = lake.newestSnapshotId();
            List<Path> files = files();
            List<String> plans = new ArrayList<>();
            for (Seen seen : List.copyOf(recorder.operations)) {
                plans.add(seen.start
                        .statement()
                        .orElseThrow()
                        .plan(PATIENCE)
                        .orElseThrow(() -> new AssertionError(seen.masked())));
            }
            assertThat(plans)
                    .hasSizeGreaterThanOrEqualTo(12)
                    .allSatisfy(plan -> assertThat(plan).doesNotContain("canary", "4711", "2999"));
            assertThat(plans.get(0)).contains("DUCKLAKE_SCAN", "table: people", "filters: ", "id>?");
            assertThat(plans.get(1)).contains("HASH_JOIN", "conditions: id = id");
            assertThat(lake.newestSnapshotId()).isEqualTo(made);
            assertThat(files()).isEqualTo(files);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("files"))) {
            return all.sorted().toList();
        }
    }

    @Test
    void plans_are_no_operations() {
        lake.query("SELECT * FROM people").list();
        ObservedStatement statement = recorder.only().start.statement().orElseThrow();
        assertThat(statement.plan(PATIENCE)).isPresent();
        assertThat(recorder.operations).hasSize(1);
        assertThat(statement.toString()).isEqualTo("SELECT * FROM people");
        assertThat(statement.verb()).isEqualTo("SELECT");
    }

    @Test
    void there_is_no_plan_of_what_is_gone() {
        lake.query("SELECT * FROM people").list();
        lake.useTransaction(transaction -> {
            transaction.execute("CREATE TEMP TABLE mine (id BIGINT)");
            transaction.query("SELECT * FROM mine").list();
        });
        SnapshotView view = lake.at(lake.newestSnapshotId());
        view.query("SELECT name FROM people").list();
        view.close();
        ObservedStatement plain = statement("SELECT * FROM people");
        assertThat(statement("SELECT * FROM mine").plan(PATIENCE)).isEmpty();
        assertThat(statement("CREATE TEMP TABLE mine (id BIGINT)").plan(PATIENCE))
                .isEmpty();
        assertThat(statement("SELECT name FROM people").plan(PATIENCE)).isEmpty();
        assertThat(plain.plan(PATIENCE)).isPresent();
        lake.close();
        assertThat(plain.plan(PATIENCE)).isEmpty();
    }

    private ObservedStatement statement(String masked) {
        return recorder.operations.stream()
                .map(seen -> seen.start.statement())
                .flatMap(Optional::stream)
                .filter(found -> found.masked().equals(masked))
                .findFirst()
                .orElseThrow();
    }
}
