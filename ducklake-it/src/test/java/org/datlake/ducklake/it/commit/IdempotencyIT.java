package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.FILE_AND_LOCAL;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.datlake.ducklake.CommitOutcome;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.TransactionOptions;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.WireProxy.Moment;

class IdempotencyIT {

    private static final TransactionOptions KEY =
            TransactionOptions.defaults().withIdempotencyKey("order 4711, 'quoted' {SNAPSHOT_ID}");

    @DuckLakeTest({FILE_AND_LOCAL, POSTGRES_AND_S3})
    void a_key_that_is_used_again_commits_once(DuckLakeClient lake) {
        lake.execute("CREATE TABLE t (n BIGINT)");

        Committed first = lake.commit(KEY, transaction -> transaction.execute("INSERT INTO t VALUES (1)"));
        Committed second = lake.commit(KEY, transaction -> transaction.execute("INSERT INTO t VALUES (2)"));

        assertThat(first.repeated()).isFalse();
        assertThat(first.snapshotId()).hasValue(2);
        assertThat(second).isEqualTo(new Committed(first.operationId(), first.snapshotId(), true));
        assertThat(lake.query("SELECT n FROM t").as(Long.class).list()).containsExactly(1L);
        assertThat(lake.resolve(OperationId.ofKey(KEY.idempotencyKey().orElseThrow())))
                .isEqualTo(new CommitOutcome(Status.COMMITTED, first.snapshotId()));
    }

    @DuckLakeTest({FILE_AND_LOCAL, POSTGRES_AND_S3})
    void without_a_key_each_commit_is_one_of_its_own(DuckLakeClient lake) {
        lake.execute("CREATE TABLE t (n BIGINT)");

        Committed first = lake.commit(
                TransactionOptions.defaults(), transaction -> transaction.execute("INSERT INTO t VALUES (1)"));
        Committed reading = lake.commit(
                TransactionOptions.defaults(),
                transaction -> transaction.query("SELECT n FROM t").list());

        assertThat(first.snapshotId()).hasValue(2);
        assertThat(reading.snapshotId()).isEmpty();
        assertThat(reading.operationId()).isNotEqualTo(first.operationId());
    }

    @DuckLakeTest({FILE_AND_LOCAL, POSTGRES_AND_S3})
    void a_body_that_throws_leaves_the_key_free(DuckLakeClient lake) {
        lake.execute("CREATE TABLE t (n BIGINT)");
        try {
            lake.commit(KEY, transaction -> {
                transaction.execute("INSERT INTO t VALUES (1)");
                throw new IllegalStateException("not yet");
            });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("not yet");
        }

        assertThat(lake.commit(KEY, transaction -> transaction.execute("INSERT INTO t VALUES (2)"))
                        .repeated())
                .isFalse();
        assertThat(lake.query("SELECT n FROM t").as(Long.class).list()).containsExactly(2L);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void of_many_callers_with_one_key_one_commits(DisposableLake place) throws Exception {
        place.client().execute("CREATE TABLE t (n BIGINT)");
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (DuckLakeClient second = DuckLakeClient.connect(place.settings().build());
                DuckLakeClient third = DuckLakeClient.connect(place.settings().build())) {
            List<Future<Committed>> calls = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                DuckLakeClient lake = List.of(place.client(), second, third).get(i % 3);
                calls.add(callers.submit(
                        () -> lake.commit(KEY, transaction -> transaction.execute("INSERT INTO t VALUES (1)"))));
            }

            assertThat(results(calls))
                    .filteredOn(committed -> !committed.repeated())
                    .hasSize(1);
            assertThat(place.client()
                            .query("SELECT count(*) FROM t")
                            .as(Long.class)
                            .one())
                    .isEqualTo(1);
        } finally {
            callers.shutdown();
        }
    }

    private static List<Committed> results(List<Future<Committed>> calls)
            throws InterruptedException, ExecutionException {
        List<Committed> results = new ArrayList<>();
        for (Future<Committed> call : calls) {
            results.add(call.get());
        }
        return results;
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_key_holds_when_the_answer_to_commit_is_lost(DisposableLake place) {
        try (FaultyLake lake = new FaultyLake(place, 0, Duration.ofSeconds(30))) {
            lake.wire().cutAtText("COMMIT", Moment.AFTER_FORWARDING);

            Committed first = lake.broken()
                    .commit(KEY, transaction -> transaction.execute("INSERT INTO t SELECT 'a', range FROM range(50)"));
            Committed second = lake.whole()
                    .commit(KEY, transaction -> transaction.execute("INSERT INTO t SELECT 'b', range FROM range(50)"));

            assertThat(second).isEqualTo(new Committed(first.operationId(), first.snapshotId(), true));
            assertThat(lake.whole()
                            .query("SELECT DISTINCT batch FROM t")
                            .as(String.class)
                            .list())
                    .containsExactly("a");
            Ledger.assertNoFileIsMissing(lake.whole(), place);
        }
    }
}
