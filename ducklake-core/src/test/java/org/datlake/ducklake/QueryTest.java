package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    /** Fails after half a million good rows. */
    private static final String FAILS_LATE =
            "SELECT CASE WHEN i < 500000 THEN i ELSE error('too late') END AS v FROM range(600000) t(i)";

    private static final String ENDLESS =
            "SELECT sum(a.range * b.range) AS s FROM range(10000000) a, range(10000000) b";

    @TempDir
    static Path directory;

    private static DuckLakeClient lake;

    @BeforeAll
    static void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE duck (id INTEGER, name VARCHAR, weight DOUBLE)");
        lake.execute("INSERT INTO duck VALUES (1, 'Ann', 1.5), (2, 'Bob', NULL), (3, NULL, 2.5)");
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @Test
    void a_null_among_the_first_rows_does_not_break_later_ones() {
        List<Integer> extras = lake.query(
                        "SELECT id FROM duck UNION ALL BY NAME SELECT i AS id, 1 AS extra FROM range(9) t(i)")
                .map(row -> row.isNull("extra") ? 0 : row.getInt("extra"))
                .list();

        assertThat(extras).hasSize(12).filteredOn(extra -> extra == 1).hasSize(9);
    }

    @Test
    void list_returns_all_rows_in_their_order() {
        assertThat(lake.query("SELECT id FROM duck ORDER BY id DESC")
                        .as(Integer.class)
                        .list())
                .containsExactly(3, 2, 1);
        assertThat(lake.query("SELECT id FROM duck WHERE id > 3").list()).isEmpty();
    }

    @Test
    void one_wants_exactly_one_row() {
        assertThat(lake.query("SELECT name FROM duck WHERE id = 1")
                        .as(String.class)
                        .one())
                .isEqualTo("Ann");
        assertThatThrownBy(() -> lake.query("SELECT id FROM duck WHERE id = 9").one())
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("02000"));
        assertThatThrownBy(() -> lake.query("SELECT id FROM duck").one())
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("21000"));
    }

    @Test
    void first_takes_the_first_row_if_there_is_one() {
        assertThat(lake.query("SELECT id FROM duck ORDER BY id")
                        .as(Integer.class)
                        .first())
                .contains(1);
        assertThat(lake.query("SELECT id FROM duck WHERE id = 9").first()).isEmpty();
    }

    @Test
    void a_query_can_be_kept_and_run_again() {
        Query<Integer> query = lake.query("SELECT id FROM duck ORDER BY id").as(Integer.class);

        assertThat(query.list()).isEqualTo(query.list()).hasSize(3);
    }

    @Test
    void rows_of_a_list_keep_their_values_after_the_result_has_ended() {
        List<Row> rows =
                lake.query("SELECT id, name, weight FROM duck ORDER BY id").list();

        assertThat(rows.get(0).getInt("ID")).isEqualTo(1);
        assertThat(rows.get(0).getString("name")).isEqualTo("Ann");
        assertThat(rows.get(0).getDouble("weight")).isEqualTo(1.5);
        assertThat(rows.get(1).isNull("weight")).isTrue();
        assertThat(rows.get(2).get(1, String.class)).isNull();
        assertThat(rows.get(2).columns()).containsExactly("id", "name", "weight");
        assertThat(rows.get(0).toString()).doesNotContain("Ann");
    }

    @Test
    void a_row_says_which_columns_it_has_when_asked_for_another() {
        Row row = lake.query("SELECT id, name FROM duck WHERE id = 1").one();

        assertThatThrownBy(() -> row.getInt("weight"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the result has no column 'weight'; its columns are id, name");
    }

    @Test
    void parameters_are_bound_in_their_order_and_null_is_null() {
        assertThat(lake.query("SELECT name FROM duck WHERE id BETWEEN ? AND ? ORDER BY id", 1, 2)
                        .as(String.class)
                        .list())
                .containsExactly("Ann", "Bob");
        Row row = lake.query("SELECT ?::VARCHAR AS a, ?::INTEGER AS b", null, null)
                .one();
        assertThat(row.isNull("a")).isTrue();
        assertThat(row.isNull("b")).isTrue();
    }

    @Test
    void a_parameter_is_never_read_as_sql() {
        String attack = "'; DROP TABLE duck; --";

        assertThat(lake.query("SELECT ? AS text", attack).as(String.class).one())
                .isEqualTo(attack);
        assertThat(lake.query("SELECT count(*) FROM duck").as(Long.class).one()).isEqualTo(3);
    }

    @Test
    void a_wrong_number_of_parameters_is_told() {
        assertThatThrownBy(() -> lake.query("SELECT id FROM duck WHERE id = ?").list())
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("has 1 parameters, 0 values were given");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELEC 1                         | 42601
            SELECT id FROM no_such_table    | 42P01
            SELECT no_such_column FROM duck | 42703
            SELECT no_such_function(1)      | 42883
            SELECT name::INTEGER FROM duck  | 22018
            SELECT (id + 400)::TINYINT FROM duck | 22003
            DROP TABLE duck                 | 22023
            """)
    void what_is_wrong_with_a_statement_is_told_by_its_sqlstate(String sql, String sqlState) {
        QueryException thrown =
                catchThrowableOfType(QueryException.class, () -> lake.query(sql).list());

        assertThat(thrown.sqlState()).isEqualTo(sqlState);
        assertThat(thrown.isRetryable()).isFalse();
        assertThat(thrown).hasMessageNotContaining("Ann");
        assertThat(lake.tables()).hasSize(1);
    }

    @Test
    void a_call_that_takes_too_long_ends_within_a_second_of_its_deadline() {
        long started = System.nanoTime();

        assertThatThrownBy(() ->
                        lake.query(ENDLESS).timeout(Duration.ofMillis(300)).list())
                .isInstanceOfSatisfying(QueryTimeoutException.class, thrown -> {
                    assertThat(thrown.sqlState()).isEqualTo("57014");
                    assertThat(thrown.isRetryable()).isTrue();
                });

        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofMillis(300), Duration.ofMillis(1300));
        assertThat(lake.query("SELECT 1 AS i").as(Integer.class).one()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void a_timeout_is_positive(Duration timeout) {
        assertThatThrownBy(() -> lake.query("SELECT 1").timeout(timeout)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_large_result_arrives_whole() {
        long[] seen = new long[2];

        lake.query("SELECT range AS i FROM range(300000)").as(Long.class).forEach(i -> {
            seen[0]++;
            seen[1] += i;
        });

        assertThat(seen).containsExactly(300_000, 300_000L * 299_999 / 2);
    }

    /** Of a hundred such queries, one or two said only "Interrupted!". */
    @RepeatedTest(30)
    void an_error_that_interrupts_the_engines_other_threads_is_told_as_what_it_is() {
        assertThatThrownBy(() -> lake.query(FAILS_LATE).list())
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("too late");
    }

    @Test
    void an_error_in_the_middle_is_an_error_of_list_for_each_and_stream() {
        assertThatThrownBy(() -> lake.query(FAILS_LATE).list())
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("too late");
        List<Long> given = new ArrayList<>();
        assertThatThrownBy(() -> lake.query(FAILS_LATE).as(Long.class).forEach(given::add))
                .isInstanceOf(QueryException.class);
        assertThat(given).hasSizeLessThanOrEqualTo(500_000);
        try (Stream<Row> rows = lake.query(FAILS_LATE).stream()) {
            assertThatThrownBy(rows::count).isInstanceOf(QueryException.class).hasMessageContaining("too late");
        }
    }

    @Test
    void an_error_in_the_middle_is_an_error_for_nested_types_too() {
        String nested = "SELECT [i] AS l, CASE WHEN i < 500000 THEN i ELSE error('too late') END AS v "
                + "FROM range(600000) t(i)";

        assertThatThrownBy(() -> lake.query(nested).forEach(row -> {}))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("too late");
    }

    @Test
    void a_stream_may_be_left_half_way() {
        for (int i = 0; i < 20; i++) {
            try (Stream<Long> rows = lake.query("SELECT range AS i FROM range(100000000)").as(Long.class).stream()) {
                Iterator<Long> iterator = rows.iterator();
                assertThat(iterator.next()).isZero();
                assertThat(iterator.next()).isEqualTo(1);
            }
        }
        assertThat(lake.query("SELECT 1 AS i").as(Integer.class).one()).isEqualTo(1);
        assertThat(lake.statistics().quarantinedCalls()).isZero();
    }

    @Test
    void an_action_that_throws_ends_the_query() {
        assertThatThrownBy(
                        () -> lake.query("SELECT range FROM range(100000000)").forEach(row -> {
                            throw new IllegalStateException("enough");
                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
        assertThat(lake.query("SELECT 1 AS i").as(Integer.class).one()).isEqualTo(1);
    }

    @Test
    void statements_that_describe_return_rows_like_any_other() {
        assertThat(lake.query("SHOW TABLES").as(String.class).list()).containsExactly("duck");
        assertThat(lake.query("DESCRIBE duck")
                        .map(row -> String.valueOf(row.getString("column_name")))
                        .list())
                .containsExactly("id", "name", "weight");
    }

    @Test
    void what_a_session_sets_does_not_reach_the_next_query() {
        lake.query("SELECT 1 AS i").list();

        assertThat(lake.query("SELECT current_catalog() || '.' || current_schema() AS place")
                        .as(String.class)
                        .one())
                .isEqualTo("lake.main");
    }

    @Test
    void a_seed_is_refused_because_keys_of_files_would_repeat() {
        assertThatThrownBy(() -> lake.query("SELECT setseed(0.5)").list())
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("42501"));
    }
}
