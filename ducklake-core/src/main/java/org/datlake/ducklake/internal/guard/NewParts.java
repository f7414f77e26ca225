package org.datlake.ducklake.internal.guard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.internal.sql.Json;
import org.jspecify.annotations.Nullable;

/** Makes parts of trees. */
final class NewParts {

    private static final Json.Raw NO = new Json.Raw("false");
    private static final Json.Raw NOWHERE = new Json.Raw("18446744073709551615");

    private NewParts() {}

    /** Returns a number as a part of a tree. */
    static Map<String, @Nullable Object> number(long number) {
        return constant("BIGINT", new Json.Raw(Long.toString(number)));
    }

    /** Returns a text as a part of a tree. */
    static Map<String, @Nullable Object> text(String text) {
        return constant("VARCHAR", text);
    }

    private static Map<String, @Nullable Object> constant(String typeId, Object content) {
        Map<String, @Nullable Object> type = new LinkedHashMap<>();
        type.put("id", typeId);
        type.put("type_info", null);
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("type", type);
        value.put("is_null", NO);
        value.put("value", content);
        Map<String, @Nullable Object> constant = expression("CONSTANT", "VALUE_CONSTANT");
        constant.put("value", value);
        return constant;
    }

    /** Returns a call of a function as a part of a tree. */
    static Map<String, @Nullable Object> call(String function, @Nullable Object... arguments) {
        Map<String, @Nullable Object> orders = new LinkedHashMap<>();
        orders.put("type", "ORDER_MODIFIER");
        orders.put("orders", new ArrayList<@Nullable Object>());
        Map<String, @Nullable Object> call = expression("FUNCTION", "FUNCTION");
        call.put("function_name", function);
        call.put("schema", "");
        call.put("children", list(arguments));
        call.put("filter", null);
        call.put("order_bys", orders);
        call.put("distinct", NO);
        call.put("is_operator", NO);
        call.put("export_state", NO);
        call.put("catalog", "");
        return call;
    }

    /** Turns a part of a tree into what it is not; its name stays. */
    static void negate(Map<String, @Nullable Object> part) {
        Map<String, @Nullable Object> inner = new LinkedHashMap<>(part);
        inner.put("alias", "");
        Map<String, @Nullable Object> not = expression("OPERATOR", "OPERATOR_NOT");
        not.put("alias", part.get("alias"));
        not.put("query_location", part.get("query_location"));
        not.put("children", list(inner));
        part.clear();
        part.putAll(not);
    }

    private static Map<String, @Nullable Object> expression(String kind, String type) {
        Map<String, @Nullable Object> expression = new LinkedHashMap<>();
        expression.put("class", kind);
        expression.put("type", type);
        expression.put("alias", "");
        expression.put("query_location", NOWHERE);
        return expression;
    }

    /** Returns parts as a list of a tree. */
    static List<@Nullable Object> list(@Nullable Object... parts) {
        List<@Nullable Object> list = new ArrayList<>();
        for (Object part : parts) {
            list.add(part);
        }
        return list;
    }
}
