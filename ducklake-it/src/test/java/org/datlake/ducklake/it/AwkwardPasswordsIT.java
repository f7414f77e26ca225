package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.LakeKind;
import org.datlake.ducklake.testing.PostgresServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AwkwardPasswordsIT {

    private static final String ROLE = "awkward";

    static Stream<String> passwords() {
        return Stream.of(
                "with space",
                "qu'ote",
                "dq\"uote",
                "back\\slash",
                "bs-end\\",
                // Naively put into a connection string, this one sends the connection elsewhere.
                "x' host=evil.invalid password='y",
                "semi;colon",
                "per%cent",
                "at@sign/slash?x=1#f",
                "ünïcødé-密码",
                "tab\there",
                "new\nline",
                "$1$$",
                "{json}",
                "trailing ",
                "'''",
                "=eq=",
                "{SNAPSHOT_ID}");
    }

    @ParameterizedTest
    @MethodSource("passwords")
    void an_awkward_password_connects(String password) throws SQLException {
        try (DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_LOCAL)) {
            CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) place.catalog();
            Role role = new Role(catalog.database(), password);
            try (role;
                    DuckLakeClient lake = DuckLakeClient.connect(place.settings()
                            .catalog(CatalogSettings.postgres(
                                    catalog.host(), catalog.port(), catalog.database(), ROLE, Secret.of(password)))
                            .build())) {
                lake.execute("CREATE TABLE t AS SELECT 1 AS n");

                assertThat(lake.query("SELECT n FROM t").as(Integer.class).one())
                        .isEqualTo(1);
            }
        }
    }

    /** A role that may create schemas in one database. */
    private static final class Role implements AutoCloseable {

        private final String database;

        Role(String database, String password) throws SQLException {
            this.database = database;
            try (Connection connection = PostgresServer.shared().connect(database)) {
                String statement;
                try (PreparedStatement quoted =
                        connection.prepareStatement("SELECT format('CREATE ROLE " + ROLE + " LOGIN PASSWORD %L', ?)")) {
                    quoted.setString(1, password);
                    try (ResultSet row = quoted.executeQuery()) {
                        row.next();
                        statement = row.getString(1);
                    }
                }
                try (Statement create = connection.createStatement()) {
                    create.execute(statement);
                    create.execute("GRANT CREATE ON DATABASE " + database + " TO " + ROLE);
                }
            }
        }

        @Override
        public void close() throws SQLException {
            try (Connection connection = PostgresServer.shared().connect(database);
                    Statement drop = connection.createStatement()) {
                drop.execute("DROP OWNED BY " + ROLE + " CASCADE");
                drop.execute("DROP ROLE " + ROLE);
            }
        }
    }
}
