package org.datlake.ducklake.config;

import io.smallrye.config.ConfigMappingLoader;
import io.smallrye.config.ConfigMappingMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the classes that implement {@link ConfigTree}. The build runs it, so that SmallRye finds them instead of
 * making them at each start.
 */
final class MappingClasses {

    private MappingClasses() {}

    /** Writes the classes into the directory given as the only argument. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        for (ConfigMappingMetadata mapping : ConfigMappingLoader.getConfigMappingsMetadata(ConfigTree.class)) {
            Path file = root.resolve(mapping.getClassName().replace('.', '/') + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, mapping.getClassBytes());
        }
    }
}
