package org.datlake.ducklake.it;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Everything that is logged while it is open, at the finest level: through SLF4J and, by the drivers, through JUL. */
final class AllLogs implements AutoCloseable {

    /** What is logged when it opens, to show that nothing escapes it. */
    private static final String OPENED = "listening to all logs";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("org.datlake");
    private final @Nullable Level rootBefore = root.getLevel();
    private final @Nullable Level oursBefore = ours.getLevel();
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final java.util.logging.Logger julRoot = LogManager.getLogManager().getLogger("");
    private final java.util.logging.Level julBefore = julRoot.getLevel();
    private final Recorder records = new Recorder();

    AllLogs() {
        events.start();
        root.addAppender(events);
        root.setLevel(Level.TRACE);
        ours.setLevel(Level.TRACE);
        julRoot.addHandler(records);
        julRoot.setLevel(java.util.logging.Level.ALL);
        ours.trace(OPENED);
        java.util.logging.Logger.getLogger("org.datlake").finest(OPENED);
    }

    /** Returns all that was logged by both, with threads, key-values and stack traces. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(events.list)) {
            text.append(event.getThreadName()).append(event.getFormattedMessage());
            if (event.getKeyValuePairs() != null) {
                text.append(event.getKeyValuePairs());
            }
            if (event.getThrowableProxy() != null) {
                text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            text.append('\n');
        }
        if (text.indexOf(OPENED) < 0 || records.lines.stream().noneMatch(line -> line.contains(OPENED))) {
            throw new IllegalStateException("logs escape the test");
        }
        return text + String.join("\n", records.lines);
    }

    @Override
    public void close() {
        root.setLevel(rootBefore);
        ours.setLevel(oursBefore);
        root.detachAppender(events);
        julRoot.setLevel(julBefore);
        julRoot.removeHandler(records);
    }

    private static final class Recorder extends Handler {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Recorder() {
            setLevel(java.util.logging.Level.ALL);
        }

        @Override
        public void publish(LogRecord record) {
            Object[] parameters = record.getParameters();
            lines.add(
                    record.getMessage() + (parameters == null ? "" : Arrays.toString(parameters)) + record.getThrown());
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
