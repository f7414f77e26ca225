package org.datlake.ducklake.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import net.logstash.logback.encoder.LogstashEncoder;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfig.LogFormat;
import org.datlake.ducklake.launcher.access.AuditLog;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging, in code: it depends on the configuration, and a file would have to be found and parsed at each
 * start. Logback finds this class as a service; what it sets up by itself is for the time before the configuration is
 * known, and for what must not mix with results: errors as text, to the error output.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        setUp(context, Level.ERROR, textEncoder(context, "%level: %msg%n"), ConsoleAppenderTarget.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Sets up logging as a server does it: to the standard output, in the configured format and level. */
    public static void forServer(DuckLakeConfig config) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Encoder<ILoggingEvent> encoder = config.logFormat() == LogFormat.JSON
                ? jsonEncoder(context)
                : textEncoder(context, "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %msg %kvp{DOUBLE} %mdc%n");
        setUp(context, Level.toLevel(config.logLevel().name()), encoder, ConsoleAppenderTarget.OUTPUT);
        // Whatever LOG_LEVEL says: who wrote is always on record.
        context.getLogger(AuditLog.LOGGER).setLevel(Level.INFO);
    }

    private static void setUp(
            LoggerContext context, Level level, Encoder<ILoggingEvent> encoder, ConsoleAppenderTarget target) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("console");
        appender.setTarget(target.logbackName);
        appender.setEncoder(encoder);
        appender.start();
        root.addAppender(appender);
        root.setLevel(level);
        // Below INFO these tell of their own insides only, or of every byte on the wire.
        for (String chatty : new String[] {"com.zaxxer.hikari", "org.eclipse.jetty", "io.javalin", "okhttp3"}) {
            context.getLogger(chatty).setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
        }
    }

    private static Encoder<ILoggingEvent> textEncoder(LoggerContext context, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> jsonEncoder(LoggerContext context) {
        LogstashEncoder encoder = new LogstashEncoder();
        encoder.setContext(context);
        encoder.setVersion(null);
        encoder.start();
        return encoder;
    }

    private enum ConsoleAppenderTarget {
        OUTPUT("System.out"),
        ERROR("System.err");

        private final String logbackName;

        ConsoleAppenderTarget(String logbackName) {
            this.logbackName = logbackName;
        }
    }
}
