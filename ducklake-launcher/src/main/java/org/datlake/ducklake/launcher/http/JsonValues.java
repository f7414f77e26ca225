package org.datlake.ducklake.launcher.http;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes values of rows as JSON: numbers as numbers with all their digits, times as ISO texts, blobs as Base64, lists as
 * arrays, structs and maps as objects. What JSON has no word for, such as NaN, is a text.
 */
final class JsonValues {

    private JsonValues() {}

    static void write(JsonGenerator json, @Nullable Object value) {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Number number) {
            writeNumber(json, number);
        } else if (value instanceof byte[] blob) {
            json.writeString(Base64.getEncoder().encodeToString(blob));
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeName(String.valueOf(entry.getKey()));
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else {
            json.writeString(text(value));
        }
    }

    /** Returns a value that is no number, list or object as a text: times with their seconds, as RFC 3339 wants them. */
    static String text(Object value) {
        if (value instanceof LocalDateTime time) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
        }
        if (value instanceof OffsetDateTime time) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
        }
        return value instanceof LocalTime time ? DateTimeFormatter.ISO_LOCAL_TIME.format(time) : value.toString();
    }

    private static void writeNumber(JsonGenerator json, Number number) {
        if (number instanceof BigDecimal decimal) {
            json.writeNumber(decimal);
        } else if (number instanceof BigInteger integer) {
            json.writeNumber(integer);
        } else if (number instanceof Double || number instanceof Float) {
            writeDouble(json, number);
        } else {
            json.writeNumber(number.longValue());
        }
    }

    private static void writeDouble(JsonGenerator json, Number number) {
        if (!Double.isFinite(number.doubleValue())) {
            json.writeString(number.toString());
        } else if (number instanceof Float single) {
            json.writeNumber(single.floatValue());
        } else {
            json.writeNumber(number.doubleValue());
        }
    }
}
