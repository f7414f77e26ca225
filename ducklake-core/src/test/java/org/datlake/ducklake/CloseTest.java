package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloseTest {

    /** The pool that CompletableFuture uses by itself has a single thread on a small machine. */
    private static final Executor A_THREAD_EACH = work -> new Thread(work).start();

    private static final String ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";

    @TempDir
    Path directory;

    private DuckLakeClient lake;

    @BeforeEach
    void connect() {
        lake = open();
        lake.execute("CREATE TABLE IF NOT EXISTS t (i INTEGER)");
    }

    @AfterEach
    void close() {
        lake.close(Duration.ZERO);
    }

    private DuckLakeClient open() {
        return TestLake.open(directory, settings -> settings.alias("closing"));
    }

    private boolean isClosing() {
        try {
            lake.query("SELECT 1").list();
            return false;
        } catch (ClientClosedException e) {
            return true;
        }
    }

    /** Seen as a directory that could not be deleted after close, because the lake in it was still being made. */
    @RepeatedTest(5)
    void a_client_closed_while_it_attaches_touches_nothing_afterwards(@TempDir Path other) {
        DuckLakeClient early = DuckLakeClient.connectInBackground(
                TestLake.settings(other).alias("early").build());
        early.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("datlake-early"));
    }

    @Test
    void after_close_every_call_says_that_the_client_is_closed() {
        lake.close();

        assertThatThrownBy(() -> lake.query("SELECT 1").list()).isInstanceOf(ClientClosedException.class);
        assertThatThrownBy(() -> lake.execute("SELECT 1")).isInstanceOf(ClientClosedException.class);
        assertThatThrownBy(() -> lake.useTransaction(tx -> {})).isInstanceOf(ClientClosedException.class);
        assertThatThrownBy(() -> lake.useConnection(connection -> {})).isInstanceOf(ClientClosedException.class);
        assertThatThrownBy(lake::snapshots).isInstanceOf(ClientClosedException.class);
        assertThatThrownBy(() -> lake.at(1)).isInstanceOf(ClientClosedException.class);
        assertThat(catchThrowableOfType(
                                SQLException.class, () -> lake.dataSource().getConnection())
                        .getSQLState())
                .isEqualTo("08003");
        assertThat(lake.statistics().openConnections()).isZero();
        assertThat(lake.health().isReady()).isFalse();
    }

    @Test
    void closing_twice_does_nothing_more() {
        lake.close();

        assertThatCode(() -> {
                    lake.close();
                    lake.close(Duration.ofSeconds(5));
                })
                .doesNotThrowAnyException();
    }

    @Test
    void a_transaction_that_runs_may_finish_within_the_grace() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Long> transaction = CompletableFuture.supplyAsync(
                () -> lake.inTransaction(tx -> {
                    tx.execute("INSERT INTO t VALUES (1)");
                    begun.countDown();
                    awaitQuietly(goOn);
                    tx.execute("INSERT INTO t VALUES (2)");
                    return tx.query("SELECT count(*) FROM t").as(Long.class).one();
                }),
                A_THREAD_EACH);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closing =
                CompletableFuture.runAsync(() -> lake.close(Duration.ofSeconds(20)), A_THREAD_EACH);
        await().until(this::isClosing);
        assertThat(closing).isNotDone();
        goOn.countDown();

        assertThat(transaction.get(20, TimeUnit.SECONDS)).isEqualTo(2);
        closing.get(20, TimeUnit.SECONDS);
        lake = open();
        assertThat(lake.query("SELECT i FROM t ORDER BY i").as(Integer.class).list())
                .containsExactly(1, 2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_still_runs_after_the_grace_is_cancelled() throws Exception {
        CompletableFuture<DuckLakeException> call = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(
                        DuckLakeException.class, () -> lake.query(ENDLESS).list()),
                A_THREAD_EACH);
        await().until(() -> lake.statistics().runningCalls() > 0);
        long started = System.nanoTime();

        lake.close(Duration.ofMillis(200));

        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofMillis(200), Duration.ofMillis(1300));
        assertThat(call.get(5, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void closing_without_grace_is_quick() {
        long started = System.nanoTime();

        lake.close(Duration.ZERO);

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void no_thread_of_the_client_survives_it() {
        for (int i = 0; i < 20; i++) {
            lake.query("SELECT " + i).list();
        }
        lake.health();
        lake.close();

        await().untilAsserted(() -> assertThat(threadsOfTheClient()).isEmpty());
    }

    private static List<String> threadsOfTheClient() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("datlake-closing") || name.startsWith("datlake-probe"))
                .toList();
    }

    @Test
    void the_catalog_is_free_for_the_next_client_at_once() {
        for (int i = 0; i < 5; i++) {
            lake.execute("INSERT INTO t VALUES (?)", i);
            lake.close();
            lake = open();
        }

        assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one()).isEqualTo(5);
    }

    @Test
    void a_connection_that_was_lent_out_is_closed_with_the_client() throws SQLException {
        Connection connection = lake.dataSource().getConnection();

        lake.close();

        assertThatThrownBy(() -> connection.prepareStatement("SELECT 1")).isInstanceOf(SQLException.class);
        assertThat(connection.isValid(1)).isFalse();
        connection.close();
    }

    @Test
    void a_client_that_never_connected_closes_as_well() {
        try (DuckLakeClient never = DuckLakeClient.connectInBackground(
                TestLake.settings(directory).alias("closing").build())) {
            assertThatThrownBy(() -> never.query("SELECT 1").list()).isInstanceOf(CatalogException.class);
        }

        await().untilAsserted(() -> assertThat(threadsOfTheClient())
                .noneMatch(name -> name.endsWith("-connect") || name.endsWith("-open")));
    }
}
