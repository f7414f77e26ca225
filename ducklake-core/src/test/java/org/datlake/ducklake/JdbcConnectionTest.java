package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcConnectionTest {

    @TempDir
    static Path directory;

    private static DuckLakeClient lake;
    private static DataSource source;

    @BeforeAll
    static void connect() {
        lake = TestLake.open(directory);
        source = lake.dataSource();
        lake.execute("CREATE TABLE t (id INTEGER NOT NULL, name VARCHAR)");
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @BeforeEach
    void fill() {
        lake.execute("DELETE FROM t");
        lake.execute("INSERT INTO t VALUES (1, 'one'), (2, 'two')");
    }

    private static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static long count() {
        return lake.query("SELECT count(*) FROM t").as(Long.class).one();
    }

    @Test
    void a_connection_stands_in_the_lake() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThat(connection.getCatalog()).isEqualTo("lake");
            assertThat(connection.getSchema()).isEqualTo("main");
            assertThat(connection.isValid(1)).isTrue();
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
        }
    }

    @Test
    void metadata_lists_tables_and_columns_and_says_what_the_product_is() throws SQLException {
        try (Connection connection = source.getConnection()) {
            DatabaseMetaData meta = connection.getMetaData();
            List<String> columns = new ArrayList<>();
            try (ResultSet rows = meta.getColumns("lake", "main", "t", "%")) {
                while (rows.next()) {
                    columns.add(rows.getString("COLUMN_NAME") + " " + rows.getString("TYPE_NAME"));
                }
            }

            assertThat(columns).containsExactly("id INTEGER", "name VARCHAR");
            assertThat(meta.getDatabaseProductName()).isEqualTo("DuckDB");
            assertThat(meta.getConnection()).isSameAs(connection);
            try (ResultSet rows = meta.getTables("lake", null, "t", null)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(3)).isEqualTo("t");
                assertThat(rows.next()).isFalse();
            }
        }
    }

    @Test
    void with_autocommit_each_statement_stands_by_itself() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThat(update(connection, "INSERT INTO t VALUES (3, 'three')")).isEqualTo(1);
            assertThat(count()).isEqualTo(3);
        }
    }

    @Test
    void with_autocommit_each_write_bears_a_name_that_it_can_be_found_by() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThat(update(connection, "INSERT INTO t VALUES (3, 'three')")).isEqualTo(1);
            try (PreparedStatement statement = connection.prepareStatement("UPDATE t SET name = ? WHERE id = 3")) {
                statement.setString(1, "drei");
                assertThat(statement.executeUpdate()).isEqualTo(1);
                assertThat(statement.executeUpdate()).isEqualTo(1);
            }
        }

        assertThat(lake.query("SELECT commit_extra_info FROM lake.snapshots() ORDER BY snapshot_id DESC LIMIT 3")
                        .as(String.class)
                        .list())
                .allMatch(name -> name.startsWith("datlake,"));
    }

    @Test
    void with_autocommit_a_write_that_fails_leaves_the_connection_usable() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThatThrownBy(() -> update(connection, "INSERT INTO t VALUES (NULL, 'nobody')"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("NOT NULL");

            assertThat(update(connection, "INSERT INTO t VALUES (3, 'three')")).isEqualTo(1);
        }
        assertThat(count()).isEqualTo(3);
    }

    @Test
    void transactions_that_are_begun_and_ended_in_sql_work() throws SQLException {
        try (Connection connection = source.getConnection()) {
            update(connection, "BEGIN");
            update(connection, "INSERT INTO t VALUES (3, 'three')");
            update(connection, "INSERT INTO t VALUES (4, 'four')");
            assertThat(count()).isEqualTo(2);
            update(connection, "COMMIT");
            update(connection, "INSERT INTO t VALUES (5, 'five')");
        }
        assertThat(count()).isEqualTo(5);
    }

    @Test
    void without_autocommit_nothing_stands_before_commit() throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            update(connection, "INSERT INTO t VALUES (3, 'three')");
            assertThat(count()).isEqualTo(2);
            connection.commit();
            assertThat(count()).isEqualTo(3);

            update(connection, "DELETE FROM t");
            connection.rollback();
            assertThat(count()).isEqualTo(3);

            connection.commit();
            connection.rollback();
        }
    }

    @Test
    void turning_autocommit_on_commits_what_is_open() throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            update(connection, "INSERT INTO t VALUES (3, 'three')");
            connection.setAutoCommit(true);

            assertThat(count()).isEqualTo(3);
        }
    }

    @Test
    void closing_rolls_back_what_is_open() throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            update(connection, "INSERT INTO t VALUES (3, 'three')");
        }

        assertThat(count()).isEqualTo(2);
    }

    @Test
    void commit_and_rollback_need_a_transaction_of_ones_own() throws SQLException {
        try (Connection connection = source.getConnection()) {
            SQLException thrown = catchThrowableOfType(SQLException.class, connection::commit);

            assertThat(thrown.getSQLState()).isEqualTo("25000");
            assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void a_conflict_has_the_sqlstate_that_frameworks_repeat_on() throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            update(connection, "UPDATE t SET name = 'mine' WHERE id = 1");
            lake.execute("UPDATE t SET name = 'theirs' WHERE id = 1");

            SQLTransactionRollbackException thrown =
                    catchThrowableOfType(SQLTransactionRollbackException.class, connection::commit);

            assertThat(thrown.getSQLState()).isEqualTo("40001");
            connection.rollback();
            update(connection, "UPDATE t SET name = 'mine again' WHERE id = 1");
            connection.commit();
        }
        assertThat(lake.query("SELECT name FROM t WHERE id = 1")
                        .as(String.class)
                        .one())
                .isEqualTo("mine again");
    }

    @Test
    void what_one_connection_sets_does_not_reach_another() throws SQLException {
        try (Connection connection = source.getConnection()) {
            update(connection, "CREATE TEMP TABLE mine (i INTEGER)");
            connection.setSchema("main");
            update(connection, "USE memory");
        }
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(connection.getCatalog()).isEqualTo("lake");
            SQLException thrown =
                    catchThrowableOfType(SQLException.class, () -> statement.executeQuery("SELECT i FROM mine"));
            assertThat(thrown.getSQLState()).isEqualTo("42P01");
        }
    }

    @Test
    void a_closed_connection_is_closed_for_all_that_hangs_on_it() throws SQLException {
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        connection.close();
        connection.close();

        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        assertThat(statement.isClosed()).isTrue();
        assertThat(catchThrowableOfType(SQLException.class, connection::createStatement)
                        .getSQLState())
                .isEqualTo("08003");
        assertThat(catchThrowableOfType(SQLException.class, () -> statement.execute("SELECT 1"))
                        .getSQLState())
                .isEqualTo("08003");
    }

    @Test
    void the_drivers_own_connection_is_there_for_what_jdbc_lacks() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThat(connection.isWrapperFor(DuckDBConnection.class)).isTrue();
            assertThat(connection.unwrap(DuckDBConnection.class)).isNotNull();
            assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        }
        assertThat(source.isWrapperFor(DataSource.class)).isTrue();
        assertThat(catchThrowableOfType(SQLException.class, () -> source.unwrap(String.class))
                        .getSQLState())
                .isEqualTo("0A000");
    }

    @Test
    void what_duckdb_cannot_do_is_called_not_supported() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThatThrownBy(connection::setSavepoint).isInstanceOf(SQLFeatureNotSupportedException.class);
            assertThatThrownBy(() -> connection.prepareCall("x")).isInstanceOf(SQLFeatureNotSupportedException.class);
            assertThatThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
                    .isInstanceOf(SQLFeatureNotSupportedException.class);
        }
        assertThatThrownBy(() -> source.getConnection("me", "secret"))
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void code_that_borrows_a_connection_gets_unchecked_exceptions_with_the_same_sqlstate() {
        assertThat(lake.<Integer, RuntimeException>withConnection(
                        connection -> update(connection, "INSERT INTO t VALUES (3, 'three')")))
                .isEqualTo(1);
        assertThatThrownBy(() -> lake.useConnection(connection -> update(connection, "INSERT INTO nope VALUES (1)")))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        thrown -> assertThat(thrown.sqlState()).isEqualTo("42P01"));
    }
}
