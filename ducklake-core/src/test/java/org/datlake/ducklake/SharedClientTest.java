package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One plain JDBC connection shared by six threads fails most of their calls; one client must fail none. */
class SharedClientTest {

    private static final int THREADS = 6;
    private static final int CALLS = 90;

    @TempDir
    Path directory;

    @Test
    void many_threads_share_a_client_without_an_error() throws Exception {
        try (DuckLakeClient lake = TestLake.open(directory)) {
            lake.execute("CREATE TABLE t (thread INTEGER, i INTEGER)");
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int me = thread;
                all.add(threads.submit(() -> work(lake, me)));
            }
            for (Future<?> one : all) {
                one.get(120, TimeUnit.SECONDS);
            }
            threads.shutdown();

            assertThat(lake.query("SELECT count(*) AS n FROM (SELECT DISTINCT thread, i FROM t)")
                            .as(Long.class)
                            .one())
                    .isEqualTo(THREADS * CALLS / 9);
            assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one())
                    .isEqualTo(THREADS * CALLS / 9);
            assertThat(lake.statistics().quarantinedCalls()).isZero();
        }
    }

    /** Eight queries of different kinds for each write. */
    private static void work(DuckLakeClient lake, int me) {
        for (int i = 0; i < CALLS; i++) {
            switch (i % 9) {
                case 0 -> lake.execute("INSERT INTO t VALUES (?, ?)", me, i);
                case 1, 2 ->
                    assertThat(lake.query("SELECT count(*) FROM t WHERE thread = ?", me)
                                    .as(Long.class)
                                    .one())
                            .isEqualTo(i / 9 + 1);
                case 3, 4 ->
                    assertThat(lake.query("SELECT range FROM range(5000)").list())
                            .hasSize(5000);
                case 5 -> {
                    try (var rows = lake.query("SELECT range FROM range(100000)").stream()) {
                        assertThat(rows.limit(10).count()).isEqualTo(10);
                    }
                }
                case 6 ->
                    assertThat(lake.<Boolean, RuntimeException>withConnection(connection -> connection.isValid(10)))
                            .isTrue();
                default ->
                    assertThat(lake.query("SELECT max(i) AS i FROM t WHERE thread = " + me)
                                    .as(Integer.class)
                                    .one())
                            .isEqualTo(i - i % 9);
            }
        }
    }
}
