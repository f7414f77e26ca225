package org.datlake.ducklake.internal.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.datlake.ducklake.ContainerMemory;

/**
 * Derives how much memory DuckDB may use. By itself it takes 80 % of the container and knows nothing of the JVM in the
 * same container: both together are more than there is.
 */
final class MemoryBudget {

    private static final long MIB = 1L << 20;

    /** JVM without heap, native libraries, and what DuckDB uses beside its limit (measured: 110 to 130 MiB). */
    private static final long HEADROOM = 130 * MIB;

    /** Below this DuckDB cannot even write one Parquet file. */
    private static final long LEAST = 64 * MIB;

    private MemoryBudget() {}

    static long duckDbLimit() {
        long heap = Runtime.getRuntime().maxMemory();
        Optional<ContainerMemory> container = ContainerMemory.read();
        return container.isPresent()
                ? ofContainer(container.get().limitBytes(), heap)
                : ofMachine(machineMemory(), heap);
    }

    static long ofContainer(long limit, long heap) {
        return Math.max(LEAST, limit - heap - HEADROOM);
    }

    static long ofMachine(long total, long heap) {
        return Math.max(LEAST, (total - heap) / 10 * 8);
    }

    private static long machineMemory() {
        try {
            // Reading the file is a hundred times faster than loading the management classes.
            String first = Files.readAllLines(Path.of("/proc/meminfo")).get(0);
            return Long.parseLong(first.replaceAll("\\D", "")) * 1024;
        } catch (IOException | RuntimeException e) {
            // Not Linux: ask the JVM.
            java.lang.management.OperatingSystemMXBean bean = ManagementFactory.getOperatingSystemMXBean();
            return bean instanceof com.sun.management.OperatingSystemMXBean sun
                    ? sun.getTotalMemorySize()
                    : 2 * Runtime.getRuntime().maxMemory();
        }
    }
}
