package org.datlake.ducklake.internal.result;

import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.duckdb.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads a result through the driver's ResultSet, for types that {@link ChunkCursor} cannot. The result is complete
 * before the first row is read: the driver's streamed ResultSet ends without a word when an error cuts it short.
 */
public final class CopyCursor implements ResultCursor {

    private final ResultSet result;
    private final List<ColumnType> columns;
    private final int blockRows;
    private boolean exhausted;

    /**
     * Wraps an open result.
     *
     * @param result the result
     * @param columns its columns
     * @param blockRows how many rows a block holds at most
     */
    public CopyCursor(ResultSet result, List<ColumnType> columns, int blockRows) {
        this.result = result;
        this.columns = columns;
        this.blockRows = blockRows;
    }

    @Override
    public List<ColumnType> columns() {
        return columns;
    }

    @Override
    public @Nullable Block next() throws SQLException {
        if (exhausted) {
            return null;
        }
        List<Column> copied = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            copied.add(new Column.Objects());
        }
        int rows = 0;
        while (rows < blockRows) {
            if (!result.next()) {
                exhausted = true;
                break;
            }
            for (int i = 0; i < copied.size(); i++) {
                Column.Objects column = (Column.Objects) copied.get(i);
                column.reserve(blockRows);
                Object value = plain(result.getObject(i + 1));
                if (value == null) {
                    column.setNull(rows, blockRows);
                } else {
                    column.set(rows, value);
                }
            }
            rows++;
        }
        return rows == 0 ? null : new Block(rows, copied);
    }

    @Override
    public boolean isExhausted() {
        return exhausted;
    }

    /** Turns the driver's objects, which live no longer than its result, into plain ones. */
    private static @Nullable Object plain(@Nullable Object value) throws SQLException {
        if (value instanceof Blob blob) {
            return blob.getBytes(1, Math.toIntExact(blob.length()));
        }
        if (value instanceof Timestamp timestamp) {
            return timestamp.toLocalDateTime();
        }
        if (value instanceof OffsetDateTime time) {
            return time.withOffsetSameInstant(ZoneOffset.UTC);
        }
        if (value instanceof JsonNode json) {
            return json.toString();
        }
        if (value instanceof Array array) {
            List<@Nullable Object> list = new ArrayList<>();
            for (Object element : (Object[]) array.getArray()) {
                list.add(plain(element));
            }
            return Collections.unmodifiableList(list);
        }
        if (value instanceof DuckDBStruct struct) {
            return plainMap(struct.getMap());
        }
        if (value instanceof Struct struct) {
            throw new SQLException("Not implemented Error: a struct of class "
                    + struct.getClass().getName());
        }
        return value instanceof Map<?, ?> map ? plainMap(map) : value;
    }

    private static Map<Object, @Nullable Object> plainMap(Map<?, ?> map) throws SQLException {
        Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object key = plain(entry.getKey());
            if (key != null) {
                plain.put(key, plain(entry.getValue()));
            }
        }
        return Collections.unmodifiableMap(plain);
    }

    @Override
    public void close() throws SQLException {
        result.close();
    }
}
