package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryMappingTest {

    @TempDir
    static Path directory;

    private static DuckLakeClient lake;

    enum Colour {
        RED,
        GREEN
    }

    record Duck(int id, @Nullable String firstName, Colour colour) {}

    record Numbers(byte b, short s, int i, long l, float f, double d, boolean t) {}

    record Point(int x, @Nullable Integer y) {}

    record Placed(String name, Point point) {}

    record Strict(int id) {
        Strict {
            if (id < 0) {
                throw new IllegalStateException("negative");
            }
        }
    }

    record Unreadable(Thread thread) {}

    @BeforeAll
    static void connect() {
        lake = TestLake.open(directory);
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static <T> T one(String sql, Class<T> type) {
        return lake.query(sql).as(type).one();
    }

    @Test
    void columns_find_their_components_whatever_their_order_case_and_underscores() {
        assertThat(one("SELECT 'RED' AS Colour, 'Ann' AS first_name, 7 AS ID, 'more' AS more", Duck.class))
                .isEqualTo(new Duck(7, "Ann", Colour.RED));
    }

    @Test
    void a_component_without_a_column_is_told_with_the_columns_there_are() {
        assertThatThrownBy(() -> one("SELECT 7 AS id, 'RED' AS color", Duck.class))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("42703"))
                .hasMessageContaining("firstName, colour")
                .hasMessageContaining("id, color");
    }

    @Test
    void a_component_may_be_null_unless_it_is_a_primitive() {
        assertThat(one("SELECT 7 AS id, NULL::VARCHAR AS first_name, 'GREEN' AS colour", Duck.class)
                        .firstName())
                .isNull();
        assertThatThrownBy(() -> one("SELECT NULL::INTEGER AS id, 'Ann' AS first_name, 'GREEN' AS colour", Duck.class))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("22002"))
                .hasMessageContaining("component 'id'");
    }

    @Test
    void numbers_fit_into_any_class_that_holds_them_exactly() {
        assertThat(one("SELECT 1::BIGINT b, 2::BIGINT s, 3::UBIGINT i, 4::HUGEINT l, 1.5 f, 2.5 d, 1 t", Numbers.class))
                .isEqualTo(new Numbers((byte) 1, (short) 2, 3, 4, 1.5f, 2.5, true));
        assertThat(one("SELECT 12.0::DECIMAL(9,3) AS v", Integer.class)).isEqualTo(12);
        assertThat(one("SELECT 12::INTEGER AS v", BigDecimal.class)).isEqualByComparingTo("12");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT 128 AS v                        | java.lang.Byte    | 22003
            SELECT -32769 AS v                     | java.lang.Short   | 22003
            SELECT 5000000000 AS v                 | java.lang.Integer | 22003
            SELECT 18446744073709551615 AS v       | java.lang.Long    | 22003
            SELECT 1.5 AS v                        | java.lang.Integer | 22003
            SELECT 'NaN'::DOUBLE AS v              | java.lang.Long    | 22003
            SELECT 2 AS v                          | java.lang.Boolean | 22018
            SELECT 'text' AS v                     | java.lang.Integer | 22018
            SELECT DATE '2020-01-01' AS v          | java.lang.Long    | 22018
            SELECT 'text' AS v                     | java.util.UUID    | 22018
            SELECT TIMESTAMP '2020-01-01 12:00' AS v | java.time.LocalDate | 22018
            SELECT [1, 2] AS v                     | java.lang.Integer | 22018
            """)
    void what_would_lose_something_is_refused_with_the_name_of_the_column(String sql, Class<?> type, String sqlState) {
        QueryException thrown = catchThrowableOfType(QueryException.class, () -> one(sql, type));

        assertThat(thrown.sqlState()).isEqualTo(sqlState);
        assertThat(thrown)
                .hasMessageContaining("column 'v'")
                .hasMessageNotContaining("5000000000")
                .hasMessageNotContaining("text'");
    }

    @Test
    void null_has_no_place_in_a_list_of_values() {
        assertThatThrownBy(() -> one("SELECT NULL::INTEGER AS v", Integer.class))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("22002"))
                .hasMessageContaining("use map()");
    }

    @Test
    void enums_are_read_by_their_names() {
        assertThat(one("SELECT 'GREEN' AS v", Colour.class)).isEqualTo(Colour.GREEN);
        assertThat(one("SELECT 'GREEN'::ENUM ('GREEN', 'RED') AS v", Colour.class))
                .isEqualTo(Colour.GREEN);
        assertThatThrownBy(() -> one("SELECT 'green' AS v", Colour.class))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("none of the constants of Colour")
                .hasMessageNotContaining("green");
    }

    @Test
    void times_are_read_as_what_they_are() {
        assertThat(one("SELECT DATE '2024-02-29' AS v", LocalDate.class)).isEqualTo(LocalDate.of(2024, 2, 29));
        assertThat(one("SELECT TIMESTAMP '2024-02-29 12:34:56.789' AS v", LocalDateTime.class))
                .isEqualTo(LocalDateTime.parse("2024-02-29T12:34:56.789"));
        assertThat(one("SELECT TIMESTAMPTZ '2024-02-29 12:00:00+02' AS v", Instant.class))
                .isEqualTo(Instant.parse("2024-02-29T10:00:00Z"));
    }

    @Test
    void lists_structs_and_maps_become_collections() {
        Row row = lake.query("SELECT [1, NULL, 3] AS l, {'a': 1, 'b': ['x']} AS s, MAP {'k': 1.5} AS m")
                .one();

        assertThat(row.get("l")).isEqualTo(Arrays.asList(1, null, 3));
        assertThat(row.get("s")).isEqualTo(Map.of("a", 1, "b", List.of("x")));
        assertThat(row.get("m")).isEqualTo(Map.of("k", new BigDecimal("1.5")));
    }

    @Test
    void a_struct_becomes_a_record_inside_a_record() {
        assertThat(one("SELECT 'here' AS name, {'x': 1, 'Y': NULL::INTEGER} AS point", Placed.class))
                .isEqualTo(new Placed("here", new Point(1, null)));
    }

    @Test
    void a_struct_that_lacks_a_primitive_is_an_error_that_says_so() {
        assertThatThrownBy(() -> one("SELECT 'here' AS name, {'y': 2} AS point", Placed.class))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("x");
    }

    @Test
    void texts_become_uuids() {
        UUID id = UUID.randomUUID();

        assertThat(lake.query("SELECT ? AS v", id.toString()).as(UUID.class).one())
                .isEqualTo(id);
        assertThat(lake.query("SELECT ?::UUID AS v", id).as(UUID.class).one()).isEqualTo(id);
    }

    @Test
    void a_mapper_may_make_anything() {
        assertThat(lake.query("SELECT 1 AS a, 'x' AS b")
                        .map(row -> row.getInt("a") + row.getString("b"))
                        .list())
                .containsExactly("1x");
    }

    @Test
    void what_a_mapper_or_a_constructor_throws_reaches_the_caller() {
        assertThatThrownBy(() -> one("SELECT -1 AS id", Strict.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("negative");
    }

    @Test
    void a_class_that_no_column_can_be_read_as_is_refused_at_once() {
        assertThatThrownBy(() -> lake.query("SELECT 1").as(Thread.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Thread");
        assertThatThrownBy(() -> lake.query("SELECT 1").as(Unreadable.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("component 'thread'");
        assertThatThrownBy(() -> lake.query("SELECT 1").as(int.class)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_single_value_needs_a_single_column() {
        assertThatThrownBy(() -> one("SELECT 1 AS a, 2 AS b", Integer.class))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("42804"));
    }
}
