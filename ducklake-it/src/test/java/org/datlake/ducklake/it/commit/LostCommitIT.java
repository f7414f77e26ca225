package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.CommitOutcome;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.Snapshot;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.WireProxy;
import org.datlake.ducklake.testing.WireProxy.Moment;

/** The wire to PostgreSQL breaks around COMMIT. */
class LostCommitIT {

    private static final Duration PATIENT = Duration.ofSeconds(30);

    @DuckLakeTest(POSTGRES_AND_S3)
    void rows_in_files_are_there_once_when_the_answer_to_commit_is_lost(DisposableLake place) {
        try (FaultyLake lake = new FaultyLake(place, 0, PATIENT)) {
            lake.writeAndLoseCommit("a", 100, Moment.AFTER_FORWARDING);

            assertThat(lake.wire().fired()).isEqualTo(1);
            assertBatch(lake, place, "a", 100);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void inlined_rows_are_there_once_when_the_answer_to_commit_is_lost(DisposableLake place) {
        try (FaultyLake lake = new FaultyLake(place, 1000, PATIENT)) {
            lake.writeAndLoseCommit("a", 100, Moment.AFTER_FORWARDING);

            assertThat(lake.wire().fired()).isEqualTo(1);
            assertBatch(lake, place, "a", 100);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void rows_are_there_once_when_commit_itself_is_lost(DisposableLake place) {
        try (FaultyLake lake = new FaultyLake(place, 0, PATIENT)) {
            lake.writeAndLoseCommit("a", 100, Moment.BEFORE_FORWARDING);

            assertThat(lake.wire().fired()).isEqualTo(1);
            assertBatch(lake, place, "a", 100);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void updates_and_deletes_are_made_once_when_the_answer_to_commit_is_lost(DisposableLake place) {
        try (FaultyLake lake = new FaultyLake(place, 0, PATIENT)) {
            lake.write("a", 100);
            lake.changeAndLoseCommit("UPDATE t SET n = n + 1000", Moment.AFTER_FORWARDING);
            lake.changeAndLoseCommit("DELETE FROM t WHERE n < 1050", Moment.AFTER_FORWARDING);

            assertThat(lake.whole().query("SELECT sum(n) FROM t").as(Long.class).one())
                    .isEqualTo(53725);
            assertBatch(lake, place, "a", 50);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_jdbc_commit_whose_answer_is_lost_succeeds(DisposableLake place) throws Exception {
        try (FaultyLake lake = new FaultyLake(place, 0, PATIENT);
                Connection connection = lake.broken().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO t SELECT 'a', range FROM range(100)");
            lake.wire().cutAtText("COMMIT", Moment.AFTER_FORWARDING);

            connection.commit();

            assertThat(lake.wire().fired()).isEqualTo(1);
            assertBatch(lake, place, "a", 100);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_jdbc_write_in_autocommit_mode_whose_answer_is_lost_succeeds(DisposableLake place) throws Exception {
        try (FaultyLake lake = new FaultyLake(place, 0, PATIENT);
                Connection connection = lake.broken().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t SELECT 'first', range FROM range(100)");
            lake.wire().cutAtText("COMMIT", Moment.AFTER_FORWARDING);

            assertThat(statement.executeUpdate("INSERT INTO t SELECT 'a', range FROM range(100)"))
                    .isEqualTo(100);

            assertThat(lake.wire().fired()).isEqualTo(1);
            assertBatch(lake, place, "a", 100);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_commit_that_hangs_is_unknown_until_the_catalog_is_back(DisposableLake place) {
        try (FaultyLake lake = new FaultyLake(place, 1000, Duration.ofSeconds(3))) {
            lake.write("first", 10);
            CommitOutcomeUnknownException unknown = catchThrowableOfType(
                    CommitOutcomeUnknownException.class,
                    () -> lake.broken().useTransaction(transaction -> {
                        transaction.execute("INSERT INTO t SELECT 'a', range FROM range(10)");
                        lake.wire().freeze();
                    }));

            assertThat(unknown).hasMessageContaining(unknown.operationId().toString());
            assertThat(unknown.isRetryable()).isFalse();
            lake.wire().thaw();
            CommitOutcome outcome = Awaitility.await()
                    .atMost(Duration.ofSeconds(15))
                    .until(
                            () -> lake.broken().resolve(unknown.operationId()),
                            found -> found.status() != Status.UNKNOWN);
            long rows = lake.whole()
                    .query("SELECT count(*) FROM t WHERE batch = 'a'")
                    .as(Long.class)
                    .one();
            assertThat(rows).isEqualTo(outcome.status() == Status.COMMITTED ? 10 : 0);
            assertThat(lake.whole().resolve(unknown.operationId())).isEqualTo(outcome);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void what_never_happened_is_resolved_as_not_committed(DisposableLake place) {
        try (FaultyLake lake = new FaultyLake(place, 0, PATIENT)) {
            assertThat(lake.whole().resolve(OperationId.random()).status()).isEqualTo(Status.NOT_COMMITTED);
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void outcomes_are_found_out_although_the_first_connection_that_asks_for_them_broke(DisposableLake place) {
        CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) place.catalog();
        try (WireProxy wire = WireProxy.postgres(catalog.host(), catalog.port())) {
            wire.cutAtText("SHOW TRANSACTION ISOLATION LEVEL", Moment.BEFORE_FORWARDING);
            try (DuckLakeClient lake =
                    DuckLakeClient.connect(FaultyLake.settings(place, wire).build())) {
                assertThat(lake.resolve(OperationId.random()).status()).isEqualTo(Status.NOT_COMMITTED);
                assertThat(wire.fired()).isEqualTo(1);
            }
        }
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void nothing_is_decided_while_the_catalog_is_away(DisposableLake place) {
        try (FaultyLake lake = new FaultyLake(place, 0, Duration.ofSeconds(2))) {
            lake.wire().refuse();
            lake.wire().cutAll();

            assertThat(lake.broken().resolve(OperationId.random()).status()).isEqualTo(Status.UNKNOWN);
            assertThatThrownBy(() -> lake.write("a", 10)).isInstanceOf(RuntimeException.class);

            lake.wire().accept();
            lake.write("b", 10);
            assertBatch(lake, place, "b", 10);
        }
    }

    private static void assertBatch(FaultyLake lake, DisposableLake place, String batch, long rows) {
        assertThat(lake.whole()
                        .query("SELECT count(*) FROM t WHERE batch = ?", batch)
                        .as(Long.class)
                        .one())
                .isEqualTo(rows);
        assertThat(lake.whole()
                        .query("SELECT sum(n) IS NOT NULL FROM t")
                        .as(Boolean.class)
                        .one())
                .isTrue();
        assertThat(lake.whole().snapshots())
                .filteredOn(snapshot -> snapshot.id() > 1)
                .extracting(Snapshot::extraInfo)
                .doesNotHaveDuplicates()
                .allSatisfy(info -> assertThat(info)
                        .hasValueSatisfying(text -> assertThat(text).startsWith("datlake,")));
        Ledger.assertNoFileIsMissing(lake.whole(), place);
    }
}
