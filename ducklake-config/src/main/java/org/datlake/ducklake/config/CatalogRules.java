package org.datlake.ducklake.config;

import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_HOST;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_PASSWORD;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_SSLMODE;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_SSLROOTCERT;
import static org.datlake.ducklake.config.ConfigKey.DB_POSTGRES_USER;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.SslMode;

/** What the DB_POSTGRES_* names mean together. */
final class CatalogRules {

    private final ConfigTree tree;
    private final CheckedValues values;
    private final Findings findings;
    private final Path workingDirectory;

    CatalogRules(ConfigTree tree, CheckedValues values, Findings findings, Path workingDirectory) {
        this.tree = tree;
        this.values = values;
        this.findings = findings;
        this.workingDirectory = workingDirectory;
    }

    /** Returns where the catalog lives; empty only if a problem was found. */
    Optional<CatalogSettings> catalog() {
        if (!values.isGiven(DB_POSTGRES_HOST)) {
            return embedded();
        }
        requireWithHost(DB_POSTGRES_USER);
        requireWithHost(DB_POSTGRES_PASSWORD);
        ConfigTree.Postgres postgres = tree.postgres();
        if (postgres.host().isEmpty()
                || postgres.user().isEmpty()
                || postgres.password().isEmpty()) {
            return Optional.empty();
        }
        String host = postgres.host().get();
        String user = postgres.user().get();
        Secret password =
                values.following(DB_POSTGRES_PASSWORD, postgres.password().get());
        SslMode mode = sslMode(host);
        Optional<Path> rootCert = rootCert(mode);
        return findings.attempt(() -> {
            CatalogSettings.Postgres catalog = CatalogSettings.postgres(
                            host, postgres.port(), postgres.database(), user, password)
                    .withSslMode(mode);
            return rootCert.map(catalog::withSslRootCert).orElse(catalog);
        });
    }

    private Optional<CatalogSettings> embedded() {
        for (ConfigKey key : new ConfigKey[] {DB_POSTGRES_USER, DB_POSTGRES_PASSWORD}) {
            if (values.isGiven(key)) {
                findings.problem(key + ": given without DB_POSTGRES_HOST: set the host too, or leave both out for an"
                        + " embedded file catalog");
            }
        }
        if (isProduction()) {
            findings.warning("ENVIRONMENT=production with a file catalog, which one process at a time can open:"
                    + " DB_POSTGRES_HOST is not set");
        }
        Path home = workingDirectory.resolve(tree.lake().path());
        return Optional.of(CatalogSettings.duckDbFile(home.resolve("catalog.ducklake")));
    }

    private void requireWithHost(ConfigKey key) {
        if (!values.isGiven(key)) {
            findings.problem(key + ": missing, but DB_POSTGRES_HOST is set"
                    + (key.kind().secret() ? ": give it, or a file in " + key.fileName() : ""));
        }
    }

    private SslMode sslMode(String host) {
        Optional<SslMode> given = tree.postgres().sslMode();
        SslMode mode = given.orElseGet(() -> {
            if (isProduction()) {
                return SslMode.VERIFY_FULL;
            }
            return isLoopback(host) ? SslMode.DISABLE : SslMode.REQUIRE;
        });
        if (given.isEmpty()) {
            findings.derived(DB_POSTGRES_SSLMODE, mode.libpqName());
        } else if (isProduction() && mode == SslMode.DISABLE) {
            findings.warning("plain text to PostgreSQL: DB_POSTGRES_SSLMODE=disable");
        } else if (isProduction() && mode == SslMode.REQUIRE) {
            findings.warning("the certificate of PostgreSQL is not checked: DB_POSTGRES_SSLMODE=require");
        }
        return mode;
    }

    private Optional<Path> rootCert(SslMode mode) {
        Optional<Path> file = tree.postgres().sslRootCert().map(workingDirectory::resolve);
        file.ifPresent(path -> {
            if (mode == SslMode.DISABLE) {
                findings.warning("DB_POSTGRES_SSLROOTCERT has no effect: the connection is plain text"
                        + " (DB_POSTGRES_SSLMODE=disable)");
            }
            if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
                findings.problem(DB_POSTGRES_SSLROOTCERT + ": there is no readable file " + path
                        + ": name a PEM file, or leave it out");
            }
        });
        return file;
    }

    private boolean isProduction() {
        return tree.environment() == DuckLakeConfig.Environment.PRODUCTION;
    }

    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("::1") || name.matches("127\\.[0-9.]+");
    }
}
