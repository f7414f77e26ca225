package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the files below {@code deploy} set is what the program reads. */
class DeploymentNamesTest {

    private static final Path DEPLOY = Path.of("..", "deploy");

    private static final Set<String> KNOWN =
            Arrays.stream(ConfigKey.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

    /** What these files set for PostgreSQL, MinIO, Maven and the C library. */
    private static final Set<String> OF_OTHERS = Set.of(
            "POSTGRES_PASSWORD",
            "MINIO_ROOT_USER",
            "MINIO_ROOT_PASSWORD",
            "MAVEN_ARGS",
            "PATH",
            "LANG",
            "MALLOC_ARENA_MAX");

    @Test
    void kubernetes_sets_names_that_are_read() throws IOException {
        assertThat(names("k8s/base/backend-deployment.yaml", "- (?:\\{)?name: ([A-Z][A-Z0-9_]+)"))
                .contains("ENVIRONMENT", "DB_POSTGRES_PASSWORD", "STORAGE_MINIO_SECRET_KEY", "AUTH_READER_TOKENS")
                .isSubsetOf(KNOWN);
        assertThat(names("k8s/components/tls/backend-tls.yaml", "- (?:\\{)?name: ([A-Z][A-Z0-9_]+)"))
                .contains("DB_POSTGRES_SSLMODE")
                .isSubsetOf(KNOWN);
    }

    @Test
    void the_compose_file_sets_names_that_are_read() throws IOException {
        assertThat(names("docker-compose.yml", "(?m)^      ([A-Z][A-Z0-9_]+): "))
                .contains("DB_POSTGRES_PASSWORD", "STORAGE_MAINTENANCE_SECRET_KEY")
                .isSubsetOf(KNOWN);
    }

    @Test
    void the_image_sets_names_that_are_read() throws IOException {
        assertThat(names("Dockerfile", "(?m)^(?:ENV|   ) ([A-Z][A-Z0-9_]+)="))
                .contains("SERVER_HOST", "DB_DUCKLAKE_PATH")
                .isSubsetOf(KNOWN);
    }

    @Test
    void what_is_read_is_set_somewhere_or_named_as_left_to_its_default() throws IOException {
        List<String> leftOut =
                names("README.md", "`([A-Z][A-Z0-9_]+)`(?=[`A-Z0-9_,\\s]*\\.\\s*<!-- end of defaults -->)");
        Set<String> set = new TreeSet<>();
        for (String file : List.of(
                "k8s/base/backend-deployment.yaml",
                "k8s/components/tls/backend-tls.yaml",
                "docker-compose.yml",
                "Dockerfile")) {
            set.addAll(names(file, "\\b([A-Z][A-Z0-9_]+)\\b"));
        }
        set.retainAll(KNOWN);

        assertThat(leftOut).isSubsetOf(KNOWN).doesNotHaveDuplicates().doesNotContainAnyElementsOf(set);
        set.addAll(leftOut);
        assertThat(set).isEqualTo(KNOWN);
    }

    private static List<String> names(String file, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(DEPLOY.resolve(file)))
                .results()
                .map(found -> found.group(1).replaceFirst("_FILE$", ""))
                .filter(name -> !OF_OTHERS.contains(name))
                .toList();
    }
}
