package org.datlake.ducklake.internal.guard;

import java.util.List;
import java.util.Map;
import org.datlake.ducklake.internal.sql.Json;
import org.jspecify.annotations.Nullable;

/** Reads parts of trees. */
final class Trees {

    private Trees() {}

    /** Returns a part that is an object. */
    @SuppressWarnings("unchecked") // Json makes maps with these types only
    static Map<String, @Nullable Object> object(@Nullable Object part) {
        if (part instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new IllegalStateException("the engine writes its trees in another form");
    }

    /** Returns a part that is a list. */
    @SuppressWarnings("unchecked") // Json makes lists with this type only
    static List<@Nullable Object> list(@Nullable Object part) {
        if (part instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw new IllegalStateException("the engine writes its trees in another form");
    }

    /** Returns a part that is a text; empty where there is none. */
    static String text(Map<String, @Nullable Object> object, String key) {
        return object.get(key) instanceof String text ? text : "";
    }

    static boolean isTrue(@Nullable Object part) {
        return part instanceof Json.Raw raw && raw.text().equals("true");
    }

    /** Returns where in the text of the statement a part begins, from 0; -1 where it is not known. */
    static long location(Map<String, @Nullable Object> object) {
        return object.get("query_location") instanceof Json.Raw raw ? number(raw.text()) : -1;
    }

    /** The engine's word for unknown is 2^64-1. */
    static long number(String text) {
        return text.length() > 0 && text.length() < 10 ? Long.parseLong(text) : -1;
    }

    /** Says where something is, for people. */
    static String place(long location) {
        return location < 0 ? "" : " at character " + (location + 1);
    }
}
