package org.datlake.ducklake.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.SslMode;
import org.slf4j.event.Level;

/**
 * The configuration with its types. Each leaf is one {@link ConfigKey}, which holds its default and its meaning.
 *
 * <p>No {@code toString} is declared anywhere in here: SmallRye would print every value.
 */
@ConfigMapping(prefix = "")
interface ConfigTree {

    DuckLakeConfig.Environment environment();

    boolean debug();

    Log log();

    Server server();

    @WithName("db.postgres")
    Postgres postgres();

    @WithName("db.ducklake")
    Lake lake();

    Storage storage();

    @WithName("feature.enable")
    Features features();

    @WithName("slow.operation.threshold")
    Duration slowOperationThreshold();

    @WithName("tracing.jars")
    Optional<Path> tracingJars();

    Query query();

    Auth auth();

    @WithName("duckdb")
    Engine engine();

    /** LOG_*. */
    interface Log {
        Optional<Level> level();

        Optional<DuckLakeConfig.LogFormat> format();
    }

    /** SERVER_*. */
    interface Server {
        String host();

        int port();

        @WithName("tls.certificate")
        Optional<Secret> tlsCertificate();

        @WithName("tls.key")
        Optional<Secret> tlsKey();
    }

    /** DB_POSTGRES_*. */
    interface Postgres {
        Optional<String> host();

        int port();

        @WithName("db")
        String database();

        Optional<String> user();

        Optional<Secret> password();

        @WithName("sslmode")
        Optional<SslMode> sslMode();

        @WithName("sslrootcert")
        Optional<Path> sslRootCert();
    }

    /** DB_DUCKLAKE_*. */
    interface Lake {
        Path path();

        String alias();

        @WithName("metadata.schema")
        String metadataSchema();

        boolean encrypted();

        @WithName("data.inlining.row.limit")
        int dataInliningRowLimit();

        @WithName("encryption.strict")
        boolean encryptionStrict();

        @WithName("connection.retries")
        int connectionRetries();

        @WithName("connection.timeout")
        Duration connectionTimeout();

        @WithName("commit.retries")
        int commitRetries();

        @WithName("write.fence")
        boolean writeFence();

        @WithName("operation.timeout")
        Duration operationTimeout();
    }

    /** STORAGE_*. */
    interface Storage {
        @WithName("minio.endpoint")
        Optional<String> endpoint();

        @WithName("minio.access.key")
        Optional<String> accessKey();

        @WithName("minio.secret.key")
        Optional<Secret> secretKey();

        @WithName("minio.secure")
        Optional<Boolean> secure();

        @WithName("minio.region")
        String region();

        @WithName("default.bucket")
        String bucket();

        Optional<String> prefix();

        @WithName("maintenance.access.key")
        Optional<String> maintenanceAccessKey();

        @WithName("maintenance.secret.key")
        Optional<Secret> maintenanceSecretKey();
    }

    /** FEATURE_ENABLE_*. */
    interface Features {
        @WithName("memory.monitoring")
        boolean memoryMonitoring();

        @WithName("performance.tracking")
        boolean performanceTracking();

        @WithName("prometheus.metrics")
        boolean prometheusMetrics();

        @WithName("s3.encryption")
        Optional<Boolean> s3Encryption();

        @WithName("query.api")
        Optional<Boolean> queryApi();

        boolean maintenance();

        boolean console();
    }

    /** QUERY_*. */
    interface Query {
        Duration timeout();

        @WithName("max.rows")
        int maxRows();

        @WithName("max.bytes")
        long maxBytes();

        @WithName("max.concurrent")
        int maxConcurrent();
    }

    /** AUTH_*. */
    interface Auth {
        @WithName("reader.tokens")
        Optional<Secret> readerTokens();

        @WithName("writer.tokens")
        Optional<Secret> writerTokens();

        @WithName("operator.tokens")
        Optional<Secret> operatorTokens();

        @WithName("trust.loopback")
        boolean trustLoopback();
    }

    /** DUCKDB_*. */
    interface Engine {
        @WithName("memory.limit")
        OptionalLong memoryLimit();

        OptionalInt threads();

        @WithName("temp.directory")
        Optional<Path> tempDirectory();

        @WithName("temp.directory.limit")
        OptionalLong tempDirectoryLimit();

        @WithName("extension.directory")
        Optional<Path> extensionDirectory();

        @WithName("extension.repository")
        Optional<URI> extensionRepository();
    }
}
