package org.datlake.ducklake.launcher.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.LoadProgress;
import org.datlake.ducklake.launcher.RunningServer;
import org.datlake.ducklake.launcher.bridge.BridgeClient.BridgeException;
import org.datlake.ducklake.launcher.cli.FileLoad;
import org.datlake.ducklake.launcher.cli.OutputFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BridgeTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Path catalog;
    private DuckLakeClient lake;
    private BridgeServer server;

    @BeforeEach
    void start() {
        catalog = directory.resolve("catalog.ducklake");
        lake = DuckLakeClient.connect(DuckLakeSettings.embedded(directory));
        lake.execute("CREATE TABLE t (i INTEGER, s VARCHAR)");
        server = new BridgeServer(catalog, lake);
        server.open();
    }

    @AfterEach
    void stop() {
        server.close();
        lake.close();
    }

    @Test
    void only_the_owner_may_use_the_socket_and_it_goes_with_the_server() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(BridgeAddress.file(catalog))))
                .isEqualTo("rw-------");

        server.close();

        assertThat(BridgeAddress.file(catalog)).doesNotExist();
        assertThat(BridgeClient.connect(catalog)).isEmpty();
    }

    @Test
    void statements_change_the_lake_and_return_their_rows() throws Exception {
        assertThat(run("INSERT INTO t VALUES (1, 'a'), (2, NULL)", OutputFormat.TABLE))
                .isEqualTo("done, 2 rows changed\n");
        assertThat(run("FROM t ORDER BY i", OutputFormat.CSV)).isEqualTo("i,s\n1,a\n2,\n");
        assertThat(run("FROM t ORDER BY i", OutputFormat.JSON))
                .isEqualTo("{\"i\":1,\"s\":\"a\"}\n{\"i\":2,\"s\":null}\n");
    }

    @Test
    void values_longer_than_a_frame_arrive_whole() throws Exception {
        String csv = run("SELECT repeat('😀x', 3000000) AS v", OutputFormat.CSV);

        assertThat(csv).hasSize(2 + 3 * 3_000_000 + 1).endsWith("😀x\n").doesNotContain("?");
    }

    @Test
    void a_failing_statement_says_why() {
        assertThatThrownBy(() -> run("SELECT * FROM nothing", OutputFormat.CSV))
                .isInstanceOf(BridgeException.class)
                .hasMessageContaining("nothing does not exist");
    }

    @Test
    void the_callers_timeout_holds() {
        assertThatThrownBy(() -> bridge().run(
                                "SELECT count(*) FROM range(10000000) a, range(1000000) b",
                                OutputFormat.CSV,
                                Duration.ofMillis(300),
                                text -> {}))
                .isInstanceOf(BridgeException.class)
                .hasMessageContaining("300 ms");
    }

    @Test
    void files_are_loaded_with_progress() throws Exception {
        Path first = Files.writeString(directory.resolve("first.csv"), "i,s\n1,a\n2,b\n");
        Path second = Files.writeString(directory.resolve("second.ndjson"), "{\"s\":\"c\",\"i\":3}\n");
        List<LoadProgress> progress = new ArrayList<>();

        long rows;
        try (BridgeClient bridge = bridge()) {
            rows = bridge.load(new FileLoad(List.of(first, second), "t", TIMEOUT), progress::add);
        }

        assertThat(rows).isEqualTo(3);
        assertThat(progress.get(progress.size() - 1))
                .isEqualTo(new LoadProgress(3, Files.size(first) + Files.size(second), OptionalLong.empty()));
        assertThat(run("SELECT string_agg(s, '' ORDER BY i) AS all FROM t", OutputFormat.CSV))
                .isEqualTo("all\nabc\n");
    }

    @Test
    void a_file_that_cannot_be_loaded_leaves_nothing_behind() throws Exception {
        Path good = Files.writeString(directory.resolve("good.csv"), "i,s\n1,a\n");
        Path bad = Files.writeString(directory.resolve("bad.parquet"), "no parquet");

        try (BridgeClient bridge = bridge()) {
            assertThatThrownBy(() -> bridge.load(new FileLoad(List.of(good, bad), "t", TIMEOUT), progress -> {}))
                    .isInstanceOf(BridgeException.class);
        }
        assertThat(run("SELECT count(*) AS n FROM t", OutputFormat.CSV)).isEqualTo("n\n0\n");
    }

    @Test
    void a_statement_that_is_cut_short_is_not_run() throws Exception {
        try (SocketChannel channel = SocketChannel.open(BridgeAddress.of(catalog));
                DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
            String statement = "INSERT INTO t VALUES (1, 'x')";
            Frames.write(out, Frames.TIMEOUT, "10000");
            out.writeByte(Frames.STATEMENT);
            out.writeInt(statement.length() + " -- and more".length());
            out.writeBytes(statement);
            channel.shutdownOutput();
            // The server closes when it has given up.
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(run("SELECT count(*) AS n FROM t", OutputFormat.CSV)).isEqualTo("n\n0\n");
    }

    @Test
    void a_caller_of_another_kind_is_told_so() throws Exception {
        try (SocketChannel channel = SocketChannel.open(BridgeAddress.of(catalog));
                DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
            Frames.write(out, '?', "");

            Frames.Frame answer = Frames.read(in);
            assertThat(answer.kind()).isEqualTo(Frames.ERROR);
            assertThat(answer.text()).contains("another version");
        }
    }

    @Test
    void a_second_server_on_the_same_catalog_leaves_the_first_ones_socket_alone() throws Exception {
        // It cannot attach, and must neither take the socket at its start nor remove it at its end.
        Path home = directory.resolve("home");
        try (RunningServer first = RunningServer.ready(home, Map.of())) {
            Path shared = home.resolve("data/catalog.ducklake");
            Awaitility.await().until(() -> BridgeClient.connect(shared).isPresent());
            first.lake().execute("CREATE TABLE here (i INTEGER)");

            RunningServer second = RunningServer.start(home, Map.of());
            assertThat(second.get("/readyz").statusCode()).isEqualTo(503);
            second.close();

            try (BridgeClient bridge = BridgeClient.connect(shared).orElseThrow()) {
                StringBuilder text = new StringBuilder();
                bridge.run("SELECT count(*) AS n FROM here", OutputFormat.CSV, TIMEOUT, text::append);
                assertThat(text).hasToString("n\n0\n");
            }
        }
    }

    @Test
    void a_socket_left_over_by_a_killed_server_is_replaced() throws Exception {
        server.close();
        Files.writeString(BridgeAddress.file(catalog), "left over");
        assertThat(BridgeClient.connect(catalog)).isEqualTo(Optional.empty());

        try (BridgeServer next = new BridgeServer(catalog, lake)) {
            next.open();
            assertThat(run("SELECT 1 AS one", OutputFormat.CSV)).isEqualTo("one\n1\n");
        }
    }

    private BridgeClient bridge() {
        return BridgeClient.connect(catalog).orElseThrow();
    }

    private String run(String sql, OutputFormat format) throws Exception {
        StringBuilder text = new StringBuilder();
        try (BridgeClient bridge = bridge()) {
            bridge.run(sql, format, TIMEOUT, text::append);
        }
        return text.toString();
    }
}
