package org.datlake.ducklake.internal.load;

import java.math.BigDecimal;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.datlake.ducklake.LoadException;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.datlake.ducklake.internal.staging.StageType;
import org.datlake.ducklake.internal.staging.TableShape;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a JDBC result of any driver. What its driver throws is passed on only by class and SQLSTATE: drivers put
 * values into their messages.
 */
final class JdbcRows implements RowSource {

    private static final int MOST_DECIMAL_DIGITS = 38;
    private static final Set<String> TEXTS = Set.of("json", "jsonb", "xml", "citext", "name", "inet", "cidr");

    private final ResultSet rows;
    private final List<JdbcColumn> source = new ArrayList<>();
    private List<TableShape.Column> into = List.of();

    private JdbcRows(ResultSet rows) {
        this.rows = rows;
    }

    static JdbcRows of(ResultSet rows) {
        JdbcRows made = new JdbcRows(rows);
        try {
            ResultSetMetaData meta = rows.getMetaData();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                made.source.add(new JdbcColumn(
                        meta.getColumnLabel(i),
                        meta.getColumnType(i),
                        String.valueOf(meta.getColumnTypeName(i)).toLowerCase(Locale.ROOT),
                        meta.getPrecision(i),
                        meta.getScale(i)));
            }
            return made;
        } catch (SQLException e) {
            throw failed(e, 0);
        }
    }

    @Override
    public List<Column> columns() {
        return source.stream()
                .map(column -> new Column(column.label(), duckDbType(column), true))
                .toList();
    }

    private static String duckDbType(JdbcColumn column) {
        if (column.hasTimeZone()) {
            return "TIMESTAMP WITH TIME ZONE";
        }
        return switch (column.type()) {
            case Types.BOOLEAN, Types.BIT -> "BOOLEAN";
            case Types.TINYINT -> "TINYINT";
            case Types.SMALLINT -> "SMALLINT";
            case Types.INTEGER -> "INTEGER";
            case Types.BIGINT -> "BIGINT";
            case Types.REAL -> "FLOAT";
            case Types.FLOAT, Types.DOUBLE -> "DOUBLE";
            case Types.NUMERIC, Types.DECIMAL -> decimal(column);
            case Types.DATE -> "DATE";
            case Types.TIME -> "TIME";
            case Types.TIMESTAMP -> "TIMESTAMP";
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> "BLOB";
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.LONGNVARCHAR,
                    Types.CLOB,
                    Types.NCLOB,
                    Types.SQLXML -> "VARCHAR";
            default -> byName(column);
        };
    }

    private static String decimal(JdbcColumn column) {
        boolean known = column.precision() > 0
                && column.precision() <= MOST_DECIMAL_DIGITS
                && column.scale() >= 0
                && column.scale() <= column.precision();
        return known ? "DECIMAL(" + column.precision() + ", " + column.scale() + ")" : unknown(column);
    }

    private static String byName(JdbcColumn column) {
        if (column.typeName().equals("uuid")) {
            return "UUID";
        }
        return TEXTS.contains(column.typeName()) ? "VARCHAR" : unknown(column);
    }

    private static String unknown(JdbcColumn column) {
        throw EngineFault.wrongUse(
                        "42804",
                        "the type of the source's column \"" + column.label() + "\" (" + column.typeName()
                                + ") has no exact counterpart: create the table first, or cast the column")
                .toException(null);
    }

    @Override
    public List<Column> match(LoadTarget target, @Nullable List<String> positions) {
        return target.match(source.stream().map(JdbcColumn::label).toList(), positions);
    }

    @Override
    public void begin(TableShape shape) {
        into = shape.columns();
    }

    @Override
    public @Nullable Object @Nullable [] next(long number) {
        try {
            if (!rows.next()) {
                return null;
            }
            @Nullable Object[] row = new @Nullable Object[source.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = value(i);
            }
            return row;
        } catch (SQLException e) {
            throw failed(e, number);
        }
    }

    private @Nullable Object value(int i) throws SQLException {
        StageType stage = into.get(i).stage();
        if (source.get(i).hasTimeZone()) {
            return rows.getObject(i + 1, OffsetDateTime.class);
        }
        Object value = rows.getObject(i + 1);
        if (value instanceof Clob text) {
            return text.getSubString(1, Math.toIntExact(text.length()));
        }
        if (value instanceof Blob bytes) {
            return bytes.getBytes(1, Math.toIntExact(bytes.length()));
        }
        if (value instanceof SQLXML xml) {
            return xml.getString();
        }
        if (value instanceof java.sql.Time) {
            // Its own conversion drops fractions of a second.
            return rows.getObject(i + 1, java.time.LocalTime.class);
        }
        if (value instanceof BigDecimal number && (stage == StageType.BIGINT || stage == StageType.INTEGER)) {
            // Throws where there is a fraction, as a number that does not fit should.
            return number.toBigIntegerExact();
        }
        if (value instanceof java.sql.Timestamp time && stage == StageType.TIMESTAMPTZ) {
            return time.toInstant();
        }
        return value == null || value instanceof byte[] || stage != StageType.VARCHAR ? value : value.toString();
    }

    private static LoadException failed(SQLException e, long row) {
        String state = e.getSQLState();
        return new LoadException(
                SourceFile.place(null, 0, row, null),
                "the source's driver failed with " + e.getClass().getSimpleName()
                        + (state == null ? "" : ", SQLSTATE " + state),
                "HV000",
                null);
    }

    /**
     * A column of the result.
     *
     * @param label its name
     * @param type of {@link Types}
     * @param typeName the driver's own name for the type, in lower case
     * @param precision for decimals
     * @param scale for decimals
     */
    private record JdbcColumn(String label, int type, String typeName, int precision, int scale) {

        /** PostgreSQL's driver calls both kinds of timestamps the same. */
        boolean hasTimeZone() {
            return type == Types.TIMESTAMP_WITH_TIMEZONE
                    || typeName.equals("timestamptz")
                    || typeName.contains("with time zone");
        }
    }
}
