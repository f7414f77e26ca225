package org.datlake.ducklake.launcher.access;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each write, each maintenance call and each refusal, on the logger {@code org.datlake.ducklake.audit}:
 * who, from where, what, how it ended, and why it was refused. Never a token, a statement or a row.
 */
public final class AuditLog {

    /** The logger's name. */
    public static final String LOGGER = "org.datlake.ducklake.audit";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final String CALLER = "datlake.caller";
    private static final String ACTION = "datlake.action";
    private static final String OPERATION = "datlake.operation";
    private static final String REFUSAL = "datlake.refusal";

    private AuditLog() {}

    /** Notes who calls: a role, {@code loopback} or {@code anyone}. */
    static void caller(Context context, String caller) {
        context.attribute(CALLER, caller);
    }

    /** Notes what is done, so that the call gets a line whatever its end. */
    static void action(Context context, String action) {
        context.attribute(ACTION, action);
    }

    /** Notes that a call is refused, and for which kind of reason. */
    static void refused(Context context, String reason) {
        context.attribute(REFUSAL, reason);
    }

    /** Notes that the statement of a call is refused; what it says is no business of the log. */
    public static void refusedStatement(Context context) {
        refused(context, "statement");
    }

    /** Notes the operation that a call commits. */
    public static void operation(Context context, String operationId) {
        context.attribute(OPERATION, operationId);
    }

    /** Returns the operation that was noted, if any was. */
    public static @Nullable String operation(Context context) {
        return context.attribute(OPERATION);
    }

    /** Writes the line of a call that has ended, if it gets one. */
    public static void ended(Context context) {
        String refusal = context.attribute(REFUSAL);
        String action = context.attribute(ACTION);
        if (refusal == null && action == null) {
            return;
        }
        LoggingEventBuilder line = LOG.atLevel(refusal == null ? Level.INFO : Level.WARN)
                .addKeyValue("method", context.req().getMethod())
                .addKeyValue("path", context.path())
                .addKeyValue("caller", orElse(context.attribute(CALLER), "unknown"))
                .addKeyValue("remote", context.req().getRemoteAddr())
                .addKeyValue("status", context.status().getCode());
        if (refusal != null) {
            line = line.addKeyValue("reason", refusal);
        }
        String operation = operation(context);
        if (operation != null) {
            line = line.addKeyValue("operation_id", operation);
        }
        line.log(refusal == null ? action : "refused");
    }

    private static String orElse(@Nullable String value, String other) {
        return value == null ? other : value;
    }
}
