package org.datlake.ducklake.config;

import static org.datlake.ducklake.config.ConfigKey.AUTH_OPERATOR_TOKENS;
import static org.datlake.ducklake.config.ConfigKey.AUTH_READER_TOKENS;
import static org.datlake.ducklake.config.ConfigKey.AUTH_WRITER_TOKENS;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT;
import static org.datlake.ducklake.config.ConfigKey.DB_DUCKLAKE_ENCRYPTION_STRICT;
import static org.datlake.ducklake.config.ConfigKey.FEATURE_ENABLE_QUERY_API;
import static org.datlake.ducklake.config.ConfigKey.LOG_FORMAT;
import static org.datlake.ducklake.config.ConfigKey.LOG_LEVEL;
import static org.datlake.ducklake.config.ConfigKey.SERVER_TLS_CERTIFICATE;
import static org.datlake.ducklake.config.ConfigKey.SERVER_TLS_KEY;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.config.DuckLakeConfig.Environment;
import org.datlake.ducklake.config.DuckLakeConfig.LogFormat;
import org.slf4j.event.Level;

/** Puts single values together: what they mean for each other, and what the settings of the core make of them. */
final class ConfigAssembler {

    private final ConfigTree tree;
    private final CheckedValues values;
    private final Findings findings;
    private final Path workingDirectory;
    private final boolean terminal;

    /**
     * Creates an assembler for one use.
     *
     * @param problems what is known to be wrong already
     * @param workingDirectory what relative paths start from, absolute
     * @param terminal whether people read the output
     */
    ConfigAssembler(
            ConfigTree tree, CheckedValues values, List<String> problems, Path workingDirectory, boolean terminal) {
        this.tree = tree;
        this.values = values;
        this.findings = new Findings(problems);
        this.workingDirectory = workingDirectory;
        this.terminal = terminal;
    }

    /**
     * Returns the configuration.
     *
     * @throws org.datlake.ducklake.ConfigurationException with all problems
     */
    DuckLakeConfig assemble() {
        Optional<CatalogSettings> catalog = new CatalogRules(tree, values, findings, workingDirectory).catalog();
        Optional<StorageRules.Storage> storage = new StorageRules(tree, values, findings, workingDirectory).storage();
        Optional<EngineSettings> engine = findings.attempt(this::engine);
        checkStrictEncryption();
        Level logLevel = logLevel();
        LogFormat logFormat = logFormat();
        DuckLakeConfig.Features features = features();
        Optional<DuckLakeConfig.ServerTls> serverTls = serverTls();
        List<AccessTokens> tokens = tokens();
        findings.throwIfAnyProblem();
        DuckLakeConfig config = new DuckLakeConfig(
                tree,
                logLevel,
                logFormat,
                features,
                tree.tracingJars().map(workingDirectory::resolve),
                serverTls,
                tokens,
                catalog.orElseThrow(),
                storage.orElseThrow(),
                engine.orElseThrow(),
                effectiveValues(),
                findings.warnings());
        findings.attempt(() -> config.toSettingsBuilder().build());
        findings.throwIfAnyProblem();
        return config;
    }

    private EngineSettings engine() {
        ConfigTree.Engine engine = tree.engine();
        EngineSettings.Builder builder = EngineSettings.builder();
        engine.memoryLimit().ifPresent(builder::memoryLimitBytes);
        engine.threads().ifPresent(builder::threads);
        engine.tempDirectory().map(workingDirectory::resolve).ifPresent(builder::tempDirectory);
        engine.tempDirectoryLimit().ifPresent(builder::maxTempDirectoryBytes);
        engine.extensionDirectory().map(workingDirectory::resolve).ifPresent(builder::extensionDirectory);
        engine.extensionRepository().ifPresent(builder::extensionRepository);
        return builder.build();
    }

    private void checkStrictEncryption() {
        ConfigTree.Lake lake = tree.lake();
        if (!lake.encryptionStrict()) {
            return;
        }
        if (!lake.encrypted()) {
            findings.problem(DB_DUCKLAKE_ENCRYPTION_STRICT + "=true contradicts DB_DUCKLAKE_ENCRYPTED=false: strict"
                    + " encryption refuses plain lakes; leave one out");
        }
        if (values.isGiven(DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT) && lake.dataInliningRowLimit() > 0) {
            findings.warning(DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT + " has no effect: DB_DUCKLAKE_ENCRYPTION_STRICT=true"
                    + " forces it to 0, because inlined rows are not encrypted");
        }
        findings.derived(DB_DUCKLAKE_DATA_INLINING_ROW_LIMIT, 0);
    }

    private Level logLevel() {
        return tree.log().level().orElseGet(() -> {
            Level level = tree.debug() ? Level.DEBUG : Level.INFO;
            findings.derived(LOG_LEVEL, level);
            return level;
        });
    }

    private LogFormat logFormat() {
        return tree.log().format().orElseGet(() -> {
            LogFormat format = terminal ? LogFormat.TEXT : LogFormat.JSON;
            findings.derived(LOG_FORMAT, format.word());
            return format;
        });
    }

    private DuckLakeConfig.Features features() {
        ConfigTree.Features features = tree.features();
        boolean queryApi = features.queryApi().orElseGet(() -> {
            boolean development = tree.environment() == Environment.DEVELOPMENT;
            findings.derived(FEATURE_ENABLE_QUERY_API, development);
            return development;
        });
        return new DuckLakeConfig.Features(
                features.memoryMonitoring(),
                features.performanceTracking(),
                features.prometheusMetrics(),
                queryApi,
                features.maintenance(),
                features.console());
    }

    private Optional<DuckLakeConfig.ServerTls> serverTls() {
        Optional<Secret> certificate =
                tree.server().tlsCertificate().map(secret -> values.following(SERVER_TLS_CERTIFICATE, secret));
        Optional<Secret> key = tree.server().tlsKey().map(secret -> values.following(SERVER_TLS_KEY, secret));
        if (certificate.isPresent() != key.isPresent()) {
            ConfigKey given = key.isPresent() ? SERVER_TLS_KEY : SERVER_TLS_CERTIFICATE;
            ConfigKey missing = key.isPresent() ? SERVER_TLS_CERTIFICATE : SERVER_TLS_KEY;
            findings.problem(given + " needs " + missing + ": TLS takes both, plain HTTP neither");
        }
        return certificate.flatMap(one -> key.map(other -> new DuckLakeConfig.ServerTls(one, other)));
    }

    private List<AccessTokens> tokens() {
        ConfigTree.Auth auth = tree.auth();
        List<AccessTokens> tokens = List.of(
                tokens(AUTH_READER_TOKENS, auth.readerTokens()),
                tokens(AUTH_WRITER_TOKENS, auth.writerTokens()),
                tokens(AUTH_OPERATOR_TOKENS, auth.operatorTokens()));
        if (tree.environment() == Environment.PRODUCTION && tokens.stream().noneMatch(AccessTokens::isSet)) {
            findings.warning("ENVIRONMENT=production without AUTH_READER_TOKENS, AUTH_WRITER_TOKENS or"
                    + " AUTH_OPERATOR_TOKENS: requests that need a token are refused");
        }
        return tokens;
    }

    private AccessTokens tokens(ConfigKey key, Optional<Secret> value) {
        return new AccessTokens(key.name(), value.map(secret -> values.following(key, secret)));
    }

    private List<EffectiveValue> effectiveValues() {
        List<EffectiveValue> list = new ArrayList<>();
        for (ConfigKey key : ConfigKey.values()) {
            list.add(effectiveValue(key));
        }
        return List.copyOf(list);
    }

    private EffectiveValue effectiveValue(ConfigKey key) {
        ConfigLayer layer = values.layerOf(key);
        String written = layer == null ? null : layer.written(key);
        String derived = findings.derived().get(key);
        if (derived != null) {
            return effectiveValue(key, derived, EffectiveValue.Source.DERIVED);
        }
        if (layer != null && written != null) {
            return effectiveValue(key, key.kind().secret() ? "set" : Shown.of(written), layer.source());
        }
        Fallback fallback = key.fallback();
        return fallback.derived()
                ? effectiveValue(key, "derived", EffectiveValue.Source.DERIVED)
                : effectiveValue(
                        key, fallback.value() == null ? "unset" : fallback.value(), EffectiveValue.Source.DEFAULT);
    }

    private static EffectiveValue effectiveValue(ConfigKey key, String value, EffectiveValue.Source source) {
        return new EffectiveValue(key.name(), key.key(), value, source);
    }
}
