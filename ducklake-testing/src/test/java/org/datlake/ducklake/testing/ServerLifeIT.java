package org.datlake.ducklake.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.datlake.ducklake.CatalogSettings;
import org.junit.jupiter.api.Test;

class ServerLifeIT {

    @Test
    void postgres_keeps_port_and_data_over_stop_kill_and_freeze() throws SQLException {
        try (PostgresServer server = PostgresServer.launch()) {
            CatalogSettings.Postgres database = server.newDatabase();
            write(server, database.database());

            server.stop();
            assertThatThrownBy(() -> server.connect("postgres")).isInstanceOf(SQLException.class);
            server.start();
            assertThat(read(server, database.database())).isEqualTo(7);

            server.kill();
            assertThatThrownBy(() -> server.connect("postgres")).isInstanceOf(SQLException.class);
            server.start();
            assertThat(read(server, database.database())).isEqualTo(7);

            server.freeze();
            assertThatThrownBy(() -> server.connect("postgres"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            silence -> assertThat(silence.getSQLState()).isEqualTo("08001"));
            server.thaw();
            assertThat(read(server, database.database())).isEqualTo(7);
        }
    }

    @Test
    void minio_keeps_port_and_data_over_stop_kill_and_freeze() {
        try (S3Server server = S3Server.launch()) {
            server.createBucket("kept");

            server.stop();
            assertThatThrownBy(() -> server.createBucket("refused")).isInstanceOf(IllegalStateException.class);
            server.start();
            assertThatThrownBy(() -> server.createBucket("kept")).hasMessageContaining("already");

            server.kill();
            server.start();
            assertThatThrownBy(() -> server.createBucket("kept")).hasMessageContaining("already");

            server.freeze();
            server.thaw();
            server.createBucket("thawed");
        }
    }

    private static void write(PostgresServer server, String database) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept AS SELECT 7 AS n");
        }
    }

    private static int read(PostgresServer server, String database) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT n FROM kept")) {
            result.next();
            return result.getInt(1);
        }
    }
}
