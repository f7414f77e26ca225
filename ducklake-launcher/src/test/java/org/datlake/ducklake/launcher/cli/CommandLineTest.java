package org.datlake.ducklake.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.datlake.ducklake.launcher.RunningServer;
import org.datlake.ducklake.launcher.cli.ChildProcess.Ended;
import org.datlake.ducklake.launcher.tls.CertificateFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as users run them: in a process of their own, with an environment and an exit code. */
class CommandLineTest {

    @TempDir
    private Path directory;

    @Test
    void version_tells_program_engine_and_java() {
        Ended version = run("version");

        assertThat(version.exitCode()).isZero();
        assertThat(version.output().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("ducklake "),
                        line -> assertThat(line).startsWith("DuckDB v1."),
                        line -> assertThat(line).isEqualTo("Java " + Runtime.version()));
        assertThat(version.errors()).isEmpty();
    }

    @Test
    void wrong_use_is_explained_with_exit_code_2() {
        Ended unknownOption = run("sql", "--formt", "csv", "SELECT 1");
        Ended nothing = run();
        Ended unknownFormat = run("sql", "--format", "xml", "SELECT 1");

        assertThat(unknownOption.exitCode()).isEqualTo(2);
        assertThat(unknownOption.errors()).contains("--formt");
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.errors()).contains("a command is missing").contains("serve");
        assertThat(unknownFormat.exitCode()).isEqualTo(2);
        assertThat(unknownFormat.errors()).contains("xml").contains("CSV");
    }

    @Test
    void check_tries_everything_and_says_what_it_found() {
        Ended check = run("check");

        assertThat(check.exitCode()).isZero();
        assertThat(check.output())
                .startsWith("CHECK")
                .containsPattern("configuration +ok")
                .containsPattern("extensions +ok")
                .containsPattern("catalog +ok +duckdb, DuckLake format 1\\.0")
                .containsPattern("storage +ok")
                .containsPattern("lake +ok +'lake', encrypted, 0 tables, snapshot 0")
                .contains("warning: inserts of up to 1000 rows stay unencrypted");
        assertThat(check.errors()).isEmpty();
    }

    @Test
    void check_fails_with_exit_code_1_and_names_each_part_that_does_not_work() {
        String port = Integer.toString(RunningServer.freePort());
        Ended check = run(
                Map.of(
                        "DB_POSTGRES_HOST", "127.0.0.1",
                        "DB_POSTGRES_PORT", port,
                        "DB_POSTGRES_USER", "lake",
                        "DB_POSTGRES_PASSWORD", "canary-88"),
                "check");

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.output())
                .containsPattern("configuration +ok")
                .containsPattern("catalog +FAILED")
                .containsPattern("lake +FAILED .*127\\.0\\.0\\.1:" + port);
        assertThat(check.output() + check.errors()).doesNotContain("canary-88").doesNotContain("Exception");
    }

    @Test
    void health_tells_a_ready_backend_from_one_that_is_not_ready_and_from_none() {
        Map<String, String> withoutCatalog = Map.of(
                "DB_POSTGRES_HOST", "127.0.0.1",
                "DB_POSTGRES_PORT", Integer.toString(RunningServer.freePort()),
                "DB_POSTGRES_USER", "lake",
                "DB_POSTGRES_PASSWORD", "canary-77");

        try (RunningServer server = RunningServer.ready(directory, Map.of("SERVER_HOST", "0.0.0.0"))) {
            assertThat(healthOf(server)).isEqualTo(new Ended(0, "ready\n", ""));
        }
        try (RunningServer server = RunningServer.start(directory, withoutCatalog)) {
            Ended notReady = healthOf(server);
            assertThat(notReady.exitCode()).isEqualTo(1);
            assertThat(notReady.output())
                    .startsWith("not ready: ")
                    .contains("DOWN")
                    .doesNotContain("canary-77");
        }
        String port = Integer.toString(RunningServer.freePort());
        Ended none = run(Map.of("SERVER_PORT", port), "health");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.errors()).contains("no backend answers at http://127.0.0.1:" + port);
    }

    @Test
    void health_asks_a_backend_with_a_certificate_by_tls() throws Exception {
        CertificateFiles files = new CertificateFiles(directory);
        files.renew();
        Map<String, String> names = new HashMap<>(files.environment());
        names.put("SERVER_PORT", Integer.toString(RunningServer.freePort()));
        try (RunningServer server = RunningServer.start(directory, names)) {
            assertThat(server.url()).startsWith("https://");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> run(names, "health").equals(new Ended(0, "ready\n", "")));
        }
    }

    /** As the image's health check asks: on the loopback address of a server that listens on all. */
    private Ended healthOf(RunningServer server) {
        int port = server.request("/").build().uri().getPort();
        return run(Map.of("SERVER_PORT", Integer.toString(port), "SERVER_HOST", "0.0.0.0"), "health");
    }

    @Test
    void all_problems_of_the_configuration_are_listed_at_once_with_exit_code_2() {
        for (String command : new String[] {"check", "serve"}) {
            Ended ended = run(
                    Map.of(
                            "SERVER_PORT", "many",
                            "DB_DUCKLAKE_ENCRYPTD", "true",
                            "STORAGE_MINIO_ENDPOINT", "localhost:9000",
                            "STORAGE_MINIO_SECRET_KEY", "canary-99"),
                    command);

            assertThat(ended.exitCode()).as(command).isEqualTo(2);
            assertThat(ended.errors())
                    .contains("SERVER_PORT")
                    .contains("DB_DUCKLAKE_ENCRYPTD")
                    .contains("DB_DUCKLAKE_ENCRYPTED")
                    .contains("STORAGE_MINIO_ACCESS_KEY")
                    .doesNotContain("canary-99")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void sql_creates_fills_and_reads_in_separate_runs() {
        assertThat(run("sql", "CREATE TABLE t (i INTEGER, s VARCHAR)").exitCode())
                .isZero();
        assertThat(run("sql", "--format", "table", "INSERT INTO t VALUES (1, 'Grüße 😀'), (2, NULL)")
                        .output())
                .isEqualTo("done, 2 rows changed\n");

        Ended csv = run("sql", "FROM t ORDER BY i");
        Ended json = run("sql", "--format=json", "FROM t ORDER BY i");
        Ended table = run("sql", "--format=TABLE", "FROM t ORDER BY i");

        assertThat(csv).isEqualTo(new Ended(0, "i,s\n1,Grüße 😀\n2,\n", ""));
        assertThat(json).isEqualTo(new Ended(0, "{\"i\":1,\"s\":\"Grüße 😀\"}\n{\"i\":2,\"s\":null}\n", ""));
        assertThat(table).isEqualTo(new Ended(0, "i  s\n-  -------\n1  Grüße 😀\n2  NULL\n(2 rows)\n", ""));
    }

    @Test
    void a_long_comment_in_front_of_a_statement_overflowed_the_stack() {
        assertThat(run("sql", "--format=csv", "/**/ ".repeat(20_000) + "SELECT 1 AS i"))
                .isEqualTo(new Ended(0, "i\n1\n", ""));
    }

    @Test
    void what_looks_like_a_statement_but_is_none_is_still_understood() throws IOException {
        Files.writeString(directory.resolve("arguments"), "--format=json\n\"SELECT 1 AS i\"\n");

        assertThat(run("sql", "@arguments")).isEqualTo(new Ended(0, "{\"i\":1}\n", ""));
        assertThat(run("sql", "--format=json").errors()).contains("'STATEMENT'");
    }

    @Test
    void a_failing_statement_is_one_line_on_the_error_output_with_exit_code_1() {
        Ended missing = run("sql", "SELECT * FROM nothing");
        Ended syntax = run("sql", "SELEC 1");
        Ended timeout = run("sql", "--timeout", "0", "SELECT 1");

        for (Ended ended : new Ended[] {missing, syntax, timeout}) {
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.output()).isEmpty();
            assertThat(ended.errors()).startsWith("ducklake: ").hasLineCount(1).doesNotContain("Exception");
        }
        assertThat(missing.errors()).contains("nothing does not exist");
        assertThat(timeout.errors()).contains("--timeout");
    }

    @Test
    void several_statements_at_once_are_refused_before_any_is_run() {
        Ended several = run("sql", "CREATE TABLE a (i INTEGER); CREATE TABLE b (s VARCHAR)");
        Ended tables = run("sql", "SELECT count(*) AS n FROM information_schema.tables WHERE table_name IN ('a', 'b')");

        assertThat(several.exitCode()).isEqualTo(1);
        assertThat(several.errors()).contains("one statement");
        assertThat(tables.output()).isEqualTo("n\n0\n");
    }

    @Test
    void files_of_every_kind_are_loaded() throws IOException {
        Files.writeString(directory.resolve("a.csv"), "i,s\n1,one\n2,two\n");
        Files.writeString(directory.resolve("b.ndjson"), "{\"s\":\"three\",\"i\":3}\n{\"i\":4}\n");
        String parquet = directory.resolve("it's.parquet").toString().replace("'", "''");
        run("sql", "COPY (SELECT 5 AS i, 'five' AS s) TO '" + parquet + "' (FORMAT parquet)");
        run("sql", "COPY (SELECT 6 AS i, 'six' AS s) TO '" + directory.resolve("d.csv.gz") + "' (FORMAT csv)");

        Ended load = run("load", "a.csv", "b.ndjson", "it's.parquet", "d.csv.gz", "--table", "main.numbers");

        assertThat(load).isEqualTo(new Ended(0, "6 rows loaded into main.numbers\n", ""));
        assertThat(run("sql", "SELECT sum(i) AS i, string_agg(s, ' ' ORDER BY i) AS s FROM numbers")
                        .output())
                .isEqualTo("i,s\n21,one two three five six\n");
        assertThat(run("sql", "SELECT max(snapshot_id) AS id FROM lake.snapshots()")
                        .output())
                .isEqualTo("id\n1\n");
    }

    @Test
    void wrong_files_are_all_named_before_the_lake_is_touched() throws IOException {
        Files.writeString(directory.resolve("notes.txt"), "no data");
        Files.createDirectory(directory.resolve("folder.csv"));

        Ended load = run("load", "missing.csv", "notes.txt", "folder.csv", "--table", "t");

        assertThat(load.exitCode()).isEqualTo(1);
        assertThat(load.errors())
                .hasLineCount(1)
                .contains("missing.csv is not a readable file")
                .contains("notes.txt has none of the endings")
                .contains("folder.csv is not a readable file");
        assertThat(directory.resolve("data")).doesNotExist();
        assertThat(run("load", "notes.txt").exitCode()).isEqualTo(2);
    }

    @Test
    void a_file_with_wrong_content_loads_nothing() throws IOException {
        Files.writeString(directory.resolve("good.csv"), "i\n1\n");
        Files.writeString(directory.resolve("bad.parquet"), "this is not parquet");
        Files.writeString(directory.resolve("other.csv"), "j\n1\n");
        Files.writeString(directory.resolve("more.csv"), "i,j\n1,1\n");

        Ended broken = run("load", "good.csv", "bad.parquet", "--table", "t");
        Ended header = run("load", "good.csv", "other.csv", "--table", "t");
        Ended columns = run("load", "good.csv", "more.csv", "--table", "t");
        Ended name = run("load", "good.csv", "--table", "a.b.c");

        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.errors()).contains("bad.parquet").doesNotContain("Exception");
        assertThat(header.exitCode()).isEqualTo(1);
        assertThat(header.errors()).contains("other.csv: its first line names no column");
        assertThat(columns.exitCode()).isEqualTo(1);
        assertThat(columns.errors()).contains("\"j\"");
        assertThat(name.errors()).contains("'a.b.c' is not a table");
        assertThat(run("sql", "SELECT count(*) AS n FROM information_schema.tables WHERE table_name = 't'")
                        .output())
                .isEqualTo("n\n0\n");
    }

    @Test
    void while_a_server_has_the_lake_open_the_commands_go_through_it() throws IOException {
        Files.writeString(directory.resolve("a.csv"), "i,s\n1,one\n2,two\n");
        Files.writeString(directory.resolve("bad.parquet"), "this is not parquet");
        try (RunningServer server = RunningServer.ready(directory, Map.of())) {
            server.lake().execute("CREATE TABLE here (i INTEGER)");

            assertThat(run("sql", "SELECT count(*) AS n FROM here")).isEqualTo(new Ended(0, "n\n0\n", ""));
            assertThat(run("load", "a.csv", "--table", "numbers"))
                    .isEqualTo(new Ended(0, "2 rows loaded into numbers\n", ""));
            assertThat(server.lake()
                            .query("SELECT count(*) FROM numbers")
                            .as(Long.class)
                            .one())
                    .isEqualTo(2);

            Ended broken = run("load", "a.csv", "bad.parquet", "--table", "numbers");
            assertThat(broken.exitCode()).isEqualTo(1);
            assertThat(broken.errors())
                    .startsWith("ducklake: ")
                    .contains("bad.parquet")
                    .hasLineCount(1);
            Ended missing = run("sql", "SELECT * FROM nothing");
            assertThat(missing.exitCode()).isEqualTo(1);
            assertThat(missing.errors()).contains("nothing does not exist");
            assertThat(run("sql", "SELECT sum(i) AS i FROM numbers").output()).isEqualTo("i\n3\n");

            server.lake().execute("CREATE TABLE many AS SELECT range AS i FROM range(5000)");
            assertThat(run("verify", "--deep").output()).endsWith("footers read\nnothing found\n");
            Files.delete(onlyFile());
            Ended dangling = run("verify");
            assertThat(dangling.exitCode()).isEqualTo(1);
            assertThat(dangling.output()).contains("ERROR  DANGLING_FILE  main.many\n");
        }
    }

    @Test
    void verify_says_whether_all_files_are_there() throws IOException {
        run("sql", "CREATE TABLE t AS SELECT range AS i FROM range(5000)");

        Ended sound = run("verify", "--deep");
        assertThat(sound.exitCode()).isZero();
        assertThat(sound.output())
                .isEqualTo(sound.output().lines().findFirst().orElseThrow() + "\nnothing found\n")
                .startsWith("snapshot 1: 1 table, 1 data file with 5000 rows, 0 delete files, ")
                .contains(", footers read");
        assertThat(sound.errors()).isEmpty();

        Path stray = Files.writeString(onlyFile().resolveSibling("stray.parquet"), "stray");
        Ended orphan = run("verify", "--orphan-age", "0s");
        assertThat(orphan.exitCode()).isZero();
        assertThat(orphan.output())
                .contains("\nINFO  ORPHAN\n  " + stray.toRealPath() + "\n")
                .endsWith("\nfound: 0 error, 0 warning, 1 info\n");
        Files.delete(stray);

        Path file = onlyFile();
        Files.delete(file);
        Ended dangling = run("verify");
        assertThat(dangling.exitCode()).isEqualTo(1);
        assertThat(dangling.output())
                .contains("\nERROR  DANGLING_FILE  main.t\n  ")
                .contains(file.getFileName() + "\n")
                .endsWith("\nfound: 1 error, 0 warning, 0 info\n");
        Ended json = run("verify", "--format=json", "--restore");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.output())
                .startsWith("{\"sound\":false,\"snapshot\":1,\"deep\":false,\"tables\":1,\"data_files\":1,")
                .contains(
                        "\"findings\":[{\"kind\":\"DANGLING_FILE\",\"severity\":\"ERROR\",\"table\":\"main.t\",\"path\":\"")
                .contains("\"restoration\":\"IMPOSSIBLE\"")
                .hasLineCount(1);
    }

    @Test
    void verify_tells_that_it_could_not_check_by_exit_code_2() {
        Ended down = run(
                Map.of(
                        "DB_POSTGRES_HOST", "127.0.0.1",
                        "DB_POSTGRES_PORT", Integer.toString(RunningServer.freePort()),
                        "DB_POSTGRES_USER", "lake",
                        "DB_POSTGRES_PASSWORD", "canary-77",
                        "DB_DUCKLAKE_CONNECTION_RETRIES", "0"),
                "verify");
        Ended age = run("verify", "--orphan-age", "soon");

        for (Ended ended : new Ended[] {down, age}) {
            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.output()).isEmpty();
            assertThat(ended.errors()).contains("ducklake: ").doesNotContain("canary-77");
        }
        assertThat(age.errors()).contains("--orphan-age").contains("'soon'");
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("data"))) {
            return all.filter(path -> path.toString().endsWith(".parquet"))
                    .findAny()
                    .orElseThrow();
        }
    }

    @Test
    void a_port_that_is_taken_is_one_line_that_names_the_settings() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended serve = run(Map.of("SERVER_PORT", Integer.toString(taken.getLocalPort())), "serve");

            assertThat(serve.exitCode()).isEqualTo(1);
            assertThat(serve.errors())
                    .contains("127.0.0.1:" + taken.getLocalPort() + " cannot be listened on")
                    .contains("SERVER_PORT")
                    .doesNotContain("\tat ");
        }
    }

    private Ended run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private Ended run(Map<String, String> environment, String... arguments) {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("LC_ALL", "C.UTF-8");
        return ChildProcess.run(directory, all, arguments);
    }
}
