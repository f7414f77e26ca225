package org.datlake.ducklake;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything a {@link DuckLakeClient} needs to know. Immutable; {@link #toString()} shows no secret.
 *
 * <p>What belongs to the lake itself (its data path, whether it is encrypted, its format version) is decided when the
 * lake is created. Settings that contradict an existing lake are refused when the client connects; they never change it.
 */
public final class DuckLakeSettings {

    private final CatalogSettings catalog;
    private final StorageSettings storage;
    private final EngineSettings engine;
    private final String alias;
    private final String metadataSchema;
    private final boolean encrypted;
    private final boolean encryptionStrict;
    private final int dataInliningRowLimit;
    private final boolean migrateCatalog;
    private final boolean storageProbe;
    private final RetryPolicy connectionRetry;
    private final Duration connectionTimeout;
    private final RetryPolicy commitRetry;
    private final boolean writeFence;
    private final Duration operationTimeout;
    private final List<DuckLakeListener> listeners;
    private final List<OperationObserver> observers;

    private DuckLakeSettings(Builder builder, CatalogSettings catalog, StorageSettings storage) {
        this.catalog = catalog;
        this.storage = storage;
        this.engine = builder.engine;
        this.alias = builder.alias;
        this.metadataSchema = builder.metadataSchema;
        this.encrypted = builder.encrypted;
        this.encryptionStrict = builder.encryptionStrict;
        this.dataInliningRowLimit = builder.encryptionStrict ? 0 : builder.dataInliningRowLimit;
        this.migrateCatalog = builder.migrateCatalog;
        this.storageProbe = builder.storageProbe;
        this.connectionRetry = builder.connectionRetry;
        this.connectionTimeout = builder.connectionTimeout;
        this.commitRetry = builder.commitRetry;
        this.writeFence = builder.writeFence;
        this.operationTimeout = builder.operationTimeout;
        this.listeners = List.copyOf(builder.listeners);
        this.observers = List.copyOf(builder.observers);
    }

    /** Starts with the defaults of each method of {@link Builder}; catalog and storage have none. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Describes an encrypted lake in one directory, without any server: the catalog in {@code catalog.ducklake}, the
     * data files below {@code files/}.
     *
     * @param directory created when missing
     */
    public static DuckLakeSettings embedded(Path directory) {
        return embeddedBuilder(directory).build();
    }

    /** Like {@link #embedded}, for changing more than the directory. */
    public static Builder embeddedBuilder(Path directory) {
        return builder()
                .catalog(CatalogSettings.duckDbFile(directory.resolve("catalog.ducklake")))
                .storage(StorageSettings.local(directory.resolve("files")));
    }

    /** Returns where the catalog lives. */
    public CatalogSettings catalog() {
        return catalog;
    }

    /** Returns where data files live. */
    public StorageSettings storage() {
        return storage;
    }

    /** Returns how the engine is run. */
    public EngineSettings engine() {
        return engine;
    }

    /** Returns the name that SQL uses for the lake. */
    public String alias() {
        return alias;
    }

    /** Returns the schema of a PostgreSQL catalog that holds DuckLake's tables; a DuckDB file uses {@code main}. */
    public String metadataSchema() {
        return metadataSchema;
    }

    /** Says whether data files are encrypted. */
    public boolean encrypted() {
        return encrypted;
    }

    /** Says whether nothing may be written unencrypted, not even small inserts in the catalog. */
    public boolean encryptionStrict() {
        return encryptionStrict;
    }

    /** Returns up to how many rows a statement's insert goes to the catalog instead of a file; 0 with strict encryption. */
    public int dataInliningRowLimit() {
        return dataInliningRowLimit;
    }

    /** Says whether an older catalog is migrated when the client connects. */
    public boolean migrateCatalog() {
        return migrateCatalog;
    }

    /** Says whether the storage of a lake that exists already is tried when the client connects. */
    public boolean storageProbe() {
        return storageProbe;
    }

    /** Returns how often reaching catalog and storage is tried again. */
    public RetryPolicy connectionRetry() {
        return connectionRetry;
    }

    /** Returns how long one attempt to reach catalog and storage may take. */
    public Duration connectionTimeout() {
        return connectionTimeout;
    }

    /** Returns how often a transaction that met a conflict is run again. */
    public RetryPolicy commitRetry() {
        return commitRetry;
    }

    /** Says whether writers take turns with those of other processes. */
    public boolean writeFence() {
        return writeFence;
    }

    /** Returns how long a call, or a transaction with all its repetitions, may take. */
    public Duration operationTimeout() {
        return operationTimeout;
    }

    /** Returns who is told what happens. */
    public List<DuckLakeListener> listeners() {
        return listeners;
    }

    /** Returns who follows operations. */
    public List<OperationObserver> observers() {
        return observers;
    }

    @Override
    public String toString() {
        return "DuckLakeSettings[" + catalog + ", " + storage + ", alias=" + alias + ", metadataSchema="
                + metadataSchema + ", encrypted=" + encrypted + ", dataInliningRowLimit=" + dataInliningRowLimit + "]";
    }

    /** Builds {@link DuckLakeSettings}. Not thread-safe. */
    public static final class Builder {

        private @Nullable CatalogSettings catalog;
        private @Nullable StorageSettings storage;
        private EngineSettings engine = EngineSettings.ofDefaults();
        private String alias = "lake";
        private String metadataSchema = "ducklake";
        private boolean encrypted = true;
        private boolean encryptionStrict;
        private int dataInliningRowLimit = 1000;
        private boolean migrateCatalog;
        private boolean storageProbe = true;
        private RetryPolicy connectionRetry = RetryPolicy.ofConnectionRetries(3);
        private Duration connectionTimeout = Duration.ofSeconds(30);
        private RetryPolicy commitRetry = RetryPolicy.ofRetries(100);
        private boolean writeFence;
        private Duration operationTimeout = Duration.ofSeconds(30);
        private final List<DuckLakeListener> listeners = new ArrayList<>();
        private final List<OperationObserver> observers = new ArrayList<>();

        private Builder() {}

        /** Sets where the catalog lives. Needed. */
        public Builder catalog(CatalogSettings value) {
            this.catalog = value;
            return this;
        }

        /** Sets where data files live. Needed. */
        public Builder storage(StorageSettings value) {
            this.storage = value;
            return this;
        }

        /** Sets how the engine is run. Default: {@link EngineSettings#ofDefaults()}. */
        public Builder engine(EngineSettings value) {
            this.engine = Objects.requireNonNull(value, "engine");
            return this;
        }

        /** Sets the name that SQL uses for the lake. Default: {@code lake}. */
        public Builder alias(String value) {
            this.alias = value;
            return this;
        }

        /** Sets the schema of a PostgreSQL catalog that holds DuckLake's tables. Default: {@code ducklake}. */
        public Builder metadataSchema(String value) {
            this.metadataSchema = value;
            return this;
        }

        /** Sets whether data files are encrypted. Decided when the lake is created. Default: true. */
        public Builder encrypted(boolean value) {
            this.encrypted = value;
            return this;
        }

        /**
         * Sets whether nothing may be written unencrypted: inlining is forced to 0, plain lakes are refused. Column
         * minima and maxima stay readable in the catalog; DuckLake has no switch for them. Default: false.
         */
        public Builder encryptionStrict(boolean value) {
            this.encryptionStrict = value;
            return this;
        }

        /**
         * Sets up to how many rows a statement's insert goes to the catalog instead of a file; 0 disables. DuckLake
         * does not encrypt inlined rows. Default: 1000.
         */
        public Builder dataInliningRowLimit(int value) {
            this.dataInliningRowLimit = value;
            return this;
        }

        /** Sets whether an older catalog is migrated when the client connects. Save it first. Default: false. */
        public Builder migrateCatalog(boolean value) {
            this.migrateCatalog = value;
            return this;
        }

        /**
         * Sets whether the storage of a lake that exists already is tried (written, read, listed, cleaned) when the
         * client connects. Without it, connecting is quicker, and keys suffice that may only read; what is wrong with
         * the storage then shows with the first query. A new lake's storage is always tried. Default: true.
         */
        public Builder storageProbe(boolean value) {
            this.storageProbe = value;
            return this;
        }

        /**
         * Sets how often reaching catalog and storage is tried again, when connecting and after they were lost.
         * Default: {@link RetryPolicy#ofConnectionRetries} of 3.
         */
        public Builder connectionRetry(RetryPolicy value) {
            this.connectionRetry = Objects.requireNonNull(value, "connectionRetry");
            return this;
        }

        /** Sets how long one attempt to reach catalog and storage may take. Default: 30 s. */
        public Builder connectionTimeout(Duration value) {
            this.connectionTimeout = value;
            return this;
        }

        /**
         * Sets how often a transaction that met a conflict is run again, within its deadline. Default:
         * {@link RetryPolicy#ofRetries} of 100.
         */
        public Builder commitRetry(RetryPolicy value) {
            this.commitRetry = Objects.requireNonNull(value, "commitRetry");
            return this;
        }

        /**
         * Sets whether writers take turns with those of other processes, by an advisory lock in PostgreSQL. Every commit
         * takes the lake's next snapshot id: processes that write all the time make each other repeat, and some callers
         * wait for seconds. The lock costs two short messages a commit. It is a courtesy: nobody waits longer than
         * two seconds for it, and correctness never depends on it. No effect with a catalog file, which only one process
         * can open. Default: false.
         *
         * <p>Row writers also commit each other's batches of up to 200 rows without keys: who waits for the lock leaves
         * its rows in a table beside DuckLake's own, {@code datlake_handover}, and who has it commits them with its own,
         * once. The role needs the right to create that table, a function and a trigger in the metadata schema; without
         * it, or where inlining is off because nothing may lie in the catalog in plain text, each process commits its own.
         */
        public Builder writeFence(boolean value) {
            this.writeFence = value;
            return this;
        }

        /** Sets how long a call, or a transaction with all its repetitions, may take. Default: 30 s. */
        public Builder operationTimeout(Duration value) {
            this.operationTimeout = value;
            return this;
        }

        /** Adds someone who is told what happens. Default: nobody. */
        public Builder listener(DuckLakeListener value) {
            listeners.add(Objects.requireNonNull(value, "listener"));
            return this;
        }

        /** Adds someone who follows operations from begin to end, such as a tracer. Default: nobody. */
        public Builder observer(OperationObserver value) {
            observers.add(Objects.requireNonNull(value, "observer"));
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws ConfigurationException with all problems
         */
        public DuckLakeSettings build() {
            CatalogSettings where = catalog;
            StorageSettings data = storage;
            Problems problems = new Problems();
            problems.require(where != null, "the catalog is missing: call catalog(...)");
            problems.require(data != null, "the storage is missing: call storage(...)");
            problems.require(
                    alias.matches("[A-Za-z_][A-Za-z0-9_]{0,62}"),
                    "the alias must be a plain SQL identifier of at most 63 characters, was '" + alias + "'");
            problems.require(
                    !List.of("memory", "system", "temp", "main").contains(alias.toLowerCase(Locale.ROOT)),
                    "the alias '" + alias + "' is taken by DuckDB itself: choose another");
            problems.require(
                    metadataSchema.matches("[A-Za-z_][A-Za-z0-9_]{0,62}"),
                    "the metadata schema must be a plain SQL identifier of at most 63 characters, was '"
                            + metadataSchema + "'");
            problems.require(dataInliningRowLimit >= 0, "the inlining row limit must not be negative");
            problems.require(
                    encrypted || !encryptionStrict, "strict encryption and encrypted=false contradict each other");
            problems.require(isPositive(connectionTimeout), "the connection timeout must be at least 100 ms");
            problems.require(isPositive(operationTimeout), "the operation timeout must be at least 100 ms");
            problems.throwIfAny();
            return new DuckLakeSettings(this, Objects.requireNonNull(where), Objects.requireNonNull(data));
        }

        private static boolean isPositive(Duration value) {
            return value.compareTo(Duration.ofMillis(100)) >= 0;
        }
    }
}
