package org.datlake.ducklake.internal.sql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows a plan that the engine wrote as JSON: an operator a line, with no value in it. */
public final class PlanText {

    private static final int MOST_CHARACTERS = 4000;
    private static final int DEEPEST = 60;
    private static final String ROWS = "Estimated Cardinality";

    /** What else the engine says of an operator is numbers, or of no use without them. */
    private static final List<String> SHOWN = List.of(
            "Table",
            "Table Name",
            "Function",
            "CTE Name",
            "Join Type",
            "Conditions",
            "Filters",
            "Expression",
            "Groups",
            "Aggregates",
            "Projections",
            "Order By");

    private final StringBuilder out = new StringBuilder();

    private PlanText() {}

    /**
     * Returns the text of a plan.
     *
     * @throws IllegalArgumentException if it is nested too deeply
     */
    public static String of(String json) {
        PlanText text = new PlanText();
        text.add(Json.read(json), 0);
        if (text.out.length() > MOST_CHARACTERS) {
            text.out.setLength(MOST_CHARACTERS);
            text.out.append("…");
        }
        return text.out.toString();
    }

    private void add(@Nullable Object part, int depth) {
        if (out.length() > MOST_CHARACTERS || depth > DEEPEST) {
            return;
        }
        if (part instanceof List<?> operators) {
            operators.forEach(operator -> add(operator, depth));
        } else if (part instanceof Map<?, ?> operator) {
            out.append(out.isEmpty() ? "" : "\n").append("  ".repeat(depth)).append(operator.get("name"));
            if (operator.get("extra_info") instanceof Map<?, ?> details) {
                add(details);
            }
            add(operator.get("children"), depth + 1);
        }
    }

    private void add(Map<?, ?> details) {
        if (details.get(ROWS) instanceof String rows && rows.matches("[0-9]+")) {
            // Not the estimate itself, which may come from a LIMIT.
            out.append(" <1").append("0".repeat(rows.length())).append(" rows");
        }
        for (String key : SHOWN) {
            String value = text(details.get(key));
            if (!value.isEmpty()) {
                out.append("; ")
                        .append(key.toLowerCase(Locale.ROOT))
                        .append(": ")
                        .append(value);
            }
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof List<?> several) {
            return String.join(", ", several.stream().map(PlanText::text).toList());
        }
        return value instanceof String one ? MaskedSql.expression(one) : "";
    }
}
