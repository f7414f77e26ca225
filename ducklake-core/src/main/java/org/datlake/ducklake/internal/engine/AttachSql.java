package org.datlake.ducklake.internal.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.internal.sql.SqlText;
import org.datlake.ducklake.internal.storage.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statements that attach a lake. Secrets stand in CREATE SECRET only: whatever stands in ATTACH, DuckDB
 * shows in errors, in duckdb_databases() and in its logs. The texts are never logged.
 */
final class AttachSql {

    private static final String POSTGRES_SECRET = "datlake_catalog";
    private static final String S3_SECRET = "datlake_storage";
    private static final String LAKE_SECRET = "datlake_lake";

    private final DuckLakeSettings settings;

    AttachSql(DuckLakeSettings settings) {
        this.settings = settings;
    }

    List<String> createSecrets(String applicationName) {
        List<String> statements = new ArrayList<>();
        if (settings.catalog() instanceof CatalogSettings.Postgres postgres) {
            statements.add(createSecret(POSTGRES_SECRET, postgresOptions(postgres, applicationName)));
        }
        if (settings.storage() instanceof StorageSettings.S3 s3) {
            statements.add(s3Secret(s3, null));
        }
        statements.add(createSecret(LAKE_SECRET, lakeOptions()));
        return statements;
    }

    /** Writes the secret that files are reached with; the key is null for that of the settings. */
    static String s3Secret(StorageSettings.S3 s3, @Nullable SessionKey key) {
        return createSecret(S3_SECRET, s3Options(s3, key));
    }

    private static String createSecret(String name, Map<String, String> options) {
        List<String> parts = new ArrayList<>();
        options.forEach((key, value) -> parts.add(key + " " + value));
        return "CREATE OR REPLACE SECRET " + name + " (" + String.join(", ", parts) + ")";
    }

    private Map<String, String> postgresOptions(CatalogSettings.Postgres postgres, String applicationName) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("TYPE", "postgres");
        options.put("HOST", SqlText.literal(postgres.host()));
        options.put("PORT", SqlText.literal(String.valueOf(postgres.port())));
        options.put("DATABASE", SqlText.literal(postgres.database()));
        options.put("USER", SqlText.literal(postgres.user()));
        options.put("PASSWORD", SqlText.literal(postgres.password().reveal()));
        options.put("SSLMODE", SqlText.literal(postgres.sslMode().libpqName()));
        if (postgres.sslRootCert() != null) {
            options.put("SSLROOTCERT", SqlText.literal(postgres.sslRootCert().toString()));
        }
        long connectSeconds = Math.max(2, settings.operationTimeout().toSeconds() / 3);
        options.put("CONNECT_TIMEOUT", SqlText.literal(String.valueOf(connectSeconds)));
        options.put("APPLICATION_NAME", SqlText.literal(applicationName));
        options.put("KEEPALIVES_IDLE", SqlText.literal("10"));
        options.put("KEEPALIVES_INTERVAL", SqlText.literal("5"));
        options.put("KEEPALIVES_COUNT", SqlText.literal("3"));
        // A transaction that waits for someone's lock would otherwise wait for ever: nothing can cancel it.
        long lockMillis = Math.max(1000, settings.operationTimeout().toMillis() - 1000);
        options.put("OPTIONS", SqlText.literal("-c lock_timeout=" + lockMillis));
        return options;
    }

    private static Map<String, String> s3Options(StorageSettings.S3 s3, @Nullable SessionKey key) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("TYPE", "s3");
        options.put("KEY_ID", SqlText.literal(key == null ? s3.accessKey() : key.accessKey()));
        Secret secret = key == null ? s3.secretKey() : key.secretKey();
        options.put("SECRET", SqlText.literal(secret.reveal()));
        if (key != null) {
            options.put("SESSION_TOKEN", SqlText.literal(key.sessionToken().reveal()));
        }
        options.put("ENDPOINT", SqlText.literal(s3.endpoint()));
        options.put("URL_STYLE", SqlText.literal("path"));
        options.put("USE_SSL", String.valueOf(s3.secure()));
        options.put("REGION", SqlText.literal(s3.region()));
        options.put("SCOPE", SqlText.literal(s3.dataPath()));
        return options;
    }

    private Map<String, String> lakeOptions() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("TYPE", "ducklake");
        options.put("DATA_PATH", SqlText.literal(settings.storage().dataPath()));
        options.put("ENCRYPTED", String.valueOf(settings.encrypted()));
        if (settings.catalog() instanceof CatalogSettings.DuckDbFile file) {
            options.put("METADATA_PATH", SqlText.literal(file.file().toString()));
            return options;
        }
        // An empty path, so that nothing about the server can ever be shown.
        options.put("METADATA_PATH", "''");
        options.put("METADATA_SCHEMA", SqlText.literal(settings.metadataSchema()));
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("TYPE", "postgres");
        parameters.put("SECRET", POSTGRES_SECRET);
        // Without this, ATTACH reads the structure of the whole database.
        parameters.put("SCHEMA", settings.metadataSchema());
        options.put("METADATA_PARAMETERS", SqlText.map(parameters));
        return options;
    }

    /** Attaches the lake for reading and writing. Where nothing may be inlined, no setting can change that. */
    String attach(boolean mayCreate, boolean migrate) {
        return "ATTACH 'ducklake:" + LAKE_SECRET + "' AS " + SqlText.identifier(settings.alias())
                + " (CREATE_IF_NOT_EXISTS " + mayCreate
                + (settings.dataInliningRowLimit() == 0 ? ", DATA_INLINING_ROW_LIMIT 0" : "")
                + (migrate ? ", AUTOMATIC_MIGRATION true" : "") + ")";
    }
}
