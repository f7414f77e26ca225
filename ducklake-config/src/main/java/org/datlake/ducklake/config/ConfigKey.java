package org.datlake.ducklake.config;

import static org.datlake.ducklake.config.Fallback.rule;
import static org.datlake.ducklake.config.Fallback.unset;
import static org.datlake.ducklake.config.Fallback.value;
import static org.datlake.ducklake.config.ValueKind.FLAG;
import static org.datlake.ducklake.config.ValueKind.HOST;
import static org.datlake.ducklake.config.ValueKind.PATH;
import static org.datlake.ducklake.config.ValueKind.PORT;
import static org.datlake.ducklake.config.ValueKind.SECONDS;
import static org.datlake.ducklake.config.ValueKind.SECRET;
import static org.datlake.ducklake.config.ValueKind.SIZE;
import static org.datlake.ducklake.config.ValueKind.SSL_MODE;
import static org.datlake.ducklake.config.ValueKind.TEXT;
import static org.datlake.ducklake.config.ValueKind.TOKENS;
import static org.datlake.ducklake.config.ValueKind.URL;
import static org.datlake.ducklake.config.ValueKind.WORD;
import static org.datlake.ducklake.config.ValueKind.judgedByCore;
import static org.datlake.ducklake.config.ValueKind.oneOf;
import static org.datlake.ducklake.config.ValueKind.wholeNumber;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.jspecify.annotations.Nullable;

/**
 * Every name of the configuration. A constant is called as its environment variable; its key is the same in lower case
 * with dots. {@link ConfigTree} gives the values their types; {@link ReferenceTable} prints this list.
 */
enum ConfigKey {
    ENVIRONMENT(
            oneOf(UnaryOperator.identity(), "development", "production"),
            value("development"),
            "`development` or `production`. `production` tightens: TLS unless a link is opened by an explicit setting,"
                    + " tokens for callers, data in s3:// only."),
    DEBUG(FLAG, value("false"), "Shows more in logs; never secrets."),
    LOG_LEVEL(
            oneOf(word -> word.toUpperCase(Locale.ROOT), "trace", "debug", "info", "warn", "error"),
            rule("`INFO`; `DEBUG` with DEBUG=true"),
            "`TRACE`, `DEBUG`, `INFO`, `WARN` or `ERROR`."),
    LOG_FORMAT(
            oneOf(UnaryOperator.identity(), "text", "json"),
            rule("`text` on a terminal, else `json`"),
            "`text` for people, `json` for machines: one object per line."),

    SERVER_HOST(HOST, value("127.0.0.1"), "The address that the HTTP server listens on. The image sets `0.0.0.0`."),
    SERVER_PORT(PORT, value("8000"), "The port that the HTTP server listens on, 1 to 65535."),
    SERVER_TLS_CERTIFICATE(
            SECRET,
            unset("plain HTTP"),
            "A certificate for the HTTP server and those that vouch for it, in PEM form; with SERVER_TLS_KEY the server"
                    + " speaks HTTPS only. Files are read again when they change."),
    SERVER_TLS_KEY(SECRET, unset("plain HTTP"), "The certificate's private key in PEM form, not encrypted."),

    DB_POSTGRES_HOST(
            HOST,
            unset("embedded file catalog"),
            "The PostgreSQL server that holds the catalog. Needs DB_POSTGRES_USER and DB_POSTGRES_PASSWORD."),
    DB_POSTGRES_PORT(PORT, value("5432"), "Its port, 1 to 65535."),
    DB_POSTGRES_DB(TEXT, value("ducklakedb"), "The database; it must exist."),
    DB_POSTGRES_USER(TEXT, unset(), "The role; it owns the metadata schema or may create it."),
    DB_POSTGRES_PASSWORD(SECRET, unset(), "The role's password."),
    DB_POSTGRES_SSLMODE(
            SSL_MODE,
            rule("`verify-full` in production; in development `disable` for a loopback host, else `require`"),
            "How the connection is protected, in libpq's words: `disable`, `require`, `verify-ca` or `verify-full`."
                    + " `allow` and `prefer` are refused: they fall back to plain text without a word."),
    DB_POSTGRES_SSLROOTCERT(
            PATH, unset("libpq's own"), "A PEM file with the authorities to trust. It must be readable at start."),

    DB_DUCKLAKE_PATH(
            PATH,
            value("data"),
            "The home of the embedded catalog (`catalog.ducklake` in it) and of local data (`files/` in it), used where"
                    + " PostgreSQL or S3 is not. Relative to the working directory."),
    DB_DUCKLAKE_ALIAS(
            judgedByCore(WORD, v -> lake().alias(v).build()), value("lake"), "The name that SQL uses for the lake."),
    DB_DUCKLAKE_METADATA_SCHEMA(
            judgedByCore(WORD, v -> lake().metadataSchema(v).build()),
            value("ducklake"),
            "The schema of a PostgreSQL catalog that holds DuckLake's tables."),
    DB_DUCKLAKE_ENCRYPTED(
            FLAG,
            value("true"),
            "Encrypts data files. Decided when the lake is created; a mismatch later is an error."),
    DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT(
            wholeNumber(0, Integer.MAX_VALUE),
            value("1000"),
            "Inserts of up to this many rows go to the catalog instead of a file; 0 disables. DuckLake does not encrypt"
                    + " inlined rows: see DB_DUCKLAKE_ENCRYPTION_STRICT."),
    DB_DUCKLAKE_ENCRYPTION_STRICT(
            FLAG,
            value("false"),
            "`true`: inlining is forced to 0 and plain lakes are refused. Contradicts DB_DUCKLAKE_ENCRYPTED=false."),
    DB_DUCKLAKE_CONNECTION_RETRIES(
            wholeNumber(0, 1_000_000),
            value("3"),
            "How often reaching catalog and storage is tried again, at start and after a loss."),
    DB_DUCKLAKE_CONNECTION_TIMEOUT(
            SECONDS, value("30.0"), "How long one attempt to reach catalog and storage may take, in seconds."),
    DB_DUCKLAKE_COMMIT_RETRIES(
            wholeNumber(0, 1_000_000),
            value("100"),
            "How often a transaction that met a conflict is run again, within DB_DUCKLAKE_OPERATION_TIMEOUT."),
    DB_DUCKLAKE_WRITE_FENCE(
            FLAG,
            value("false"),
            "`true` where several processes write to the lake all the time: they take turns by a lock in PostgreSQL,"
                    + " instead of making each other repeat, and commit each other's small batches of rows."),
    DB_DUCKLAKE_OPERATION_TIMEOUT(
            SECONDS,
            value("30.0"),
            "How long a call, or a transaction with all its repetitions, may take, in seconds."),

    STORAGE_MINIO_ENDPOINT(
            judgedByCore(WORD, v -> s3(v, "ducklake-data").build()),
            unset("local files"),
            "`host:port` or a http(s):// URL of MinIO or any S3-compatible store. Needs both keys. Must be set in"
                    + " production."),
    STORAGE_MINIO_ACCESS_KEY(SECRET, unset(), "The access key id that data is read and written with."),
    STORAGE_MINIO_SECRET_KEY(SECRET, unset(), "Its secret key."),
    STORAGE_MINIO_SECURE(
            FLAG,
            rule("`true` in production; in development what the endpoint's scheme says, `false` without one"),
            "Uses TLS. In production an endpoint with http:// needs an explicit `false`."),
    STORAGE_MINIO_REGION(WORD, value("us-east-1"), "The region that requests are signed for."),
    STORAGE_DEFAULT_BUCKET(
            judgedByCore(WORD, v -> s3("localhost:9000", v).build()),
            value("ducklake-data"),
            "The bucket of the data files; created when missing and allowed."),
    STORAGE_PREFIX(
            judgedByCore(
                    WORD, v -> s3("localhost:9000", "ducklake-data").prefix(v).build()),
            unset("the whole bucket"),
            "The prefix of all objects in the bucket."),
    STORAGE_MAINTENANCE_ACCESS_KEY(
            SECRET,
            unset("the write key"),
            "The access key id of maintenance: the only identity that may delete objects."),
    STORAGE_MAINTENANCE_SECRET_KEY(SECRET, unset("the write key"), "Its secret key."),

    FEATURE_ENABLE_MEMORY_MONITORING(FLAG, value("true"), "Off: /metrics/memory answers 404 and nothing is collected."),
    FEATURE_ENABLE_PERFORMANCE_TRACKING(
            FLAG, value("true"), "Off: /metrics/performance answers 404 and nothing is collected."),
    FEATURE_ENABLE_PROMETHEUS_METRICS(FLAG, value("true"), "Off: /metrics answers 404 and nothing is collected."),
    FEATURE_ENABLE_S3_ENCRYPTION(
            FLAG,
            rule("`true` with S3"),
            "Asks the bucket for default encryption (SSE). A store that cannot gets a warning; with"
                    + " DB_DUCKLAKE_ENCRYPTION_STRICT it is refused."),
    FEATURE_ENABLE_QUERY_API(FLAG, rule("`true` in development, `false` in production"), "Serves POST /api/v1/query."),
    FEATURE_ENABLE_MAINTENANCE(FLAG, value("false"), "Serves POST /api/v1/maintenance/{operation}."),
    FEATURE_ENABLE_CONSOLE(FLAG, value("true"), "Serves the console at /."),

    SLOW_OPERATION_THRESHOLD(
            SECONDS,
            value("1.0"),
            "How long a query, statement, write or load takes to be listed with the slowest ones at /metrics/performance, in"
                    + " seconds."),
    TRACING_JARS(
            PATH,
            unset("nobody traces"),
            "A directory with jars that hold a service `io.micrometer.observation.ObservationHandler`, such as a bridge to"
                    + " OpenTelemetry, and what it needs. It is told of requests and operations."),

    QUERY_TIMEOUT(
            SECONDS,
            value("60.0"),
            "How long a statement of POST /api/v1/query may take, to the last byte of its answer, in seconds."),
    QUERY_MAX_ROWS(
            wholeNumber(1, Integer.MAX_VALUE),
            value("10000000"),
            "How many rows an answer may have. One that would have more breaks off, or is a problem where nothing of it was"
                    + " sent; callers who want only the first rows send a `limit`."),
    QUERY_MAX_BYTES(SIZE, value("1GiB"), "How large an answer may be, likewise, in the units of DUCKDB_MEMORY_LIMIT."),
    QUERY_MAX_CONCURRENT(
            wholeNumber(1, 4096),
            value("4"),
            "How many statements run at the same time; further ones wait for a moment, and are answered 503 with Retry-After"
                    + " then. Beside them run writes, which need places in the engine, too."),

    AUTH_READER_TOKENS(
            TOKENS,
            unset("nobody"),
            "Bearer tokens of readers, separated by commas or line breaks; two may be valid at once for rotation."),
    AUTH_WRITER_TOKENS(TOKENS, unset("nobody"), "Bearer tokens of writers, likewise."),
    AUTH_OPERATOR_TOKENS(TOKENS, unset("nobody"), "Bearer tokens of operators, likewise."),
    AUTH_TRUST_LOOPBACK(
            FLAG, value("true"), "Callers from a loopback address need no token for configuration and metrics."),

    DUCKDB_MEMORY_LIMIT(
            judgedByCore(
                    SIZE,
                    v -> EngineSettings.builder()
                            .memoryLimitBytes(Long.parseLong(v))
                            .build()),
            rule("from the container or the machine"),
            "DuckDB's memory limit, in DuckDB's units: `512MB` (powers of 1000) or `512MiB` (powers of 1024)."),
    DUCKDB_THREADS(wholeNumber(1, 4096), rule("the processors that the JVM sees"), "The number of DuckDB's threads."),
    DUCKDB_TEMP_DIRECTORY(
            PATH, rule("a folder in the JVM's temporary directory"), "Where queries that need more memory spill."),
    DUCKDB_TEMP_DIRECTORY_LIMIT(
            SIZE,
            rule("90 % of the free disk"),
            "How much queries may spill in all, in the units of DUCKDB_MEMORY_LIMIT; more ends as an error of the query."
                    + " Needed where the platform ends a program that fills its disk."),
    DUCKDB_EXTENSION_DIRECTORY(PATH, rule("`~/.duckdb/extensions`"), "Where DuckDB's extensions are looked for first."),
    DUCKDB_EXTENSION_REPOSITORY(
            URL, rule("DuckDB's own"), "The repository, or a mirror of it, that DuckDB installs extensions from.");

    private static final Map<String, ConfigKey> BY_KEY =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ConfigKey::key, Function.identity()));

    private final String key;

    // A kind holds a lambda, of which Error Prone cannot see that it keeps no state.
    @SuppressWarnings("ImmutableEnumChecker")
    private final ValueKind kind;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Fallback fallback;

    private final String meaning;

    ConfigKey(ValueKind kind, Fallback fallback, String meaning) {
        this.key = name().toLowerCase(Locale.ROOT).replace('_', '.');
        this.kind = kind;
        this.fallback = fallback;
        this.meaning = meaning;
    }

    /** Returns the key with this dotted name, or null. */
    static @Nullable ConfigKey byKey(String key) {
        return BY_KEY.get(key);
    }

    /** Returns the name in lower case with dots. */
    String key() {
        return key;
    }

    /** Returns the environment variable that names a file holding the value. */
    String fileName() {
        return name() + "_FILE";
    }

    /** Returns the key that names a file holding the value. */
    String fileKey() {
        return key + ".file";
    }

    ValueKind kind() {
        return kind;
    }

    Fallback fallback() {
        return fallback;
    }

    /** Returns what the key means, in Markdown. */
    String meaning() {
        return meaning;
    }

    // Values are tried one at a time in settings that are right otherwise, so that a problem belongs to its key.
    private static DuckLakeSettings.Builder lake() {
        return DuckLakeSettings.embeddedBuilder(Path.of("data"));
    }

    private static StorageSettings.S3.Builder s3(String endpoint, String bucket) {
        return StorageSettings.S3.builder(endpoint, bucket).credentials("key", Secret.of("secret"));
    }
}
