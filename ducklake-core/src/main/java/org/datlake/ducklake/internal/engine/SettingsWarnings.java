package org.datlake.ducklake.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.SslMode;
import org.datlake.ducklake.StorageSettings;

/** What an operator should know about settings that are allowed but weaker than they look. */
final class SettingsWarnings {

    private SettingsWarnings() {}

    static List<String> of(DuckLakeSettings settings) {
        List<String> warnings = new ArrayList<>();
        if (settings.encrypted() && settings.dataInliningRowLimit() > 0) {
            warnings.add("inserts of up to " + settings.dataInliningRowLimit()
                    + " rows stay unencrypted in the catalog until they are flushed; encryptionStrict, or an inlining "
                    + "limit of 0, keeps them out of it");
        }
        if (settings.catalog() instanceof CatalogSettings.Postgres postgres && postgres.sslMode() == SslMode.DISABLE) {
            warnings.add("the connection to PostgreSQL is plain text (sslmode disable)");
        }
        if (settings.storage() instanceof StorageSettings.S3 s3 && !s3.secure()) {
            warnings.add("the connection to the storage is plain text (http)");
        }
        return warnings;
    }
}
