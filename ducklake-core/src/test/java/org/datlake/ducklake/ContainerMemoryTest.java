package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerMemoryTest {

    @TempDir
    Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, text);
    }

    private void version2(String limit) throws IOException {
        write("memory.max", limit);
        write("memory.current", "300000000\n");
        write("memory.stat", "anon 100000000\nfile 190000000\ninactive_anon 5\ninactive_file 120000000\n");
    }

    @Test
    void version_2_is_read_and_the_file_cache_is_not_counted() throws IOException {
        version2("536870912\n");

        assertThat(ContainerMemory.read(root)).contains(new ContainerMemory(536870912, 180000000));
    }

    @Test
    void version_1_is_read_with_the_sums_of_all_groups_below() throws IOException {
        write("memory/memory.limit_in_bytes", "1073741824\n");
        write("memory/memory.usage_in_bytes", "500000000\n");
        write("memory/memory.stat", "inactive_file 1\ntotal_cache 90000000\ntotal_inactive_file 80000000\n");

        assertThat(ContainerMemory.read(root)).contains(new ContainerMemory(1073741824, 420000000));
    }

    @Test
    void no_limit_is_told_by_max_in_version_2() throws IOException {
        version2("max\n");

        assertThat(ContainerMemory.read(root)).isEmpty();
    }

    @Test
    void no_limit_is_told_by_a_huge_number_in_version_1() throws IOException {
        write("memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("memory/memory.usage_in_bytes", "1\n");
        write("memory/memory.stat", "");

        assertThat(ContainerMemory.read(root)).isEmpty();
    }

    @Test
    void a_machine_without_control_groups_has_no_limit() {
        assertThat(ContainerMemory.read(root.resolve("missing"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lots", "12 GB"})
    void an_unknown_form_is_as_good_as_no_limit(String limit) throws IOException {
        version2(limit);

        assertThat(ContainerMemory.read(root)).isEmpty();
    }

    @Test
    void more_cache_than_use_leaves_nothing_used() throws IOException {
        version2("536870912");
        write("memory.current", "1000");

        assertThat(ContainerMemory.read(root)).contains(new ContainerMemory(536870912, 0));
    }

    @Test
    void statistics_without_the_cache_count_all_of_the_use() throws IOException {
        version2("536870912");
        write("memory.stat", "anon 1\n");

        assertThat(ContainerMemory.read(root)).contains(new ContainerMemory(536870912, 300000000));
    }
}
