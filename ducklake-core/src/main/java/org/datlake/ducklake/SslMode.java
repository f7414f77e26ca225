package org.datlake.ducklake;

import java.util.Locale;

/**
 * How the connection to PostgreSQL is protected, in libpq's words. libpq's {@code allow} and {@code prefer} are left
 * out on purpose: both fall back to plain text without a word.
 */
public enum SslMode {
    /** Plain text. */
    DISABLE,
    /** Encrypted, the server's certificate is not checked. */
    REQUIRE,
    /** Encrypted, the certificate must be signed by a known authority. */
    VERIFY_CA,
    /** Encrypted, the certificate must be signed by a known authority and name the host. */
    VERIFY_FULL;

    /** Returns libpq's word: {@code disable}, {@code require}, {@code verify-ca} or {@code verify-full}. */
    public String libpqName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
