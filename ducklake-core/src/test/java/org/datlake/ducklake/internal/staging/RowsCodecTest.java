package org.datlake.ducklake.internal.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;

class RowsCodecTest {

    private static final List<String> TYPES = List.of(
            "BOOLEAN",
            "INTEGER",
            "BIGINT",
            "DOUBLE",
            "DATE",
            "TIME",
            "TIMESTAMP",
            "TIMESTAMP WITH TIME ZONE",
            "UUID",
            "BLOB",
            "VARCHAR",
            "DECIMAL(9,2)");

    private static final Object[] VALUES = {
        true,
        -7,
        1L << 40,
        Double.MIN_VALUE,
        LocalDate.of(1969, 12, 31),
        LocalTime.of(23, 59, 59, 123_456_000),
        LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
        Instant.ofEpochSecond(-1, 999_999_000),
        UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        new byte[] {0, -1, 127},
        "Grüße 😀, and more than twelve bytes",
        new BigDecimal("-1234567.89")
    };

    @Test
    void values_of_every_type_are_what_they_were_and_nulls_too() throws Exception {
        TableShape shape = new TableShape(
                "a \"schema\"",
                "tablé",
                TYPES.stream()
                        .map(type -> new TableShape.Column("of " + type, type, StageType.of(type)))
                        .toList());
        StagedRows rows = new StagedRows(shape.columns(), 100);
        for (int row = 0; row < 100; row++) {
            for (int column = 0; column < VALUES.length; column++) {
                rows.add(column, (row + column) % 3 == 0 ? null : VALUES[column]);
            }
            rows.endRow();
        }

        StagedPart read = RowsCodec.decode(RowsCodec.encode(List.of(new StagedPart(shape, rows))))
                .get(0);

        assertThat(read.shape()).isEqualTo(shape);
        assertThat(read.rows().size()).isEqualTo(100);
        assertThat(read.rows().bytes()).isEqualTo(rows.bytes());
        assertThat(asText(shape, read.rows())).isEqualTo(asText(shape, rows));
    }

    @Test
    void rows_of_several_tables_and_of_none_are_read_in_their_order() throws Exception {
        TableShape shape = new TableShape("main", "t", List.of(new TableShape.Column("n", "BIGINT", StageType.BIGINT)));
        StagedRows empty = new StagedRows(shape.columns(), 0);

        assertThat(RowsCodec.decode(RowsCodec.encode(List.of()))).isEmpty();
        assertThat(RowsCodec.decode(
                        RowsCodec.encode(List.of(new StagedPart(shape, empty), new StagedPart(shape, empty)))))
                .hasSize(2);
    }

    @Test
    void bytes_of_another_version_or_cut_short_are_refused() {
        assertThatThrownBy(() -> RowsCodec.decode(new byte[] {99, 0, 0, 0, 0}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another version");
        assertThatThrownBy(() -> RowsCodec.decode(new byte[] {1, 0, 0, 0, 1, 0}))
                .isInstanceOf(IOException.class);
    }

    /** Returns all that the engine makes of the rows. */
    private static String asText(TableShape shape, StagedRows rows) throws SQLException {
        try (DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                RowsFunction.Handed handed = RowsFunction.register(connection).hand(shape, List.of(rows));
                ResultSet text = statement.executeQuery(
                        "SELECT string_agg(rows::VARCHAR, ';') FROM " + handed.source() + " rows")) {
            text.next();
            return text.getString(1);
        }
    }
}
