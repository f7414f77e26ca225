package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.GuardedQuery;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a caller asks for.
 *
 * @param sql the statement
 * @param parameters in their order
 * @param snapshot the state that is read, by its snapshot; empty where it is the newest, or told by its time
 * @param time the state that is read, by its time, or null
 * @param limit how many rows are wanted at most
 */
record QueryRequest(
        String sql,
        List<@Nullable Object> parameters,
        OptionalLong snapshot,
        @Nullable Instant time,
        OptionalLong limit) {

    private static final int DEEPEST = 8;

    private static final int HUGEINT_BITS = 127;
    private static final int DECIMAL_DIGITS = 38;
    private static final String AT = "'at' is the id of a snapshot, from 0 to " + Long.MAX_VALUE
            + ", or a time such as \"2026-01-31T12:00:00Z\"";
    private static final Set<String> NAMES = Set.of("sql", "parameters", "at", "limit");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Looks at what the body is said to be.
     *
     * @throws HttpResponseException with status 415 if it is not JSON
     */
    static void requireJson(Context context) {
        if (!Bodies.mediaType(context).equals("application/json")) {
            throw new HttpResponseException(415, "send the statement with the Content-Type application/json");
        }
    }

    /**
     * Reads a request.
     *
     * @throws HttpResponseException with status 400 or 422 if it is not what it should be
     */
    static QueryRequest parse(byte[] json) {
        JsonNode body;
        try {
            body = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new HttpResponseException(400, "the body is no JSON that is taken here");
        }
        if (!body.isObject()) {
            throw wrong("the body is an object with 'sql' and, where wanted, 'parameters', 'at' and 'limit'");
        }
        for (String name : body.propertyNames()) {
            if (!NAMES.contains(name)) {
                throw wrong("the body has something else than 'sql', 'parameters', 'at' and 'limit'");
            }
        }
        JsonNode at = body.path("at");
        return new QueryRequest(
                sql(body.path("sql")),
                parameters(body.path("parameters")),
                at.isIntegralNumber() ? OptionalLong.of(id(at)) : OptionalLong.empty(),
                at.isIntegralNumber() ? null : time(at),
                limit(body.path("limit")));
    }

    private static HttpResponseException wrong(String detail) {
        return new HttpResponseException(422, detail);
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static String sql(JsonNode node) {
        if (!node.isString() || node.stringValue().isBlank()) {
            throw wrong("'sql' is a text: one SELECT");
        }
        return node.stringValue();
    }

    private static List<@Nullable Object> parameters(JsonNode node) {
        List<@Nullable Object> values = new ArrayList<>();
        if (isAbsent(node)) {
            return values;
        }
        if (!node.isArray()) {
            throw wrong("'parameters' is an array of texts, numbers, truth values and null");
        }
        for (JsonNode value : node.values()) {
            values.add(parameter(value));
        }
        return values;
    }

    private static @Nullable Object parameter(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isString()) {
            return value.stringValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isNumber()) {
            return number(value);
        }
        throw wrong("a parameter is a text, a number, a truth value or null; send lists as texts and cast them");
    }

    /** What the engine makes of the same number in a statement; as a parameter it would take some for NULL. */
    private static Object number(JsonNode value) {
        if (value.isIntegralNumber()) {
            BigInteger number = value.bigIntegerValue();
            if (number.bitLength() > HUGEINT_BITS) {
                throw wrong(
                        "a parameter is a whole number that no HUGEINT holds: send it as a text, or with an exponent");
            }
            return value.canConvertToLong() ? (Object) value.longValue() : number;
        }
        BigDecimal number = value.decimalValue();
        long digits = Math.max(number.scale(), number.precision() - Math.min(0L, number.scale()));
        if (digits <= DECIMAL_DIGITS) {
            return number;
        }
        double closest = number.doubleValue();
        if (Double.isInfinite(closest)) {
            throw wrong("a parameter is a number that no DOUBLE holds: send it as a text");
        }
        return closest;
    }

    private static long id(JsonNode node) {
        if (!node.canConvertToLong() || node.longValue() < 0) {
            throw wrong(AT);
        }
        return node.longValue();
    }

    private static @Nullable Instant time(JsonNode node) {
        if (isAbsent(node)) {
            return null;
        }
        try {
            if (node.isString()) {
                OffsetDateTime time = OffsetDateTime.parse(node.stringValue());
                // RFC 3339 has no others, and the engine cannot count the microseconds of some.
                if (time.getYear() >= 0 && time.getYear() <= 9999) {
                    return time.toInstant();
                }
            }
        } catch (DateTimeException e) {
            throw wrong(AT);
        }
        throw wrong(AT);
    }

    private static OptionalLong limit(JsonNode node) {
        if (isAbsent(node)) {
            return OptionalLong.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw wrong("'limit' is a whole number from 0 to " + Long.MAX_VALUE);
        }
        return OptionalLong.of(node.longValue());
    }

    /** Prepares the statement. */
    GuardedQuery on(DuckLakeClient lake) {
        GuardedQuery query = lake.guarded(sql, parameters.toArray());
        if (snapshot.isPresent()) {
            return query.at(snapshot.getAsLong());
        }
        return time == null ? query : query.at(time);
    }
}
