package org.datlake.ducklake.launcher.arrow;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.datlake.ducklake.RowBatch;
import org.datlake.ducklake.launcher.arrow.FixedColumn.Kind;
import org.datlake.ducklake.launcher.arrow.SqlType.Member;

/** Chooses Arrow's types for DuckDB's, as DuckDB does itself where that keeps every digit. */
final class ArrowTypes {

    private static final int DECIMAL_BYTES = 16;
    private static final int HUGE_DIGITS = 38;
    private static final BigInteger HUGE_LIMIT = BigInteger.TEN.pow(HUGE_DIGITS);

    private ArrowTypes() {}

    /**
     * Makes the column of a type.
     *
     * @param text says how values of types that Arrow does not have are written
     */
    static ArrowColumn column(String name, SqlType type, Function<Object, String> text) {
        return switch (type.name()) {
            case "BOOLEAN" -> new BooleanColumn(name);
            case "TINYINT" -> integers(name, 1, true);
            case "SMALLINT" -> integers(name, 2, true);
            case "INTEGER" -> integers(name, 4, true);
            case "BIGINT" -> integers(name, 8, true);
            case "UTINYINT" -> integers(name, 1, false);
            case "USMALLINT" -> integers(name, 2, false);
            case "UINTEGER" -> integers(name, 4, false);
            case "UBIGINT" -> unsignedLongs(name);
            case "FLOAT" -> floats(name);
            case "DOUBLE" -> doubles(name);
            case "DECIMAL" ->
                decimals(name, type.numbers().get(0), type.numbers().get(1));
            case "HUGEINT", "UHUGEINT" -> huge(name);
            case "BLOB" -> BytesColumn.blobs(name);
            case "DATE" -> dates(name);
            case "TIME" -> times(name);
            case "TIMESTAMP" -> timestamps(name, TimeUnit.MICROSECOND, 1_000_000);
            case "TIMESTAMP_S" -> timestamps(name, TimeUnit.SECOND, 1);
            case "TIMESTAMP_MS" -> timestamps(name, TimeUnit.MILLISECOND, 1000);
            case "TIMESTAMP_NS" -> timestamps(name, TimeUnit.NANOSECOND, 1_000_000_000);
            case "TIMESTAMP WITH TIME ZONE" -> instants(name);
            case "LIST" ->
                ListColumn.lists(name, column("item", type.members().get(0).type(), text));
            case "MAP" -> maps(name, columns(type.members(), text));
            case "STRUCT" -> new StructColumn(name, columns(type.members(), text));
            default -> BytesColumn.texts(name, text);
        };
    }

    private static List<ArrowColumn> columns(List<Member> members, Function<Object, String> text) {
        List<ArrowColumn> columns = new ArrayList<>();
        for (Member member : members) {
            columns.add(column(member.name(), member.type(), text));
        }
        return columns;
    }

    private static ArrowColumn maps(String name, List<ArrowColumn> keyAndValue) {
        keyAndValue.get(0).notNull();
        return ListColumn.maps(name, new StructColumn("entries", keyAndValue).notNull());
    }

    private static ArrowColumn integers(String name, int width, boolean signed) {
        return new FixedColumn(
                name,
                new Kind(Type.Int, width, schema -> Int.createInt(schema, Byte.SIZE * width, signed)),
                (to, value) -> to.addNumber(((Number) value).longValue(), width),
                (to, batch, column, from, end) -> {
                    long[] values = new long[end - from];
                    batch.getLongs(column, from, end, values);
                    to.addNumbers(values, width);
                });
    }

    /** Its upper half is beyond a long. */
    private static ArrowColumn unsignedLongs(String name) {
        return new FixedColumn(
                name,
                new Kind(Type.Int, Long.BYTES, schema -> Int.createInt(schema, Byte.SIZE * Long.BYTES, false)),
                (to, value) -> to.addLong(((Number) value).longValue()));
    }

    private static ArrowColumn floats(String name) {
        return new FixedColumn(
                name,
                floating(Precision.SINGLE, Float.BYTES),
                (to, value) -> to.addNumber(Float.floatToRawIntBits((Float) value), Float.BYTES),
                (to, batch, column, from, end) -> {
                    FloatBuffer room = to.room((end - from) * Float.BYTES).asFloatBuffer();
                    for (double value : doubles(batch, column, from, end)) {
                        room.put((float) value);
                    }
                });
    }

    private static ArrowColumn doubles(String name) {
        return new FixedColumn(
                name,
                floating(Precision.DOUBLE, Double.BYTES),
                (to, value) -> to.addLong(Double.doubleToRawLongBits((Double) value)),
                (to, batch, column, from, end) ->
                        to.room((end - from) * Double.BYTES).asDoubleBuffer().put(doubles(batch, column, from, end)));
    }

    private static double[] doubles(RowBatch batch, int column, int from, int to) {
        double[] values = new double[to - from];
        batch.getDoubles(column, from, to, values);
        return values;
    }

    private static Kind floating(short precision, int width) {
        return new Kind(Type.FloatingPoint, width, schema -> FloatingPoint.createFloatingPoint(schema, precision));
    }

    private static ArrowColumn decimals(String name, int precision, int scale) {
        return new FixedColumn(
                name,
                decimal(precision, scale),
                (to, value) -> add(to, ((BigDecimal) value).setScale(scale).unscaledValue()));
    }

    private static Kind decimal(int precision, int scale) {
        return new Kind(
                Type.Decimal,
                DECIMAL_BYTES,
                schema -> Decimal.createDecimal(schema, precision, scale, Byte.SIZE * DECIMAL_BYTES));
    }

    private static ArrowColumn huge(String name) {
        return new FixedColumn(name, decimal(HUGE_DIGITS, 0), (to, value) -> {
            BigInteger number = (BigInteger) value;
            if (number.abs().compareTo(HUGE_LIMIT) >= 0) {
                throw new ArithmeticException("more than " + HUGE_DIGITS + " digits");
            }
            add(to, number);
        });
    }

    private static void add(Bytes to, BigInteger unscaled) {
        to.addLong(unscaled.longValue());
        to.addLong(unscaled.shiftRight(Long.SIZE).longValue());
    }

    private static ArrowColumn dates(String name) {
        return new FixedColumn(
                name,
                new Kind(Type.Date, Integer.BYTES, schema -> Date.createDate(schema, DateUnit.DAY)),
                (to, value) -> to.addInt(Math.toIntExact(((LocalDate) value).toEpochDay())));
    }

    private static ArrowColumn times(String name) {
        return new FixedColumn(
                name,
                new Kind(
                        Type.Time,
                        Long.BYTES,
                        schema -> Time.createTime(schema, TimeUnit.MICROSECOND, Byte.SIZE * Long.BYTES)),
                (to, value) -> to.addLong(((LocalTime) value).toNanoOfDay() / 1000));
    }

    private static ArrowColumn timestamps(String name, short unit, long perSecond) {
        return new FixedColumn(
                name,
                new Kind(Type.Timestamp, Long.BYTES, schema -> Timestamp.createTimestamp(schema, unit, 0)),
                (to, value) -> add(to, ((LocalDateTime) value).toInstant(ZoneOffset.UTC), perSecond));
    }

    private static ArrowColumn instants(String name) {
        return new FixedColumn(
                name,
                new Kind(
                        Type.Timestamp,
                        Long.BYTES,
                        schema -> Timestamp.createTimestamp(schema, TimeUnit.MICROSECOND, schema.createString("UTC"))),
                (to, value) -> add(to, ((OffsetDateTime) value).toInstant(), 1_000_000));
    }

    private static void add(Bytes to, Instant time, long perSecond) {
        long nanosPerUnit = 1_000_000_000 / perSecond;
        to.addLong(Math.addExact(Math.multiplyExact(time.getEpochSecond(), perSecond), time.getNano() / nanosPerUnit));
    }
}
