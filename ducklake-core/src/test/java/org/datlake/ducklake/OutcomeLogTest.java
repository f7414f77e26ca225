package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What is logged while the outcome of a write is looked for, on another thread than its caller's. */
class OutcomeLogTest {

    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            lines.add(event);
        }
    };

    @Test
    void lines_carry_the_ids_of_the_request_that_asks(@TempDir Path directory) {
        // A directory is no catalog, so there is nobody to ask.
        DuckLakeSettings settings = DuckLakeSettings.builder()
                .catalog(CatalogSettings.duckDbFile(directory))
                .storage(StorageSettings.local(directory.resolve("files")))
                .operationTimeout(Duration.ofMillis(100))
                .build();
        Logger logger = (Logger) LoggerFactory.getLogger("org.datlake.ducklake.internal.commit.Outcomes");
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.DEBUG);
        MDC.put("request_id", "r-4711");
        try (DuckLakeClient lake = DuckLakeClient.connectInBackground(settings)) {
            assertThat(lake.resolve(OperationId.random()).status()).isEqualTo(CommitOutcome.Status.UNKNOWN);
        } finally {
            MDC.remove("request_id");
            logger.setLevel(null);
            logger.detachAppender(appender);
        }
        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            assertThat(line.getThreadName()).endsWith("-outcome");
            assertThat(line.getMDCPropertyMap()).containsEntry("request_id", "r-4711");
        });
    }
}
