package org.datlake.ducklake.internal.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that the engine writes statements and plans as: objects as maps, arrays as lists, numbers as they were written, so that
 * nothing is lost on the way back.
 */
public final class Json {

    /** Beyond this it could use up the stack of whoever walks it. */
    private static final int DEEPEST = 1000;

    private final String text;
    private final Map<String, String> seen = new HashMap<>();
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * A number, or one of the words true and false.
     *
     * @param text as it was written
     */
    public record Raw(String text) {}

    /**
     * Reads a text that the engine wrote.
     *
     * @throws IllegalArgumentException if it is nested too deeply
     */
    public static @Nullable Object read(String text) {
        Json json = new Json(text);
        return json.value(0);
    }

    private @Nullable Object value(int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("nested too deeply");
        }
        char next = skipSpace();
        return switch (next) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            default -> word();
        };
    }

    private char skipSpace() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    /** Moves over a separator; says whether it was the closing one. */
    private boolean ends(char closing) {
        boolean end = skipSpace() == closing;
        at++;
        return end;
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        at++;
        if (skipSpace() == '}') {
            at++;
            return object;
        }
        do {
            skipSpace();
            String key = string();
            skipSpace();
            at++;
            object.put(key, value(depth + 1));
        } while (!ends('}'));
        return object;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> array = new ArrayList<>();
        at++;
        if (skipSpace() == ']') {
            at++;
            return array;
        }
        do {
            array.add(value(depth + 1));
        } while (!ends(']'));
        return array;
    }

    private String string() {
        StringBuilder value = new StringBuilder();
        at++;
        while (text.charAt(at) != '"') {
            char next = text.charAt(at++);
            value.append(next == '\\' ? escaped() : next);
        }
        at++;
        // The same few words come again and again.
        String read = value.toString();
        return seen.computeIfAbsent(read, word -> word);
    }

    private char escaped() {
        char kind = text.charAt(at++);
        return switch (kind) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> kind;
        };
    }

    private @Nullable Object word() {
        int start = at;
        while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return word.equals("null") ? null : new Raw(word);
    }

    /** Writes a value that {@link #read} returned, or one made of the same parts. */
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            char separator = '{';
            for (Map.Entry<?, ?> entry : object.entrySet()) {
                out.append(separator);
                writeString(out, String.valueOf(entry.getKey()));
                out.append(':');
                write(out, entry.getValue());
                separator = ',';
            }
            out.append(object.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> array) {
            char separator = '[';
            for (Object element : array) {
                out.append(separator);
                write(out, element);
                separator = ',';
            }
            out.append(array.isEmpty() ? "[]" : "]");
        } else if (value instanceof String string) {
            writeString(out, string);
        } else {
            out.append(value instanceof Raw raw ? raw.text() : "null");
        }
    }

    private static void writeString(StringBuilder out, String string) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
