package org.datlake.ducklake.internal.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.Row;
import org.jspecify.annotations.Nullable;

/** A row that moves along the blocks of a result. */
public final class BlockRow implements Row {

    private final List<ColumnType> types;
    private final List<String> names;
    private final Map<String, Integer> indexes;
    private List<Column> columns;
    private int row;

    /** Makes a row that stands nowhere yet. */
    public BlockRow(List<ColumnType> types) {
        this(
                types,
                types.stream().map(ColumnType::name).toList(),
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
                List.of());
        for (int i = 0; i < names.size(); i++) {
            indexes.putIfAbsent(names.get(i), i);
        }
    }

    private BlockRow(List<ColumnType> types, List<String> names, Map<String, Integer> indexes, List<Column> columns) {
        this.types = types;
        this.names = names;
        this.indexes = indexes;
        this.columns = columns;
    }

    /** Moves to a row of a block. */
    public void moveTo(Block block, int index) {
        this.columns = block.columns();
        this.row = index;
    }

    /** Returns a copy that stays where it is. */
    public Row detached() {
        List<Column> values = new ArrayList<>(columns.size());
        for (Column column : columns) {
            Column.Objects copy = new Column.Objects();
            copy.reserve(1);
            Object value = column.object(row);
            if (value == null) {
                copy.setNull(0, 1);
            } else {
                copy.set(0, value);
            }
            values.add(copy);
        }
        return new BlockRow(types, names, indexes, values);
    }

    @Override
    public List<String> columns() {
        return names;
    }

    @Override
    public boolean isNull(String column) {
        return columns.get(index(column)).isNull(row);
    }

    private int index(String column) {
        Integer index = indexes.get(column);
        if (index == null) {
            throw new IllegalArgumentException(
                    "the result has no column '" + column + "'; its columns are " + String.join(", ", names));
        }
        return index;
    }

    @Override
    public <T> @Nullable T get(String column, Class<T> type) {
        return get(index(column), type);
    }

    @Override
    @SuppressWarnings("unchecked") // convert() returns what was asked for; a primitive class stands for its wrapper
    public <T> @Nullable T get(int index, Class<T> type) {
        Column column = columns.get(index);
        if (column.isNull(row)) {
            return null;
        }
        try {
            if (column instanceof Column.Longs longs
                    && longs.width() != Column.Longs.Width.BOOLEAN
                    && (type == long.class || type == Long.class || type == int.class || type == Integer.class)) {
                return (T) Conversions.narrowed(longs.value(row), type);
            }
            if (column instanceof Column.Doubles doubles && (type == double.class || type == Double.class)) {
                return (T) (Object) doubles.value(row);
            }
            Object value = column.object(row);
            return value == null ? null : (T) Conversions.convert(value, type);
        } catch (ArithmeticException e) {
            throw failure(index, Conversions.outOfRange(type));
        } catch (ValueMismatch e) {
            throw failure(index, e);
        }
    }

    private QueryException failure(int index, ValueMismatch mismatch) {
        return new QueryException(
                "column '" + names.get(index) + "' ("
                        + types.get(index).sqlType().toUpperCase(Locale.ROOT) + "): " + mismatch.getMessage(),
                "Conversion",
                mismatch.sqlState(),
                false,
                mismatch);
    }

    private <T> T notNull(String column, Class<T> type) {
        T value = get(column, type);
        if (value == null) {
            throw failure(index(column), new ValueMismatch("22002", "the value is NULL"));
        }
        return value;
    }

    @Override
    public long getLong(String column) {
        return notNull(column, Long.class);
    }

    @Override
    public int getInt(String column) {
        return notNull(column, Integer.class);
    }

    @Override
    public double getDouble(String column) {
        return notNull(column, Double.class);
    }

    @Override
    public boolean getBoolean(String column) {
        return notNull(column, Boolean.class);
    }

    @Override
    public String toString() {
        // Values stay out: rows end up in logs.
        return "Row" + names;
    }
}
