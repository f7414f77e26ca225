package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters that the driver alone would change without a word. */
class ParameterTest {

    @TempDir
    static Path directory;

    private static DuckLakeClient lake;

    @BeforeAll
    static void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE numbers (n DOUBLE)");
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.1234567890123456789012345678901234567890123456789",
                "123456789012345678901234567890.123456789012",
                "99999999999999999999999999999999999999999",
                "1E+38",
                "-5E-45",
                "1E+1000000000",
                "1E-1000000000"
            })
    void a_number_with_too_many_digits_is_refused_instead_of_written_as_null(String digits) throws SQLException {
        BigDecimal number = new BigDecimal(digits);

        assertThatThrownBy(() -> lake.execute("INSERT INTO numbers VALUES (?)", number))
                .asInstanceOf(InstanceOfAssertFactories.type(QueryException.class))
                .satisfies(refused -> assertThat(refused.sqlState()).isEqualTo("22023"))
                .satisfies(refused ->
                        assertThat(refused).hasMessageContaining("parameter 1: a DECIMAL has at most 38 digits"));
        assertThatThrownBy(() -> lake.query("SELECT ?, ?", 1, number).list())
                .hasMessageContaining("parameter 2: a DECIMAL has at most 38 digits");
        try (Connection connection = lake.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO numbers VALUES (?)")) {
            insert.setBigDecimal(1, number);
            assertThatThrownBy(insert::executeUpdate)
                    .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                    .satisfies(refused -> assertThat(refused.getSQLState()).isEqualTo("22023"));
        }
        assertThat(lake.query("SELECT count(*) FROM numbers").as(Long.class).one())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1E+10",
                "1E+37",
                "0E+1000",
                "0E-50",
                "1.0000000000000000000000000000000000000000000",
                "-1E-38",
                "0.10",
                "99999999999999999999999999999999999999",
                "-0.99999999999999999999999999999999999999"
            })
    void a_number_that_fits_keeps_its_value(String digits) {
        BigDecimal number = new BigDecimal(digits);

        assertThat(lake.query("SELECT ?", number).as(BigDecimal.class).one()).isEqualByComparingTo(number);
    }

    static Stream<Object> outOfReach() {
        return Stream.of(
                LocalDate.MAX,
                LocalDate.MIN,
                LocalDate.of(6_000_000, 1, 1),
                LocalDateTime.MAX,
                LocalDateTime.of(300_000, 1, 1, 0, 0),
                LocalDateTime.MIN,
                Instant.MAX,
                Instant.MIN,
                OffsetDateTime.MAX,
                OffsetDateTime.MIN);
    }

    @ParameterizedTest
    @MethodSource("outOfReach")
    void a_date_beyond_the_engine_s_range_is_refused_instead_of_taken_for_another_one(Object time) {
        assertThatThrownBy(() -> lake.query("SELECT ?", time).list())
                .asInstanceOf(InstanceOfAssertFactories.type(QueryException.class))
                .satisfies(refused -> assertThat(refused.sqlState()).isEqualTo("22023"))
                .satisfies(refused ->
                        assertThat(refused).hasMessageContaining("parameter 1").hasMessageContaining("do not reach"));
    }

    @Test
    void nanoseconds_before_1970_are_cut_off_like_later_ones() {
        LocalDateTime time = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_999);

        assertThat(lake.query("SELECT ?", time).as(LocalDateTime.class).one()).isEqualTo(time.withNano(999_999_000));
        assertThat(lake.query("SELECT ?", time.toInstant(ZoneOffset.UTC))
                        .as(Instant.class)
                        .one())
                .isEqualTo(time.withNano(999_999_000).toInstant(ZoneOffset.UTC));
    }
}
