package org.datlake.ducklake.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.datlake.ducklake.ConfigurationException;

/**
 * What the values of a key look like. Each kind turns what was written into the form that SmallRye's own converters
 * take, or says what is wrong with it: SmallRye's errors name keys in a form that nobody wrote and echo values.
 *
 * @param verbatim whether blanks at the ends belong to the value
 * @param secret whether the value must never be shown
 * @param form turns a value, already stripped unless {@code verbatim}, into its canonical form
 */
record ValueKind(boolean verbatim, boolean secret, Form form) {

    /** Any text, as it is. */
    static final ValueKind TEXT = new ValueKind(true, false, ValueKind::withoutNul);

    /** Text without blanks at its ends. */
    static final ValueKind WORD = stripped(ValueKind::withoutNul);

    /** A password or key, as it is. */
    static final ValueKind SECRET = new ValueKind(true, true, ValueKind::withoutNul);

    /** Bearer tokens; see {@link AccessTokens}. */
    static final ValueKind TOKENS = new ValueKind(true, true, AccessTokens::check);

    /** {@code true} or {@code false}. */
    static final ValueKind FLAG = oneOf(UnaryOperator.identity(), "true", "false");

    /** A TCP port. */
    static final ValueKind PORT = wholeNumber(1, 65535);

    /** A host's name or address, without anything around it. */
    static final ValueKind HOST = stripped(ValueKind::host);

    /** Seconds as a decimal number; canonical form: ISO-8601. */
    static final ValueKind SECONDS = stripped(ValueKind::seconds);

    /** A size in DuckDB's units; canonical form: bytes. */
    static final ValueKind SIZE = stripped(ValueKind::bytes);

    /** A file or directory. */
    static final ValueKind PATH = stripped(ValueKind::path);

    /** An absolute URL. */
    static final ValueKind URL = stripped(ValueKind::url);

    /** libpq's words for the protection of a connection. */
    static final ValueKind SSL_MODE = stripped(ValueKind::sslMode);

    /** Two colons or more belong to an IPv6 address, a single one to a port. */
    private static final Pattern HOST_FORM = Pattern.compile("(?![^:]*:[^:]*$)[^\\s/@\\p{Cntrl}]+");

    private static final BigDecimal MIN_SECONDS = new BigDecimal("0.1");
    private static final BigDecimal MAX_SECONDS = new BigDecimal("604800");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");
    private static final Pattern SIZE_FORM = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,18})?) *([A-Za-z]+)");
    private static final Map<String, Long> SIZE_UNITS = Map.of(
            "b", 1L,
            "kb", 1000L,
            "mb", 1000_000L,
            "gb", 1000_000_000L,
            "tb", 1000_000_000_000L,
            "kib", 1L << 10,
            "mib", 1L << 20,
            "gib", 1L << 30,
            "tib", 1L << 40);

    /** Turns a value into its canonical form. */
    @FunctionalInterface
    interface Form {
        String canonical(String value) throws BadValueException;
    }

    /** Gives a value to the class of the core that judges it. */
    @FunctionalInterface
    interface CoreCheck {
        void build(String value);
    }

    /** Returns the canonical form of what was written. */
    String canonical(String written) throws BadValueException {
        return form.canonical(verbatim ? written : written.strip());
    }

    /** Says whether what was written counts as not given. */
    boolean isAbsent(String written) {
        return verbatim ? written.isEmpty() : written.isBlank();
    }

    /** Returns a kind for whole numbers within bounds. */
    static ValueKind wholeNumber(int min, int max) {
        return stripped(value -> {
            BadValueException bad = BadValueException.of("must be a whole number from " + min + " to " + max);
            if (!value.matches("[+-]?[0-9]{1,30}")) {
                throw bad;
            }
            BigInteger number = new BigInteger(value);
            if (number.compareTo(BigInteger.valueOf(min)) < 0 || number.compareTo(BigInteger.valueOf(max)) > 0) {
                throw bad;
            }
            return number.toString();
        });
    }

    /**
     * Returns a kind for a few words, in any case.
     *
     * @param rendering how the canonical form is made from the word
     */
    static ValueKind oneOf(UnaryOperator<String> rendering, String... words) {
        List<String> known = List.of(words);
        return stripped(value -> {
            String word = value.toLowerCase(Locale.ROOT);
            if (!known.contains(word)) {
                throw BadValueException.of("must be " + alternatives(known));
            }
            return rendering.apply(word);
        });
    }

    /** Returns a kind that a class of the core judges, so that its rules are written once. */
    static ValueKind judgedByCore(ValueKind kind, CoreCheck check) {
        return new ValueKind(kind.verbatim, kind.secret, value -> {
            String canonical = kind.form.canonical(value);
            try {
                check.build(canonical);
            } catch (ConfigurationException e) {
                throw BadValueException.withoutValue(String.join("; ", e.problems()));
            }
            return canonical;
        });
    }

    private static ValueKind stripped(Form form) {
        return new ValueKind(false, false, form);
    }

    private static String alternatives(List<String> words) {
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    private static String withoutNul(String value) throws BadValueException {
        if (value.indexOf('\0') >= 0) {
            throw BadValueException.withoutValue("must not hold a NUL character");
        }
        return value;
    }

    private static String host(String value) throws BadValueException {
        if (!HOST_FORM.matcher(value).matches()) {
            throw BadValueException.withoutValue(
                    "must be a host's name or address alone, without scheme, user, port, path or blanks");
        }
        return value;
    }

    private static String seconds(String value) throws BadValueException {
        BadValueException bad =
                BadValueException.of("must be seconds as a decimal number from 0.1 to 604800, for example 30.0");
        if (!DECIMAL.matcher(value).matches()) {
            throw bad;
        }
        BigDecimal seconds = new BigDecimal(value);
        if (seconds.compareTo(MIN_SECONDS) < 0 || seconds.compareTo(MAX_SECONDS) > 0) {
            throw bad;
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValue()).toString();
    }

    private static String bytes(String value) throws BadValueException {
        Matcher parts = SIZE_FORM.matcher(value);
        Long unit = parts.matches() ? SIZE_UNITS.get(parts.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw BadValueException.of("must be a size such as 512MB (powers of 1000: KB, MB, GB, TB) or 512MiB (powers"
                    + " of 1024: KiB, MiB, GiB, TiB)");
        }
        BigDecimal bytes = new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw BadValueException.of("is larger than any machine's memory");
        }
        return Long.toString(bytes.longValue());
    }

    private static String path(String value) throws BadValueException {
        try {
            return Path.of(value).toString();
        } catch (InvalidPathException e) {
            throw BadValueException.of("must be a path of this operating system");
        }
    }

    private static String url(String value) throws BadValueException {
        try {
            URI url = new URI(value);
            if (url.isAbsolute() && !url.isOpaque()) {
                return value;
            }
        } catch (URISyntaxException e) {
            // Its message echoes the value, which may hold a password: the one sentence below says enough.
        }
        throw BadValueException.withoutValue("must be an absolute URL, for example https://mirror.example.com/duckdb");
    }

    private static String sslMode(String value) throws BadValueException {
        String mode = value.toLowerCase(Locale.ROOT);
        return switch (mode) {
            case "disable", "require", "verify-ca", "verify-full" -> mode;
            case "allow", "prefer" ->
                throw BadValueException.withoutValue("'" + mode + "' is refused because it falls back to plain text"
                        + " without a word: use disable, require, verify-ca or verify-full");
            default -> throw BadValueException.of("must be disable, require, verify-ca or verify-full");
        };
    }
}
