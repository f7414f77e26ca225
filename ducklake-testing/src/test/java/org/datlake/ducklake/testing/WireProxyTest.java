package org.datlake.ducklake.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.datlake.ducklake.testing.WireProxy.Moment;
import org.datlake.ducklake.testing.internal.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireProxyTest {

    private static final int SILENCE_MILLIS = 200;
    private static final int LIMIT_MILLIS = 20_000;

    private static final String STARTUP = "\0\0\0\11\0\3\0\0\0";

    private EchoServer server;
    private WireProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new EchoServer();
        proxy = WireProxy.postgres(server.host(), server.port());
    }

    @AfterEach
    void end() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void bytes_pass_unchanged_in_both_directions() throws IOException {
        try (WireProxy plain = WireProxy.bytes(server.host(), server.port())) {
            assertLongStreamPasses(plain);
        }
    }

    @Test
    void a_stream_that_is_not_of_postgresql_passes_a_counting_proxy_unchanged() throws IOException {
        assertLongStreamPasses(proxy);
        assertThat(proxy.messages()).isZero();
    }

    private void assertLongStreamPasses(WireProxy through) throws IOException {
        byte[] stream = new byte[3 << 20];
        new Random(1).nextBytes(stream);
        stream[0] = 'G';
        try (Socket client = connect(through)) {
            Thread writer = new Thread(() -> {
                try {
                    client.getOutputStream().write(stream);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writer.start();

            // The end of one direction leaves the other open until everything has come back.
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(stream);
            assertThat(server.heard().get(0).bytes()).isEqualTo(stream);
        }
    }

    @Test
    void a_client_whose_server_does_not_run_is_closed() throws IOException {
        try (WireProxy alone = WireProxy.postgres(server.host(), Ports.free());
                Socket client = connect(alone)) {
            assertThatConnectionEnds(client);
        }
    }

    @Test
    void cutting_closes_both_sides_of_all_connections_and_accepts_new_ones() throws IOException {
        try (Socket first = connect(proxy);
                Socket second = connect(proxy)) {
            assertThat(echo(first, "GET first")).isEqualTo("GET first");
            assertThat(echo(second, "GET second")).isEqualTo("GET second");

            proxy.cutAll();

            assertThatConnectionEnds(first);
            assertThatConnectionEnds(second);
            awaitServerEnd(0);
            awaitServerEnd(1);
        }
        assertThatProxyWorks();
    }

    @Test
    void refused_connections_are_closed_until_they_are_accepted_again() throws IOException {
        try (Socket before = connect(proxy)) {
            assertThat(echo(before, "GET /")).isEqualTo("GET /");
            proxy.refuse();

            try (Socket refused = connect(proxy)) {
                assertThatConnectionEnds(refused);
            }
            assertThat(echo(before, "more")).isEqualTo("more");
            assertThat(server.heard()).hasSize(1);

            proxy.accept();
            assertThatProxyWorks();
        }
    }

    @Test
    void a_frozen_wire_keeps_connections_and_passes_nothing_until_it_is_thawed() throws IOException {
        try (Socket before = connect(proxy)) {
            assertThat(echo(before, "GET /")).isEqualTo("GET /");
            proxy.freeze();
            send(before, "held");
            try (Socket meanwhile = connect(proxy)) {
                send(meanwhile, "GET held");

                assertThatNothingComes(before);
                assertThatNothingComes(meanwhile);
                assertThat(server.heard()).hasSize(1);
                assertThat(server.heard().get(0).bytes()).asString(ISO_8859_1).isEqualTo("GET /");

                proxy.thaw();
                assertThat(receive(before, 4)).isEqualTo("held");
                assertThat(receive(meanwhile, 8)).isEqualTo("GET held");
            }
        }
    }

    @Test
    void connections_of_a_frozen_wire_can_be_cut() throws IOException {
        try (Socket before = connect(proxy)) {
            assertThat(echo(before, "GET /")).isEqualTo("GET /");
            proxy.freeze();
            send(before, "lost");
            assertThatNothingComes(before);

            proxy.cutAll();

            assertThatConnectionEnds(before);
            awaitServerEnd(0);
            proxy.thaw();
            assertThat(server.heard().get(0).bytes()).asString(ISO_8859_1).isEqualTo("GET /");
        }
    }

    @Test
    void a_delay_holds_back_both_directions_until_it_is_taken_away() throws IOException {
        Duration delay = Duration.ofMillis(150);
        proxy.delay(delay);
        try (Socket client = connect(proxy)) {
            long start = System.nanoTime();
            assertThat(echo(client, "GET /")).isEqualTo("GET /");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(delay.multipliedBy(2));

            proxy.delay(Duration.ofDays(1));
            send(client, "late");
            assertThatNothingComes(client);
            proxy.delay(Duration.ZERO);
            assertThat(receive(client, 4)).isEqualTo("late");
        }
        assertThatThrownBy(() -> proxy.delay(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void messages_of_all_connections_are_counted_from_the_arming() throws IOException {
        try (Socket first = connect(proxy);
                Socket second = connect(proxy)) {
            echo(first, STARTUP + query("one"));
            assertThat(proxy.messages()).isEqualTo(2);

            proxy.cutAtText("none", Moment.BEFORE_FORWARDING);
            assertThat(proxy.messages()).isZero();
            echo(first, query("two"));
            echo(second, STARTUP);
            assertThat(proxy.messages()).isEqualTo(2);
            assertThat(proxy.fired()).isZero();
        }
    }

    @Test
    void cut_before_the_nth_message_the_server_gets_those_before_it() throws IOException {
        proxy.cutAtMessage(3, Moment.BEFORE_FORWARDING);
        try (Socket client = connect(proxy)) {
            send(client, STARTUP + query("one") + query("two") + query("three"));

            assertThatConnectionEnds(client);
        }
        awaitServerEnd(0);
        assertThat(server.heard().get(0).bytes()).asString(ISO_8859_1).isEqualTo(STARTUP + query("one"));
        assertThat(proxy.fired()).isEqualTo(1);
    }

    @Test
    void cut_after_the_nth_message_the_server_gets_it_and_the_client_no_answer() throws IOException {
        try (Socket client = connect(proxy)) {
            assertThat(echo(client, STARTUP)).isEqualTo(STARTUP);
            proxy.cutAtMessage(2, Moment.AFTER_FORWARDING);
            assertThat(echo(client, query("one"))).isEqualTo(query("one"));
            send(client, query("two") + query("three"));

            assertThat(client.getInputStream().readAllBytes()).isEmpty();
        }
        awaitServerEnd(0);
        assertThat(server.heard().get(0).bytes()).asString(ISO_8859_1).isEqualTo(STARTUP + query("one") + query("two"));
        assertThat(proxy.fired()).isEqualTo(1);
        assertThatProxyWorks();
    }

    @Test
    void a_server_that_hangs_at_a_cut_keeps_what_it_got_and_the_client_does_not_wait_for_it() throws IOException {
        try (ServerSocket hanging = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                WireProxy before = WireProxy.postgres(server.host(), hanging.getLocalPort());
                Socket client = connect(before)) {
            before.cutAtMessage(2, Moment.AFTER_FORWARDING);
            send(client, STARTUP + query("one"));
            assertThatConnectionEnds(client);

            try (Socket late = hanging.accept()) {
                assertThat(late.getInputStream().readAllBytes())
                        .asString(ISO_8859_1)
                        .isEqualTo(STARTUP + query("one"));
            }
        }
    }

    @Test
    void a_fault_strikes_only_the_connection_whose_message_it_is() throws IOException {
        try (Socket struck = connect(proxy);
                Socket spared = connect(proxy)) {
            echo(struck, STARTUP);
            echo(spared, STARTUP);
            proxy.cutAtMessage(2, Moment.BEFORE_FORWARDING);
            echo(spared, query("one"));
            send(struck, query("two"));

            assertThatConnectionEnds(struck);
            assertThat(echo(spared, query("three"))).isEqualTo(query("three"));
        }
    }

    @Test
    void cut_at_a_text_other_queries_pass() throws IOException {
        try (Socket client = connect(proxy)) {
            echo(client, STARTUP);
            proxy.cutAtText("COMMIT", Moment.BEFORE_FORWARDING);
            assertThat(echo(client, query("INSERT"))).isEqualTo(query("INSERT"));
            assertThat(proxy.fired()).isZero();
            send(client, query("COMMIT"));

            assertThatConnectionEnds(client);
        }
        awaitServerEnd(0);
        assertThat(server.heard().get(0).bytes()).asString(ISO_8859_1).isEqualTo(STARTUP + query("INSERT"));
        assertThat(proxy.fired()).isEqualTo(1);
    }

    @Test
    void cut_after_the_text_of_a_prepared_statement_the_server_gets_what_it_needs_to_run_it() throws IOException {
        String run = message('P', "\0COMMIT\0\0\0") + message('B', "\0\0\0\0") + message('E', "\0") + message('S', "");
        try (Socket client = connect(proxy)) {
            echo(client, STARTUP);
            proxy.cutAtText("COMMIT", Moment.AFTER_FORWARDING);
            send(client, run + query("next"));

            assertThat(client.getInputStream().readAllBytes()).isEmpty();
        }
        awaitServerEnd(0);
        assertThat(server.heard().get(0).bytes()).asString(ISO_8859_1).isEqualTo(STARTUP + run);
        assertThat(proxy.fired()).isEqualTo(1);
    }

    @Test
    void a_disarmed_fault_does_not_strike() throws IOException {
        proxy.cutAtMessage(1, Moment.BEFORE_FORWARDING);
        proxy.disarm();

        assertThatProxyWorks();
        assertThat(proxy.fired()).isZero();
    }

    @Test
    void faults_at_messages_cannot_be_armed_where_there_are_none() {
        assertThatThrownBy(() -> proxy.cutAtMessage(0, Moment.BEFORE_FORWARDING))
                .isInstanceOf(IllegalArgumentException.class);
        try (WireProxy plain = WireProxy.bytes(server.host(), server.port())) {
            assertThatThrownBy(() -> plain.cutAtMessage(1, Moment.BEFORE_FORWARDING))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> plain.cutAtText("COMMIT", Moment.BEFORE_FORWARDING))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(plain::messages).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void closing_ends_the_listening_and_all_connections() throws IOException {
        try (Socket client = connect(proxy)) {
            echo(client, STARTUP);
            proxy.close();

            assertThatConnectionEnds(client);
            assertThatThrownBy(() -> connect(proxy)).isInstanceOf(IOException.class);
        }
    }

    private void assertThatProxyWorks() throws IOException {
        try (Socket client = connect(proxy)) {
            assertThat(echo(client, STARTUP)).isEqualTo(STARTUP);
        }
    }

    private void awaitServerEnd(int connection) {
        Awaitility.await().until(() -> server.heard().get(connection).ended());
    }

    private static Socket connect(WireProxy proxy) throws IOException {
        Socket client = new Socket(proxy.host(), proxy.port());
        client.setSoTimeout(LIMIT_MILLIS);
        return client;
    }

    private static String echo(Socket client, String text) throws IOException {
        send(client, text);
        return receive(client, text.length());
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String receive(Socket client, int count) throws IOException {
        return new String(client.getInputStream().readNBytes(count), ISO_8859_1);
    }

    private static void assertThatNothingComes(Socket client) throws IOException {
        client.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        client.setSoTimeout(LIMIT_MILLIS);
    }

    private static void assertThatConnectionEnds(Socket client) {
        // By an orderly end or a reset, whichever the system makes of it.
        try {
            client.getInputStream().readAllBytes();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still open", e);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static String query(String sql) {
        return message('Q', sql + "\0");
    }

    private static String message(char type, String content) {
        return type + "\0\0\0" + (char) (4 + content.length()) + content;
    }
}
