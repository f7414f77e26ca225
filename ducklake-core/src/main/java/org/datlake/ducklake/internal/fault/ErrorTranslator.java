package org.datlake.ducklake.internal.fault;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.TransactionConflictException.Kind;
import org.datlake.ducklake.internal.fault.EngineFault.Conflict;
import org.jspecify.annotations.Nullable;

/**
 * The only reader of engine messages. DuckDB's driver gives neither SQLSTATE nor error code, so the message is all
 * there is: its innermost {@code Xxx Error:} says the type, its words say what happened.
 */
public final class ErrorTranslator {

    private static final Pattern TYPE =
            Pattern.compile("(?:^|[\\s:])(Binder|Catalog|Parser|Conversion|Constraint|IO|HTTP"
                    + "|TransactionContext|Invalid Input|Out of Memory|Out of Range|Not implemented|INTERNAL|FATAL|Permission"
                    + "|INTERRUPT|Dependency|Serialization|Missing Extension|Invalid Configuration|Mismatch Type|Connection"
                    + "|Sequence|Syntax|Cardinality|Invalid) Error: ");
    /** Errors that quote values, and hold no other error: what looks like one in them is a part of a value. */
    private static final Set<String> ABOUT_VALUES =
            Set.of("Conversion", "Out of Range", "Mismatch Type", "Invalid Input", "Parser", "Syntax");

    /** How errors begin that hold another one all the same. */
    private static final Pattern WRAPPED = Pattern.compile("(?:Attempting|Failed) to ");

    private static final String BATCH = "Failed to execute query \"";
    private static final Pattern PLACE = Pattern.compile("\\n\\s*LINE (\\d+): (.*)\\n( *)\\^");
    /** Possessive: other loops take a frame of the stack for each turn, and what is quoted may be long. */
    private static final Pattern SINGLE_QUOTED = Pattern.compile("(?:'[^']*+')++");

    private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"[^\"]*\"");
    private static final Pattern OPEN_QUOTE = Pattern.compile("\"'[^\"]*\"");
    private static final Pattern VALUE =
            Pattern.compile("(with value|[Vv]alue:|[Cc]ould not cast value|Codepoint|hex digit:) \\S+");

    /** What is wrong with a regular expression, and a part of it. */
    private static final Pattern REGULAR_EXPRESSION =
            Pattern.compile("^((?:invalid (?:escape sequence|character class(?: range)?|repetition size|perl operator"
                    + "|UTF-8|named capture group)|missing [\\])]|unexpected \\)|trailing \\\\"
                    + "|no argument for repetition operator|bad repetition operator): ).*");

    /** What a guarded statement makes of a pattern that it cannot take: a regular expression that is none, with a reason. */
    private static final Pattern REASON = Pattern.compile(
            "^missing \\): \\((a pattern of LIKE that is not written in the statement has more than \\d{1,6} characters)$");

    /** The value of a partition, in the path of its files; encoded, too. */
    private static final Pattern PARTITION = Pattern.compile("(?<=/)([^/='\"]+?(?:=|%3D))[^/]+(?=/)");

    /** The engine quotes values without doubling the quotes in them: all from the first quote to the last may be one. */
    private static final Pattern QUOTED_VALUES =
            Pattern.compile("(?<![\\p{L}\\p{N}])(['\"]).*\\1(?![\\p{L}\\p{N}])", Pattern.DOTALL);

    /** What was calculated when it overflowed, such as (5 + 7), and a value at the end of a message. */
    private static final Pattern OPERANDS =
            Pattern.compile("(?<=\\()[^()]*\\d[^()]*(?=\\)!?$)|(?<=: )[^:]*[\\d\\\\][^:]*$");

    /** What PostgreSQL says behind a statement; a row's value may hold these words too, but not in this place. */
    private static final Pattern DISK_FULL = Pattern.compile(
            "\": error: +could not \\w+(?: \\w+){0,2} file \"[^\"]*\"[^\"]*: no space left on device\\b[^\"]*$");

    private static final Pattern HTTP_STATUS = Pattern.compile("\\(HTTP (?:code )?(\\d{3})|HTTP code (\\d{3})");
    private static final Pattern CONFLICT_TABLE = Pattern.compile("(?:table|view|schema)(?: with name)? \"([^\"]+)\"");
    private static final Pattern CONFLICT_TABLE_ID = Pattern.compile("table with index \"(\\d{1,18})\"");
    private static final List<String> KEPT_DETAILS =
            List.of("Error when converting column", "Expected Number of Columns", "Did you mean", "Candidate");

    private final Redactor redactor;

    /** Makes a translator that hides the secrets the redactor knows. */
    public ErrorTranslator(Redactor redactor) {
        this.redactor = redactor;
    }

    /** Returns a text without secrets. */
    public String redact(String text) {
        return redactor.redact(text);
    }

    /** Hides one more secret from now on. */
    public void learn(Secret secret) {
        redactor.learn(secret);
    }

    /** Makes a failure of an error of the driver. */
    public EngineFailure translate(SQLException error) {
        return new EngineFailure(fault(error.getMessage()));
    }

    /** Makes a failure of what a worker threw. */
    public EngineFailure translateCause(ExecutionException error) {
        Throwable cause = error.getCause();
        return translate(cause == null ? error : cause);
    }

    /** Makes a failure of whatever was thrown. */
    public EngineFailure translate(Throwable error) {
        if (error instanceof EngineFailure failure) {
            return failure;
        }
        if (error instanceof SQLException sql) {
            return translate(sql);
        }
        // The driver itself throws such things when a connection is closed or cancelled under it.
        String type = error.getClass().getSimpleName();
        return new EngineFailure(EngineFault.of(
                FaultKind.STATEMENT,
                type,
                "HY000",
                "the DuckDB driver failed: " + redactor.redact(type + ": " + error.getMessage())));
    }

    /** Makes a fault of an engine message. */
    public EngineFault fault(@Nullable String message) {
        String raw = message == null ? "" : message;
        // Behind it stands the statement, which may hold any words.
        Matcher place = PLACE.matcher(raw);
        String said = place.find() ? raw.substring(0, place.start()) : raw;
        Innermost innermost = innermost(said);
        String type = innermost.type;
        String inner = raw.substring(innermost.start);
        FaultKind kind = innermost.last ? FaultKind.STATEMENT : kind(withoutNames(said, type), type);
        String text =
                kind == FaultKind.STATEMENT || kind == FaultKind.CONFLICT ? readable(inner, type) : firstLine(inner);
        return new EngineFault(
                kind,
                type,
                SqlStates.of(kind, type, said),
                explain(kind, PARTITION.matcher(redactor.redact(text)).replaceAll("$1…")),
                kind == FaultKind.CONFLICT ? conflict(raw, inner) : null,
                kind == FaultKind.STATEMENT ? SourcePlace.in(raw) : null);
    }

    private static Conflict conflict(String raw, String inner) {
        if (!raw.toLowerCase(Locale.ROOT).contains("transaction conflict")) {
            return new Conflict(Kind.PHYSICAL, null, null);
        }
        Matcher id = CONFLICT_TABLE_ID.matcher(inner);
        if (id.find()) {
            return new Conflict(Kind.LOGICAL, null, Long.valueOf(id.group(1)));
        }
        Matcher table = CONFLICT_TABLE.matcher(inner);
        return new Conflict(Kind.LOGICAL, table.find() ? table.group(1) : null, null);
    }

    /**
     * The error that all others are about.
     *
     * @param type its type
     * @param start where its text begins
     * @param last whether it is one that holds no other
     */
    private record Innermost(String type, int start, boolean last) {}

    private static Innermost innermost(String said) {
        int batch = said.indexOf(BATCH);
        Matcher matcher = TYPE.matcher(batch < 0 ? said : said.substring(0, batch));
        Innermost found = new Innermost("Unknown", 0, false);
        while (!found.last && matcher.find()) {
            int start = matcher.end();
            boolean wraps = WRAPPED.matcher(said).region(start, said.length()).lookingAt();
            found = new Innermost(matcher.group(1), start, !wraps && ABOUT_VALUES.contains(matcher.group(1)));
        }
        return found;
    }

    /** A column may be called anything. */
    private static String withoutNames(String said, String type) {
        return type.equals("Binder") ? DOUBLE_QUOTED.matcher(said).replaceAll("") : said;
    }

    private static FaultKind kind(String raw, String type) {
        String text = raw.toLowerCase(Locale.ROOT);
        if (text.contains("has been invalidated") || type.equals("FATAL")) {
            return FaultKind.ENGINE_FATAL;
        }
        if (type.equals("INTERNAL")) {
            return FaultKind.ENGINE_SUSPECT;
        }
        if (type.equals("INTERRUPT") || text.contains("interrupted!")) {
            return FaultKind.TIMEOUT;
        }
        if (text.contains("could not remove file")) {
            // Whatever its type says: the clean-up of a transaction that failed for another reason.
            return FaultKind.STORAGE_REFUSED;
        }
        if (containsAny(
                text,
                "transaction conflict",
                "ducklake_snapshot_pkey",
                "exceeded the maximum retry count",
                "write-write conflict",
                "another transaction has")) {
            return FaultKind.CONFLICT;
        }
        if (containsAny(
                text,
                "connection was closed",
                "statement was closed",
                "result set was closed",
                "resultset was closed")) {
            return FaultKind.CLOSED;
        }
        FaultKind catalog = catalogKind(text);
        if (catalog != null) {
            return catalog;
        }
        FaultKind storage = storageKind(text, type, raw);
        return storage == null ? FaultKind.STATEMENT : storage;
    }

    private static @Nullable FaultKind catalogKind(String text) {
        if (containsAny(text, "read-only transaction", "recovery is in progress")) {
            return FaultKind.CATALOG_READ_ONLY;
        }
        if (DISK_FULL.matcher(text).find()) {
            return FaultKind.CATALOG_FULL;
        }
        if (containsAny(text, "password authentication failed", "no pg_hba.conf entry", "no password supplied")
                || (text.contains("unable to connect to postgres")
                        && containsAny(text, "does not exist", "certificate", "server does not support ssl"))) {
            return FaultKind.CATALOG_REFUSED;
        }
        if (containsAny(
                text,
                "unable to connect to postgres",
                "server closed the connection",
                "connection to server",
                "no connection to the server",
                "terminating connection",
                "ssl connection has been closed",
                "ssl syscall error",
                "failed to execute query \"rollback\"",
                "the database system is",
                "connection pool timeout",
                "no connection available",
                "could not receive data from server",
                "could not send data to server")) {
            return FaultKind.CATALOG_DOWN;
        }
        return null;
    }

    private static @Nullable FaultKind storageKind(String text, String type, String raw) {
        if (!type.equals("IO") && !type.equals("HTTP")) {
            return null;
        }
        Matcher status = HTTP_STATUS.matcher(raw);
        if (status.find()) {
            int code = Integer.parseInt(status.group(1) != null ? status.group(1) : status.group(2));
            if (code == 404) {
                return FaultKind.STORAGE_MISSING;
            }
            if (code >= 500 || code == 408 || code == 429) {
                return FaultKind.STORAGE_DOWN;
            }
            if (code >= 400) {
                // Also 400: a full quota of MinIO, or an expired token.
                return FaultKind.STORAGE_REFUSED;
            }
        }
        if (containsAny(
                text,
                "server returned nothing",
                "could not establish connection",
                "connection error",
                "couldn't connect",
                "could not connect",
                "timeout was reached",
                "timed out",
                "connection reset",
                "failed to connect",
                "could not resolve",
                "ssl connect")) {
            return FaultKind.STORAGE_DOWN;
        }
        if (text.contains("forbidden")) {
            return FaultKind.STORAGE_REFUSED;
        }
        return null;
    }

    private static String explain(FaultKind kind, String text) {
        return switch (kind) {
            case CATALOG_DOWN -> "the catalog database is not reachable: " + text;
            case CATALOG_READ_ONLY -> "the catalog database takes no writes now: " + text;
            case CATALOG_FULL -> "the disk of the catalog database is full: " + text;
            case CATALOG_REFUSED -> "the catalog database refuses us: " + text;
            case STORAGE_DOWN -> "the storage is not reachable: " + text;
            case STORAGE_REFUSED -> "the storage refuses us: " + text;
            case STORAGE_MISSING -> "the storage lacks what was asked for: " + text;
            case ENGINE_FATAL -> "the DuckDB instance is broken and is replaced: " + text;
            default -> text;
        };
    }

    /** Makes a message that names the statement's place and no value of a row. */
    private static String readable(String inner, String type) {
        String place = "";
        Matcher at = PLACE.matcher(inner);
        String text = inner;
        if (at.find()) {
            boolean cut = at.group(2).startsWith("...");
            int column = at.group(3).length() - ("LINE " + at.group(1) + ": ").length() + 1;
            place = " (line " + at.group(1) + (cut || column < 1 ? "" : ", column " + column) + ")";
            text = inner.substring(0, at.start());
        }
        boolean namesOnly = List.of("Binder", "Catalog", "Parser", "TransactionContext", "Dependency", "Permission")
                .contains(type);
        // An error in a CSV file names its column, in quotes too, after the value.
        boolean csv = text.contains("CSV Error");
        if (!namesOnly && !csv) {
            text = QUOTED_VALUES.matcher(text).replaceAll("$1…$1");
        }
        StringBuilder kept = new StringBuilder();
        for (String line : text.strip().split("\n", -1)) {
            String trimmed = line.strip();
            boolean first = kept.isEmpty();
            if (first
                    || (namesOnly && !trimmed.isEmpty())
                    || KEPT_DETAILS.stream().anyMatch(trimmed::startsWith)) {
                kept.append(first ? "" : "; ").append(trimmed);
            }
        }
        String shown = OPEN_QUOTE.matcher(kept).replaceAll("\"'…\"");
        shown = SINGLE_QUOTED.matcher(shown).replaceAll("'…'");
        if (!namesOnly) {
            shown = hideValues(shown);
        }
        if (type.equals("Invalid Input")) {
            shown = REASON.matcher(shown).replaceAll("$1");
            shown = REGULAR_EXPRESSION.matcher(shown).replaceAll("$1…");
        }
        if (type.equals("Out of Range") || (type.equals("Conversion") && !csv)) {
            shown = OPERANDS.matcher(shown).replaceAll("…");
        }
        return VALUE.matcher(shown).replaceAll("$1 …") + place;
    }

    /** Hides double-quoted texts, except the column's name in a CSV error, which is what its reader needs. */
    private static String hideValues(String text) {
        int column = text.indexOf("Error when converting column ");
        if (column < 0) {
            return DOUBLE_QUOTED.matcher(text).replaceAll("\"…\"");
        }
        int end = text.indexOf('.', column);
        int keptTo = end < 0 ? text.length() : end;
        return DOUBLE_QUOTED.matcher(text.substring(0, column)).replaceAll("\"…\"")
                + text.substring(column, keptTo)
                + DOUBLE_QUOTED.matcher(text.substring(keptTo)).replaceAll("\"…\"");
    }

    private static String firstLine(String text) {
        String stripped = text.strip();
        int end = stripped.indexOf('\n');
        return end < 0 ? stripped : stripped.substring(0, end).strip();
    }

    private static boolean containsAny(String text, String... words) {
        for (String word : words) {
            if (text.contains(word)) {
                return true;
            }
        }
        return false;
    }
}
