package org.datlake.ducklake.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.slf4j.event.Level;

/**
 * The loaded configuration: the settings of the lake, and what a server around it needs. Immutable and safe for use by
 * several threads; {@link #toString()} shows no secret. {@link DuckLakeConfigLoader} makes it.
 */
public final class DuckLakeConfig {

    private final ConfigTree tree;
    private final Level logLevel;
    private final LogFormat logFormat;
    private final Features features;
    private final Optional<Path> tracingJars;
    private final Optional<ServerTls> serverTls;
    private final List<AccessTokens> tokens;
    private final CatalogSettings catalog;
    private final StorageRules.Storage storage;
    private final EngineSettings engine;
    private final List<EffectiveValue> effectiveValues;
    private final List<String> warnings;

    /**
     * Creates the configuration.
     *
     * @param tokens of readers, writers and operators, in this order
     */
    DuckLakeConfig(
            ConfigTree tree,
            Level logLevel,
            LogFormat logFormat,
            Features features,
            Optional<Path> tracingJars,
            Optional<ServerTls> serverTls,
            List<AccessTokens> tokens,
            CatalogSettings catalog,
            StorageRules.Storage storage,
            EngineSettings engine,
            List<EffectiveValue> effectiveValues,
            List<String> warnings) {
        this.tree = tree;
        this.logLevel = logLevel;
        this.logFormat = logFormat;
        this.features = features;
        this.tracingJars = tracingJars;
        this.serverTls = serverTls;
        this.tokens = tokens;
        this.catalog = catalog;
        this.storage = storage;
        this.engine = engine;
        this.effectiveValues = effectiveValues;
        this.warnings = warnings;
    }

    /** What the lake is used for. */
    public enum Environment {
        /** Made for one's own machine. */
        DEVELOPMENT,
        /** Strict: TLS, tokens, data in s3:// only. */
        PRODUCTION
    }

    /** How log lines look. */
    public enum LogFormat {
        /** For people. */
        TEXT,
        /** One JSON object per line. */
        JSON;

        /** Returns the word that the configuration uses: {@code text} or {@code json}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What the server offers. The encryption of the bucket is in the storage settings.
     *
     * @param memoryMonitoring whether memory is measured
     * @param performanceTracking whether latencies are measured
     * @param prometheusMetrics whether Prometheus may scrape
     * @param queryApi whether callers may send SQL
     * @param maintenance whether callers may start maintenance
     * @param console whether the console is served
     */
    public record Features(
            boolean memoryMonitoring,
            boolean performanceTracking,
            boolean prometheusMetrics,
            boolean queryApi,
            boolean maintenance,
            boolean console) {}

    /**
     * What statements of callers may cost.
     *
     * @param timeout how long one may take, to the last byte of its answer
     * @param maxRows how many rows an answer may have
     * @param maxBytes how large an answer may be
     * @param maxConcurrent how many run at the same time
     */
    public record QueryLimits(Duration timeout, int maxRows, long maxBytes, int maxConcurrent) {}

    /** Returns what statements of callers may cost. */
    public QueryLimits queryLimits() {
        ConfigTree.Query query = tree.query();
        return new QueryLimits(query.timeout(), query.maxRows(), query.maxBytes(), query.maxConcurrent());
    }

    /** Returns what the lake is used for. */
    public Environment environment() {
        return tree.environment();
    }

    /** Says whether more is shown in logs. */
    public boolean debug() {
        return tree.debug();
    }

    /** Returns the level of logs; never below what DEBUG asks for unless LOG_LEVEL says so. */
    public Level logLevel() {
        return logLevel;
    }

    /** Returns how log lines look. */
    public LogFormat logFormat() {
        return logFormat;
    }

    /**
     * What the HTTP server shows for TLS, in PEM form. What comes from files is read each time that it is revealed.
     *
     * @param certificate the certificate and those that vouch for it
     * @param key the certificate's private key
     */
    public record ServerTls(Secret certificate, Secret key) {}

    /** Returns what the HTTP server shows for TLS; empty if it speaks plain HTTP. */
    public Optional<ServerTls> serverTls() {
        return serverTls;
    }

    /** Returns the address that the HTTP server listens on. */
    public String serverHost() {
        return tree.server().host();
    }

    /** Returns the port that the HTTP server listens on. */
    public int serverPort() {
        return tree.server().port();
    }

    /** Returns what the server offers. */
    public Features features() {
        return features;
    }

    /** Returns how long an operation takes to be listed as slow. */
    public Duration slowOperationThreshold() {
        return tree.slowOperationThreshold();
    }

    /** Returns the directory with the jars of who traces requests and operations; empty if there is none. */
    public Optional<Path> tracingJars() {
        return tracingJars;
    }

    /** Returns the tokens of readers. */
    public AccessTokens readerTokens() {
        return tokens.get(0);
    }

    /** Returns the tokens of writers. */
    public AccessTokens writerTokens() {
        return tokens.get(1);
    }

    /** Returns the tokens of operators. */
    public AccessTokens operatorTokens() {
        return tokens.get(2);
    }

    /** Says whether callers from a loopback address need no token for configuration and metrics. */
    public boolean trustLoopback() {
        return tree.auth().trustLoopback();
    }

    /**
     * Returns the lake's settings, open for what a program adds: listeners, DuckDB settings, {@link
     * #maintenanceStorage()}.
     *
     * @return a new builder for each call
     */
    public DuckLakeSettings.Builder toSettingsBuilder() {
        ConfigTree.Lake lake = tree.lake();
        return DuckLakeSettings.builder()
                .catalog(catalog)
                .storage(storage.write())
                .engine(engine)
                .alias(lake.alias())
                .metadataSchema(lake.metadataSchema())
                .encrypted(lake.encrypted())
                .encryptionStrict(lake.encryptionStrict())
                .dataInliningRowLimit(lake.dataInliningRowLimit())
                .connectionRetry(RetryPolicy.ofConnectionRetries(lake.connectionRetries()))
                .connectionTimeout(lake.connectionTimeout())
                .commitRetry(RetryPolicy.ofRetries(lake.commitRetries()))
                .writeFence(lake.writeFence())
                .operationTimeout(lake.operationTimeout());
    }

    /**
     * Returns the storage as maintenance reaches it: with the only key that may delete objects. Equal to the ordinary
     * storage when no such key is configured.
     */
    public StorageSettings maintenanceStorage() {
        return storage.maintenance();
    }

    /** Returns what holds for each key and why, in the order of the reference. Secrets are only {@code set} or not. */
    public List<EffectiveValue> effectiveValues() {
        return effectiveValues;
    }

    /** Returns sentences about what is allowed but worth knowing, for example a link in plain text. */
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public String toString() {
        return "DuckLakeConfig[environment=" + environment() + ", server=" + serverHost() + ":" + serverPort()
                + ", catalog=" + catalog + ", storage=" + storage.write() + "]";
    }
}
