package org.datlake.ducklake.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.testing.internal.Ports;
import org.datlake.ducklake.testing.internal.Readiness;
import org.datlake.ducklake.testing.internal.ServerProcess;
import org.datlake.ducklake.testing.internal.Servers;
import org.datlake.ducklake.testing.internal.SmallDisk;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server, in a container or as a process, always on the same port. Safe for use by several threads, except
 * for what starts and stops it.
 */
public final class PostgresServer implements AutoCloseable {

    private static final String USER = "postgres";
    private static @Nullable PostgresServer shared;

    private final Secret password = Secret.of(UUID.randomUUID().toString());
    private final int port = Ports.free();
    private final @Nullable SmallDisk smallDisk;
    private final ServerProcess process;

    private PostgresServer(@Nullable SmallDisk smallDisk) {
        this.smallDisk = smallDisk;
        this.process = Servers.postgres(port, USER, password.reveal(), smallDisk);
        start();
    }

    /** Returns the server that all tests of this JVM share; the first call starts it. Leave it running. */
    public static synchronized PostgresServer shared() {
        PostgresServer server = shared;
        if (server == null) {
            server = new PostgresServer(null);
            shared = server;
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "postgres-stop"));
        }
        return server;
    }

    /** Starts a server of one's own, for tests that stop, kill or freeze it; to be closed. */
    public static PostgresServer launch() {
        return new PostgresServer(null);
    }

    /** Starts a server of one's own that can put databases on a disk of so many bytes; to be closed, not restarted. */
    public static PostgresServer launchWithSmallDisk(long bytes) {
        SmallDisk disk = SmallDisk.of(bytes);
        PostgresServer server = new PostgresServer(disk);
        server.onSmallDisk("mkdir DISK/catalog");
        server.execute("CREATE TABLESPACE small LOCATION '" + disk.directory() + "/catalog'");
        return server;
    }

    /** Creates an empty database on the small disk. */
    public CatalogSettings.Postgres newDatabaseOnSmallDisk() {
        CatalogSettings.Postgres database = newDatabase();
        execute("ALTER DATABASE " + database.database() + " SET TABLESPACE small");
        return database;
    }

    /** Fills the small disk, so that nothing more goes onto it. */
    public void fillSmallDisk() {
        onSmallDisk("dd if=/dev/zero of=DISK/filler bs=4k || true");
    }

    /** Ends a {@link #fillSmallDisk}. */
    public void emptySmallDisk() {
        onSmallDisk("rm DISK/filler");
    }

    /** Runs a shell command as the server's user, which sees the disk. */
    private void onSmallDisk(String command) {
        if (smallDisk == null) {
            throw new IllegalStateException("this server has no small disk");
        }
        execute("COPY (SELECT 1) TO PROGRAM '" + command.replace("DISK", smallDisk.directory()) + "'");
    }

    /** Returns the name that clients reach it by. */
    public String host() {
        return process.host();
    }

    /** Returns the port that clients reach it by. */
    public int port() {
        return port;
    }

    /** Creates an empty database and describes it as a catalog, with the superuser's name and password. */
    public CatalogSettings.Postgres newDatabase() {
        String name = "lake_" + UUID.randomUUID().toString().replace("-", "");
        execute("CREATE DATABASE " + name);
        return CatalogSettings.postgres(host(), port, name, USER, password);
    }

    /** Drops a database and ends the sessions in it. */
    public void dropDatabase(String name) {
        execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    /** Runs a statement in the server's own database. */
    public void execute(String sql) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a connection to a database, as superuser, to look behind the lake. */
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password.reveal());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        return DriverManager.getConnection("jdbc:postgresql://" + host() + ":" + port + "/" + database, properties);
    }

    /** Starts the server again after {@link #stop} or {@link #kill}, and waits until it accepts connections. */
    public void start() {
        process.start();
        Readiness.await("PostgreSQL", process, () -> connect("postgres").close());
    }

    /** Shuts the server down as an administrator would, ending all sessions; its data stays. */
    public void stop() {
        process.stop();
    }

    /** Ends the server as a crash would; its data stays. */
    public void kill() {
        process.kill();
    }

    /** Stops the server from running while its connections stay open, as a hanging disk would. */
    public void freeze() {
        process.freeze();
    }

    /** Ends a {@link #freeze}. */
    public void thaw() {
        process.thaw();
    }

    /** Ends the server and removes its data. */
    @Override
    public void close() {
        process.close();
        if (smallDisk != null) {
            smallDisk.close();
        }
    }
}
