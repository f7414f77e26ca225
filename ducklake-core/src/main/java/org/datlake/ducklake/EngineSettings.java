package org.datlake.ducklake;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How the embedded DuckDB engine is run. Immutable; what is left open is derived from the container or the machine. */
public final class EngineSettings {

    private final @Nullable Long memoryLimitBytes;
    private final @Nullable Integer threads;
    private final @Nullable Path tempDirectory;
    private final @Nullable Long maxTempDirectoryBytes;
    private final @Nullable Path extensionDirectory;
    private final @Nullable URI extensionRepository;
    private final boolean installExtensions;
    private final int maxConcurrentCalls;
    private final int maxQuarantinedCalls;
    private final Duration healthInterval;
    private final Map<String, String> duckDbSettings;

    private EngineSettings(Builder builder) {
        this.memoryLimitBytes = builder.memoryLimitBytes;
        this.threads = builder.threads;
        this.tempDirectory = builder.tempDirectory;
        this.maxTempDirectoryBytes = builder.maxTempDirectoryBytes;
        this.extensionDirectory = builder.extensionDirectory;
        this.extensionRepository = builder.extensionRepository;
        this.installExtensions = builder.installExtensions;
        this.maxConcurrentCalls = builder.maxConcurrentCalls;
        this.maxQuarantinedCalls = builder.maxQuarantinedCalls;
        this.healthInterval = builder.healthInterval;
        this.duckDbSettings = Map.copyOf(builder.duckDbSettings);
    }

    /** Starts with the defaults of each method of {@link Builder}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the defaults. */
    public static EngineSettings ofDefaults() {
        return builder().build();
    }

    /** Returns DuckDB's memory limit in bytes; empty: derived, see {@link Builder#memoryLimitBytes}. */
    public OptionalLong memoryLimitBytes() {
        return memoryLimitBytes == null ? OptionalLong.empty() : OptionalLong.of(memoryLimitBytes);
    }

    /** Returns the number of DuckDB's threads; empty: derived, see {@link Builder#threads}. */
    public OptionalInt threads() {
        return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
    }

    /** Returns where queries spill; empty: derived, see {@link Builder#tempDirectory}. */
    public Optional<Path> tempDirectory() {
        return Optional.ofNullable(tempDirectory);
    }

    /** Returns how many bytes queries may spill in all; empty: what DuckDB decides. */
    public OptionalLong maxTempDirectoryBytes() {
        return maxTempDirectoryBytes == null ? OptionalLong.empty() : OptionalLong.of(maxTempDirectoryBytes);
    }

    /** Returns where extensions are looked for first; empty: DuckDB's own directory below the home directory. */
    public Optional<Path> extensionDirectory() {
        return Optional.ofNullable(extensionDirectory);
    }

    /** Returns the repository that DuckDB installs extensions from; empty: DuckDB's own. */
    public Optional<URI> extensionRepository() {
        return Optional.ofNullable(extensionRepository);
    }

    /** Says whether missing extensions may be installed. */
    public boolean installExtensions() {
        return installExtensions;
    }

    /** Returns how many calls run in the engine at the same time; further ones wait within their deadline. */
    public int maxConcurrentCalls() {
        return maxConcurrentCalls;
    }

    /** Returns how many calls may hang past their deadline before new ones are refused. */
    public int maxQuarantinedCalls() {
        return maxQuarantinedCalls;
    }

    /** Returns how often catalog, storage and engine are probed in the background. */
    public Duration healthInterval() {
        return healthInterval;
    }

    /** Returns further DuckDB settings, by name. */
    public Map<String, String> duckDbSettings() {
        return duckDbSettings;
    }

    /** Builds {@link EngineSettings}. Not thread-safe. */
    public static final class Builder {

        private @Nullable Long memoryLimitBytes;
        private @Nullable Integer threads;
        private @Nullable Path tempDirectory;
        private @Nullable Long maxTempDirectoryBytes;
        private @Nullable Path extensionDirectory;
        private @Nullable URI extensionRepository;
        private boolean installExtensions = true;
        private int maxConcurrentCalls = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());
        private int maxQuarantinedCalls = 16;
        private Duration healthInterval = Duration.ofSeconds(2);
        private final Map<String, String> duckDbSettings = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Sets DuckDB's memory limit. Default: the container's limit (cgroup v1 or v2) less the JVM's heap and
         * headroom; without a container limit, 80 % of what the machine has beside the JVM's heap.
         */
        public Builder memoryLimitBytes(long value) {
            this.memoryLimitBytes = value;
            return this;
        }

        /** Sets the number of DuckDB's threads. Default: the processors that the JVM sees. */
        public Builder threads(int value) {
            this.threads = value;
            return this;
        }

        /** Sets where queries spill. Default: a folder {@code datlake-spill-PID} in the JVM's temporary directory. */
        public Builder tempDirectory(Path value) {
            this.tempDirectory = value.toAbsolutePath();
            return this;
        }

        /** Sets how many bytes queries may spill in all. Default: what DuckDB decides, 90 % of the free disk. */
        public Builder maxTempDirectoryBytes(long value) {
            this.maxTempDirectoryBytes = value;
            return this;
        }

        /** Sets where extensions are looked for first. Default: {@code ~/.duckdb/extensions}, DuckDB's own. */
        public Builder extensionDirectory(Path value) {
            this.extensionDirectory = value.toAbsolutePath();
            return this;
        }

        /** Sets the repository, or a mirror of it, that DuckDB installs extensions from. Default: DuckDB's own. */
        public Builder extensionRepository(URI value) {
            this.extensionRepository = value;
            return this;
        }

        /** Sets whether missing extensions may be installed, over the network. Default: true. */
        public Builder installExtensions(boolean value) {
            this.installExtensions = value;
            return this;
        }

        /** Sets how many calls run in the engine at the same time. Default: twice the processors, at least 8. */
        public Builder maxConcurrentCalls(int value) {
            this.maxConcurrentCalls = value;
            return this;
        }

        /** Sets how many calls may hang past their deadline before new ones are refused. Default: 16. */
        public Builder maxQuarantinedCalls(int value) {
            this.maxQuarantinedCalls = value;
            return this;
        }

        /** Sets how often catalog, storage and engine are probed in the background. Default: 2 s. */
        public Builder healthInterval(Duration value) {
            this.healthInterval = value;
            return this;
        }

        /** Sets a further DuckDB setting, for example {@code preserve_insertion_order}. */
        public Builder duckDbSetting(String name, String value) {
            duckDbSettings.put(name, value);
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws ConfigurationException with all problems
         */
        public EngineSettings build() {
            Problems problems = new Problems();
            problems.require(
                    memoryLimitBytes == null || memoryLimitBytes >= 64L << 20,
                    "the engine's memory limit must be at least 64 MiB, was " + memoryLimitBytes + " bytes");
            problems.require(threads == null || threads >= 1, "the engine's threads must be at least 1");
            problems.require(
                    maxTempDirectoryBytes == null || maxTempDirectoryBytes >= 0,
                    "the engine's spill limit must not be negative");
            problems.require(maxConcurrentCalls >= 1, "maxConcurrentCalls must be at least 1");
            problems.require(maxQuarantinedCalls >= 1, "maxQuarantinedCalls must be at least 1");
            problems.require(
                    healthInterval.compareTo(Duration.ofMillis(100)) >= 0, "healthInterval must be at least 100 ms");
            problems.require(
                    extensionRepository == null || extensionRepository.isAbsolute(),
                    "the extension repository must be an absolute URL");
            for (String name : duckDbSettings.keySet()) {
                problems.require(name.matches("[a-z0-9_]+"), "'" + name + "' is not the name of a DuckDB setting");
                problems.require(
                        !name.equals("allow_unsigned_extensions") && !name.equals("lock_configuration"),
                        "the DuckDB setting " + name + " is fixed by this library");
            }
            problems.throwIfAny();
            return new EngineSettings(this);
        }
    }
}
