package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.datlake.ducklake.testing.PostgresServer;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL is killed and started again and again while four threads write.
 *
 * <p>{@code -Ddatlake.postgresKills=50} makes it longer, {@code -Ddatlake.seed=...} repeats the choices of a run.
 */
class PostgresKilledIT {

    private static final int KILLS = Integer.getInteger("datlake.postgresKills", 2);

    @Test
    void every_batch_is_there_as_its_caller_was_told() throws Exception {
        try (ServerKills servers = new ServerKills(PostgresKilledIT.class, KILLS)) {
            assertCommitsAreWritten(servers.postgres());

            servers.assertSurvived(servers.postgres()::kill, servers.postgres()::start);
        }
    }

    /**
     * What a commit wrote is in the system's hands before it is acknowledged, and a killed process takes none of that
     * with it, with fsync or without. Without synchronous_commit it would still be in the process's own memory.
     */
    private static void assertCommitsAreWritten(PostgresServer postgres) throws SQLException {
        try (Connection connection = postgres.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet setting = statement.executeQuery("SHOW synchronous_commit")) {
            setting.next();
            assertThat(setting.getString(1)).isEqualTo("on");
        }
    }
}
