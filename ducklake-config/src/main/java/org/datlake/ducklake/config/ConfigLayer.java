package org.datlake.ducklake.config;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The values that one place gives, by key. Immutable. Its name, which SmallRye logs, holds no value.
 *
 * <p>A place may give a value itself or name a file that holds it; the two make two layers, the files below.
 */
final class ConfigLayer implements ConfigSource {

    private final String name;
    private final int ordinal;
    private final EffectiveValue.Source source;
    private final Map<ConfigKey, String> values;
    private final Map<ConfigKey, SecretFile> files;
    private final Map<String, String> properties;

    private ConfigLayer(
            String name,
            int ordinal,
            EffectiveValue.Source source,
            Map<ConfigKey, String> values,
            Map<ConfigKey, SecretFile> files) {
        this.name = name;
        this.ordinal = ordinal;
        this.source = source;
        this.values = Map.copyOf(values);
        this.files = Map.copyOf(files);
        this.properties = values.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(entry -> entry.getKey().key(), Map.Entry::getValue));
    }

    /** Creates a layer of values that a place gives itself. */
    static ConfigLayer ofValues(ConfigPlace place, Map<ConfigKey, String> values) {
        return new ConfigLayer(place.label(), place.ordinal(), place.source(), values, Map.of());
    }

    /**
     * Creates a layer of values in files that a place names.
     *
     * @param values what the files hold now
     */
    static ConfigLayer ofFiles(ConfigPlace place, Map<ConfigKey, SecretFile> files, Map<ConfigKey, String> values) {
        return new ConfigLayer(
                "files named by " + place.label(),
                place.ordinal() - 1,
                EffectiveValue.Source.SECRET_FILE,
                values,
                files);
    }

    /** Returns what kind of place this is. */
    EffectiveValue.Source source() {
        return source;
    }

    /** Returns what follows a problem with the key's value, so that the reader finds the place. */
    String whereabouts(ConfigKey key) {
        SecretFile file = files.get(key);
        if (file != null) {
            return " (in the file " + file.path() + ")";
        }
        return source == EffectiveValue.Source.ENVIRONMENT ? "" : " (" + key.key() + " in the " + name + ")";
    }

    /** Returns the value as it was written, or null. */
    @Nullable String written(ConfigKey key) {
        return values.get(key);
    }

    /** Returns the file that holds the value, or null. */
    @Nullable SecretFile file(ConfigKey key) {
        return files.get(key);
    }

    @Override
    public Set<String> getPropertyNames() {
        return properties.keySet();
    }

    @Override
    public @Nullable String getValue(String propertyName) {
        return properties.get(propertyName);
    }

    @Override
    public Map<String, String> getProperties() {
        return properties;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public int getOrdinal() {
        return ordinal;
    }
}
