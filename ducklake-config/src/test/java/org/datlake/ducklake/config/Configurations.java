package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.StorageSettings;

/** What the tests of this module start from. */
final class Configurations {

    /** A catalog in PostgreSQL and data in S3, neither of them on this machine. */
    static final Map<String, String> REMOTE = Map.of(
            "DB_POSTGRES_HOST", "db.example.com",
            "DB_POSTGRES_USER", "lake",
            "DB_POSTGRES_PASSWORD", "catalog-password",
            "STORAGE_MINIO_ENDPOINT", "store.example.com:9000",
            "STORAGE_MINIO_ACCESS_KEY", "access",
            "STORAGE_MINIO_SECRET_KEY", "storage-secret");

    private Configurations() {}

    /** Returns a map with further names, given as name, value, name, value. */
    static Map<String, String> with(Map<String, String> base, String... namesAndValues) {
        Map<String, String> all = new HashMap<>(base);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return all;
    }

    /** Returns a loader that sees these environment variables and nothing else of this process. */
    static DuckLakeConfigLoader environment(Path directory, Map<String, String> base, String... namesAndValues) {
        return DuckLakeConfigLoader.isolated().workingDirectory(directory).environment(with(base, namesAndValues));
    }

    /** Loads from these environment variables. */
    static DuckLakeConfig load(Path directory, Map<String, String> base, String... namesAndValues) {
        return environment(directory, base, namesAndValues).load();
    }

    /** Returns the problems of these environment variables; fails if there are none. */
    static List<String> problems(Path directory, Map<String, String> base, String... namesAndValues) {
        return failure(environment(directory, base, namesAndValues)).problems();
    }

    /** Returns how loading fails; fails if it does not. */
    static ConfigurationException failure(DuckLakeConfigLoader loader) {
        ConfigurationException failure = catchThrowableOfType(ConfigurationException.class, loader::load);
        if (failure == null) {
            throw new AssertionError("loading found no problem");
        }
        return failure;
    }

    static DuckLakeSettings settings(DuckLakeConfig config) {
        return config.toSettingsBuilder().build();
    }

    static CatalogSettings.Postgres postgres(DuckLakeConfig config) {
        return (CatalogSettings.Postgres) settings(config).catalog();
    }

    static StorageSettings.S3 s3(DuckLakeConfig config) {
        return (StorageSettings.S3) settings(config).storage();
    }

    /** Returns what the listing says about a name. */
    static EffectiveValue effective(DuckLakeConfig config, String name) {
        return config.effectiveValues().stream()
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Writes the text to a file as it is. */
    static Path file(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a properties file, with all escapes that it needs. */
    static Path properties(Path file, Map<String, String> entries) {
        Properties properties = new Properties();
        properties.putAll(entries);
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
