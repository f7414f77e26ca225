package org.datlake.ducklake.internal.guard;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.datlake.ducklake.internal.sql.Json;
import org.jspecify.annotations.Nullable;

/**
 * Calls of LIKE and its like. The engine's own matcher goes down one level of its thread's stack for each wildcard, and
 * tries all places for each: a pattern with many of them ends the process, or blocks a worker that cannot be cancelled. What
 * it takes is left to it only where that cannot be; elsewhere the call becomes one of a regular expression that means the
 * same, whose time grows with the text.
 */
final class Patterns {

    /** How long a pattern may be that becomes a regular expression: its match takes time by this and the text. */
    private static final int LONGEST = 1_000;

    /** How long a pattern may be that the engine's matcher takes one character after the other. */
    private static final int LONGEST_SIMPLE = 100;

    private static final Set<String> OPERATORS = Set.of("~~", "!~~", "~~*", "!~~*");
    private static final Set<String> ESCAPES =
            Set.of("like_escape", "not_like_escape", "ilike_escape", "not_ilike_escape");

    /** A regular expression that is nothing but a text, which the engine looks for without LIKE. */
    private static final Pattern LITERAL = Pattern.compile("[\\p{L}\\p{N} ,;:=<>@#&!'\"/-]+");

    /** A regular expression for the start of a text, behind whose first character something may be put. */
    private static final Pattern ANCHORED = Pattern.compile("\\^(?![*+?{]).*", Pattern.DOTALL);

    private Patterns() {}

    /** Says whether an expression is a call of LIKE or its like. */
    static boolean isMatch(Map<String, @Nullable Object> part) {
        String function = function(part);
        return OPERATORS.contains(function) || ESCAPES.contains(function) || function.equals("~~~");
    }

    private static String function(Map<String, @Nullable Object> part) {
        return Trees.text(part, "class").equals("FUNCTION") ? Words.lower(Trees.text(part, "function_name")) : "";
    }

    /**
     * Turns a call of LIKE or its like into one that cannot block a thread, and refuses it where there is none.
     *
     * @return whether it has become an expression of another class, which is to be looked at anew
     */
    static boolean tame(Map<String, @Nullable Object> part, String place) throws Refusal {
        String function = function(part);
        if (function.isEmpty()) {
            return false;
        }
        if (function.equals("regexp_matches")) {
            tameRegex(part, place);
        } else if (isMatch(part)) {
            List<@Nullable Object> arguments = Trees.list(part.get("children"));
            if (arguments.size() != (ESCAPES.contains(function) ? 3 : 2)) {
                throw Refusal.of("a pattern of another form" + place);
            }
            if (function.equals("~~~") || isNames(Trees.object(arguments.get(0)))) {
                checkSimple(function, arguments, place);
            } else {
                tameLike(part, function, arguments, place);
            }
        }
        return !Trees.text(part, "class").equals("FUNCTION");
    }

    /** The engine compares the names of columns in * LIKE, and knows it by its form. */
    private static boolean isNames(Map<String, @Nullable Object> expression) {
        return Trees.text(expression, "class").equals("STAR") && !Trees.isTrue(expression.get("columns"));
    }

    private static void checkSimple(String function, List<@Nullable Object> arguments, String place) throws Refusal {
        boolean glob = function.equals("~~~");
        String pattern = text(arguments.get(1));
        if (pattern == null || !PatternText.isSimple(pattern, glob ? '*' : '%', LONGEST_SIMPLE)) {
            throw Refusal.of((glob ? "GLOB" : "* LIKE") + " takes a pattern only as a text of at most " + LONGEST_SIMPLE
                    + " characters, written in the statement, with one " + (glob ? "*" : "%")
                    + " and another at its end" + (glob ? "; LIKE and SIMILAR TO take more" : "") + place);
        }
    }

    private static void tameLike(
            Map<String, @Nullable Object> part, String function, List<@Nullable Object> arguments, String place)
            throws Refusal {
        boolean negated = function.startsWith("!") || function.startsWith("not_");
        boolean anyCase = function.endsWith("*") || function.contains("ilike");
        Object text = anyCase ? NewParts.call("lower", arguments.get(0)) : arguments.get(0);
        String pattern = text(arguments.get(1));
        boolean escaped = ESCAPES.contains(function);
        if (!escaped && pattern != null && pattern.indexOf('_') < 0) {
            part.put("function_name", negated ? "!~~" : "~~");
            part.put(
                    "children",
                    NewParts.list(text, anyCase ? NewParts.call("lower", arguments.get(1)) : arguments.get(1)));
            return;
        }
        if (pattern != null && pattern.length() > LONGEST) {
            throw Refusal.of("a pattern of LIKE with _ or ESCAPE has more than " + LONGEST + " characters" + place);
        }
        Object regex;
        if (escaped) {
            regex = NewParts.text(escapedRegex(pattern, text(arguments.get(2)), anyCase, place));
        } else {
            regex = pattern == null
                    ? computedRegex(anyCase ? NewParts.call("lower", arguments.get(1)) : arguments.get(1))
                    : NewParts.text(PatternText.regex(pattern));
        }
        boolean small = anyCase && pattern != null;
        part.put("function_name", "regexp_full_match");
        part.put("is_operator", new Json.Raw("false"));
        part.put("children", NewParts.list(text, small ? NewParts.call("lower", regex) : regex, NewParts.text("s")));
        if (negated) {
            NewParts.negate(part);
        }
    }

    private static String escapedRegex(@Nullable String pattern, @Nullable String escape, boolean anyCase, String place)
            throws Refusal {
        if (pattern == null
                || escape == null
                || escape.length() > 1
                || escape.chars().anyMatch(c -> c >= 0x80 || (anyCase && Character.isLetter(c)))) {
            throw Refusal.of("ESCAPE is taken only with a pattern and one ASCII character"
                    + (anyCase ? ", no letter," : "")
                    + " written in the statement; contains(), starts_with() and ends_with() find any text as it is"
                    + place);
        }
        try {
            return escape.isEmpty() ? PatternText.regex(pattern) : PatternText.regex(pattern, escape.charAt(0));
        } catch (IllegalArgumentException e) {
            throw Refusal.of(e.getMessage() + place);
        }
    }

    /** A pattern that is known to the engine only: the same is made of it as of a known one, or what it takes for an error. */
    private static Object computedRegex(@Nullable Object pattern) {
        Object quoted =
                NewParts.call("regexp_escape", NewParts.call("left", pattern, NewParts.number(2L * LONGEST + 1)));
        Object regex = NewParts.call(
                "replace",
                NewParts.call("replace", quoted, NewParts.text("\\%"), NewParts.text(".*")),
                NewParts.text("_"),
                NewParts.text("."));
        String repeated = ".{" + LONGEST + "}";
        return NewParts.call(
                "regexp_replace",
                regex,
                NewParts.text("^" + repeated + repeated + ".+$"),
                NewParts.text("(a pattern of LIKE that is not written in the statement has more than " + LONGEST
                        + " characters"),
                NewParts.text("s"));
    }

    /**
     * The engine turns regular expressions that it knows into LIKE, after all that is constant was computed; a group that is
     * empty keeps it from that, and changes nothing else.
     */
    private static void tameRegex(Map<String, @Nullable Object> part, String place) throws Refusal {
        List<@Nullable Object> arguments = Trees.list(part.get("children"));
        String options = arguments.size() == 3 ? text(arguments.get(2)) : "";
        if (arguments.size() < 2 || options == null) {
            throw Refusal.of("regexp_matches takes its options only as a text, written in the statement" + place);
        }
        String pattern = text(arguments.get(1));
        if (options.indexOf('l') >= 0
                || (pattern != null && LITERAL.matcher(pattern).matches())) {
            return;
        }
        Object grouped;
        if (pattern == null) {
            grouped = NewParts.call("||", NewParts.text("()"), arguments.get(1));
        } else if (ANCHORED.matcher(pattern).matches()) {
            grouped = NewParts.text("^()" + pattern.substring(1));
        } else {
            grouped = NewParts.text("()" + pattern);
        }
        arguments.set(1, grouped);
    }

    /** Returns a text that is written in the statement; null if something else is. */
    private static @Nullable String text(@Nullable Object expression) {
        Map<String, @Nullable Object> part = Trees.object(expression);
        if (!Trees.text(part, "class").equals("CONSTANT")) {
            return null;
        }
        return Trees.object(part.get("value")).get("value") instanceof String text ? text : null;
    }
}
