package org.datlake.ducklake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the client and what it stands on are doing.
 *
 * @param status UP when all parts are; DEGRADED when only the storage is down, so that metadata and inlined rows can
 *     still be read and written; DOWN otherwise, also with a storage that is down where nothing is inlined
 * @param parts {@code engine}, {@code catalog} and {@code storage}
 * @param snapshotId the newest snapshot; empty when the engine could not be asked
 * @param time when this was found out
 */
public record HealthReport(Status status, List<Part> parts, OptionalLong snapshotId, Instant time) {

    /** Says whether all calls can be expected to work. */
    public boolean isReady() {
        return status == Status.UP;
    }

    /** Returns a part by name. */
    public Optional<Part> part(String name) {
        return parts.stream().filter(part -> part.name().equals(name)).findFirst();
    }

    /** How something is doing. */
    public enum Status {
        /** It works. */
        UP,
        /** Some of it works. */
        DEGRADED,
        /** It does not work. */
        DOWN
    }

    /**
     * One part.
     *
     * @param name {@code engine}, {@code catalog} or {@code storage}
     * @param status UP or DOWN
     * @param took how long the probe took
     * @param reason why it is DOWN, without secrets; empty when it is UP
     * @param lastError the kind of the last error that a probe met, as {@link DuckLakeException#errorType()} has them;
     *     kept when the part is UP again; empty when there was none since the client was made
     */
    public record Part(
            String name, Status status, Duration took, Optional<String> reason, Optional<String> lastError) {}
}
