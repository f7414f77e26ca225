package org.datlake.ducklake.config;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Loads the configuration. Stronger places win, key by key: explicit settings, system properties, the environment, a
 * properties file, defaults. Each place may instead name a file that holds a value, as {@code NAME_FILE}.
 *
 * <p>Not thread-safe; what it loads is.
 */
public final class DuckLakeConfigLoader {

    // Between an application's converters (100) and SmallRye's own (1); none of ours competes.
    private static final int CONVERTER_PRIORITY = 100;

    private Map<String, String> explicit = Map.of();
    private Map<String, String> systemProperties = Map.of();
    private Map<String, String> environment = Map.of();
    private Path workingDirectory = Path.of("");
    private boolean terminal;

    private DuckLakeConfigLoader() {}

    /** Starts with the environment, the system properties and the working directory of this process. */
    public static DuckLakeConfigLoader ofProcess() {
        Properties properties = System.getProperties();
        Map<String, String> entries = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> {
            String value = properties.getProperty(name);
            if (value != null) {
                entries.put(name, value);
            }
        });
        return isolated().systemProperties(entries).environment(System.getenv());
    }

    /** Starts with nothing but the working directory of this process. */
    public static DuckLakeConfigLoader isolated() {
        return new DuckLakeConfigLoader();
    }

    /** Sets the strongest values, by key, for example from a command line. Default: none. */
    public DuckLakeConfigLoader explicit(Map<String, String> values) {
        this.explicit = Map.copyOf(values);
        return this;
    }

    /** Sets the system properties. */
    public DuckLakeConfigLoader systemProperties(Map<String, String> values) {
        this.systemProperties = Map.copyOf(values);
        return this;
    }

    /** Sets the environment variables. */
    public DuckLakeConfigLoader environment(Map<String, String> values) {
        this.environment = Map.copyOf(values);
        return this;
    }

    /** Sets what relative paths start from, and where {@code ducklake.properties} is looked for. */
    public DuckLakeConfigLoader workingDirectory(Path value) {
        this.workingDirectory = Objects.requireNonNull(value, "workingDirectory");
        return this;
    }

    /** Sets whether people read the output on a terminal, which decides the default of LOG_FORMAT. Default: false. */
    public DuckLakeConfigLoader terminal(boolean value) {
        this.terminal = value;
        return this;
    }

    /**
     * Loads the configuration. Reads files but opens no connection.
     *
     * @throws ConfigurationException with all problems; none shows a secret
     */
    public DuckLakeConfig load() {
        List<String> problems = new ArrayList<>();
        Path directory = workingDirectory.toAbsolutePath().normalize();
        Map<String, ConfigLayer> layers = layers(directory, problems).stream()
                .collect(Collectors.toUnmodifiableMap(ConfigLayer::getName, Function.identity()));
        CheckedValues values = new CheckedValues(layers);
        ConfigTree tree = map(layers, values);
        problems.addAll(values.problems());
        return new ConfigAssembler(tree, values, problems, directory, terminal).assemble();
    }

    private List<ConfigLayer> layers(Path directory, List<String> problems) {
        LayerReader reader = new LayerReader(directory, problems);
        List<ConfigLayer> layers = new ArrayList<>();
        layers.addAll(reader.read(ConfigPlace.EXPLICIT, explicit));
        layers.addAll(reader.read(ConfigPlace.SYSTEM_PROPERTIES, systemProperties));
        layers.addAll(reader.read(ConfigPlace.ENVIRONMENT, environment));
        ConfigFile file = configFile(directory, problems);
        layers.addAll(reader.read(ConfigPlace.propertiesFile(file.path().toString()), file.entries()));
        return layers;
    }

    private ConfigFile configFile(Path directory, List<String> problems) {
        Optional<String> named = Optional.ofNullable(explicit.get(ConfigFile.KEY))
                .or(() -> Optional.ofNullable(systemProperties.get(ConfigFile.KEY)))
                .or(() -> Optional.ofNullable(environment.get(ConfigFile.NAME)))
                .filter(name -> !name.isBlank());
        Path path = directory.resolve(ConfigFile.DEFAULT);
        try {
            path = directory.resolve(ValueKind.PATH.canonical(named.orElse(ConfigFile.DEFAULT)));
        } catch (BadValueException e) {
            problems.add(ConfigFile.NAME + ": " + e.reason());
        }
        return ConfigFile.read(path.normalize(), named.isPresent(), problems);
    }

    // No discovery, no interceptor of SmallRye's own: values with ${...} stay as they are, and nothing else is read.
    private static ConfigTree map(Map<String, ConfigLayer> layers, CheckedValues values) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withInterceptors(values)
                .withConverter(Secret.class, CONVERTER_PRIORITY, DuckLakeConfigLoader::secret)
                .withValidateUnknown(false);
        layers.values().forEach(builder::withSources);
        for (ConfigKey key : ConfigKey.values()) {
            String value = key.fallback().value();
            if (value != null) {
                builder.withDefaultValue(key.key(), value);
            }
        }
        // With the prefix given, SmallRye does not read the interface's annotation, which would make classes.
        String prefix = "";
        return builder.withMapping(ConfigTree.class, prefix).build().getConfigMapping(ConfigTree.class, prefix);
    }

    // SmallRye asks with an empty text for an Optional that nobody gave; only null leaves it empty.
    private static @Nullable Secret secret(String value) {
        return value.isEmpty() ? null : Secret.of(value);
    }
}
