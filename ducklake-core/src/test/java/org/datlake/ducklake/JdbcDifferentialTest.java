package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What runs on DuckDB's own driver must run on ours: where the driver has an answer, we have the same. */
class JdbcDifferentialTest {

    private static final List<String> VALUES = List.of(
            "true",
            "1::TINYINT",
            "-5::SMALLINT",
            "42",
            "9223372036854775807::BIGINT",
            "200::UTINYINT",
            "65535::USMALLINT",
            "4294967295::UINTEGER",
            "7::UBIGINT",
            "7::HUGEINT",
            "1.5::FLOAT",
            "2.25::DOUBLE",
            "12.34::DECIMAL(9,2)",
            "12345678901234567890.5::DECIMAL(30,1)",
            "'text'",
            "'17'",
            "DATE '2024-02-29'",
            "TIME '12:34:56'",
            "TIMESTAMP '2024-02-29 12:34:56.789'",
            "TIMESTAMPTZ '2024-02-29 12:34:56+00'",
            "'abc'::BLOB",
            "UUID '8a2a1e4c-1c6f-4d0e-9f5e-0123456789ab'",
            "[1, 2, NULL]",
            "['a']",
            "{'a': 1, 'b': 'x'}",
            "MAP {'k': 1}",
            "NULL::INTEGER",
            "NULL::VARCHAR",
            "NULL::DOUBLE",
            "NULL::TIMESTAMP",
            "NULL::INTEGER[]");

    @TempDir
    static Path directory;

    private static DuckLakeClient lake;
    private static Connection driver;
    private static Connection ours;

    @FunctionalInterface
    interface Getter {
        @Nullable Object get(ResultSet rows) throws SQLException;
    }

    @BeforeAll
    static void connect() throws SQLException {
        lake = TestLake.open(directory);
        driver = DriverManager.getConnection("jdbc:duckdb:");
        ours = lake.dataSource().getConnection();
    }

    @AfterAll
    static void close() throws SQLException {
        ours.close();
        driver.close();
        lake.close();
    }

    static Stream<Arguments> getters() {
        Map<String, Getter> getters = Map.ofEntries(
                Map.entry("getObject", rows -> rows.getObject(1)),
                Map.entry("getBoolean", rows -> rows.getBoolean(1)),
                Map.entry("getByte", rows -> rows.getByte(1)),
                Map.entry("getShort", rows -> rows.getShort(1)),
                Map.entry("getInt", rows -> rows.getInt(1)),
                Map.entry("getLong", rows -> rows.getLong(1)),
                Map.entry("getFloat", rows -> rows.getFloat(1)),
                Map.entry("getDouble", rows -> rows.getDouble(1)),
                Map.entry("getBigDecimal", rows -> rows.getBigDecimal(1)),
                Map.entry("getDate", rows -> rows.getDate(1)),
                Map.entry("getTimestamp", rows -> rows.getTimestamp(1)),
                Map.entry("getBytes", rows -> rows.getBytes(1)),
                Map.entry("getArray", rows -> rows.getArray(1)),
                Map.entry("wasNull", rows -> rows.getObject(1) == null && rows.wasNull()),
                Map.entry("getColumnType", rows -> rows.getMetaData().getColumnType(1)),
                Map.entry("getColumnTypeName", rows -> rows.getMetaData().getColumnTypeName(1)),
                Map.entry("getColumnClassName", rows -> rows.getMetaData().getColumnClassName(1)),
                Map.entry("getPrecision", rows -> rows.getMetaData().getPrecision(1)),
                Map.entry("getScale", rows -> rows.getMetaData().getScale(1)));
        return getters.entrySet().stream().map(getter -> arguments(getter.getKey(), getter.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("getters")
    void where_the_driver_has_an_answer_ours_is_the_same(String name, Getter getter) throws SQLException {
        int compared = 0;
        for (String value : VALUES) {
            String expected = answer(driver, value, getter);
            if (!expected.startsWith("refused")) {
                String actual = answer(ours, value, getter);
                if (!isStricter(name, value, actual)) {
                    assertThat(actual).as("%s of %s", name, value).isEqualTo(expected);
                }
                compared++;
            }
        }

        assertThat(compared).isPositive();
    }

    /** The driver cuts off bits that do not fit, and guesses; JDBC wants an error, 0 for NULL, and true for what is not 0. */
    private static boolean isStricter(String getter, String value, String answer) {
        return switch (getter) {
            case "getByte", "getShort", "getInt", "getLong" -> answer.equals("refused with SQLDataException");
            case "getBoolean" ->
                answer.equals("refused with SQLDataException")
                        || (answer.equals("java.lang.Boolean true") && value.matches("-?[1-9].*"));
            case "getFloat", "getDouble" -> value.startsWith("NULL") && answer.endsWith(" 0.0");
            default -> false;
        };
    }

    private static String answer(Connection connection, String value, Getter getter) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT " + value + " AS v")) {
            assertThat(rows.next()).isTrue();
            return described(getter.get(rows));
        } catch (SQLException | RuntimeException e) {
            return "refused with " + e.getClass().getSimpleName();
        }
    }

    /** The value and, where it is no class of the driver's own, its class. */
    private static String described(@Nullable Object value) throws SQLException {
        if (value instanceof byte[] bytes) {
            return "bytes " + Arrays.toString(bytes);
        }
        if (value instanceof Blob blob) {
            return "blob " + Arrays.toString(blob.getBytes(1, (int) blob.length()));
        }
        if (value instanceof Array array) {
            return "array " + Arrays.toString((Object[]) array.getArray()) + " of " + array.getBaseTypeName();
        }
        if (value instanceof Struct struct) {
            return "struct " + Arrays.toString(struct.getAttributes());
        }
        if (value instanceof Map<?, ?> map) {
            return "map " + map;
        }
        return value == null ? "null" : value.getClass().getName() + " " + value;
    }
}
