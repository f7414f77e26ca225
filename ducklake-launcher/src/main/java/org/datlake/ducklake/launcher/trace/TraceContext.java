package org.datlake.ducklake.launcher.trace;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A place in a trace, as <a href="https://www.w3.org/TR/trace-context-1/">W3C Trace Context</a> tells it in HTTP headers.
 * What a caller sends by other rules is ignored, as the standard asks for: a new trace begins then. Immutable.
 */
public final class TraceContext {

    /** The header with the ids. */
    public static final String PARENT = "traceparent";

    /** The header with what tracing systems add. */
    public static final String STATE = "tracestate";

    /** Later versions may add fields behind these four. */
    private static final Pattern FIELDS =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private static final Pattern STATE_MEMBER = Pattern.compile("[a-z0-9][a-z0-9_*/@-]{0,255}="
            + "[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");
    private static final int MOST_STATE_MEMBERS = 32;

    /** The only bit of the flags that the standard's version 00 knows: the caller may have recorded its span. */
    private static final int SAMPLED = 1;

    private final String traceId;
    private final String spanId;
    private final boolean sampled;
    private final String state;

    private TraceContext(String traceId, String spanId, boolean sampled, String state) {
        this.traceId = traceId;
        this.spanId = spanId;
        this.sampled = sampled;
        this.state = state;
    }

    /**
     * Reads what a caller sent.
     *
     * @param parents the values of all headers {@value #PARENT}
     * @param states the values of all headers {@value #STATE}
     * @return the caller's span; empty if nothing was sent, or nothing that is valid
     */
    public static Optional<TraceContext> read(List<String> parents, List<String> states) {
        if (parents.size() != 1) {
            return Optional.empty();
        }
        Matcher fields = FIELDS.matcher(parents.get(0).strip());
        if (!fields.matches()) {
            return Optional.empty();
        }
        String version = fields.group(1);
        boolean more = fields.group(5) != null;
        if (version.equals("ff") || (version.equals("00") && more)) {
            return Optional.empty();
        }
        String traceId = fields.group(2);
        String spanId = fields.group(3);
        if (isZero(traceId) || isZero(spanId)) {
            return Optional.empty();
        }
        boolean sampled = (HexFormat.fromHexDigits(fields.group(4)) & SAMPLED) != 0;
        return Optional.of(new TraceContext(traceId, spanId, sampled, state(states)));
    }

    private static boolean isZero(String id) {
        return id.chars().allMatch(digit -> digit == '0');
    }

    /** Whoever sends a list that is not valid loses it, but not the trace. */
    private static String state(List<String> headers) {
        List<String> members = headers.stream()
                .flatMap(header -> List.of(header.split(",", -1)).stream())
                .map(String::strip)
                .filter(member -> !member.isEmpty())
                .toList();
        boolean valid = members.size() <= MOST_STATE_MEMBERS
                && members.stream()
                        .allMatch(member -> STATE_MEMBER.matcher(member).matches());
        return valid ? members.stream().collect(Collectors.joining(",")) : "";
    }

    /**
     * Returns a span that a tracing library has made.
     *
     * @param traceId 32 hexadecimal digits in lower case
     * @param spanId 16 hexadecimal digits in lower case
     * @param sampled whether it is recorded
     */
    public static TraceContext of(String traceId, String spanId, boolean sampled) {
        return new TraceContext(traceId, spanId, sampled, "");
    }

    /** Begins a new trace, which nobody is known to record. */
    public static TraceContext start() {
        return new TraceContext(randomId(2), randomId(1), false, "");
    }

    /** Returns a new span of the same trace. */
    public TraceContext child() {
        return new TraceContext(traceId, randomId(1), sampled, state);
    }

    /** Ids have to differ, not to be secret. */
    private static String randomId(int longs) {
        StringBuilder id = new StringBuilder(16 * longs);
        for (int i = 0; i < longs; i++) {
            // All zeros would be no id.
            id.append(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE)));
        }
        return id.toString();
    }

    /** Returns the id of the whole trace: 32 hexadecimal digits. */
    public String traceId() {
        return traceId;
    }

    /** Returns the id of this span: 16 hexadecimal digits. */
    public String spanId() {
        return spanId;
    }

    /** Returns the value of the header {@value #PARENT} that names this span. */
    public String parent() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    /** Returns the value of the header {@value #STATE}; empty if there is nothing to send. */
    public String state() {
        return state;
    }
}
