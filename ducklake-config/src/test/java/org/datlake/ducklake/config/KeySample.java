package org.datlake.ducklake.config;

import static org.datlake.ducklake.config.ConfigKey.AUTH_OPERATOR_TOKENS;
import static org.datlake.ducklake.config.ConfigKey.AUTH_READER_TOKENS;
import static org.datlake.ducklake.config.ConfigKey.AUTH_TRUST_LOOPBACK;
import static org.datlake.ducklake.config.ConfigKey.AUTH_WRITER_TOKENS;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_ALIAS;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_COMMIT_RETRIES;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_CONNECTION_RETRIES;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_CONNECTION_TIMEOUT;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_ENCRYPTED;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_ENCRYPTION_STRICT;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_METADATA_SCHEMA;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_OPERATION_TIMEOUT;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_PATH;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_WRITE_FENCE;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_DB;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_HOST;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_PASSWORD;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_PORT;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_SSLMODE;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_SSLROOTCERT;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_USER;
import static org.datlake.ducklake.config.ConfigKey.DEBUG;
import static org.datlake.ducklake.config.ConfigKey.DUCKDB_EXTENSION_DIRECTORY;
import static org.datlake.ducklake.config.ConfigKey.DUCKDB_EXTENSION_REPOSITORY;
import static org.datlake.ducklake.config.ConfigKey.DUCKDB_MEMORY_LIMIT;
import static org.datlake.ducklake.config.ConfigKey.DUCKDB_TEMP_DIRECTORY;
import static org.datlake.ducklake.config.ConfigKey.DUCKDB_TEMP_DIRECTORY_LIMIT;
import static org.datlake.ducklake.config.ConfigKey.DUCKDB_THREADS;
import static org.datlake.ducklake.config.ConfigKey.ENVIRONMENT;
import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_CONSOLE;
import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_MAINTENANCE;
import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_MEMORY_MONITORING;
import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_PERFORMANCE_TRACKING;
import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_PROMETHEUS_METRICS;
import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_QUERY_API;
import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_S3_ENCRYPTION;
import static org.datlake.ducklake.config.ConfigKey.LOG_FORMAT;
import static org.datlake.ducklake.config.ConfigKey.LOG_LEVEL;
import static org.datlake.ducklake.config.ConfigKey.QUERY_MAX_BYTES;
import static org.datlake.ducklake.config.ConfigKey.QUERY_MAX_CONCURRENT;
import static org.datlake.ducklake.config.ConfigKey.QUERY_MAX_ROWS;
import static org.datlake.ducklake.config.ConfigKey.QUERY_TIMEOUT;
import static org.datlake.ducklake.config.ConfigKey.SERVER_HOST;
import static org.datlake.ducklake.config.ConfigKey.SERVER_PORT;
import static org.datlake.ducklake.config.ConfigKey.SERVER_TLS_CERTIFICATE;
import static org.datlake.ducklake.config.ConfigKey.SERVER_TLS_KEY;
import static org.datlake.ducklake.config.ConfigKey.SLOW_OPERATION_THRESHOLD;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_DEFAULT_BUCKET;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MAINTENANCE_ACCESS_KEY;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MAINTENANCE_SECRET_KEY;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_ACCESS_KEY;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_ENDPOINT;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_REGION;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_SECRET_KEY;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_MINIO_SECURE;
import static org.datlake.ducklake.config.ConfigKey.STORAGE_PREFIX;
import static org.datlake.ducklake.config.ConfigKey.TRACING_JARS;
import static org.datlake.ducklake.config.Configurations.postgres;
import static org.datlake.ducklake.config.Configurations.s3;
import static org.datlake.ducklake.config.Configurations.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.SslMode;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.config.DuckLakeConfig.Environment;
import org.datlake.ducklake.config.DuckLakeConfig.LogFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * A value of one key that differs from its default, and where it must arrive.
 *
 * @param key the key
 * @param written how somebody writes the value
 * @param arrived reads it from the loaded configuration
 * @param expected what must be read there
 */
record KeySample(ConfigKey key, String written, Function<DuckLakeConfig, @Nullable Object> arrived, Object expected) {

    /** Returns one sample for each key. */
    static List<KeySample> all() {
        return List.of(
                new KeySample(ENVIRONMENT, "production", config -> config.environment(), Environment.PRODUCTION),
                new KeySample(DEBUG, "true", DuckLakeConfig::debug, true),
                new KeySample(LOG_LEVEL, "warn", DuckLakeConfig::logLevel, Level.WARN),
                new KeySample(LOG_FORMAT, "text", DuckLakeConfig::logFormat, LogFormat.TEXT),
                new KeySample(SERVER_HOST, "0.0.0.0", DuckLakeConfig::serverHost, "0.0.0.0"),
                new KeySample(SERVER_PORT, "8443", DuckLakeConfig::serverPort, 8443),
                new KeySample(
                        SERVER_TLS_CERTIFICATE, "cert2", config -> tls(config).certificate(), Secret.of("cert2")),
                new KeySample(SERVER_TLS_KEY, "key2", config -> tls(config).key(), Secret.of("key2")),
                new KeySample(
                        DB_POSTGRES_HOST,
                        "db2.example.com",
                        config -> postgres(config).host(),
                        "db2.example.com"),
                new KeySample(
                        DB_POSTGRES_PORT, "5433", config -> postgres(config).port(), 5433),
                new KeySample(
                        DB_POSTGRES_DB, "other", config -> postgres(config).database(), "other"),
                new KeySample(
                        DB_POSTGRES_USER, "writer", config -> postgres(config).user(), "writer"),
                new KeySample(
                        DB_POSTGRES_PASSWORD, "p w", config -> postgres(config).password(), Secret.of("p w")),
                new KeySample(
                        DB_POSTGRES_SSLMODE,
                        "verify-ca",
                        config -> postgres(config).sslMode(),
                        SslMode.VERIFY_CA),
                new KeySample(DB_POSTGRES_SSLROOTCERT, "ca.pem", config -> rootCertName(config), "ca.pem"),
                new KeySample(DB_DUCKLAKE_PATH, "home", KeySample::catalogFolder, "home"),
                new KeySample(
                        DB_DUCKLAKE_ALIAS, "sea", config -> settings(config).alias(), "sea"),
                new KeySample(
                        DB_DUCKLAKE_METADATA_SCHEMA,
                        "meta",
                        config -> settings(config).metadataSchema(),
                        "meta"),
                new KeySample(
                        DB_DUCKLAKE_ENCRYPTED,
                        "false",
                        config -> settings(config).encrypted(),
                        false),
                new KeySample(
                        DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT,
                        "7",
                        config -> settings(config).dataInliningRowLimit(),
                        7),
                new KeySample(
                        DB_DUCKLAKE_ENCRYPTION_STRICT,
                        "true",
                        config -> settings(config).encryptionStrict(),
                        true),
                new KeySample(
                        DB_DUCKLAKE_CONNECTION_RETRIES,
                        "8",
                        config -> settings(config).connectionRetry(),
                        RetryPolicy.ofConnectionRetries(8)),
                new KeySample(
                        DB_DUCKLAKE_CONNECTION_TIMEOUT,
                        "2.5",
                        config -> settings(config).connectionTimeout(),
                        Duration.ofMillis(2500)),
                new KeySample(
                        DB_DUCKLAKE_COMMIT_RETRIES,
                        "9",
                        config -> settings(config).commitRetry(),
                        RetryPolicy.ofRetries(9)),
                new KeySample(
                        DB_DUCKLAKE_WRITE_FENCE,
                        "true",
                        config -> settings(config).writeFence(),
                        true),
                new KeySample(
                        DB_DUCKLAKE_OPERATION_TIMEOUT,
                        "90",
                        config -> settings(config).operationTimeout(),
                        Duration.ofSeconds(90)),
                new KeySample(
                        STORAGE_MINIO_ENDPOINT,
                        "https://other.example.com",
                        config -> s3(config).endpointUri(),
                        URI.create("https://other.example.com")),
                new KeySample(
                        STORAGE_MINIO_ACCESS_KEY,
                        "access2",
                        config -> s3(config).accessKey(),
                        "access2"),
                new KeySample(
                        STORAGE_MINIO_SECRET_KEY,
                        "secret2",
                        config -> s3(config).secretKey(),
                        Secret.of("secret2")),
                new KeySample(STORAGE_MINIO_SECURE, "true", config -> s3(config).secure(), true),
                new KeySample(
                        STORAGE_MINIO_REGION,
                        "eu-central-1",
                        config -> s3(config).region(),
                        "eu-central-1"),
                new KeySample(
                        STORAGE_DEFAULT_BUCKET,
                        "other-bucket",
                        config -> s3(config).bucket(),
                        "other-bucket"),
                new KeySample(STORAGE_PREFIX, "team/lake", config -> s3(config).prefix(), "team/lake"),
                new KeySample(
                        STORAGE_MAINTENANCE_ACCESS_KEY,
                        "keeper2",
                        config -> maintenance(config).accessKey(),
                        "keeper2"),
                new KeySample(
                        STORAGE_MAINTENANCE_SECRET_KEY,
                        "keeper-secret2",
                        config -> maintenance(config).secretKey(),
                        Secret.of("keeper-secret2")),
                new KeySample(
                        FEATURE_ENABLE_MEMORY_MONITORING,
                        "false",
                        config -> config.features().memoryMonitoring(),
                        false),
                new KeySample(
                        FEATURE_ENABLE_PERFORMANCE_TRACKING,
                        "false",
                        config -> config.features().performanceTracking(),
                        false),
                new KeySample(
                        FEATURE_ENABLE_PROMETHEUS_METRICS,
                        "false",
                        config -> config.features().prometheusMetrics(),
                        false),
                new KeySample(
                        FEATURE_ENABLE_S3_ENCRYPTION,
                        "false",
                        config -> s3(config).bucketEncryption(),
                        false),
                new KeySample(
                        FEATURE_ENABLE_QUERY_API,
                        "false",
                        config -> config.features().queryApi(),
                        false),
                new KeySample(
                        FEATURE_ENABLE_MAINTENANCE,
                        "true",
                        config -> config.features().maintenance(),
                        true),
                new KeySample(
                        FEATURE_ENABLE_CONSOLE,
                        "false",
                        config -> config.features().console(),
                        false),
                new KeySample(
                        SLOW_OPERATION_THRESHOLD,
                        "2.5",
                        config -> config.slowOperationThreshold(),
                        Duration.ofMillis(2500)),
                new KeySample(
                        TRACING_JARS,
                        "/opt/tracing",
                        config -> config.tracingJars(),
                        Optional.of(Path.of("/opt/tracing"))),
                new KeySample(QUERY_TIMEOUT, "5", config -> config.queryLimits().timeout(), Duration.ofSeconds(5)),
                new KeySample(
                        QUERY_MAX_ROWS, "100", config -> config.queryLimits().maxRows(), 100),
                new KeySample(
                        QUERY_MAX_BYTES, "1 MiB", config -> config.queryLimits().maxBytes(), 1L << 20),
                new KeySample(
                        QUERY_MAX_CONCURRENT,
                        "2",
                        config -> config.queryLimits().maxConcurrent(),
                        2),
                new KeySample(
                        AUTH_READER_TOKENS,
                        "r1,r2",
                        config -> config.readerTokens().current(),
                        List.of(Secret.of("r1"), Secret.of("r2"))),
                new KeySample(
                        AUTH_WRITER_TOKENS,
                        "w1",
                        config -> config.writerTokens().current(),
                        List.of(Secret.of("w1"))),
                new KeySample(
                        AUTH_OPERATOR_TOKENS,
                        "o1",
                        config -> config.operatorTokens().current(),
                        List.of(Secret.of("o1"))),
                new KeySample(AUTH_TRUST_LOOPBACK, "false", DuckLakeConfig::trustLoopback, false),
                new KeySample(
                        DUCKDB_MEMORY_LIMIT,
                        "1 GiB",
                        config -> settings(config).engine().memoryLimitBytes(),
                        OptionalLong.of(1L << 30)),
                new KeySample(
                        DUCKDB_THREADS, "3", config -> settings(config).engine().threads(), OptionalInt.of(3)),
                new KeySample(
                        DUCKDB_TEMP_DIRECTORY,
                        "/spill",
                        config -> settings(config).engine().tempDirectory(),
                        Optional.of(Path.of("/spill"))),
                new KeySample(
                        DUCKDB_TEMP_DIRECTORY_LIMIT,
                        "1 GiB",
                        config -> settings(config).engine().maxTempDirectoryBytes(),
                        OptionalLong.of(1L << 30)),
                new KeySample(
                        DUCKDB_EXTENSION_DIRECTORY,
                        "/extensions",
                        config -> settings(config).engine().extensionDirectory(),
                        Optional.of(Path.of("/extensions"))),
                new KeySample(
                        DUCKDB_EXTENSION_REPOSITORY,
                        "https://mirror.example.com/duckdb",
                        config -> settings(config).engine().extensionRepository(),
                        Optional.of(URI.create("https://mirror.example.com/duckdb"))));
    }

    /** Returns names beside which the sample's value means something. */
    Map<String, String> base() {
        return key == DB_DUCKLAKE_PATH
                ? Map.of()
                : Configurations.with(
                        Configurations.REMOTE,
                        "SERVER_TLS_CERTIFICATE",
                        "certificate",
                        "SERVER_TLS_KEY",
                        "key",
                        "STORAGE_MAINTENANCE_ACCESS_KEY",
                        "keeper",
                        "STORAGE_MAINTENANCE_SECRET_KEY",
                        "keeper-secret");
    }

    @Override
    public String toString() {
        return key.name();
    }

    private static StorageSettings.S3 maintenance(DuckLakeConfig config) {
        return (StorageSettings.S3) config.maintenanceStorage();
    }

    private static String rootCertName(DuckLakeConfig config) {
        return String.valueOf(Optional.ofNullable(postgres(config).sslRootCert())
                .map(Path::getFileName)
                .orElse(null));
    }

    private static String catalogFolder(DuckLakeConfig config) {
        Path file = ((CatalogSettings.DuckDbFile) settings(config).catalog()).file();
        return String.valueOf(file.getName(file.getNameCount() - 2));
    }

    private static DuckLakeConfig.ServerTls tls(DuckLakeConfig config) {
        return config.serverTls().orElseThrow();
    }
}
