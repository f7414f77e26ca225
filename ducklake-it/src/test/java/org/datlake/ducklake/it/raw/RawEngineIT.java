package org.datlake.ducklake.it.raw;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.errors.MinioException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.datlake.ducklake.testing.WireProxy.Moment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Losses of the plain engine: DuckDB 1.5.5 with ducklake d8a1881e, a catalog in PostgreSQL and data in S3. How a lake is
 * attached is in {@link RawLake}; "reader" and "writer" are two instances that have the same lake attached.
 */
class RawEngineIT {

    private static final String FILES_ONLY = "DATA_INLINING_ROW_LIMIT 0";
    private static final String INLINING = "DATA_INLINING_ROW_LIMIT 10";

    private static final int INSTANCES = 4;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private RawPlace place;

    @BeforeEach
    void start() {
        place = new RawPlace();
    }

    @AfterEach
    void end() {
        place.close();
    }

    /**
     * Symptom: a table can never be scanned again: {@code HTTP 404 Not Found}.
     *
     * <p>Steps: insert rows that go into a file; PostgreSQL gets the COMMIT, and the connection breaks before its reply
     * arrives, as it does when a server is restarted, a connection is killed or a network fails.
     *
     * <p>Expected: the outcome is unknown to the engine, so that it leaves the file alone, and says so in an error of
     * its own kind.
     *
     * <p>Actual: it reports a failed commit and deletes the file. The commit was done, so that the catalog points to a
     * file that is gone. Counting still works, from metadata alone.
     */
    @Test
    void a_lost_reply_to_commit_deletes_the_file_of_a_committed_insert() throws SQLException {
        try (RawLake writer = place.attachByWire(FILES_ONLY);
                RawLake reader = place.attach(FILES_ONLY)) {
            writer.execute("CREATE TABLE lake.t (i INTEGER)");
            place.wire().cutAtText("COMMIT", Moment.AFTER_FORWARDING);

            assertThat(writer.failure("INSERT INTO lake.t SELECT range FROM range(100)"))
                    .contains("Failed to execute query \"COMMIT\"");
            assertThat(place.wire().fired()).isEqualTo(1);

            awaitCount(reader, 100);
            assertThat(reader.column("SELECT data_file FROM ducklake_list_files('lake', 't')"))
                    .hasSize(1);
            assertThat(place.objects()).isEmpty();
            assertThat(reader.failure("SELECT sum(i) FROM lake.t")).contains("404 Not Found");
        }
    }

    /**
     * Symptom: rows exist twice.
     *
     * <p>Steps: insert rows that are inlined; the reply to COMMIT is lost as above; the application, told that the
     * insert failed, inserts again.
     *
     * <p>Expected: an error that says that the outcome is unknown.
     *
     * <p>Actual: the error says that the commit failed, as it does when nothing was committed.
     */
    @Test
    void a_lost_reply_to_commit_reports_inlined_rows_as_failed_so_that_a_retry_doubles_them() throws SQLException {
        try (RawLake writer = place.attachByWire(INLINING)) {
            writer.execute("CREATE TABLE lake.t (i INTEGER)");
            place.wire().cutAtText("COMMIT", Moment.AFTER_FORWARDING);

            assertThat(writer.failure("INSERT INTO lake.t VALUES (1)")).contains("Failed to execute query \"COMMIT\"");
            assertThat(place.wire().fired()).isEqualTo(1);

            awaitCount(writer, 1);
            writer.execute("INSERT INTO lake.t VALUES (1)");
            assertThat(writer.number("SELECT count(*) FROM lake.t")).isEqualTo(2);
        }
    }

    /**
     * Symptom: after some outages of PostgreSQL each query opens a connection of its own, and takes twice its time.
     *
     * <p>Steps: the connection to PostgreSQL breaks while a query runs, as often as the pool may hold connections.
     *
     * <p>Expected: a connection that broke has left the pool, and another may take its place.
     *
     * <p>Actual: it counts as in use for ever. Once as many have broken as the pool may hold, those that come back are
     * closed, as there seem to be too many. So {@code pg_pool_max_connections} is best set so high that it never counts.
     */
    @Test
    void connections_that_broke_in_use_fill_the_pool_until_it_keeps_none() throws SQLException {
        int most = 4;
        try (RawLake lake = place.attachByWire(INLINING)) {
            lake.execute("CREATE TABLE lake.t (i INTEGER)");
            lake.execute("FROM postgres_configure_pool(catalog_name = '__ducklake_metadata_lake', max_connections = "
                    + most + ")");
            for (int i = 0; i <= most; i++) {
                place.wire().cutAtText("MAX(snapshot_id)", Moment.BEFORE_FORWARDING);
                lake.failure("SELECT count(*) FROM lake.t");
            }
            String opened = "SELECT cache_misses FROM postgres_configure_pool()";
            long before = lake.number(opened);

            for (int i = 0; i < 10; i++) {
                lake.number("SELECT count(*) FROM lake.t");
            }

            assertThat(lake.number(opened) - before).isGreaterThanOrEqualTo(10);
        }
    }

    /**
     * A way to live with the first one: keys that may not delete objects.
     *
     * <p>The insert whose reply is lost is whole. Its error then speaks of the file, and hides what happened.
     */
    @Test
    void with_keys_that_cannot_delete_a_lost_reply_to_commit_leaves_the_table_whole()
            throws SQLException, MinioException {
        try (RawLake writer = place.attachByWireWithoutDelete(FILES_ONLY)) {
            writer.execute("CREATE TABLE lake.t (i INTEGER)");
            place.wire().cutAtText("COMMIT", Moment.AFTER_FORWARDING);

            assertThat(writer.failure("INSERT INTO lake.t SELECT range FROM range(100)"))
                    .contains("Could not remove file", "Forbidden");
            assertThat(place.wire().fired()).isEqualTo(1);

            awaitCount(writer, 100);
            assertThat(place.objects()).hasSize(1);
            assertThat(writer.number("SELECT sum(i) FROM lake.t")).isEqualTo(4950);
        }
    }

    /**
     * Symptom: deleted rows come back, and no error was seen.
     *
     * <p>Steps: two transactions are open at once; one merges the files of a table, the other deletes fewer rows than
     * the inlining limit; both commit, in either order.
     *
     * <p>Expected: the second commit fails with a conflict, as it does without inlining.
     *
     * <p>Actual: both commits succeed, and the delete is lost.
     */
    @Test
    void a_merge_of_files_beside_an_inlined_delete_loses_the_delete() throws SQLException {
        try (RawLake compactor = place.attach(INLINING);
                RawLake writer = place.attach(INLINING)) {
            for (boolean mergeCommitsFirst : new boolean[] {true, false}) {
                String table = tableOfTwoFiles(writer, mergeCommitsFirst ? "merged_first" : "deleted_first");
                String delete = "DELETE FROM " + table + " WHERE i < 5";
                runBesideMerge(compactor, writer, delete, mergeCommitsFirst);

                assertThat(writer.number("SELECT count(*) FROM " + table)).isEqualTo(200);
            }
        }
    }

    /**
     * Symptom: updated rows exist twice, in their old and in their new form, and no error was seen.
     *
     * <p>Steps, expected and actual: as with the delete above, of which an update is one half.
     */
    @Test
    void a_merge_of_files_beside_an_inlined_update_keeps_the_old_rows_too() throws SQLException {
        try (RawLake compactor = place.attach(INLINING);
                RawLake writer = place.attach(INLINING)) {
            for (boolean mergeCommitsFirst : new boolean[] {true, false}) {
                String table = tableOfTwoFiles(writer, mergeCommitsFirst ? "merged_first" : "updated_first");
                String update = "UPDATE " + table + " SET v = 'new' WHERE i < 5";
                runBesideMerge(compactor, writer, update, mergeCommitsFirst);

                assertThat(writer.number("SELECT count(*) FROM " + table)).isEqualTo(205);
                assertThat(writer.column("SELECT v FROM " + table + " WHERE i = 0 ORDER BY v"))
                        .containsExactly("new", "old");
            }
        }
    }

    private static void runBesideMerge(RawLake compactor, RawLake writer, String change, boolean mergeCommitsFirst)
            throws SQLException {
        compactor.execute("BEGIN");
        writer.execute("BEGIN");
        compactor.execute("CALL ducklake_merge_adjacent_files('lake')");
        writer.execute(change);
        (mergeCommitsFirst ? compactor : writer).execute("COMMIT");
        (mergeCommitsFirst ? writer : compactor).execute("COMMIT");
    }

    /**
     * A way to live with the two above: every change begins with a shared advisory lock of the catalog's own
     * transaction, and a merge with the exclusive one.
     */
    @Test
    void an_advisory_lock_taken_first_keeps_merges_and_deletes_apart() throws SQLException {
        try (RawLake compactor = place.attach(INLINING);
                RawLake writer = place.attach(INLINING)) {
            String table = tableOfTwoFiles(writer, "t");
            writer.execute("BEGIN");
            writer.execute(inCatalog("pg_advisory_xact_lock_shared(77)"));
            writer.execute("DELETE FROM " + table + " WHERE i < 5");

            compactor.execute("BEGIN");
            assertThat(compactor.column(inCatalog("pg_try_advisory_xact_lock(77)")))
                    .containsExactly("false");
            compactor.execute("ROLLBACK");
            writer.execute("COMMIT");

            compactor.execute("BEGIN");
            // Granted only behind the commit, so that the merge sees the delete.
            compactor.execute(inCatalog("pg_advisory_xact_lock(77)"));
            compactor.execute("CALL ducklake_merge_adjacent_files('lake')");
            compactor.execute("COMMIT");
            assertThat(writer.number("SELECT count(*) FROM " + table)).isEqualTo(195);
        }
    }

    private static String inCatalog(String call) {
        return "SELECT * FROM postgres_query('__ducklake_metadata_lake', 'SELECT " + call + "::text AS held')";
    }

    private static String tableOfTwoFiles(RawLake lake, String name) throws SQLException {
        String table = "lake." + name;
        lake.execute("CREATE TABLE " + table + " (i INTEGER, v VARCHAR)");
        lake.execute("INSERT INTO " + table + " SELECT range, 'old' FROM range(100)");
        lake.execute("INSERT INTO " + table + " SELECT range, 'old' FROM range(100, 200)");
        return table;
    }

    /**
     * Symptom: a table can never be scanned again: {@code HTTP 404 Not Found}.
     *
     * <p>Steps: a transaction has inserted rows into a file and is still open; someone deletes orphaned files with
     * {@code cleanup_all}; the transaction commits.
     *
     * <p>Expected: the file is spared, or the commit fails.
     *
     * <p>Actual: the file of the open transaction is deleted, and its commit succeeds.
     */
    @Test
    void cleaning_up_all_orphans_deletes_the_files_of_open_transactions() throws SQLException {
        try (RawLake cleaner = place.attach(FILES_ONLY);
                RawLake writer = place.attach(FILES_ONLY)) {
            writer.execute("CREATE TABLE lake.t (i INTEGER)");
            writer.execute("BEGIN");
            writer.execute("INSERT INTO lake.t SELECT range FROM range(100)");
            assertThat(cleaner.column("FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)"))
                    .hasSize(1);
            writer.execute("COMMIT");

            assertThat(cleaner.number("SELECT count(*) FROM lake.t")).isEqualTo(100);
            assertThat(cleaner.failure("SELECT sum(i) FROM lake.t")).contains("404 Not Found");
        }
    }

    /**
     * Symptom: a query does not find rows that are there.
     *
     * <p>Steps: insert a text such as {@code {SNAPSHOT_ID}}, and filter by it.
     *
     * <p>Expected: the rows.
     *
     * <p>Actual: none. The statistics of the file hold the number of a snapshot in place of the text, since the engine
     * takes values for names in its own templates of catalog SQL. A filter that defeats pruning finds the rows.
     */
    @Test
    void a_text_that_is_a_name_in_the_engines_templates_is_not_found_again() throws SQLException {
        List<String> texts = List.of(
                "{SNAPSHOT_ID}",
                "{{SNAPSHOT_ID}}",
                "{SCHEMA_VERSION}",
                "{NEXT_CATALOG_ID}",
                "{NEXT_FILE_ID}",
                "{AUTHOR}",
                "{COMMIT_MESSAGE}",
                "{COMMIT_EXTRA_INFO}",
                "{METADATA_CATALOG}",
                "{METADATA_SCHEMA_ESCAPED}");
        try (RawLake lake = place.attach(FILES_ONLY)) {
            for (String text : texts) {
                lake.execute("CREATE OR REPLACE TABLE lake.t (v VARCHAR)");
                lake.execute("INSERT INTO lake.t SELECT '" + text + "' FROM range(50)");

                assertThat(lake.number("SELECT count(*) FROM lake.t WHERE v || '' = '" + text + "'"))
                        .isEqualTo(50);
                assertThat(lake.number("SELECT count(*) FROM lake.t WHERE v = '" + text + "'"))
                        .as(text)
                        .isZero();
            }
        }
    }

    /**
     * Symptom: some texts cannot be inserted.
     *
     * <p>Steps: insert a text such as {@code {DATA_PATH}}.
     *
     * <p>Expected: it is stored.
     *
     * <p>Actual: a syntax error of PostgreSQL, since the text is replaced by a quoted literal within a literal. All of
     * the transaction's catalog SQL is in the message.
     */
    @Test
    void a_text_that_is_a_literal_in_the_engines_templates_makes_its_insert_fail() throws SQLException {
        List<String> texts =
                List.of("{DATA_PATH}", "{METADATA_CATALOG_NAME_LITERAL}", "{METADATA_SCHEMA_NAME_LITERAL}");
        try (RawLake lake = place.attach(FILES_ONLY)) {
            lake.execute("CREATE TABLE lake.t (v VARCHAR)");
            for (String text : texts) {
                assertThat(lake.failure("INSERT INTO lake.t SELECT '" + text + "' FROM range(50)"))
                        .as(text)
                        .contains("syntax error", "INSERT INTO");
            }
        }
    }

    /**
     * Symptom: two files are encrypted with the same key, which whoever knows the seed can compute.
     *
     * <p>Steps: call {@code setseed} with the same value before two inserts into an encrypted lake.
     *
     * <p>Expected: keys from a generator that is made for keys, and that no SQL can set.
     *
     * <p>Actual: they come from the connection's generator of {@code random()}.
     */
    @Test
    void setseed_repeats_the_keys_of_files() throws SQLException {
        try (RawLake lake = place.attach("ENCRYPTED, " + FILES_ONLY)) {
            lake.execute("CREATE TABLE lake.t (i INTEGER)");
            for (int file = 0; file < 2; file++) {
                lake.execute("SELECT setseed(0.42)");
                lake.execute("INSERT INTO lake.t SELECT range FROM range(100)");
            }
            lake.execute("INSERT INTO lake.t SELECT range FROM range(100)");
            List<String> keys = lake.column(
                    "SELECT encryption_key FROM __ducklake_metadata_lake.ducklake_data_file ORDER BY data_file_id");

            assertThat(keys).hasSize(3).doesNotContainNull();
            assertThat(keys.get(1)).isEqualTo(keys.get(0));
            assertThat(keys.get(2)).isNotEqualTo(keys.get(0));
        }
    }

    /**
     * Symptom: of several replicas of a service that start for the first time, all but one fail.
     *
     * <p>Steps: several instances attach a catalog that is empty at the same time. Here they are held up at the point
     * where they meet, by a table that a third party is about to create and then does not.
     *
     * <p>Expected: one of them creates the lake, and all attach it.
     *
     * <p>Actual: one attaches; the others fail with a violated unique constraint of PostgreSQL's own tables.
     */
    @Test
    void of_several_instances_that_attach_an_empty_catalog_at_once_only_one_succeeds()
            throws SQLException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(INSTANCES);
        List<Future<String>> attached = new ArrayList<>();
        try (Connection other = place.connectToDatabase();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("CREATE TABLE ducklake_metadata (n INTEGER)");
            for (int i = 0; i < INSTANCES; i++) {
                attached.add(threads.submit(this::attach));
            }
            Awaitility.await().atMost(LIMIT).until(() -> sessionsWaitingForALock() == INSTANCES);
            other.rollback();
        }
        List<String> outcomes = new ArrayList<>();
        for (Future<String> outcome : attached) {
            outcomes.add(outcome.get());
        }
        threads.shutdown();

        assertThat(outcomes).containsOnlyOnce("attached");
        assertThat(outcomes)
                .filteredOn(outcome -> !outcome.equals("attached"))
                .hasSize(INSTANCES - 1)
                .allSatisfy(outcome -> assertThat(outcome)
                        .contains("Failed to initialize DuckLake", "duplicate key value violates unique constraint"));
    }

    private String attach() {
        try {
            place.attach(INLINING).close();
            return "attached";
        } catch (SQLException e) {
            return e.toString();
        }
    }

    private int sessionsWaitingForALock() throws SQLException {
        try (Connection watcher = place.connectToDatabase();
                Statement statement = watcher.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")) {
            count.next();
            return count.getInt(1);
        }
    }

    private static void awaitCount(RawLake lake, long rows) {
        // A busy server may take a moment longer over its commit than the client waits for the reply.
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(lake.number("SELECT count(*) FROM lake.t")).isEqualTo(rows));
    }
}
