package org.datlake.ducklake.testing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TestImagesTest {

    private static final Path SCRIPTS = Path.of("..", "deploy", "airgap");

    @Test
    void the_airgap_script_makes_the_images_that_the_tests_use() throws IOException {
        assertThat(Files.readString(SCRIPTS.resolve("make-images.sh")))
                .contains("readonly POSTGRES_IMAGE=" + TestImages.DEFAULT_POSTGRES + "\n")
                .contains("readonly MINIO_IMAGE=" + TestImages.DEFAULT_MINIO + "\n");
    }

    @Test
    void the_airgap_script_builds_the_minio_that_the_tests_use() throws IOException {
        assertThat(Files.readString(SCRIPTS.resolve("build-minio.sh")))
                .contains("readonly MINIO_VERSION=" + MinioBinary.VERSION + "\n")
                .contains("datlake/tools");
    }
}
