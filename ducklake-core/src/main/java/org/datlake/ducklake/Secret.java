package org.datlake.ducklake;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * A password or key that never shows itself: {@link #toString()} is always {@code ***}.
 *
 * <p>Immutable and safe for use by several threads, as long as the supplier given to {@link #from} is.
 */
public final class Secret {

    private final Supplier<String> source;

    private Secret(Supplier<String> source) {
        this.source = source;
    }

    /**
     * Wraps a value that is already at hand.
     *
     * @throws NullPointerException if the value is null
     */
    public static Secret of(String value) {
        Objects.requireNonNull(value, "value");
        return new Secret(() -> value);
    }

    /**
     * Wraps a source that is asked each time the value is needed, so that a rotated secret is picked up when the
     * client attaches again.
     *
     * @param source returns the current value, never null; called from the client's own threads
     */
    public static Secret from(Supplier<String> source) {
        return new Secret(Objects.requireNonNull(source, "source"));
    }

    /**
     * Returns the value in clear. Whoever calls this must not log it.
     *
     * @throws NullPointerException if the source returned null
     */
    public String reveal() {
        return Objects.requireNonNull(source.get(), "the source of a secret returned null");
    }

    /** Two secrets are equal when they reveal the same value. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && reveal().equals(that.reveal());
    }

    @Override
    public int hashCode() {
        return reveal().hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
