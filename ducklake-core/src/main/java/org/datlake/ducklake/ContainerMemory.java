package org.datlake.ducklake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the container allows and uses, read from the kernel's control groups, version 1 or 2.
 *
 * @param limitBytes the limit in bytes
 * @param usedBytes what all processes of the container use, in bytes, the kernel's file cache not counted
 */
public record ContainerMemory(long limitBytes, long usedBytes) {

    /** Version 1 says "no limit" by a number near the largest one. */
    private static final long NO_LIMIT = 1L << 60;

    /** Reads it now; empty outside a container, without a limit, or where the system is not Linux. */
    public static Optional<ContainerMemory> read() {
        return read(Path.of("/sys/fs/cgroup"));
    }

    static Optional<ContainerMemory> read(Path root) {
        Path version1 = root.resolve("memory");
        return Files.isDirectory(version1)
                ? read(
                        version1.resolve("memory.limit_in_bytes"),
                        version1.resolve("memory.usage_in_bytes"),
                        version1.resolve("memory.stat"),
                        "total_inactive_file")
                : read(
                        root.resolve("memory.max"),
                        root.resolve("memory.current"),
                        root.resolve("memory.stat"),
                        "inactive_file");
    }

    private static Optional<ContainerMemory> read(Path limitFile, Path usedFile, Path statFile, String cacheKey) {
        try {
            String limitText = Files.readString(limitFile).strip();
            if (limitText.equals("max") || Long.parseLong(limitText) >= NO_LIMIT) {
                return Optional.empty();
            }
            long used = Long.parseLong(Files.readString(usedFile).strip());
            long cache = Files.readAllLines(statFile).stream()
                    .filter(line -> line.startsWith(cacheKey + " "))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(cacheKey.length() + 1).strip()))
                    .findFirst()
                    .orElse(0);
            return Optional.of(new ContainerMemory(Long.parseLong(limitText), Math.max(0, used - cache)));
        } catch (IOException | NumberFormatException e) {
            // No control group is mounted here, or in a form that this version does not know: as good as no limit.
            return Optional.empty();
        }
    }
}
