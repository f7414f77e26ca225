package org.datlake.ducklake.internal.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.internal.catalog.CatalogCheck;
import org.datlake.ducklake.internal.catalog.CatalogState;
import org.datlake.ducklake.internal.catalog.PostgresCatalog;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.ErrorTranslator;
import org.datlake.ducklake.internal.sql.SqlText;
import org.datlake.ducklake.internal.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Opens an instance and attaches the lake, in this order: settings, extensions, look at the catalog, prepare the
 * storage, secrets, ATTACH, read back, harden, lock. Nothing is written before all that can be known is known.
 *
 * <p>A lake that exists in PostgreSQL is attached without that look: attaching then changes nothing, and a connection of
 * our own takes as long as loading an extension. Only when attaching fails, PostgreSQL is looked at to learn why.
 */
final class InstanceOpener {

    private final DuckLakeSettings settings;
    private final @Nullable PostgresCatalog postgres;
    private final Storage storage;
    private final ErrorTranslator errors;
    private final String applicationName;

    /** The catalog is null where it is a file. */
    InstanceOpener(
            DuckLakeSettings settings,
            @Nullable PostgresCatalog postgres,
            Storage storage,
            ErrorTranslator errors,
            String applicationName) {
        this.settings = settings;
        this.postgres = postgres;
        this.storage = storage;
        this.errors = errors;
        this.applicationName = applicationName;
    }

    /**
     * Opens.
     *
     * @throws EngineFailure if catalog, storage or engine fail
     * @throws DuckLakeException if the settings contradict the lake, or an extension is missing
     */
    OpenedInstance open() throws EngineFailure {
        List<String> warnings = new ArrayList<>(SettingsWarnings.of(settings));
        DuckDbInstance instance = null;
        try {
            instance = start(warnings);
            boolean created = attach(instance, warnings);
            harden(instance);
            FileProtection protection = new FileProtection(settings.storage(), storage, errors, instance);
            if (settings.storageProbe()) {
                protection.ensure(timeout()).ifPresent(warnings::add);
            }
            return new OpenedInstance(instance, protection, created, warnings);
        } catch (SQLException e) {
            close(instance);
            throw errors.translate(e);
        } catch (EngineFailure | RuntimeException e) {
            close(instance);
            throw e;
        }
    }

    /** Says whether the lake was created. */
    private boolean attach(DuckDbInstance instance, List<String> warnings) throws SQLException, EngineFailure {
        if (postgres != null && attachExisting(instance)) {
            readBack(instance);
            if (settings.storageProbe()) {
                warnings.addAll(storage.prepare(timeout()));
            }
            return false;
        }
        CatalogState state = postgres == null ? inspectFile(instance) : postgres.inspect(timeout());
        CatalogCheck.check(state, settings);
        if (settings.storageProbe() || !state.exists()) {
            warnings.addAll(storage.prepare(timeout()));
        }
        boolean created = attachSafely(instance, state);
        readBack(instance);
        return created;
    }

    private boolean attachExisting(DuckDbInstance instance) {
        try {
            attach(instance, false, false);
            return true;
        } catch (SQLException e) {
            // Its text is nothing to rely on. Looking at the catalog will tell what is the matter.
            return false;
        }
    }

    private Duration timeout() {
        return settings.connectionTimeout();
    }

    private static void close(@Nullable DuckDbInstance instance) {
        if (instance != null) {
            instance.close();
        }
    }

    private DuckDbInstance start(List<String> warnings) throws SQLException, EngineFailure {
        Extensions extensions = new Extensions(settings.engine());
        DuckDbInstance instance = DuckDbInstance.start(
                startSettings(extensions, warnings), settings.alias(), settings.encrypted(), postgres != null);
        try {
            List<CompletableFuture<String>> loading = new ArrayList<>();
            for (String name : Extensions.neededBy(settings)) {
                loading.add(async(() -> {
                    instance.runApart(
                            "LOAD " + SqlText.literal(extensions.find(name).toString()));
                    return name;
                }));
            }
            for (CompletableFuture<String> load : loading) {
                join(load);
            }
            applySettings(instance);
            return instance;
        } catch (SQLException | EngineFailure | RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    private Properties startSettings(Extensions extensions, List<String> warnings) {
        EngineSettings engine = settings.engine();
        Properties properties = new Properties();
        properties.setProperty("memory_limit", engine.memoryLimitBytes().orElseGet(MemoryBudget::duckDbLimit) + "B");
        engine.threads().ifPresent(threads -> properties.setProperty("threads", String.valueOf(threads)));
        properties.setProperty("temp_directory", SpillDirectory.prepare(engine, warnings));
        properties.setProperty("extension_directory", extensions.directory().toString());
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("allow_community_extensions", "false");
        properties.setProperty("allow_unsigned_extensions", "false");
        properties.setProperty("allow_persistent_secrets", "false");
        // A streamed ResultSet of the driver ends without a word where an error cuts it short.
        properties.setProperty("jdbc_stream_results", "false");
        return properties;
    }

    private void applySettings(DuckDbInstance instance) throws SQLException {
        HttpRetryBudget http = HttpRetryBudget.of(settings.operationTimeout());
        instance.run("SET GLOBAL http_timeout = " + http.timeoutSeconds());
        instance.run("SET GLOBAL http_retries = " + http.retries());
        instance.run("SET GLOBAL http_retry_wait_ms = " + HttpRetryBudget.WAIT_MILLIS);
        instance.run("SET GLOBAL http_retry_backoff = " + HttpRetryBudget.BACKOFF);
        OptionalLong spillLimit = settings.engine().maxTempDirectoryBytes();
        if (spillLimit.isPresent()) {
            // Not among the start settings: DuckDB shows it there, and does not keep to it.
            instance.run("SET GLOBAL max_temp_directory_size = " + SqlText.literal(spillLimit.getAsLong() + "B"));
        }
        if (postgres != null) {
            for (String setting : CatalogPool.settings()) {
                instance.run(setting);
            }
        }
        applyGivenSettings(instance);
        instance.run("SET GLOBAL " + Session.INLINING_LIMIT + " = " + settings.dataInliningRowLimit());
    }

    private void applyGivenSettings(DuckDbInstance instance) throws SQLException {
        for (Map.Entry<String, String> setting :
                settings.engine().duckDbSettings().entrySet()) {
            try {
                instance.run("SET GLOBAL " + setting.getKey() + " = " + SqlText.literal(setting.getValue()));
            } catch (SQLException e) {
                throw new ConfigurationException("the DuckDB setting " + setting.getKey() + " was not accepted: "
                        + errors.translate(e).fault().message());
            }
        }
    }

    /** Creating and migrating happen under a lock, so that replicas that start at once do not meet. */
    private boolean attachSafely(DuckDbInstance instance, CatalogState state) throws EngineFailure, SQLException {
        if (postgres == null) {
            createFolder();
            attach(instance, state);
            return !state.exists();
        }
        if (state.exists() && !CatalogCheck.needsMigration(state)) {
            attach(instance, state);
            return false;
        }
        return postgres.exclusively(timeout(), now -> {
            CatalogCheck.check(now, settings);
            try {
                attach(instance, now);
            } catch (SQLException e) {
                throw errors.translate(e);
            }
            if (!now.exists()) {
                postgres.indexNames(timeout());
            }
            return !now.exists();
        });
    }

    private void attach(DuckDbInstance instance, CatalogState state) throws SQLException {
        attach(instance, !state.exists(), CatalogCheck.needsMigration(state));
    }

    private void attach(DuckDbInstance instance, boolean mayCreate, boolean migrate) throws SQLException {
        AttachSql sql = new AttachSql(settings);
        for (String secret : sql.createSecrets(applicationName)) {
            instance.run(secret);
        }
        instance.run(sql.attach(mayCreate, migrate));
    }

    private void createFolder() throws EngineFailure {
        Path file = ((CatalogSettings.DuckDbFile) settings.catalog()).file();
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw FileCatalog.unusable(file, "its folder cannot be created: " + e.getMessage());
        }
    }

    private CatalogState inspectFile(DuckDbInstance instance) throws EngineFailure {
        return new FileCatalog(((CatalogSettings.DuckDbFile) settings.catalog()).file(), errors).inspect(instance);
    }

    /** What we attached to may have been created by someone else a moment ago. */
    private void readBack(DuckDbInstance instance) throws SQLException {
        CatalogCheck.check(LakeOptions.read(instance), settings);
    }

    private void harden(DuckDbInstance instance) throws SQLException {
        if (settings.dataInliningRowLimit() > 0) {
            // A row writer chooses for each commit, on a session of its own.
            instance.run("SET GLOBAL allowed_configs = [" + SqlText.literal(Session.INLINING_LIMIT) + "]");
        }
        instance.run("SET GLOBAL lock_configuration = true");
    }

    private static <T> CompletableFuture<T> async(Step<T> step) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Executor thread = work -> {
            Thread made = new Thread(work, "datlake-open");
            made.setDaemon(true);
            made.start();
        };
        thread.execute(() -> {
            try {
                done.complete(step.run());
            } catch (SQLException | EngineFailure | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static <T> T join(CompletableFuture<T> future) throws SQLException, EngineFailure {
        try {
            return future.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException sql) {
                throw sql;
            }
            if (cause instanceof EngineFailure failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw e;
        }
    }

    @FunctionalInterface
    private interface Step<T> {
        T run() throws SQLException, EngineFailure;
    }

    /**
     * An instance with the lake attached.
     *
     * @param instance the instance
     * @param protection of the lake's files
     * @param created whether the lake did not exist before
     * @param warnings what an operator should know
     */
    record OpenedInstance(DuckDbInstance instance, FileProtection protection, boolean created, List<String> warnings) {}
}
