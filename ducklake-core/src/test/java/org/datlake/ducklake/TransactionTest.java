package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.datlake.ducklake.TransactionConflictException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTest {

    private final EventRecorder events = new EventRecorder();

    @TempDir
    Path directory;

    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = TestLake.open(directory, settings -> settings.listener(events));
        lake.execute("CREATE TABLE account (id INTEGER, balance INTEGER)");
        lake.execute("INSERT INTO account VALUES (1, 100), (2, 100)");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private int balance(int id) {
        return lake.query("SELECT balance FROM account WHERE id = ?", id)
                .as(Integer.class)
                .one();
    }

    private long newestSnapshot() {
        List<Snapshot> snapshots = lake.snapshots();
        return snapshots.get(snapshots.size() - 1).id();
    }

    @Test
    void a_transaction_commits_all_of_its_statements_as_one_snapshot() {
        long before = newestSnapshot();

        long changed = lake.inTransaction(tx -> tx.execute("UPDATE account SET balance = balance - 30 WHERE id = 1")
                + tx.execute("UPDATE account SET balance = balance + 30 WHERE id = ?", 2));

        assertThat(changed).isEqualTo(2);
        assertThat(balance(1)).isEqualTo(70);
        assertThat(balance(2)).isEqualTo(130);
        assertThat(newestSnapshot()).isEqualTo(before + 1);
    }

    @Test
    void what_the_closure_throws_rolls_back_and_reaches_the_caller_as_it_is() {
        long before = newestSnapshot();

        assertThatThrownBy(() -> lake.useTransaction(tx -> {
                    tx.execute("UPDATE account SET balance = 0");
                    throw new IOException("of the application");
                }))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("of the application");

        assertThat(balance(1)).isEqualTo(100);
        assertThat(newestSnapshot()).isEqualTo(before);
    }

    @Test
    void a_transaction_sees_what_it_has_done_and_others_do_not() {
        lake.useTransaction(tx -> {
            tx.execute("UPDATE account SET balance = 5 WHERE id = 1");
            assertThat(tx.query("SELECT balance FROM account WHERE id = 1")
                            .as(Integer.class)
                            .one())
                    .isEqualTo(5);
            assertThat(balance(1)).isEqualTo(100);
        });

        assertThat(balance(1)).isEqualTo(5);
    }

    @Test
    void a_transaction_that_only_reads_makes_no_snapshot() {
        long before = newestSnapshot();

        int count = lake.inTransaction(
                tx -> tx.query("SELECT balance FROM account").list().size());

        assertThat(count).isEqualTo(2);
        assertThat(newestSnapshot()).isEqualTo(before);
    }

    @Test
    void two_transactions_on_one_row_conflict_and_the_loser_runs_again() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch bothHaveRead = new CountDownLatch(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Long>> both =
                    threads.invokeAll(List.of(() -> addTen(runs, bothHaveRead), () -> addTen(runs, bothHaveRead)));
            for (Future<Long> one : both) {
                assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            }
        } finally {
            threads.shutdown();
        }

        assertThat(balance(1)).isEqualTo(120);
        assertThat(runs).hasValueGreaterThan(2);
        assertThat(events.of(DuckLakeEvent.Retried.class))
                .isNotEmpty()
                .allSatisfy(retried -> assertThat(retried.operation()).isEqualTo(DuckLakeEvent.Operation.COMMIT));
        assertThat(events.of(DuckLakeEvent.TransactionFinished.class))
                .anySatisfy(finished -> assertThat(finished.attempts()).isGreaterThan(1));
    }

    private long addTen(AtomicInteger runs, CountDownLatch bothHaveRead) throws InterruptedException {
        return lake.inTransaction(tx -> {
            runs.incrementAndGet();
            int now = tx.query("SELECT balance FROM account WHERE id = 1")
                    .as(Integer.class)
                    .one();
            bothHaveRead.countDown();
            assertThat(bothHaveRead.await(20, TimeUnit.SECONDS)).isTrue();
            return tx.execute("UPDATE account SET balance = ? WHERE id = 1", now + 10);
        });
    }

    @Test
    void without_retries_a_conflict_reaches_the_caller_and_names_the_operation_as_repeatable() {
        lake.close();
        lake = TestLake.open(directory, settings -> settings.commitRetry(RetryPolicy.ofRetries(0)));

        assertThatThrownBy(() -> lake.useTransaction(tx -> {
                    tx.execute("UPDATE account SET balance = 1 WHERE id = 1");
                    onAnotherThread(() -> lake.execute("UPDATE account SET balance = 2 WHERE id = 1"));
                }))
                .isInstanceOfSatisfying(TransactionConflictException.class, thrown -> {
                    assertThat(thrown.sqlState()).isEqualTo("40001");
                    assertThat(thrown.isRetryable()).isTrue();
                    assertThat(thrown.kind()).isEqualTo(Kind.LOGICAL);
                });
        assertThat(balance(1)).isEqualTo(2);
    }

    /** The engine says 'table with index "1"'. */
    @Test
    void a_conflict_names_its_table_where_the_engine_knows_only_its_number() {
        lake.close();
        lake = TestLake.open(directory, settings -> settings.commitRetry(RetryPolicy.ofRetries(0)));

        assertThatThrownBy(() -> lake.useTransaction(tx -> {
                    tx.execute("INSERT INTO account VALUES (9, 9)");
                    onAnotherThread(() -> lake.execute("DELETE FROM account WHERE id = 1"));
                }))
                .isInstanceOfSatisfying(TransactionConflictException.class, thrown -> {
                    assertThat(thrown.table()).contains("account");
                    assertThat(thrown).hasMessageContaining("\"account\"");
                });
    }

    @Test
    void a_text_that_ducklake_would_spoil_is_refused_where_it_would_be_written() {
        lake.execute("CREATE TABLE texts (v VARCHAR)");

        assertThatThrownBy(() -> lake.execute("INSERT INTO texts VALUES (?)", "a {SNAPSHOT_ID} b"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("parameter 1")
                .hasMessageContaining("{SNAPSHOT_ID}");
        assertThatThrownBy(() -> lake.execute("UPDATE texts SET v = '{DATA_PATH}'"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("{DATA_PATH}");
        assertThatThrownBy(() -> lake.useTransaction(tx -> tx.describe("{AUTHOR}", "m")))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("the author");
        assertThat(lake.query("SELECT count(*) FROM texts WHERE v = ?", "{SNAPSHOT_ID}")
                        .as(Long.class)
                        .one())
                .isZero();
        assertThat(lake.execute("INSERT INTO texts SELECT 'x' WHERE 'y' <> '{SNAPSHOT_ID}'"))
                .isEqualTo(1);
    }

    @Test
    void what_is_there_already_need_not_be_created() {
        assertThat(lake.createIfAbsent("CREATE TABLE fresh (n INTEGER)")).isTrue();
        assertThat(lake.createIfAbsent("create table fresh (n INTEGER)")).isFalse();
        assertThat(lake.createIfAbsent("CREATE SCHEMA s")).isTrue();
        assertThat(lake.createIfAbsent("CREATE SCHEMA s")).isFalse();
        assertThat(lake.createIfAbsent("CREATE VIEW v AS SELECT 1")).isTrue();
        assertThat(lake.createIfAbsent("CREATE VIEW v AS SELECT 1")).isFalse();
    }

    @Test
    void of_many_who_create_the_same_table_one_does_and_nobody_fails() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Boolean>> all =
                threads.invokeAll(Collections.nCopies(8, () -> lake.createIfAbsent("CREATE TABLE raced (n INTEGER)")));
        threads.shutdown();

        int created = 0;
        for (Future<Boolean> each : all) {
            created += each.get() ? 1 : 0;
        }
        assertThat(created).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE OR REPLACE TABLE t (n INTEGER)",
                "CREATE TABLE IF NOT EXISTS t (n INTEGER)",
                "DROP TABLE account",
                "SELECT 1"
            })
    void only_a_plain_create_statement_can_be_done_if_absent(String sql) {
        assertThatThrownBy(() -> lake.createIfAbsent(sql))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("createIfAbsent() takes one CREATE statement");
    }

    private static void onAnotherThread(Runnable work) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            thread.submit(work).get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void a_transaction_within_another_is_one_of_its_own() {
        assertThatThrownBy(() -> lake.useTransaction(outer -> {
                    outer.execute("INSERT INTO account VALUES (3, 3)");
                    lake.useTransaction(inner -> inner.execute("INSERT INTO account VALUES (4, 4)"));
                    throw new IllegalStateException("only the outer one");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(lake.query("SELECT id FROM account WHERE id > 2")
                        .as(Integer.class)
                        .list())
                .containsExactly(4);
    }

    @Test
    void a_snapshot_names_who_made_it_and_why() {
        lake.useTransaction(tx -> {
            tx.execute("INSERT INTO account VALUES (3, 3)");
            tx.describe("ann's job", "nightly \"load\"");
        });

        List<Snapshot> snapshots = lake.snapshots();
        Snapshot newest = snapshots.get(snapshots.size() - 1);
        assertThat(newest.author()).contains("ann's job");
        assertThat(newest.message()).contains("nightly \"load\"");
        assertThat(newest.changes()).isNotEmpty();
        assertThat(snapshots).extracting(Snapshot::id).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void after_its_end_a_transaction_cannot_be_used() {
        AtomicReference<Transaction> kept = new AtomicReference<>();
        lake.useTransaction(kept::set);

        assertThatThrownBy(() -> kept.get().execute("DELETE FROM account"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("the transaction has ended");
        assertThatThrownBy(() -> kept.get().query("SELECT 1").list()).isInstanceOf(QueryException.class);
        assertThat(balance(1)).isEqualTo(100);
    }

    @Test
    void a_statement_that_failed_ends_the_transaction_even_when_its_exception_is_swallowed() {
        assertThatThrownBy(() -> lake.useTransaction(tx -> {
                    tx.execute("UPDATE account SET balance = 0");
                    assertThatThrownBy(() -> tx.execute("INSERT INTO no_such_table VALUES (1)"))
                            .isInstanceOf(QueryException.class);
                    assertThatThrownBy(() -> tx.execute("UPDATE account SET balance = 1"))
                            .isInstanceOfSatisfying(
                                    QueryException.class,
                                    thrown -> assertThat(thrown.sqlState()).isEqualTo("25P02"));
                }))
                .isInstanceOf(QueryException.class);

        assertThat(balance(1)).isEqualTo(100);
    }

    @Test
    void a_transaction_past_its_deadline_changes_nothing() {
        assertThatThrownBy(() -> lake.inTransaction(Duration.ofMillis(300), tx -> {
                    tx.execute("UPDATE account SET balance = 0");
                    return tx.query("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")
                            .list();
                }))
                .isInstanceOf(QueryTimeoutException.class);

        assertThat(balance(1)).isEqualTo(100);
    }

    @Test
    void a_result_that_is_still_open_does_not_stop_the_next_statement() {
        long sum = lake.inTransaction(tx -> {
            long[] total = new long[1];
            tx.query("SELECT id, balance FROM account ORDER BY id").forEach(row -> {
                tx.execute("UPDATE account SET balance = balance + 1 WHERE id = ?", row.getInt("id"));
                total[0] += row.getInt("balance");
            });
            return total[0];
        });

        assertThat(sum).isEqualTo(200);
        assertThat(balance(1)).isEqualTo(101);
        assertThat(balance(2)).isEqualTo(101);
    }

    @Test
    void connections_of_finished_transactions_do_not_pile_up() {
        for (int i = 0; i < 50; i++) {
            lake.execute("INSERT INTO account VALUES (?, 0)", 100 + i);
        }

        await().untilAsserted(
                        () -> assertThat(lake.statistics().openConnections()).isLessThan(20));
        assertThat(lake.statistics().runningCalls()).isZero();
    }
}
