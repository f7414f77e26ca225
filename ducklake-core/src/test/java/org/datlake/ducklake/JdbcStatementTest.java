package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcStatementTest {

    /** The pool that CompletableFuture uses by itself has a single thread on a small machine. */
    private static final Executor A_THREAD_EACH = work -> new Thread(work).start();

    private static final String ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";

    @TempDir
    static Path directory;

    private static DuckLakeClient lake;

    private Connection connection;

    @BeforeAll
    static void connect() {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE t (id INTEGER NOT NULL, name VARCHAR)");
    }

    @AfterAll
    static void closeLake() {
        lake.close();
    }

    @BeforeEach
    void fill() throws SQLException {
        lake.execute("DELETE FROM t");
        connection = lake.dataSource().getConnection();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private static long count() {
        return lake.query("SELECT count(*) FROM t").as(Long.class).one();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELEC 1                          | 42601
            SELECT * FROM nope               | 42P01
            SELECT nope FROM t               | 42703
            INSERT INTO t VALUES (NULL, 'x') | 23502
            SELECT 'x'::INTEGER              | 22018
            SELECT 300::TINYINT              | 22003
            CREATE TABLE t (i INTEGER)       | 42P07
            SET threads = 1                  | 55P02
            """)
    void errors_carry_the_sqlstate_of_the_standard(String sql, String sqlState) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            SQLException thrown = catchThrowableOfType(SQLException.class, () -> statement.execute(sql));

            assertThat(thrown.getSQLState()).isEqualTo(sqlState);
            try (ResultSet rows = statement.executeQuery("SELECT 1")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void a_statement_knows_rows_from_counts() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')"))
                    .isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(2);
            assertThat(statement.getResultSet()).isNull();

            assertThat(statement.execute("SELECT id FROM t")).isTrue();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
            assertThat(statement.getResultSet().getStatement()).isSameAs(statement);
            assertThat(statement.getMoreResults()).isFalse();

            assertThat(statement.executeUpdate("CREATE TABLE u (i INTEGER)")).isZero();
            assertThatThrownBy(() -> statement.executeQuery("DELETE FROM t")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> statement.executeUpdate("SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void a_prepared_statement_runs_again_and_again() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)");
                PreparedStatement select = connection.prepareStatement("SELECT name FROM t WHERE id = ?")) {
            for (int i = 0; i < 5; i++) {
                insert.setInt(1, i);
                insert.setString(2, i == 3 ? null : "n" + i);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            for (int i = 0; i < 5; i++) {
                select.setLong(1, i);
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo(i == 3 ? null : "n" + i);
                    assertThat(rows.next()).isFalse();
                }
            }
            assertThat(select.getParameterMetaData().getParameterCount()).isEqualTo(1);
            assertThat(select.getMetaData().getColumnName(1)).isEqualTo("name");
        }
    }

    @Test
    void a_prepared_statement_that_failed_can_be_run_again() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, 'x')")) {
            insert.setNull(1, Types.INTEGER);
            assertThatThrownBy(insert::executeUpdate).isInstanceOf(SQLException.class);

            insert.setInt(1, 1);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void a_parameter_that_is_not_there_is_told() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT ?")) {
            assertThat(catchThrowableOfType(SQLException.class, () -> select.setInt(2, 1))
                            .getSQLState())
                    .isEqualTo("07009");
            assertThat(catchThrowableOfType(SQLException.class, () -> select.setInt(0, 1))
                            .getSQLState())
                    .isEqualTo("07009");
        }
    }

    @Test
    void a_batch_is_one_transaction_of_its_own() throws SQLException {
        long before = lake.snapshots().size();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
            for (int i = 0; i < 10; i++) {
                insert.setInt(1, i);
                insert.setString(2, "n" + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(10).containsOnly(1);
            assertThat(insert.executeBatch()).isEmpty();
        }

        assertThat(count()).isEqualTo(10);
        assertThat(lake.snapshots()).hasSize((int) before + 1);
        assertThat(connection.getAutoCommit()).isTrue();
    }

    @Test
    void a_batch_that_fails_changes_nothing_and_says_where() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, 'rowvalue')")) {
            insert.setInt(1, 1);
            insert.addBatch();
            insert.setNull(1, Types.INTEGER);
            insert.addBatch();

            BatchUpdateException thrown = catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);

            assertThat(thrown.getSQLState()).isEqualTo("23502");
            assertThat(thrown.getUpdateCounts()).containsExactly(1);
            assertThat((Throwable) thrown).hasMessageContaining("statement 2").hasMessageNotContaining("rowvalue");
        }
        assertThat(count()).isZero();
        assertThat(connection.getAutoCommit()).isTrue();
    }

    @Test
    void a_query_timeout_is_kept_to_within_a_second() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            long started = System.nanoTime();

            SQLTimeoutException thrown =
                    catchThrowableOfType(SQLTimeoutException.class, () -> statement.executeQuery(ENDLESS));

            assertThat(thrown.getSQLState()).isEqualTo("57014");
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
            try (ResultSet rows = statement.executeQuery("SELECT 1")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void a_statement_is_cancelled_from_another_thread() throws Exception {
        try (Statement statement = connection.createStatement()) {
            CompletableFuture<SQLException> thrown = CompletableFuture.supplyAsync(
                    () -> catchThrowableOfType(SQLException.class, () -> statement.executeQuery(ENDLESS)),
                    A_THREAD_EACH);
            await().until(() -> lake.statistics().runningCalls() > 0);
            // Cancelling a statement that has not begun does nothing, by JDBC's words: so it is done until it works.
            await().until(() -> {
                statement.cancel();
                return thrown.isDone();
            });

            assertThat(thrown.get(1, TimeUnit.SECONDS).getSQLState()).isEqualTo("57014");
        }
    }

    @Test
    void rows_can_be_limited() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(3);
            int rows = 0;
            try (ResultSet result = statement.executeQuery("SELECT range FROM range(10)")) {
                while (result.next()) {
                    rows++;
                    assertThat(result.getRow()).isEqualTo(rows);
                }
                assertThat(result.isAfterLast()).isTrue();
            }
            assertThat(rows).isEqualTo(3);
        }
    }

    @Test
    void an_error_in_the_middle_of_a_result_is_an_error_of_next() throws SQLException {
        String late = "SELECT CASE WHEN i < 500000 THEN i ELSE error('too late') END FROM range(600000) t(i)";
        try (Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> {
                        try (ResultSet rows = statement.executeQuery(late)) {
                            while (rows.next()) {
                                rows.getLong(1);
                            }
                        }
                    })
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("too late");
        }
    }

    @Test
    void two_statements_of_one_connection_take_turns() throws SQLException {
        lake.execute("INSERT INTO t SELECT range, 'x' FROM range(5000)");
        long sum = 0;
        try (Statement outer = connection.createStatement();
                ResultSet rows = outer.executeQuery("SELECT id FROM t ORDER BY id");
                PreparedStatement inner = connection.prepareStatement("SELECT ? + 1")) {
            for (int i = 0; i < 3000; i++) {
                assertThat(rows.next()).isTrue();
                if (i % 1000 == 0) {
                    inner.setInt(1, rows.getInt(1));
                    try (ResultSet answer = inner.executeQuery()) {
                        answer.next();
                        sum += answer.getInt(1);
                    }
                }
            }
        }

        assertThat(sum).isEqualTo(1 + 1001 + 2001);
    }

    @Test
    void a_closed_result_says_so() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            ResultSet rows = statement.executeQuery("SELECT 1 AS a");
            assertThat(catchThrowableOfType(SQLException.class, () -> rows.getInt(1))
                            .getSQLState())
                    .isEqualTo("24000");
            rows.next();
            assertThat(catchThrowableOfType(SQLException.class, () -> rows.getInt("b"))
                            .getSQLState())
                    .isEqualTo("42703");
            assertThat(rows.findColumn("A")).isEqualTo(1);
            rows.close();

            assertThat(catchThrowableOfType(SQLException.class, rows::next).getSQLState())
                    .isEqualTo("08003");
        }
    }
}
