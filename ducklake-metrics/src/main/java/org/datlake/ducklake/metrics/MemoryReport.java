package org.datlake.ducklake.metrics;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.datlake.ducklake.ContainerMemory;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.Row;

/**
 * Where the memory of a process goes. All figures are bytes.
 *
 * @param processRss what the process occupies; empty where the system does not say
 * @param heap the JVM's heap
 * @param nonHeap the JVM's memory beside the heap: classes, compiled code
 * @param duckDb what DuckDB uses, by its own names of purposes; empty while it cannot be asked
 * @param duckDbSpilled what DuckDB has written to its temporary directory
 * @param duckDbLimit what DuckDB may use, as it says; empty while it cannot be asked
 * @param container what the container may and does use; empty outside containers
 */
public record MemoryReport(
        OptionalLong processRss,
        Area heap,
        Area nonHeap,
        Map<String, Long> duckDb,
        Map<String, Long> duckDbSpilled,
        Optional<String> duckDbLimit,
        Optional<ContainerMemory> container) {

    /**
     * Some of the JVM's memory.
     *
     * @param used what is in use
     * @param committed what was taken from the system
     * @param max the limit; -1 for none
     */
    public record Area(long used, long committed, long max) {

        private static Area of(MemoryUsage usage) {
            return new Area(usage.getUsed(), usage.getCommitted(), usage.getMax());
        }
    }

    /** Reads it now. Never fails: what cannot be read is left out. */
    public static MemoryReport read(DuckLakeClient client) {
        MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();
        Map<String, Long> used = new LinkedHashMap<>();
        Map<String, Long> spilled = new LinkedHashMap<>();
        Optional<String> limit = Optional.empty();
        try {
            client.query("SELECT tag, memory_usage_bytes, temporary_storage_bytes FROM duckdb_memory() ORDER BY tag")
                    .map(row -> note(row, used, spilled))
                    .list();
            limit = Optional.of(client.query("SELECT current_setting('memory_limit')")
                    .as(String.class)
                    .one());
        } catch (DuckLakeException e) {
            // The engine is not there; the rest of the report is worth having all the same.
            used.clear();
            spilled.clear();
        }
        return new MemoryReport(
                readProcessRss(),
                Area.of(jvm.getHeapMemoryUsage()),
                Area.of(jvm.getNonHeapMemoryUsage()),
                used,
                spilled,
                limit,
                ContainerMemory.read());
    }

    private static boolean note(Row row, Map<String, Long> used, Map<String, Long> spilled) {
        String tag = String.valueOf(row.getString("tag"));
        used.put(tag, row.getLong("memory_usage_bytes"));
        spilled.put(tag, row.getLong("temporary_storage_bytes"));
        return true;
    }

    private static OptionalLong readProcessRss() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            // Only Linux has this file.
            return OptionalLong.empty();
        }
    }
}
