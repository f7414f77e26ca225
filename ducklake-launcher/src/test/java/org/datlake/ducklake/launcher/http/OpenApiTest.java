package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.launcher.Monitoring;
import org.datlake.ducklake.launcher.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {

    @TempDir
    private Path directory;

    @Test
    void every_route_is_described_and_every_description_has_its_route() {
        DuckLakeConfig config = DuckLakeConfigLoader.isolated()
                .environment(Map.of())
                .workingDirectory(directory)
                .load();
        try (DuckLakeClient lake = DuckLakeClient.connectInBackground(DuckLakeSettings.embedded(directory))) {
            ApiServer server = new ApiServer(config, lake, new Monitoring(config));

            assertThat(described(served())).isEqualTo(new TreeSet<>(server.routes()));
        }
    }

    private String served() {
        try (RunningServer server = RunningServer.start(directory.resolve("other"), Map.of())) {
            HttpResponse<String> answer = server.get("/openapi.yaml");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/yaml");
            return answer.body();
        }
    }

    /** Paths stand two blanks in, their methods four. */
    private static Set<String> described(String yaml) {
        Set<String> found = new TreeSet<>();
        String path = "";
        Pattern line = Pattern.compile("  (/\\S*):|    (get|post|put|patch|delete|head|options):");
        for (String text : yaml.lines().toList()) {
            Matcher matcher = line.matcher(text);
            if (matcher.matches()) {
                path = matcher.group(1) == null ? path : matcher.group(1);
                if (matcher.group(2) != null) {
                    found.add(matcher.group(2).toUpperCase(Locale.ROOT) + " " + path);
                }
            }
        }
        return found;
    }
}
