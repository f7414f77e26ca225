package org.datlake.ducklake.launcher.http;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.datlake.ducklake.LoadFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads small bodies of plain rows without the engine. Whatever is not plain, it leaves to the engine, whose word on
 * odd values and errors is then the same as for large bodies.
 */
final class JsonRows {

    private static final int MOST_ROWS = 10_000;
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
    private static final Pattern TIME = Pattern.compile("\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?");
    private static final Pattern TIMESTAMP = Pattern.compile(DATE + "[T ]" + TIME);
    private static final Pattern ZONED = Pattern.compile(DATE + "T" + TIME + "(Z|[+-]\\d\\d:\\d\\d)");
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final List<Column> columns;

    JsonRows(List<Column> columns) {
        this.columns = columns;
    }

    /**
     * A column of the table.
     *
     * @param name its name
     * @param type its DuckDB type
     * @param hasDefault whether rows without it get something else than NULL
     */
    record Column(String name, String type, boolean hasDefault) {}

    /** Returns the rows, each with a value for every column; empty if they are not plain. */
    Optional<List<@Nullable Object[]>> read(LoadFormat format, byte[] body) {
        try {
            return rows(format == LoadFormat.NDJSON ? lines(body) : elements(body));
        } catch (JacksonException | DateTimeException | NotPlain e) {
            return Optional.empty();
        }
    }

    private static List<JsonNode> lines(byte[] body) throws NotPlain {
        List<JsonNode> objects = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length || body[i] == '\n') {
                if (!isBlank(body, start, i)) {
                    objects.add(JSON.readTree(body, start, i - start));
                }
                start = i + 1;
            }
            if (objects.size() > MOST_ROWS) {
                throw new NotPlain();
            }
        }
        return objects;
    }

    private static boolean isBlank(byte[] body, int start, int end) {
        for (int i = start; i < end; i++) {
            if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private static List<JsonNode> elements(byte[] body) throws NotPlain {
        JsonNode array = JSON.readTree(body);
        if (!array.isArray() || array.size() > MOST_ROWS) {
            throw new NotPlain();
        }
        return List.copyOf(array.values());
    }

    private Optional<List<@Nullable Object[]>> rows(List<JsonNode> objects) throws NotPlain {
        boolean[] seen = new boolean[columns.size()];
        List<@Nullable Object[]> rows = new ArrayList<>(objects.size());
        for (JsonNode object : objects) {
            if (!object.isObject()) {
                throw new NotPlain();
            }
            @Nullable Object[] row = new @Nullable Object[columns.size()];
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                int column = indexOf(property.getKey());
                seen[column] = true;
                JsonNode value = property.getValue();
                row[column] = value.isNull() ? null : value(columns.get(column).type(), value);
            }
            rows.add(row);
        }
        for (int i = 0; i < seen.length; i++) {
            if (!seen[i] && columns.get(i).hasDefault()) {
                throw new NotPlain();
            }
        }
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows);
    }

    private int indexOf(String name) throws NotPlain {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new NotPlain();
    }

    private static Object value(String type, JsonNode value) throws NotPlain {
        return switch (type.toUpperCase(Locale.ROOT)) {
            case "BOOLEAN" -> value.isBoolean() ? value.booleanValue() : notPlain();
            case "TINYINT", "SMALLINT", "INTEGER", "BIGINT" ->
                value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : notPlain();
            case "DOUBLE" -> value.isNumber() ? value.doubleValue() : notPlain();
            case "VARCHAR" -> value.isString() ? value.stringValue() : notPlain();
            case "DATE" -> LocalDate.parse(text(value, DATE));
            case "TIME" -> LocalTime.parse(text(value, TIME));
            case "TIMESTAMP" -> LocalDateTime.parse(text(value, TIMESTAMP).replace(' ', 'T'));
            case "TIMESTAMP WITH TIME ZONE" -> OffsetDateTime.parse(text(value, ZONED));
            case "UUID" -> UUID.fromString(text(value, UUID_TEXT));
            default -> type.startsWith("DECIMAL") && value.isNumber() ? value.decimalValue() : notPlain();
        };
    }

    private static String text(JsonNode value, Pattern pattern) throws NotPlain {
        if (!value.isString() || !pattern.matcher(value.stringValue()).matches()) {
            throw new NotPlain();
        }
        return value.stringValue();
    }

    private static Object notPlain() throws NotPlain {
        throw new NotPlain();
    }

    private static final class NotPlain extends Exception {

        private static final long serialVersionUID = 1L;
    }
}
