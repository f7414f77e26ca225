package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllTypesTest {

    @TempDir
    static Path directory;

    private static DuckLakeClient lake;
    private static Connection driver;

    record Typed(Object value) {}

    /** A type, SQL that makes a value of it, and what Java gets. */
    record Case(String type, String sql, Object value) {

        /** Each case has a column of its own, named after what is stored in it. */
        String column() {
            return "\"" + (type + " " + sql).replace("\"", "\"\"") + "\"";
        }

        String select() {
            return "SELECT (" + sql + ")::" + type + " AS v";
        }
    }

    @BeforeAll
    static void connect() throws SQLException {
        lake = TestLake.open(directory);
        driver = DriverManager.getConnection("jdbc:duckdb:");
        String columns =
                stored().map(each -> each.column() + " " + each.type()).collect(Collectors.joining(", ", "(", ")"));
        lake.execute("CREATE TABLE literals " + columns);
        lake.execute("CREATE TABLE parameters " + columns);
        String values = stored().map(Case::sql).collect(Collectors.joining(", ", "(", ")"));
        String nulls = stored().map(each -> "NULL").collect(Collectors.joining(", ", "(", ")"));
        lake.execute("INSERT INTO literals VALUES " + nulls + ", " + values + ", " + nulls);
    }

    static Stream<Case> stored() {
        return Stream.of(
                new Case("BOOLEAN", "true", true),
                new Case("BOOLEAN", "false", false),
                new Case("TINYINT", "-128", (byte) -128),
                new Case("SMALLINT", "32767", (short) 32767),
                new Case("INTEGER", "-2147483648", Integer.MIN_VALUE),
                new Case("BIGINT", "9223372036854775807", Long.MAX_VALUE),
                new Case(
                        "HUGEINT",
                        "-170141183460469231731687303715884105727",
                        wide("-170141183460469231731687303715884105727")),
                new Case("UTINYINT", "255", (short) 255),
                new Case("USMALLINT", "65535", 65535),
                new Case("UINTEGER", "4294967295", 4294967295L),
                new Case("UBIGINT", "18446744073709551615", wide("18446744073709551615")),
                new Case(
                        "UHUGEINT",
                        "340282366920938463463374607431768211455",
                        wide("340282366920938463463374607431768211455")),
                new Case("FLOAT", "1.25", 1.25f),
                new Case("DOUBLE", "-1e300", -1e300),
                new Case("DOUBLE", "'NaN'", Double.NaN),
                new Case("DOUBLE", "'-Infinity'", Double.NEGATIVE_INFINITY),
                new Case("DECIMAL(4,1)", "-123.4", new BigDecimal("-123.4")),
                new Case("DECIMAL(9,2)", "1234567.89", new BigDecimal("1234567.89")),
                new Case("DECIMAL(18,3)", "0.001", new BigDecimal("0.001")),
                new Case(
                        "DECIMAL(38,10)",
                        "-1234567890123456789012345678.0123456789",
                        new BigDecimal("-1234567890123456789012345678.0123456789")),
                new Case("VARCHAR", "''", ""),
                new Case("VARCHAR", "'exactly 12 c'", "exactly 12 c"),
                new Case("VARCHAR", "'thirteen char'", "thirteen char"),
                new Case(
                        "VARCHAR",
                        "'ünï 🦆 and a text that is longer than one inlined string'",
                        "ünï 🦆 and a text that is longer than one inlined string"),
                new Case("BLOB", "'\\x00\\xFFabc'::BLOB", new byte[] {0, -1, 'a', 'b', 'c'}),
                new Case("DATE", "DATE '0001-01-01'", LocalDate.of(1, 1, 1)),
                new Case("DATE", "DATE '9999-12-31'", LocalDate.of(9999, 12, 31)),
                new Case("TIME", "TIME '23:59:59.999999'", LocalTime.parse("23:59:59.999999")),
                new Case("TIMETZ", "TIMETZ '12:34:56+02'", OffsetTime.parse("12:34:56+02:00")),
                new Case(
                        "TIMESTAMP",
                        "TIMESTAMP '1969-12-31 23:59:59.999999'",
                        LocalDateTime.parse("1969-12-31T23:59:59.999999")),
                new Case("TIMESTAMP", "TIMESTAMP '2024-03-31 02:30:00'", LocalDateTime.parse("2024-03-31T02:30:00")),
                new Case(
                        "TIMESTAMP_S", "TIMESTAMP_S '2024-02-29 12:34:56'", LocalDateTime.parse("2024-02-29T12:34:56")),
                new Case(
                        "TIMESTAMP_MS",
                        "TIMESTAMP_MS '2024-02-29 12:34:56.789'",
                        LocalDateTime.parse("2024-02-29T12:34:56.789")),
                new Case(
                        "TIMESTAMP_NS",
                        "TIMESTAMP_NS '2024-02-29 12:34:56.123456789'",
                        LocalDateTime.parse("2024-02-29T12:34:56.123456789")),
                new Case(
                        "TIMESTAMPTZ",
                        "TIMESTAMPTZ '2024-02-29 12:00:00+02'",
                        OffsetDateTime.parse("2024-02-29T10:00:00Z")),
                new Case(
                        "UUID",
                        "'8a2a1e4c-1c6f-4d0e-9f5e-0123456789ab'",
                        UUID.fromString("8a2a1e4c-1c6f-4d0e-9f5e-0123456789ab")),
                new Case("JSON", "'{\"a\": [1, null]}'", "{\"a\": [1, null]}"),
                new Case("INTEGER[]", "[1, 2]", List.of(1, 2)),
                new Case("INTEGER[]", "[]", List.of()),
                new Case("VARCHAR[][]", "[['a'], ['b', 'c']]", List.of(List.of("a"), List.of("b", "c"))),
                new Case("STRUCT(a INTEGER, b VARCHAR)", "{'a': 1, 'b': 'x'}", Map.of("a", 1, "b", "x")),
                new Case(
                        "STRUCT(a DATE[])[]",
                        "[{'a': [DATE '2024-02-29']}]",
                        List.of(Map.of("a", List.of(LocalDate.of(2024, 2, 29))))),
                new Case("MAP(VARCHAR, DOUBLE)", "MAP {'x': 1.5}", Map.of("x", 1.5)),
                new Case("MAP(INTEGER, INTEGER[])", "MAP {1: [2, 3]}", Map.of(1, List.of(2, 3))));
    }

    private static BigInteger wide(String digits) {
        return new BigInteger(digits);
    }

    @ParameterizedTest
    @MethodSource("stored")
    void a_value_comes_back_as_it_was_stored(Case stored) {
        String select = "SELECT " + stored.column() + " AS value FROM literals WHERE value IS NOT NULL";

        assertThat(lake.query(select).as(Object.class).one()).isEqualTo(stored.value());
        assertThat(lake.query(select).as(Typed.class).one().value()).isEqualTo(stored.value());
        assertThat(lake.query(select).as(boxed(stored.value())).one()).isEqualTo(stored.value());
    }

    private static Class<?> boxed(Object value) {
        return value instanceof List ? List.class : value instanceof Map ? Map.class : value.getClass();
    }

    @ParameterizedTest
    @MethodSource("stored")
    void null_comes_back_as_null(Case stored) {
        String select = "SELECT " + stored.column() + " AS v FROM literals ORDER BY rowid";

        assertThat(lake.query(select).map(row -> row.isNull("v")).list()).containsExactly(true, false, true);
        assertThat(lake.query(select).list().get(0).get("v")).isNull();
        assertThat(lake.query(select).list().get(1).get("v")).isEqualTo(stored.value());
    }

    /** What the driver can bind: lists and maps need classes of its own, UHUGEINT and TIMETZ it cannot bind at all. */
    static Stream<Case> bindable() {
        return stored().filter(each -> !(each.value() instanceof List)
                && !(each.value() instanceof Map)
                && !List.of("UHUGEINT", "TIMETZ", "TIMESTAMP_NS").contains(each.type()));
    }

    @ParameterizedTest
    @MethodSource("bindable")
    void a_value_survives_as_a_parameter(Case stored) {
        String column = stored.column();

        lake.execute("INSERT INTO parameters (" + column + ") VALUES (?)", stored.value());

        assertThat(lake.query("SELECT " + column + " FROM parameters WHERE " + column + " = ?", stored.value())
                        .as(Object.class)
                        .one())
                .isEqualTo(stored.value());
    }

    @ParameterizedTest
    @MethodSource("writtenByJava")
    void its_text_is_the_one_that_the_driver_gives(Case stored) throws SQLException {
        String select = stored.select();
        try (Statement statement = driver.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            rows.next();
            String text = rows.getString(1);

            assertThat(lake.query(select).as(String.class).one()).isEqualTo(text);
        }
    }

    /** DuckDB's own text is the measure where the driver writes Java's: of timestamps, bytes, offsets and maps. */
    @ParameterizedTest
    @MethodSource("writtenByDuckDb")
    void its_text_is_the_one_that_duckdb_gives(Case stored) throws SQLException {
        String select = stored.select();
        try (Statement statement = driver.createStatement();
                ResultSet rows = statement.executeQuery("SELECT v::VARCHAR FROM (" + select + ")")) {
            rows.next();

            assertThat(lake.query(select).as(String.class).one()).isEqualTo(rows.getString(1));
        }
    }

    static Stream<Case> writtenByJava() {
        // A map is written like a struct, and a moment always in UTC, whatever the zone of the machine.
        return stored().filter(each -> !isWrittenByDuckDb(each.value()))
                .filter(each -> !(each.value() instanceof OffsetDateTime))
                .filter(each -> !each.type().startsWith("MAP"));
    }

    static Stream<Case> writtenByDuckDb() {
        return stored().filter(each -> isWrittenByDuckDb(each.value()));
    }

    private static boolean isWrittenByDuckDb(Object value) {
        return value instanceof LocalDateTime || value instanceof byte[];
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'a'::ENUM ('a', 'b')",
                "'0110'::BIT::VARCHAR",
                "INTERVAL 3 DAYS::VARCHAR",
                "[1, 2]::INTEGER[2]",
                "NULL"
            })
    void types_that_only_queries_have_can_be_read_too(String sql) {
        assertThat(lake.query("SELECT " + sql + " AS v")
                        .map(row -> row.isNull("v"))
                        .one())
                .isEqualTo(sql.equals("NULL"));
    }

    @Test
    void many_rows_of_mixed_nulls_keep_their_places() {
        lake.execute("CREATE TABLE t AS SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS n, "
                + "CASE WHEN i % 5 = 0 THEN NULL ELSE 'text number ' || i END AS s, "
                + "CASE WHEN i % 7 = 0 THEN NULL ELSE i / 2 END AS d FROM range(10000) r(i)");
        long[] row = new long[1];

        lake.query("SELECT n, s, d FROM t ORDER BY rowid").forEach(at -> {
            long i = row[0]++;
            assertThat(at.get("n", Long.class)).isEqualTo(i % 3 == 0 ? null : i);
            assertThat(at.getString("s")).isEqualTo(i % 5 == 0 ? null : "text number " + i);
            assertThat(at.get("d", Double.class)).isEqualTo(i % 7 == 0 ? null : i / 2.0);
        });

        assertThat(row[0]).isEqualTo(10_000);
    }
}
