package org.datlake.ducklake.internal.storage;

import java.time.Instant;
import org.datlake.ducklake.Secret;

/**
 * A key of the store for a while, with fewer rights than the key it was asked for with.
 *
 * @param accessKey the access key id
 * @param secretKey the secret key
 * @param sessionToken goes with the two
 * @param expires when the store refuses it
 */
public record SessionKey(String accessKey, Secret secretKey, Secret sessionToken, Instant expires) {}
