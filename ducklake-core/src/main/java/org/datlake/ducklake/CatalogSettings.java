package org.datlake.ducklake;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the catalog lives: in PostgreSQL, shared by many processes, or in a DuckDB file, for one process. */
public sealed interface CatalogSettings {

    /**
     * Describes a catalog in PostgreSQL 12 or newer. The connection is plain text to a loopback host and
     * {@link SslMode#VERIFY_FULL} to any other; {@link Postgres#withSslMode} changes that.
     *
     * @param host name or address
     * @param port 1 to 65535
     * @param database must exist
     * @param user must be able to create tables in the metadata schema
     * @param password the user's password
     * @throws ConfigurationException if host, database or user is empty or the port out of range
     */
    static Postgres postgres(String host, int port, String database, String user, Secret password) {
        SslMode mode = isLoopback(host) ? SslMode.DISABLE : SslMode.VERIFY_FULL;
        return new Postgres(host, port, database, user, password, mode, null);
    }

    /** Describes a catalog in a DuckDB file, which is created when missing. One process at a time can open it. */
    static DuckDbFile duckDbFile(Path file) {
        return new DuckDbFile(file);
    }

    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("::1") || name.matches("127(\\.[0-9]{1,3}){3}");
    }

    /**
     * A catalog in PostgreSQL.
     *
     * @param host name or address
     * @param port 1 to 65535
     * @param database an existing database
     * @param user a role that owns the metadata schema or may create it
     * @param password the role's password
     * @param sslMode how the connection is protected
     * @param sslRootCert a PEM file with the authorities to trust, or null for libpq's default
     */
    record Postgres(
            String host,
            int port,
            String database,
            String user,
            Secret password,
            SslMode sslMode,
            @Nullable Path sslRootCert)
            implements CatalogSettings {

        /** Checks the values; see {@link CatalogSettings#postgres}. */
        public Postgres {
            Objects.requireNonNull(password, "password");
            Objects.requireNonNull(sslMode, "sslMode");
            Problems problems = new Problems();
            problems.require(!host.isBlank(), "the catalog's host must not be empty");
            problems.require(port >= 1 && port <= 65535, "the catalog's port must be 1 to 65535, was " + port);
            problems.require(!database.isEmpty(), "the catalog's database must not be empty");
            problems.require(!user.isEmpty(), "the catalog's user must not be empty");
            problems.throwIfAny();
        }

        /** Returns a copy with another protection of the connection. */
        public Postgres withSslMode(SslMode mode) {
            return new Postgres(host, port, database, user, password, mode, sslRootCert);
        }

        /** Returns a copy that trusts the authorities in a PEM file. */
        public Postgres withSslRootCert(Path file) {
            return new Postgres(host, port, database, user, password, sslMode, file);
        }
    }

    /**
     * A catalog in a DuckDB file.
     *
     * @param file the file; its folder is created when missing
     */
    record DuckDbFile(Path file) implements CatalogSettings {

        /** Makes the path absolute. */
        public DuckDbFile {
            file = file.toAbsolutePath().normalize();
        }
    }
}
