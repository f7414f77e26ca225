package org.datlake.ducklake.internal.load;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.load.LoadTarget.Column;
import org.datlake.ducklake.internal.staging.RecordRows;
import org.datlake.ducklake.internal.staging.TableShape;
import org.jspecify.annotations.Nullable;

/**
 * Records, whose components go to the columns of their names.
 *
 * @param <R> the record
 */
final class RecordSource<R extends Record> implements RowSource {

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("boolean", "BOOLEAN"),
            Map.entry("byte", "TINYINT"),
            Map.entry("short", "SMALLINT"),
            Map.entry("int", "INTEGER"),
            Map.entry("long", "BIGINT"),
            Map.entry("float", "FLOAT"),
            Map.entry("double", "DOUBLE"),
            Map.entry("java.lang.Boolean", "BOOLEAN"),
            Map.entry("java.lang.Byte", "TINYINT"),
            Map.entry("java.lang.Short", "SMALLINT"),
            Map.entry("java.lang.Integer", "INTEGER"),
            Map.entry("java.lang.Long", "BIGINT"),
            Map.entry("java.lang.Float", "FLOAT"),
            Map.entry("java.lang.Double", "DOUBLE"),
            Map.entry("java.lang.String", "VARCHAR"),
            Map.entry("java.time.LocalDate", "DATE"),
            Map.entry("java.time.LocalTime", "TIME"),
            Map.entry("java.time.LocalDateTime", "TIMESTAMP"),
            Map.entry("java.time.Instant", "TIMESTAMP WITH TIME ZONE"),
            Map.entry("java.time.OffsetDateTime", "TIMESTAMP WITH TIME ZONE"),
            Map.entry("java.time.ZonedDateTime", "TIMESTAMP WITH TIME ZONE"),
            Map.entry("java.util.UUID", "UUID"),
            Map.entry("[B", "BLOB"));

    private final Class<R> type;
    private final Iterator<? extends R> records;
    private @Nullable RecordRows rows;

    RecordSource(Class<R> type, Iterator<? extends R> records) {
        this.type = type;
        this.records = records;
    }

    @Override
    public List<Column> columns() {
        return Arrays.stream(type.getRecordComponents())
                .map(component -> new Column(
                        snakeCase(component.getName()),
                        typeOf(component),
                        !component.getType().isPrimitive()))
                .toList();
    }

    private static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static String typeOf(RecordComponent component) {
        String known = component.getType().isEnum()
                ? "VARCHAR"
                : TYPES.get(component.getType().getName());
        if (known == null) {
            throw EngineFault.wrongUse(
                            "42804",
                            "the type of the component " + component.getName()
                                    + " does not tell a column's type: create the table first")
                    .toException(null);
        }
        return known;
    }

    @Override
    public List<Column> match(LoadTarget target, @Nullable List<String> positions) {
        if (positions != null) {
            throw EngineFault.wrongUse("22023", "records are matched by name").toException(null);
        }
        List<String> names = Arrays.stream(type.getRecordComponents())
                .map(component -> target.columns().stream()
                        .map(Column::name)
                        .filter(column -> RecordRows.plain(column).equals(RecordRows.plain(component.getName())))
                        .findFirst()
                        .orElse(component.getName()))
                .toList();
        return target.match(names, null);
    }

    @Override
    public void begin(TableShape shape) {
        rows = RecordRows.of(type, shape);
    }

    @Override
    public @Nullable Object @Nullable [] next(long number) {
        RecordRows reader = rows;
        return reader != null && records.hasNext() ? reader.row(records.next()) : null;
    }
}
