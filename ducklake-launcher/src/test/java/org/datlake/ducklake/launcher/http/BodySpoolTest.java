package org.datlake.ducklake.launcher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodySpoolTest {

    @TempDir
    private Path directory;

    private BodySpool spool(BodyRoom room, int bytes) throws IOException {
        BodySpool spool = new BodySpool(room, 10, 100);
        spool.append(new byte[bytes], bytes);
        return spool;
    }

    private BodySpool spool(int bytes) throws IOException {
        return spool(new BodyRoom(directory, 1000, 1), bytes);
    }

    @Test
    void a_small_body_stays_in_memory_until_a_file_is_asked_for() throws IOException {
        try (BodySpool spool = spool(10)) {
            assertThat(spool.small()).hasSize(10);
            assertThat(directory).isEmptyDirectory();
            assertThat(spool.file()).hasSize(10);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_larger_body_is_a_file_that_only_its_owner_can_read() throws IOException {
        try (BodySpool spool = spool(5)) {
            spool.append(new byte[95], 95);
            assertThat(spool.small()).isNull();
            assertThat(spool.file()).hasSize(100);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool.file())))
                    .isEqualTo("rw-------");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_body_is_read_as_it_came() throws IOException {
        byte[] bytes = {1, 2, 3, 4, 5, 6};
        try (BodySpool small = spool(0);
                BodySpool large = spool(20)) {
            small.append(bytes, 6);
            large.append(bytes, 6);
            assertThat(small.open()).hasBinaryContent(bytes);
            assertThat(large.bytes()).hasSize(26).endsWith(bytes);
            assertThat(large.open()).hasBinaryContent(large.bytes());
        }
    }

    @Test
    void a_body_that_is_too_large_leaves_nothing() throws IOException {
        try (BodySpool spool = spool(100)) {
            assertThatThrownBy(() -> spool.append(new byte[1], 1))
                    .isInstanceOfSatisfying(
                            HttpResponseException.class,
                            e -> assertThat(e.getStatus()).isEqualTo(413));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void when_memory_is_taken_a_small_body_is_a_file_too() throws IOException {
        BodyRoom room = new BodyRoom(directory, 15, 1);
        try (BodySpool first = spool(room, 10);
                BodySpool second = spool(room, 8)) {
            assertThat(first.small()).isNotNull();
            assertThat(second.small()).isNull();
            assertThat(second.file()).hasSize(8);
        }
        try (BodySpool third = spool(room, 10)) {
            assertThat(third.small()).as("memory was given back").isNotNull();
        }
    }

    @Test
    void when_there_are_files_enough_the_next_large_body_is_sent_away_until_one_is_gone() throws IOException {
        BodyRoom room = new BodyRoom(directory, 1000, 1);
        try (BodySpool first = spool(room, 50);
                BodySpool second = spool(room, 1)) {
            assertThat(first.file()).hasSize(50);
            assertThatThrownBy(() -> second.append(new byte[50], 50))
                    .isInstanceOfSatisfying(
                            HttpResponseException.class,
                            e -> assertThat(e.getStatus()).isEqualTo(503));
        }
        try (BodySpool third = spool(room, 50)) {
            assertThat(third.file()).hasSize(50);
        }
    }
}
