package org.datlake.ducklake.config;

import java.util.Locale;

/** Prints {@code REFERENCE.md} from {@link ConfigKey}, so that it cannot fall behind the code. */
final class ReferenceTable {

    private static final String HEAD = """
            # Configuration reference

            Generated from `ConfigKey`. Do not edit: run
            `mvn -pl ducklake-config -am test -Dtest=ReferenceTableTest -Dsurefire.failIfNoSpecifiedTests=false \\
            -Ddatlake.reference.write=true`.

            ## Where values come from

            Stronger places win, name by name:

            1. explicit settings of the program, for example options of its command line (by key)
            2. system properties of the JVM (by key)
            3. environment variables (by name)
            4. the file `ducklake.properties` in the working directory, or the file named by `DATLAKE_CONFIG_FILE`
               (as a system property: `datlake.config.file`), by key, in UTF-8 and the format of Java properties, where a
               backslash is written twice
            5. defaults

            - The key of a name is the same in lower case with dots: `DB_POSTGRES_HOST` is `db.postgres.host`.
            - An empty value counts as not given. Blanks around a value are dropped, except in secrets, `DB_POSTGRES_DB`
              and `DB_POSTGRES_USER`. `${...}` is never expanded.
            - Relative paths start from the working directory.

            ## Files that hold one value

            Each name may be given as `NAME_FILE` (key: `name.file`), the path of a file that holds the value: a mounted
            secret. One newline at its end (`\\n` or `\\r\\n`) is dropped, nothing else. The file must be a regular file of
            UTF-8 text, at most 64 KiB, not empty. Giving both `NAME` and `NAME_FILE` in one place is an error; in two
            places the stronger place wins. Files of passwords, secret keys and tokens are read again when the value is
            needed, so that a rotated secret is picked up without a restart; access keys and all other values are read once.

            ## Unknown names

            All problems are reported at once, with "did you mean". No secret is ever shown.

            - In explicit settings and in the properties file each unknown name is an error. One without a value and near no
              known name is not shown: it may be the second line of a secret.
            - Environment variables and system properties are shared with other programs. There a name is an error if it
              starts with `DB_POSTGRES_`, `DB_DUCKLAKE_`, `STORAGE_MINIO_`, `STORAGE_MAINTENANCE_`, `FEATURE_ENABLE_`,
              `AUTH_READER_`, `AUTH_WRITER_`, `AUTH_OPERATOR_` or `AUTH_TRUST_`, or if it is a known name in another
              spelling (`db_postgres_host`), or if it differs from a known name by one typing mistake (two, from 16
              letters on): `SERVER_PROT`, `STORAGE_DEFAULT_BUCKETS`. Other names, such as `SERVER_SOFTWARE`, `DB_HOST`,
              `LOG_FILE` or `LOGLEVEL`, are left alone.
            - What Kubernetes sets for a Service (`DB_POSTGRES_SERVICE_HOST`, `STORAGE_MINIO_PORT_9000_TCP_ADDR`) is left
              alone too. A Service called `server` or `db-postgres` however sets `SERVER_PORT` or `DB_POSTGRES_PORT` to a
              URL, which is an error: set `enableServiceLinks: false` in the pod.

            ## Rules between names

            - `ENVIRONMENT=production` needs `STORAGE_MINIO_ENDPOINT`. A file catalog is allowed with a warning.
            - Plain text in production needs an explicit `DB_POSTGRES_SSLMODE=disable` or `STORAGE_MINIO_SECURE=false`, and
              gives a warning. `DB_POSTGRES_SSLMODE=require` in production gives a warning too: it checks no certificate.
            - In development an endpoint without a scheme means plain text, whatever its host.
            - `DB_POSTGRES_HOST` needs user and password, `STORAGE_MINIO_ENDPOINT` both keys. User, password or keys
              without them are errors: the host or the endpoint was probably forgotten.
            - The two `STORAGE_MAINTENANCE_*` keys are given both or not at all.

            ## Names
            """;

    private ReferenceTable() {}

    /** Returns the whole file. */
    static String markdown() {
        StringBuilder text = new StringBuilder(HEAD);
        String section = "";
        for (ConfigKey key : ConfigKey.values()) {
            String here = section(key);
            if (!here.equals(section)) {
                section = here;
                text.append("\n### ")
                        .append(section)
                        .append("\n\n| Name | Key | Default | Meaning | Secret |\n")
                        .append("|---|---|---|---|---|\n");
            }
            text.append(String.format(
                    Locale.ROOT,
                    "| `%s` | `%s` | %s | %s | %s |\n",
                    key.name(),
                    key.key(),
                    key.fallback().text(),
                    key.meaning(),
                    key.kind().secret() ? "yes" : ""));
        }
        return text.toString();
    }

    private static String section(ConfigKey key) {
        String name = key.name();
        if (name.startsWith("DB_POSTGRES_")) {
            return "Catalog";
        }
        if (name.startsWith("DB_DUCKLAKE_")) {
            return "Lake";
        }
        if (name.startsWith("STORAGE_")) {
            return "Storage";
        }
        if (name.startsWith("FEATURE_")) {
            return "Features";
        }
        if (name.startsWith("QUERY_")) {
            return "Queries";
        }
        if (name.startsWith("AUTH_")) {
            return "Access";
        }
        return name.startsWith("DUCKDB_") ? "Engine" : "Program";
    }
}
