package org.datlake.ducklake.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the scenarios that are named, or all, and prints one line for each figure. */
public final class Benchmark {

    private static final Map<String, Scenario> SCENARIOS = scenarios();

    private Benchmark() {}

    private static Map<String, Scenario> scenarios() {
        Map<String, Scenario> scenarios = new LinkedHashMap<>();
        scenarios.put("start", ColdStart::run);
        scenarios.put("small", SmallQueries::run);
        scenarios.put("extraction", Extraction::run);
        scenarios.put("threads", SharedClient::run);
        scenarios.put("writes", Writes::run);
        scenarios.put("processes", Processes::run);
        scenarios.put("sizes", BatchSizes::run);
        scenarios.put("ingest", Ingest::run);
        scenarios.put("messages", CatalogMessages::run);
        scenarios.put("http", HttpQueries::run);
        scenarios.put("http-rows", HttpRows::run);
        return scenarios;
    }

    /** Runs; wrong names end it with a list of the right ones. */
    public static void main(String[] names) throws Exception {
        List<String> chosen = names.length == 0 ? List.copyOf(SCENARIOS.keySet()) : List.of(names);
        if (!SCENARIOS.keySet().containsAll(chosen)) {
            System.err.println("there are these scenarios: " + String.join(", ", SCENARIOS.keySet()));
            System.exit(2);
        }
        System.out.println(Figure.header());
        for (Map.Entry<String, Scenario> scenario : SCENARIOS.entrySet()) {
            if (chosen.contains(scenario.getKey())) {
                run(scenario.getValue());
            }
        }
        // The servers of the tests leave threads behind that would hold up the end.
        System.exit(0);
    }

    private static void run(Scenario scenario) throws Exception {
        Path scratch = Files.createTempDirectory("datlake-benchmark-");
        try {
            scenario.run(scratch).forEach(System.out::println);
        } finally {
            delete(scratch);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    /** What is measured. */
    @FunctionalInterface
    private interface Scenario {
        /** Measures, with a directory for files that is deleted afterwards, and returns lines of the table. */
        List<String> run(Path scratch) throws Exception;
    }
}
