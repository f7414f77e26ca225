package org.datlake.ducklake.testing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresFramesTest {

    private static final int TLS_REQUEST = 80877103;
    private static final int PROTOCOL = 3 << 16;

    private final PostgresFrames frames = PostgresFrames.ofPostgres();
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

    @Test
    void a_session_is_cut_into_its_messages_however_its_bytes_arrive() throws IOException {
        byte[] stream = concatenate(
                startup(TLS_REQUEST, ""),
                startup(PROTOCOL, "user\0me\0\0"),
                typed('p', "password\0"),
                typed('Q', "SELECT 1\0"),
                typed('X', ""));
        for (int piece = 1; piece <= stream.length; piece++) {
            PostgresFrames cut = PostgresFrames.ofPostgres();
            List<Character> types = new ArrayList<>();
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            for (int from = 0; from < stream.length; from += piece) {
                int count = Math.min(piece, stream.length - from);
                cut.add(ByteBuffer.allocate(count).put(stream, from, count).array(), count);
                for (PostgresMessage message = cut.next(); message != null; message = cut.next()) {
                    types.add(message.type());
                    message.writeTo(whole);
                }
            }
            assertThat(types).containsExactly('\0', '\0', 'p', 'Q', 'X');
            assertThat(whole.toByteArray()).isEqualTo(stream);
        }
    }

    @Test
    void a_message_longer_than_the_buffer_comes_whole() throws IOException {
        byte[] stream = concatenate(startup(PROTOCOL, "\0"), typed('Q', "x".repeat(100_000) + "\0"), typed('X', ""));
        frames.add(stream, 50);
        assertThat(types()).containsExactly('\0');
        byte[] rest = ByteBuffer.allocate(stream.length - 50)
                .put(stream, 50, stream.length - 50)
                .array();
        frames.add(rest, rest.length);

        assertThat(types()).containsExactly('Q', 'X');
        assertThat(passed.toByteArray()).isEqualTo(stream);
    }

    @Test
    void the_sql_of_a_simple_query_is_found() throws IOException {
        add(startup(PROTOCOL, "\0"), typed('Q', "COMMIT\0"));

        assertThat(messages().get(1).contains("COMMIT")).isTrue();
    }

    @Test
    void the_sql_of_a_prepared_statement_is_found_when_it_is_parsed_and_each_time_it_is_bound() throws IOException {
        add(
                startup(PROTOCOL, "\0"),
                typed('P', "S_1\0COMMIT\0\0\0"),
                typed('P', "\0SELECT 'é'\0\0\0"),
                typed('B', "portal\0S_1\0\0\0"),
                typed('B', "\0\0\0\0"),
                typed('B', "\0S_2\0\0\0"));
        List<PostgresMessage> messages = messages();

        assertThat(messages.stream().map(message -> message.contains("COMMIT")))
                .containsExactly(false, true, false, true, false, false);
        assertThat(messages.stream().map(message -> message.contains("'é'")))
                .containsExactly(false, false, true, false, true, false);
    }

    @Test
    void what_is_copied_or_bound_as_a_value_is_no_sql() throws IOException {
        add(startup(PROTOCOL, "\0"), typed('d', "COMMIT"), typed('B', "\0\0\0\0\0\1\0\0\0\6COMMIT\0\0"));

        assertThat(messages()).noneMatch(message -> message.contains("COMMIT"));
    }

    @Test
    void other_streams_have_no_messages_and_are_handed_on() {
        for (String stream :
                List.of("GET / HTTP/1.1\r\n\r\n", "\0\0\0\u0010\0\1\0\0 not PostgreSQL", "\0\0\0\0\0\0\0\0")) {
            PostgresFrames other = PostgresFrames.ofPostgres();
            byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
            other.add(bytes, bytes.length);

            assertThat(other.next()).isNull();
            assertThat(other.takeUnframed()).isEqualTo(bytes);
        }
    }

    @Test
    void tls_within_a_session_is_handed_on() {
        byte[] hello = {0x16, 3, 1, 2, 0, 1, 0, 1};
        add(startup(TLS_REQUEST, ""), hello);

        assertThat(frames.next()).isNotNull();
        assertThat(frames.next()).isNull();
        assertThat(frames.takeUnframed()).isEqualTo(hello);
    }

    @Test
    void a_type_or_length_that_no_message_has_ends_the_messages() {
        for (byte[] nonsense : List.of(typed('\1', "x"), new byte[] {'Q', 0, 0, 0, 3}, new byte[] {'Q', -1, 0, 0, 0})) {
            PostgresFrames broken = PostgresFrames.ofPostgres();
            byte[] start = startup(PROTOCOL, "\0");
            broken.add(start, start.length);
            broken.add(nonsense, nonsense.length);

            assertThat(broken.next()).isNotNull();
            assertThat(broken.next()).isNull();
            assertThat(broken.takeUnframed()).isEqualTo(nonsense);
        }
    }

    @Test
    void an_incomplete_message_is_held_until_it_is_asked_for() {
        byte[] half = {'Q', 0, 0, 0, 20, 'S', 'E'};
        add(startup(PROTOCOL, "\0"), half);

        assertThat(frames.next()).isNotNull();
        assertThat(frames.next()).isNull();
        assertThat(frames.takeUnframed()).isEmpty();
        assertThat(frames.takeRest()).isEqualTo(half);
    }

    private void add(byte[]... parts) {
        byte[] stream = concatenate(parts);
        frames.add(stream, stream.length);
    }

    private List<PostgresMessage> messages() throws IOException {
        List<PostgresMessage> messages = new ArrayList<>();
        for (PostgresMessage message = frames.next(); message != null; message = frames.next()) {
            messages.add(message);
            message.writeTo(passed);
        }
        return messages;
    }

    private List<Character> types() throws IOException {
        return messages().stream().map(PostgresMessage::type).toList();
    }

    private static byte[] startup(int code, String content) {
        byte[] text = content.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length)
                .putInt(8 + text.length)
                .putInt(code)
                .put(text)
                .array();
    }

    private static byte[] typed(char type, String content) {
        byte[] text = content.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + text.length)
                .put((byte) type)
                .putInt(4 + text.length)
                .put(text)
                .array();
    }

    private static byte[] concatenate(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
