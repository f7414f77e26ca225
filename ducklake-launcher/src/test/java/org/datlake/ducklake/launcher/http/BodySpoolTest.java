package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.HttpResponseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodySpoolTest {

    @TempDir
    private Path directory;

    private static InputStream bytes(int number) {
        return new ByteArrayInputStream(new byte[number]);
    }

    @Test
    void a_small_body_stays_in_memory_until_a_file_is_asked_for() throws IOException {
        try (BodySpool spool = BodySpool.read(bytes(10), directory, 10, 100)) {
            assertThat(spool.small()).hasSize(10);
            assertThat(directory).isEmptyDirectory();
            assertThat(spool.file()).hasSize(10);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_larger_body_is_a_file_that_only_its_owner_can_read() throws IOException {
        try (BodySpool spool = BodySpool.read(bytes(100), directory, 10, 100)) {
            assertThat(spool.small()).isNull();
            assertThat(spool.file()).hasSize(100);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool.file())))
                    .isEqualTo("rw-------");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_body_that_is_too_large_leaves_nothing() {
        assertThatThrownBy(() -> BodySpool.read(bytes(101), directory, 10, 100))
                .isInstanceOfSatisfying(
                        HttpResponseException.class,
                        e -> assertThat(e.getStatus()).isEqualTo(413));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_body_that_ends_early_leaves_nothing() {
        InputStream broken = new SequenceInputStream(bytes(50), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the caller is gone");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw new IOException("the caller is gone");
            }
        });

        assertThatThrownBy(() -> BodySpool.read(broken, directory, 10, 100))
                .isInstanceOfSatisfying(
                        HttpResponseException.class,
                        e -> assertThat(e.getStatus()).isEqualTo(400));
        assertThat(directory).isEmptyDirectory();
    }
}
