package org.datlake.ducklake.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The optional properties file.
 *
 * @param path the file, absolute
 * @param entries what it says, by key
 */
record ConfigFile(Path path, Map<String, String> entries) {

    /** Names the file, as an environment variable. */
    static final String NAME = "DATLAKE_CONFIG_FILE";

    /** Names the file, as a key. */
    static final String KEY = "datlake.config.file";

    /** The file's name when nobody names another. */
    static final String DEFAULT = "ducklake.properties";

    /**
     * Reads the file.
     *
     * @param path a file that may be missing if it is not {@code required}
     * @param problems receives what went wrong; the file then counts as empty
     */
    static ConfigFile read(Path path, boolean required, List<String> problems) {
        if (!Files.exists(path) && !required) {
            return new ConfigFile(path, Map.of());
        }
        Map<String, String> entries = new HashMap<>();
        try (Reader reader = Files.newBufferedReader(path)) {
            Properties properties = new Properties();
            properties.load(reader);
            properties.stringPropertyNames().forEach(key -> entries.put(key, properties.getProperty(key)));
        } catch (IOException | IllegalArgumentException e) {
            // The messages of both may echo a part of the file.
            problems.add((required ? NAME + ": " : "") + "the properties file " + path + " cannot be read: "
                    + reason(path, e));
        }
        return new ConfigFile(path, Map.copyOf(entries));
    }

    private static String reason(Path path, Exception e) {
        if (!Files.exists(path)) {
            return "it does not exist";
        }
        if (Files.isDirectory(path)) {
            return "it is a directory";
        }
        if (e instanceof IllegalArgumentException) {
            return "it holds a backslash with a u and no four hexadecimal digits after it";
        }
        return Files.isReadable(path) ? "it is not UTF-8 text" : "permission denied";
    }
}
