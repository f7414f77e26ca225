package org.datlake.ducklake.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.datlake.ducklake.EngineSettings;
import org.datlake.ducklake.ExtensionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtensionFileTest {

    @TempDir
    Path directory;

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("x.duckdb_extension"), text);
    }

    private static Optional<String> sha256(String text) throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return Optional.of(HexFormat.of().formatHex(digest));
    }

    @Test
    void a_file_that_matches_its_pin_is_accepted_and_remembered() throws Exception {
        Path file = write("good");
        ExtensionFile extension = new ExtensionFile(file, sha256("good"));

        extension.verify();

        assertThat(file.resolveSibling("x.duckdb_extension.verified")).exists();
        assertThatCode(extension::verify).doesNotThrowAnyException();
    }

    @Test
    void a_damaged_file_is_refused_with_both_sums_and_a_remedy() throws Exception {
        Path file = write("damaged");
        String pin = sha256("good").orElseThrow();

        assertThatThrownBy(() -> new ExtensionFile(file, Optional.of(pin)).verify())
                .isInstanceOf(ExtensionException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(pin)
                .hasMessageContaining(sha256("damaged").orElseThrow())
                .hasMessageContaining("ducklake extensions install");
    }

    @Test
    void a_file_that_changes_after_it_was_accepted_is_looked_at_again() throws Exception {
        Path file = write("good");
        ExtensionFile extension = new ExtensionFile(file, sha256("good"));
        extension.verify();

        write("changed");

        assertThatThrownBy(extension::verify).isInstanceOf(ExtensionException.class);
    }

    @Test
    void a_directory_in_its_place_cannot_be_read() throws Exception {
        Path file = Files.createDirectory(directory.resolve("x.duckdb_extension"));

        assertThatThrownBy(() -> new ExtensionFile(file, sha256("good")).verify())
                .isInstanceOf(ExtensionException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void the_project_ships_pins_for_its_own_version_only() {
        assertThat(ExtensionFile.in(directory, Extensions.ENGINE_VERSION, "linux_amd64", "ducklake")
                        .pin())
                .hasValueSatisfying(pin -> assertThat(pin).matches("[0-9a-f]{64}"));
        assertThat(ExtensionFile.in(directory, "v1.4.0", "linux_amd64", "ducklake")
                        .pin())
                .isEmpty();
        assertThat(ExtensionFile.in(directory, Extensions.ENGINE_VERSION, "plan9_mips", "ducklake")
                        .pin())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux_amd64",
        "Linux, aarch64, linux_arm64",
        "Mac OS X, aarch64, osx_arm64",
        "Mac OS X, x86_64, osx_amd64",
        "Windows 11, amd64, windows_amd64"
    })
    void platforms_have_the_names_that_duckdb_gives_them(String os, String architecture, String platform) {
        assertThat(Extensions.platform(os, architecture)).isEqualTo(platform);
    }

    @Test
    void a_file_of_another_version_or_platform_is_not_found_and_the_error_lists_what_was_tried() throws IOException {
        for (String place : new String[] {"v1.4.0/linux_amd64", Extensions.ENGINE_VERSION + "/plan9_mips"}) {
            Path folder = Files.createDirectories(directory.resolve(place));
            Files.writeString(folder.resolve("ducklake.duckdb_extension"), "of another kind");
        }
        Extensions extensions = new Extensions(EngineSettings.builder()
                .extensionDirectory(directory)
                .installExtensions(false)
                .build());

        assertThatThrownBy(() -> extensions.find("ducklake"))
                .isInstanceOf(ExtensionException.class)
                .hasMessageContaining("'ducklake' " + Extensions.ENGINE_VERSION)
                .hasMessageContaining("not there")
                .hasMessageContaining("switched off by the settings")
                .hasMessageContaining("ducklake extensions install");
    }
}
