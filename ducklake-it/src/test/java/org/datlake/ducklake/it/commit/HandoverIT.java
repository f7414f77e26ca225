package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.internal.catalog.HandoverTable;
import org.datlake.ducklake.internal.catalog.HandoverTable.Mine;
import org.datlake.ducklake.internal.catalog.HandoverTable.Waiting;
import org.datlake.ducklake.internal.catalog.PostgresCatalog;
import org.datlake.ducklake.internal.staging.RowsCodec;
import org.datlake.ducklake.internal.staging.StageType;
import org.datlake.ducklake.internal.staging.StagedPart;
import org.datlake.ducklake.internal.staging.StagedRows;
import org.datlake.ducklake.internal.staging.TableShape;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.PostgresServer;

/** Rows that a process leaves in the catalog for whoever has the turn. */
class HandoverIT {

    private static final String FENCE = "hashtextextended('datlake ducklake writers', 0)";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @DuckLakeTest(POSTGRES_AND_S3)
    void rows_that_wait_are_committed_with_those_of_whoever_has_the_turn(DisposableLake place) throws Exception {
        try (Fenced lake = new Fenced(place)) {
            OperationId operation = lake.leave("t", 71L);
            assertThat(lake.table.count()).isEqualTo(1);

            Committed committed = lake.write(1);

            assertThat(lake.table.count()).isZero();
            assertThat(lake.numbers()).containsExactlyInAnyOrder(0L, 1L, 71L);
            assertThat(lake.client.resolve(operation).status()).isEqualTo(Status.COMMITTED);
            assertThat(lake.client.resolve(operation).snapshotId()).isEqualTo(committed.snapshotId());
            assertThat(lake.table.take(operation.toString()))
                    .satisfies(found -> assertThat(found.mine()).isEqualTo(Mine.COMMITTED))
                    .satisfies(found -> assertThat(found.snapshot()).isEqualTo(committed.snapshotId()));
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void rows_that_cannot_be_written_do_not_fail_those_of_whoever_has_the_turn(DisposableLake place) throws Exception {
        try (Fenced lake = new Fenced(place)) {
            OperationId operation = lake.leave("no_such_table", 71L);

            lake.write(1);

            assertThat(lake.numbers()).containsExactlyInAnyOrder(0L, 1L);
            assertThat(lake.table.take(operation.toString()).mine()).isEqualTo(Mine.TAKEN_BACK);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void rows_of_another_version_are_left_alone(DisposableLake place) throws Exception {
        try (Fenced lake = new Fenced(place)) {
            OperationId operation = OperationId.random();
            lake.table.leave(new Waiting(List.of(operation.toString()), new byte[] {127, 1, 2, 3}), MINUTE);

            lake.write(1);

            assertThat(lake.numbers()).containsExactlyInAnyOrder(0L, 1L);
            assertThat(lake.table.take(operation.toString()).mine()).isEqualTo(Mine.TAKEN_BACK);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void rows_whose_writer_has_given_up_are_not_committed(DisposableLake place) throws Exception {
        try (Fenced lake = new Fenced(place)) {
            OperationId operation = lake.leave("t", 71L, Duration.ZERO);

            lake.write(1);

            assertThat(lake.numbers()).containsExactlyInAnyOrder(0L, 1L);
            assertThat(lake.client.resolve(operation).status()).isEqualTo(Status.NOT_COMMITTED);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void what_was_found_not_committed_is_never_committed_later(DisposableLake place) throws Exception {
        try (Fenced lake = new Fenced(place)) {
            OperationId operation = lake.leave("t", 71L);

            assertThat(lake.client.resolve(operation).status()).isEqualTo(Status.NOT_COMMITTED);
            lake.write(1);

            assertThat(lake.numbers()).containsExactlyInAnyOrder(0L, 1L);
            // As of a process that had read the rows before, and was asleep since.
            assertThatThrownBy(() -> lake.run("INSERT INTO ducklake.ducklake_snapshot_changes (snapshot_id,"
                            + " commit_extra_info) VALUES (1000, 'datlake," + OperationId.random() + "," + operation
                            + ",handed-over=1')"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("have been taken back");
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void whoever_asks_waits_for_a_snapshot_that_is_being_written(DisposableLake place) throws Exception {
        try (Fenced lake = new Fenced(place);
                Connection writing = lake.connect()) {
            OperationId operation = lake.leave("t", 71L);
            writing.setAutoCommit(false);
            run(
                    writing,
                    "INSERT INTO ducklake.ducklake_snapshot_changes (snapshot_id, commit_extra_info) VALUES (1000,"
                            + " 'datlake," + OperationId.random() + "," + operation + ",handed-over=1')");

            CompletableFuture<Mine> asked = CompletableFuture.supplyAsync(() -> lake.take(operation));
            Awaitility.await().until(() -> lake.waitsForLock());
            assertThat(asked).isNotDone();
            writing.commit();

            assertThat(asked.join()).isEqualTo(Mine.COMMITTED);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A client whose writer has met another process at the fence, so that it looks for what others left. */
    private static final class Fenced implements AutoCloseable {

        private final CatalogSettings.Postgres settings;
        private final DuckLakeClient client;
        private final RowWriter writer;
        private final PostgresCatalog catalog;
        private final HandoverTable table;

        Fenced(DisposableLake place) throws Exception {
            settings = (CatalogSettings.Postgres) place.catalog();
            client = DuckLakeClient.connect(place.settings().writeFence(true).build());
            client.execute("CREATE TABLE t (n BIGINT)");
            writer = client.rowWriter("t");
            catalog = new PostgresCatalog(settings, "ducklake", "handover-test");
            table = catalog.handover();
            table.prepare(MINUTE);
            try (Connection other = connect()) {
                HandoverIT.run(other, "SELECT pg_advisory_lock(" + FENCE + ")");
                CompletableFuture<Committed> waiting = writer.write(0L);
                Awaitility.await().until(this::waitsForLock);
                HandoverIT.run(other, "SELECT pg_advisory_unlock(" + FENCE + ")");
                waiting.join();
            }
        }

        Committed write(long number) {
            return writer.write(number).join();
        }

        OperationId leave(String table, long number) throws Exception {
            return leave(table, number, MINUTE);
        }

        OperationId leave(String name, long number, Duration lifetime) throws Exception {
            TableShape shape =
                    new TableShape("main", name, List.of(new TableShape.Column("n", "BIGINT", StageType.BIGINT)));
            StagedRows rows = new StagedRows(shape.columns(), 1);
            rows.add(0, number);
            rows.endRow();
            OperationId operation = OperationId.random();
            byte[] bytes = RowsCodec.encode(List.of(new StagedPart(shape, rows)));
            table.leave(new Waiting(List.of(operation.toString()), bytes), lifetime);
            return operation;
        }

        Mine take(OperationId operation) {
            try {
                return table.take(operation.toString()).mine();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        List<Long> numbers() {
            return client.query("SELECT n FROM t").as(Long.class).list();
        }

        boolean waitsForLock() throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE"
                            + " wait_event_type = 'Lock' AND datname = current_database()")) {
                rows.next();
                return rows.getLong(1) > 0;
            }
        }

        void run(String sql) throws SQLException {
            try (Connection connection = connect()) {
                HandoverIT.run(connection, sql);
            }
        }

        Connection connect() throws SQLException {
            return PostgresServer.shared().connect(settings.database());
        }

        @Override
        public void close() {
            writer.close();
            client.close();
            catalog.close();
        }
    }
}
