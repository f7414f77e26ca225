package org.datlake.ducklake.internal.jdbc;

import java.sql.SQLException;
import java.sql.Struct;
import java.util.Map;
import org.datlake.ducklake.internal.result.Conversions;
import org.jspecify.annotations.Nullable;

/** The value of a STRUCT column. */
final class MapStruct implements Struct {

    private final Map<?, ?> fields;
    private final String sqlType;

    MapStruct(Map<?, ?> fields, String sqlType) {
        this.fields = fields;
        this.sqlType = sqlType;
    }

    @Override
    public String getSQLTypeName() {
        return sqlType;
    }

    @Override
    @SuppressWarnings("NullAway") // JDBC wants null for NULL
    public Object[] getAttributes() throws SQLException {
        @Nullable Object[] attributes = new Object[fields.size()];
        int i = 0;
        for (Object value : fields.values()) {
            attributes[i++] = value == null ? null : JdbcValues.object(value, "");
        }
        return attributes;
    }

    @Override
    public Object[] getAttributes(Map<String, Class<?>> map) throws SQLException {
        return getAttributes();
    }

    @Override
    public String toString() {
        return Conversions.text(fields);
    }
}
