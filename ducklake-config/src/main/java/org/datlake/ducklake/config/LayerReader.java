package org.datlake.ducklake.config;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what one place says into layers: values given there, and values in files that are named there. */
final class LayerReader {

    private final Path workingDirectory;
    private final List<String> problems;

    /**
     * Creates a reader.
     *
     * @param workingDirectory what relative paths start from
     * @param problems receives what is wrong
     */
    LayerReader(Path workingDirectory, List<String> problems) {
        this.workingDirectory = workingDirectory;
        this.problems = problems;
    }

    /** Returns the layers of a place. Names that are nobody's are reported, see {@link UnknownNames}. */
    List<ConfigLayer> read(ConfigPlace place, Map<String, String> entries) {
        problems.addAll(new UnknownNames(place).judge(entries));
        Map<ConfigKey, String> values = new EnumMap<>(ConfigKey.class);
        Map<ConfigKey, SecretFile> files = new EnumMap<>(ConfigKey.class);
        for (ConfigKey key : ConfigKey.values()) {
            String value = entries.get(place.spelled(key.name()));
            boolean given = value != null && !key.kind().isAbsent(value);
            if (value != null && given) {
                values.put(key, value);
            }
            SecretFile file = file(place, key, entries);
            if (file != null && given) {
                problems.add(
                        key + " and " + key.fileName() + " are both given in the " + place.label() + ": leave one out");
            } else if (file != null) {
                files.put(key, file);
            }
        }
        return List.of(ConfigLayer.ofValues(place, values), ConfigLayer.ofFiles(place, files, contents(files)));
    }

    private @Nullable SecretFile file(ConfigPlace place, ConfigKey key, Map<String, String> entries) {
        String path = entries.get(place.spelled(key.fileName()));
        if (path == null || path.isBlank()) {
            return null;
        }
        try {
            return new SecretFile(
                    key.fileName(),
                    workingDirectory.resolve(ValueKind.PATH.canonical(path)).normalize());
        } catch (BadValueException e) {
            problems.add(key.fileName() + ": " + e.reason());
            return null;
        }
    }

    private Map<ConfigKey, String> contents(Map<ConfigKey, SecretFile> files) {
        Map<ConfigKey, String> contents = new EnumMap<>(ConfigKey.class);
        files.forEach((key, file) -> {
            try {
                contents.put(key, file.read());
            } catch (BadValueException e) {
                problems.add(file.name() + ": " + e.reason());
            }
        });
        return contents;
    }
}
