package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowWriterTest {

    @TempDir
    private Path directory;

    private DuckLakeClient lake;

    record Reading(long id, @Nullable String takenBy, Double value) {}

    @BeforeEach
    void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE t (id BIGINT NOT NULL, taken_by VARCHAR, value DOUBLE)");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void a_row_is_there_when_its_future_completes() {
        try (RowWriter writer = lake.rowWriter("t")) {
            Committed committed = writer.write(1L, "ann", 0.5).join();

            assertThat(committed.snapshotId()).hasValue(2);
            assertThat(committed.repeated()).isFalse();
            assertThat(lake.query("SELECT * FROM t").as(Reading.class).list())
                    .containsExactly(new Reading(1, "ann", 0.5));
            assertThat(lake.resolve(committed.operationId()).snapshotId()).hasValue(2);
        }
    }

    @Test
    void records_go_to_the_columns_of_their_names() {
        List<Reading> readings = IntStream.range(0, 5000)
                .mapToObj(i -> new Reading(i, i % 7 == 0 ? null : "by " + i, i / 2.0))
                .toList();
        try (RowWriter writer = lake.rowWriter("t")) {
            writer.writeRecords(readings).join();
        }

        assertThat(lake.query("SELECT * FROM t ORDER BY id").as(Reading.class).list())
                .isEqualTo(readings);
    }

    @Test
    void batches_that_wait_are_committed_together() {
        try (RowWriter writer =
                lake.rowWriter("main", "t", RowWriterOptions.defaults().withLinger(Duration.ofMillis(300)))) {
            List<CompletableFuture<Committed>> all = new ArrayList<>();
            for (long i = 0; i < 50; i++) {
                all.add(writer.write(i, "x", null));
            }
            all.forEach(CompletableFuture::join);

            assertThat(all).extracting(each -> each.join().operationId()).doesNotHaveDuplicates();
            assertThat(all).extracting(each -> each.join().snapshotId()).hasSize(50);
        }
        assertThat(lake.snapshots()).hasSizeLessThanOrEqualTo(4);
        assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one()).isEqualTo(50);
    }

    @Test
    void a_batch_that_violates_not_null_fails_alone() {
        try (RowWriter writer =
                lake.rowWriter("main", "t", RowWriterOptions.defaults().withLinger(Duration.ofMillis(300)))) {
            CompletableFuture<Committed> before = writer.write(1L, "a", 1.0);
            CompletableFuture<Committed> bad = writer.writeAll(List.of(row(2L, "b", 2.0), row(null, "c", 3.0)));
            CompletableFuture<Committed> after = writer.write(4L, "d", 4.0);

            assertThatThrownBy(bad::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("NOT NULL")
                    .hasMessageNotContaining("'c'");
            before.join();
            after.join();
        }
        assertThat(lake.query("SELECT id FROM t ORDER BY id").as(Long.class).list())
                .containsExactly(1L, 4L);
    }

    @Test
    void a_value_that_does_not_fit_is_named_by_row_and_column() {
        try (RowWriter writer = lake.rowWriter("t")) {
            assertThatThrownBy(writer.writeAll(List.of(row(1L, "a", 1.0), row("CANARY", "b", 2.0)))::join)
                    .cause()
                    .isInstanceOf(QueryException.class)
                    .hasMessage("row 2, column \"id\" (BIGINT): expected Long, got String");
            assertThatThrownBy(writer.write(1L, "a")::join)
                    .cause()
                    .hasMessage("row 1 has 2 values, the table \"t\" takes 3");
        }
        assertThat(lake.snapshots()).hasSize(2);
    }

    static Stream<Arguments> timesBeyondDuckDb() {
        return Stream.of(
                Arguments.of("DATE", LocalDate.MAX),
                Arguments.of("DATE", LocalDate.MIN),
                Arguments.of("TIMESTAMP", LocalDateTime.MAX),
                Arguments.of("TIMESTAMPTZ", OffsetDateTime.MAX),
                Arguments.of("TIMESTAMPTZ", Instant.MIN));
    }

    @ParameterizedTest
    @MethodSource("timesBeyondDuckDb")
    void times_that_duckdb_does_not_know_are_refused_without_showing_them(String type, Object time) {
        lake.execute("CREATE TABLE times (v " + type + ")");
        try (RowWriter writer = lake.rowWriter("times")) {
            assertThatThrownBy(writer.write(time)::join)
                    .cause()
                    .isInstanceOf(QueryException.class)
                    .hasMessageStartingWith("row 1, column \"v\"")
                    .hasMessageEndingWith("the value does not fit");
        }
    }

    record Primitives(byte tiny, short small, int whole, long big, float real, double real2, boolean yes) {}

    @Test
    void primitive_components_of_records_are_read_as_they_are() {
        lake.execute("CREATE TABLE numbers"
                + " (tiny BIGINT, small INTEGER, whole BIGINT, big BIGINT, real DOUBLE, real2 DOUBLE, yes BOOLEAN)");
        List<Primitives> written = List.of(
                new Primitives((byte) -1, (short) -2, Integer.MIN_VALUE, Long.MIN_VALUE, 0.5f, Double.NaN, true),
                new Primitives((byte) 1, (short) 2, Integer.MAX_VALUE, Long.MAX_VALUE, -0.0f, 1e300, false));
        try (RowWriter writer = lake.rowWriter("numbers")) {
            writer.writeRecords(written).join();
        }

        assertThat(lake.query("SELECT * FROM numbers ORDER BY big")
                        .as(Primitives.class)
                        .list())
                .isEqualTo(written);
    }

    record Wide(long n) {}

    @Test
    void a_primitive_that_is_wider_than_its_column_is_checked_value_by_value() {
        lake.execute("CREATE TABLE narrow (n INTEGER)");
        try (RowWriter writer = lake.rowWriter("narrow")) {
            assertThatThrownBy(writer.writeRecords(List.of(new Wide(1), new Wide(1L << 40)))::join)
                    .cause()
                    .hasMessage("row 2, column \"n\" (INTEGER): the value does not fit");
            writer.writeRecords(List.of(new Wide(7))).join();
        }

        assertThat(lake.query("SELECT n FROM narrow").as(Integer.class).list()).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{SNAPSHOT_ID}",
                "{SCHEMA_VERSION}",
                "{NEXT_CATALOG_ID}",
                "{NEXT_FILE_ID}",
                "{AUTHOR}",
                "{COMMIT_MESSAGE}",
                "{COMMIT_EXTRA_INFO}",
                "{METADATA_CATALOG}",
                "{METADATA_SCHEMA_ESCAPED}",
                "{DATA_PATH}",
                "{METADATA_PATH}",
                "{METADATA_CATALOG_NAME_LITERAL}",
                "{METADATA_SCHEMA_NAME_LITERAL}",
                "\0"
            })
    void texts_that_the_catalog_would_spoil_are_refused(String token) {
        try (RowWriter writer = lake.rowWriter("t")) {
            assertThatThrownBy(writer.write(1L, "before " + token + " after", 1.0)::join)
                    .cause()
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("row 1, column \"taken_by\" (VARCHAR): a text holds")
                    .hasMessageNotContaining("before");
        }
    }

    @Test
    void every_type_arrives_as_it_was() {
        lake.execute(
                "CREATE TABLE types (a BOOLEAN, b TINYINT, c INTEGER, d HUGEINT, e UBIGINT, f DECIMAL(9,2), g FLOAT,"
                        + " h VARCHAR, i BLOB, j DATE, k TIME, l TIMESTAMP, m TIMESTAMPTZ, n UUID, o INTEGER[], p JSON)");
        UUID id = UUID.randomUUID();
        try (RowWriter writer = lake.rowWriter("types")) {
            writer.write(
                            true,
                            (byte) -5,
                            70_000,
                            new BigInteger("-170141183460469231731687303715884105727"),
                            new BigInteger("18446744073709551615"),
                            new BigDecimal("1234567.89"),
                            1.5f,
                            "ünï 🦆 {x}",
                            new byte[] {0, -1},
                            LocalDate.of(2024, 2, 29),
                            LocalTime.of(23, 59, 59),
                            LocalDateTime.of(2024, 2, 29, 12, 0),
                            Instant.parse("2024-02-29T12:00:00Z"),
                            id,
                            "[1, 2]",
                            "{\"a\": 1}")
                    .join();
        }

        assertThat(lake.query(
                                "SELECT a, b, c, d::VARCHAR, e::VARCHAR, f::VARCHAR, g, h, hex(i), j::VARCHAR, k::VARCHAR,"
                                        + " l::VARCHAR, epoch(m), n::VARCHAR, o::VARCHAR, p::VARCHAR FROM types")
                        .map(row -> IntStream.range(0, 16)
                                .mapToObj(i -> String.valueOf(row.get(i, Object.class)))
                                .toList())
                        .one())
                .containsExactly(
                        "true",
                        "-5",
                        "70000",
                        "-170141183460469231731687303715884105727",
                        "18446744073709551615",
                        "1234567.89",
                        "1.5",
                        "ünï 🦆 {x}",
                        "00FF",
                        "2024-02-29",
                        "23:59:59",
                        "2024-02-29 12:00:00",
                        "1.709208E9",
                        id.toString(),
                        "[1, 2]",
                        "{\"a\": 1}");
    }

    @Test
    void a_key_is_written_once() {
        try (RowWriter writer = lake.rowWriter("t")) {
            Committed first = writer.writeAll(Collections.singletonList(row(1L, "a", 1.0)), "batch 7")
                    .join();
            Committed second = writer.writeAll(Collections.singletonList(row(1L, "a", 1.0)), "batch 7")
                    .join();

            assertThat(second).isEqualTo(new Committed(first.operationId(), first.snapshotId(), true));
        }
        assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one()).isEqualTo(1);
    }

    @Test
    void some_columns_can_be_chosen_and_others_get_their_defaults() {
        lake.execute("ALTER TABLE t ADD COLUMN kind VARCHAR DEFAULT 'plain'");
        try (RowWriter writer =
                lake.rowWriter("main", "t", RowWriterOptions.defaults().withColumns("value", "ID"))) {
            assertThat(writer.columns()).containsExactly("value", "id");
            writer.write(0.25, 9L).join();
        }

        assertThat(lake.query("SELECT id, value, kind FROM t")
                        .map(row -> row.getLong("id") + " " + row.getDouble("value") + " " + row.getString("kind"))
                        .one())
                .isEqualTo("9 0.25 plain");
        assertThatThrownBy(() ->
                        lake.rowWriter("main", "t", RowWriterOptions.defaults().withColumns("nothing")))
                .hasMessageContaining("no column \"nothing\"");
        assertThatThrownBy(() -> lake.rowWriter("nothing")).hasMessageContaining("no table \"main.nothing\"");
    }

    @Test
    void closing_resolves_everything() {
        List<CompletableFuture<Committed>> all = new ArrayList<>();
        RowWriter writer =
                lake.rowWriter("main", "t", RowWriterOptions.defaults().withLinger(Duration.ofSeconds(30)));
        for (long i = 0; i < 20; i++) {
            all.add(writer.write(i, "x", null));
        }

        writer.close();

        assertThat(all).allSatisfy(each -> assertThat(each).isCompleted());
        assertThatThrownBy(() -> writer.write(1L, "x", null)).isInstanceOf(ClientClosedException.class);
        assertThat(lake.query("SELECT count(*) FROM t").as(Long.class).one()).isEqualTo(20);
    }

    @Test
    void what_is_pending_is_bounded() throws InterruptedException {
        RowWriterOptions tight =
                RowWriterOptions.defaults().withMostRowsPending(10).withMostRowsPerCommit(5);
        try (RowWriter writer = lake.rowWriter("main", "t", tight)) {
            List<CompletableFuture<Committed>> all = Collections.synchronizedList(new ArrayList<>());
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                long first = i * 100L;
                Thread caller = new Thread(() -> {
                    for (long n = first; n < first + 25; n++) {
                        all.add(writer.write(n, "x", null));
                    }
                });
                caller.start();
                callers.add(caller);
            }
            for (Thread caller : callers) {
                caller.join();
            }
            writer.flush();
            assertThat(all).hasSize(100).allSatisfy(each -> assertThat(each).isCompleted());
        }
        assertThat(lake.query("SELECT count(DISTINCT id) FROM t").as(Long.class).one())
                .isEqualTo(100);
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }
}
