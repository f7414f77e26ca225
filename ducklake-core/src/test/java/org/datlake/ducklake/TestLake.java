package org.datlake.ducklake;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Lakes for the tests of this package: embedded, real, and as quick to make as they can be. */
final class TestLake {

    private TestLake() {}

    static DuckLakeSettings.Builder settings(Path directory) {
        return DuckLakeSettings.embeddedBuilder(directory)
                // A first attempt that fails here fails for good.
                .connectionRetry(RetryPolicy.ofConnectionRetries(0));
    }

    static DuckLakeClient open(Path directory) {
        return DuckLakeClient.connect(settings(directory).build());
    }

    static DuckLakeClient open(Path directory, UnaryOperator<DuckLakeSettings.Builder> changes) {
        return DuckLakeClient.connect(changes.apply(settings(directory)).build());
    }

    /** Health is asked as often as it may be, for tests that wait for it. */
    static EngineSettings.Builder restless() {
        return EngineSettings.builder().healthInterval(Duration.ofMillis(100));
    }
}
