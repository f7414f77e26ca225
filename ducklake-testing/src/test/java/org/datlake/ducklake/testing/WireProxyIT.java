package org.datlake.ducklake.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.testing.WireProxy.Moment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Sessions of pgjdbc through the proxy. */
class WireProxyIT {

    private static final String CONNECTION_EXCEPTION = "08";

    private CatalogSettings.Postgres database;
    private WireProxy proxy;

    @BeforeEach
    void start() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        database = server.newDatabase();
        proxy = WireProxy.postgres(server.host(), server.port());
        behindTheProxy("CREATE TABLE numbers (n INTEGER)");
    }

    @AfterEach
    void end() {
        proxy.close();
        PostgresServer.shared().dropDatabase(database.database());
    }

    @Test
    void a_session_without_faults_behaves_normally() throws SQLException, IOException {
        // The driver asks for encryption first, and goes on without.
        try (Connection session = connect("prefer");
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            try (PreparedStatement insert = session.prepareStatement("INSERT INTO numbers VALUES (?)")) {
                for (int n = 0; n < 20_000; n++) {
                    insert.setInt(1, n);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            session.commit();
            statement.execute("INSERT INTO numbers VALUES (-1)");
            session.rollback();
            CopyManager copies = session.unwrap(PGConnection.class).getCopyAPI();
            assertThat(copies.copyIn("COPY numbers FROM STDIN", new StringReader("20000\n20001\n")))
                    .isEqualTo(2);
            session.commit();
            StringWriter copied = new StringWriter();
            copies.copyOut("COPY (SELECT n FROM numbers ORDER BY n) TO STDOUT", copied);
            assertThat(copied.toString().lines())
                    .hasSize(20_002)
                    .startsWith("0")
                    .endsWith("20001");
            assertThatThrownBy(() -> statement.execute("SELECT 1 / 0"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"));
            session.rollback();
            assertThat(one(session, "SELECT length(repeat('x', 5000000))")).isEqualTo(5_000_000);
            assertThat(one(session, "SELECT length('" + "x".repeat(5_000_000) + "')"))
                    .isEqualTo(5_000_000);
        }
        assertThat(proxy.messages()).isGreaterThan(20_000);
        assertThat(proxy.fired()).isZero();
    }

    @Test
    void cut_before_a_commit_nothing_is_committed() throws SQLException {
        assertThatCommitFailsAfterCut(Moment.BEFORE_FORWARDING);

        assertThat(rows()).isZero();
    }

    @Test
    void cut_after_a_commit_it_is_done_and_the_client_does_not_know() throws SQLException {
        assertThatCommitFailsAfterCut(Moment.AFTER_FORWARDING);

        assertThat(rows()).isEqualTo(1);
    }

    private void assertThatCommitFailsAfterCut(Moment moment) throws SQLException {
        try (Connection session = connect()) {
            session.setAutoCommit(false);
            // Once before the fault, so that the driver may send it as prepared.
            session.commit();
            execute(session, "DELETE FROM numbers");
            session.commit();
            execute(session, "INSERT INTO numbers VALUES (1)");
            proxy.cutAtText("COMMIT", moment);

            assertThatLinkFails(session::commit);
        }
        assertThat(proxy.fired()).isEqualTo(1);
    }

    @Test
    void a_session_cut_after_a_message_has_done_the_same_as_one_cut_before_the_next() throws SQLException {
        List<Boolean> before = committedByMessage(Moment.BEFORE_FORWARDING);
        List<Boolean> after = committedByMessage(Moment.AFTER_FORWARDING);

        assertThat(before).hasSizeGreaterThan(10).hasSameSizeAs(after);
        assertThat(before.get(0)).isFalse();
        assertThat(after.subList(0, after.size() - 1)).isEqualTo(before.subList(1, before.size()));
        // The last message of a session is its goodbye.
        assertThat(after.get(after.size() - 1)).isTrue();
        assertThat(before).isSorted();
    }

    /** Cuts at the first message, at the second and so on, as long as there is one, and says what was committed. */
    private List<Boolean> committedByMessage(Moment moment) throws SQLException {
        List<Boolean> committed = new ArrayList<>();
        for (int fired = proxy.fired(); proxy.fired() == fired + committed.size(); ) {
            behindTheProxy("TRUNCATE numbers");
            proxy.cutAtMessage(committed.size() + 1, moment);
            boolean told = insertsOne();
            committed.add(rows() == 1);
            // Nobody is ever told of a commit that was not.
            assertThat(!told || rows() == 1).isTrue();
        }
        proxy.disarm();
        // The last time there was no such message any more.
        return committed.subList(0, committed.size() - 1);
    }

    private boolean insertsOne() {
        try (Connection session = connect()) {
            session.setAutoCommit(false);
            execute(session, "INSERT INTO numbers VALUES (1)");
            session.commit();
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).startsWith(CONNECTION_EXCEPTION);
            return false;
        }
    }

    @Test
    void cut_sessions_fail_and_new_ones_work() throws SQLException {
        try (Connection session = connect()) {
            proxy.cutAll();

            assertThatLinkFails(() -> one(session, "SELECT 1"));
        }
        assertThatNewSessionsWork();
    }

    @Test
    void refused_sessions_fail_until_they_are_accepted_again() throws SQLException {
        try (Connection session = connect()) {
            proxy.refuse();

            assertThatLinkFails(() -> connect().close());
            assertThat(one(session, "SELECT 1")).isEqualTo(1);
        }
        proxy.accept();
        assertThatNewSessionsWork();
    }

    @Test
    void a_frozen_session_waits_and_goes_on_when_it_is_thawed() throws SQLException {
        try (Connection waiting = connect();
                Connection patient = connect()) {
            waiting.setNetworkTimeout(Runnable::run, 500);
            proxy.freeze();

            assertThatLinkFails(() -> one(waiting, "SELECT 1"));
            proxy.thaw();
            assertThat(one(patient, "SELECT 1")).isEqualTo(1);
        }
        assertThatNewSessionsWork();
    }

    @Test
    void a_delayed_session_works_slowly() throws SQLException {
        try (Connection session = connect()) {
            Duration delay = Duration.ofMillis(100);
            proxy.delay(delay);
            long start = System.nanoTime();

            assertThat(one(session, "SELECT 1")).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(delay.multipliedBy(2));
        }
    }

    private void assertThatNewSessionsWork() throws SQLException {
        try (Connection session = connect()) {
            assertThat(one(session, "SELECT 1")).isEqualTo(1);
        }
    }

    private Connection connect() throws SQLException {
        // A session that is cut at its start is not started again in another way.
        return connect("disable");
    }

    private Connection connect(String encryption) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password().reveal());
        // So that statements are prepared by name at once.
        properties.setProperty("prepareThreshold", "1");
        properties.setProperty("sslmode", encryption);
        properties.setProperty("gssEncMode", encryption);
        properties.setProperty("socketTimeout", "20");
        String url = "jdbc:postgresql://" + proxy.host() + ":" + proxy.port() + "/" + database.database();
        return DriverManager.getConnection(url, properties);
    }

    private interface Call {
        void run() throws SQLException;
    }

    private static void assertThatLinkFails(Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith(CONNECTION_EXCEPTION));
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long one(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private void behindTheProxy(String sql) throws SQLException {
        try (Connection session = PostgresServer.shared().connect(database.database())) {
            execute(session, sql);
        }
    }

    private long rows() throws SQLException {
        try (Connection session = PostgresServer.shared().connect(database.database())) {
            return one(session, "SELECT count(*) FROM numbers");
        }
    }
}
