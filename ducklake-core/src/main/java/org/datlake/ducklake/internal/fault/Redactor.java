package org.datlake.ducklake.internal.fault;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.datlake.ducklake.Secret;

/** Takes secrets out of texts. Thread-safe. */
public final class Redactor {

    /** The engine puts whole batches of catalog statements, with row values and file keys, behind these words. */
    private static final Pattern CATALOG_BATCH =
            Pattern.compile("(Failed to execute query) \"(?!COMMIT|ROLLBACK|BEGIN).*", Pattern.DOTALL);

    private static final Pattern PASSWORD_OPTION = Pattern.compile(
            "(?i)\\b(password|secret|session_token|key_id|encryption_key)(\\s*[= ]\\s*)((?:'[^']*+')++|\\S+)");
    private static final Pattern USER_INFO = Pattern.compile("(\\w+://)[^/\\s@]+@");
    /** A 16-byte key in base64, as DuckLake keeps the keys of its files. */
    private static final Pattern FILE_KEY = Pattern.compile("(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{22}==");

    private final List<Secret> secrets;

    /** Makes a redactor that knows some secrets; it asks for their values each time. */
    public Redactor(List<Secret> secrets) {
        this.secrets = new CopyOnWriteArrayList<>(secrets);
    }

    /** Adds a secret that came up later. */
    public void learn(Secret secret) {
        secrets.add(secret);
    }

    /** Returns the text without secrets. */
    public String redact(String text) {
        String clean = text;
        for (Secret secret : secrets) {
            String value = secret.reveal();
            if (!value.isEmpty()) {
                clean = clean.replace(value, "***").replace(value.replace("'", "''"), "***");
            }
        }
        clean = CATALOG_BATCH.matcher(clean).replaceAll("$1 (hidden: it holds values)");
        clean = PASSWORD_OPTION.matcher(clean).replaceAll("$1$2***");
        clean = USER_INFO.matcher(clean).replaceAll("$1***@");
        return FILE_KEY.matcher(clean).replaceAll("***");
    }
}
