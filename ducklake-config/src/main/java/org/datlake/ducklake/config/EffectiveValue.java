package org.datlake.ducklake.config;

/**
 * What holds for one key, and why. Holds no secret.
 *
 * @param name the environment variable
 * @param key the same in lower case with dots
 * @param value the value; {@code unset} when there is none; for a secret only {@code set} or {@code unset}
 * @param source where the value comes from
 */
public record EffectiveValue(String name, String key, String value, Source source) {

    /** Where a value comes from. */
    public enum Source {
        /** Nobody gave it. */
        DEFAULT("default"),
        /** It follows from other keys, the machine or the container. */
        DERIVED("derived"),
        /** A properties file. */
        FILE("file"),
        /** A file that holds this value alone, named by a {@code *_FILE} name. */
        SECRET_FILE("secret file"),
        /** An environment variable. */
        ENVIRONMENT("environment"),
        /** A system property of the JVM. */
        SYSTEM_PROPERTY("system property"),
        /** The program itself, for example an option of its command line. */
        EXPLICIT("explicit");

        private final String label;

        Source(String label) {
            this.label = label;
        }

        /** Returns the words that people read, for example {@code secret file}. */
        public String label() {
            return label;
        }

        @Override
        public String toString() {
            return label;
        }
    }
}
