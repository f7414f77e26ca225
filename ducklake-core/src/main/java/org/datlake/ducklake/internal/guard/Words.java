package org.datlake.ducklake.internal.guard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The functions, operators and types that a guarded statement may name. */
final class Words {

    /** What the engine calls by itself for a[1], a.b, a -> b and the like: not written in a statement, but looked up. */
    private static final Set<String> IMPLIED = Set.of(
            "array_extract",
            "array_slice",
            "json_extract",
            "list_extract",
            "list_slice",
            "map_extract",
            "struct_extract",
            "struct_extract_at",
            "struct_pack",
            "list_value",
            "array_value",
            "row",
            "unnest",
            "current_catalog",
            "current_database",
            "current_role",
            "current_schema",
            "current_user",
            "session_user",
            "user",
            "get_current_timestamp",
            "get_current_time");

    private static final Set<String> TABLE_FUNCTIONS = Set.of("generate_series", "json_each", "range", "unnest");

    private static final int LONGEST_LOOKED_UP = 64;

    private static final Set<String> OPERATORS = Set.of(
            "ARRAY_CONSTRUCTOR",
            "ARRAY_EXTRACT",
            "ARRAY_SLICE",
            "ARROW",
            "COMPARE_IN",
            "COMPARE_NOT_IN",
            "GROUPING_FUNCTION",
            "OPERATOR_COALESCE",
            "OPERATOR_IS_NOT_NULL",
            "OPERATOR_IS_NULL",
            "OPERATOR_NOT",
            "OPERATOR_NULLIF",
            "OPERATOR_TRY",
            "OPERATOR_UNPACK",
            "STRUCT_EXTRACT");

    private static final Set<String> TYPES = Set.of(
            ("array bigint binary bit bitstring blob bool boolean bpchar bytea char date datetime dec decimal double"
                            + " enum float float4 float8 guid hugeint int int1 int128 int16 int2 int32 int4 int64 int8"
                            + " integer integral interval json list logical long map null numeric nvarchar oid real row"
                            + " short signed smallint string struct text time timestamp timestamp_ms timestamp_ns"
                            + " timestamp_s timestamp_us timestamptz timetz time_ns tinyint ubigint uhugeint uint128"
                            + " uint16 uint32 uint64 uint8 uinteger union usmallint utinyint uuid varbinary varchar")
                    .split(" ", -1));

    private static final Set<String> FUNCTIONS = functions();

    private Words() {}

    private static Set<String> functions() {
        try (InputStream file = Objects.requireNonNull(Words.class.getResourceAsStream("functions.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> Arrays.stream(line.split(" ", -1)))
                    .filter(word -> !word.isEmpty())
                    .map(Words::lower)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Says whether a macro of this name would be called in place of something that statements may use. */
    static boolean isTaken(String name) {
        String lower = lower(name);
        return FUNCTIONS.contains(lower) || IMPLIED.contains(lower) || TABLE_FUNCTIONS.contains(lower);
    }

    /** Refuses a call of a function in an expression, unless it is harmless. */
    static void checkFunction(Map<String, @Nullable Object> call, String place) throws Refusal {
        checkName(call, FUNCTIONS, "the function", place);
        checkLookedUp(call, place);
    }

    /** Refuses a call of a function in FROM, unless it is harmless. */
    static void checkTableFunction(Map<String, @Nullable Object> call, String place) throws Refusal {
        checkName(call, TABLE_FUNCTIONS, "the table function", place);
    }

    private static void checkName(Map<String, @Nullable Object> call, Set<String> allowed, String what, String place)
            throws Refusal {
        String name = lower(Trees.text(call, "function_name"));
        String schema = lower(Trees.text(call, "schema"));
        String catalog = lower(Trees.text(call, "catalog"));
        boolean known = (name.equals("unnest") || allowed.contains(name))
                && (schema.isEmpty() || schema.equals("main"))
                && (catalog.isEmpty() || (catalog.equals("system") && schema.equals("main")));
        if (!known) {
            throw Refusal.of(what + " " + name + " is not among those that are taken" + place);
        }
        if (Trees.isTrue(call.get("export_state"))) {
            throw Refusal.of("EXPORT_STATE is not taken" + place);
        }
    }

    /**
     * Returns which argument of a function is a name that it looks up, or -1: one that is not known is compared with all
     * that are, which takes minutes for a long one and cannot be cancelled.
     */
    private static int lookedUp(String function, int arguments) {
        return switch (function) {
            case "aggregate", "array_aggr", "array_aggregate", "list_aggr", "list_aggregate" -> arguments > 1 ? 1 : -1;
            case "timezone" -> arguments > 1 ? 0 : -1;
            case "make_timestamptz" -> arguments > 6 ? 6 : -1;
            default -> -1;
        };
    }

    private static void checkLookedUp(Map<String, @Nullable Object> call, String place) throws Refusal {
        String function = lower(Trees.text(call, "function_name"));
        List<@Nullable Object> arguments = Trees.list(call.get("children"));
        int index = lookedUp(function, arguments.size());
        if (index >= 0 && !isShortConstant(Trees.object(arguments.get(index)))) {
            throw Refusal.of("the function " + function
                    + " takes the name of an aggregate or a time zone only as a text of at most " + LONGEST_LOOKED_UP
                    + " characters, written in the statement" + place);
        }
    }

    private static boolean isShortConstant(Map<String, @Nullable Object> expression) {
        return Trees.text(expression, "class").equals("CONSTANT")
                && Trees.text(Trees.object(expression.get("value")), "value").length() <= LONGEST_LOOKED_UP;
    }

    /** Refuses an operator, unless it is harmless. */
    static void checkOperator(Map<String, @Nullable Object> operator, String place) throws Refusal {
        String type = Trees.text(operator, "type");
        if (!OPERATORS.contains(type)) {
            throw Refusal.of("the operator " + type + " is not among those that are taken" + place);
        }
    }

    /** Refuses the name of a type, unless it is one of the engine's own. */
    static void checkType(Map<String, @Nullable Object> type, String place) throws Refusal {
        String name = lower(Trees.text(type, "name"));
        if (!TYPES.contains(name)) {
            throw Refusal.of("the type " + name + " is not among those that are taken" + place);
        }
    }

    /**
     * Refuses VARIANT, because the engine goes down into JSON that becomes one with the stack of its thread, and BIGNUM,
     * because the time that it takes over digits grows with the square of their number, and cannot be cancelled.
     */
    static void checkBuiltInType(Map<String, @Nullable Object> type, String place) throws Refusal {
        String id = Trees.text(type, "id");
        if (id.equals("VARIANT") || id.equals("BIGNUM")) {
            throw Refusal.of("the type " + lower(id) + " is not among those that are taken" + place);
        }
    }
}
