package org.datlake.ducklake.launcher.access;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.config.AccessTokens;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfig.Environment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may call what. In development without any token: everybody, everything. Else a bearer token is needed,
 * except for health, and, where loopback is trusted, for configuration and metrics from a loopback address. An address
 * that sends {@value WrongTokens#MOST} unknown tokens within a minute is answered 429 for a minute. Thread-safe.
 */
public final class AccessControl {

    private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);
    private static final String BEARER = "Bearer ";

    private final Map<Role, AccessTokens> tokens = new EnumMap<>(Role.class);
    private final WrongTokens wrong = new WrongTokens(System::nanoTime);
    private final boolean trustLoopback;
    private final boolean open;

    /** Makes one for a configuration. */
    public AccessControl(DuckLakeConfig config) {
        tokens.put(Role.READER, config.readerTokens());
        tokens.put(Role.WRITER, config.writerTokens());
        tokens.put(Role.OPERATOR, config.operatorTokens());
        trustLoopback = config.trustLoopback();
        open = config.environment() == Environment.DEVELOPMENT
                && tokens.values().stream().noneMatch(AccessTokens::isSet);
    }

    /** Lets readers, writers and operators through. */
    public Handler reading(Handler handler) {
        return guarded(handler, EnumSet.allOf(Role.class), false);
    }

    /** Lets writers through; each call is recorded. */
    public Handler writing(Handler handler) {
        return recorded("write", guarded(handler, EnumSet.of(Role.WRITER), false));
    }

    /** Lets operators through, and whoever comes from a trusted loopback address. */
    public Handler operating(Handler handler) {
        return guarded(handler, EnumSet.of(Role.OPERATOR), trustLoopback);
    }

    private static Handler recorded(String action, Handler handler) {
        return context -> {
            AuditLog.action(context, action);
            handler.handle(context);
        };
    }

    private Handler guarded(Handler handler, Set<Role> allowed, boolean loopbackToo) {
        return context -> {
            if (open) {
                AuditLog.caller(context, "anyone");
            } else if (loopbackToo && isLoopback(context)) {
                AuditLog.caller(context, "loopback");
            } else {
                check(context, allowed);
            }
            handler.handle(context);
        };
    }

    private static boolean isLoopback(Context context) {
        try {
            // An address, never a name: nothing is looked up.
            return InetAddress.getByName(context.req().getRemoteAddr()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private void check(Context context, Set<Role> allowed) {
        if (allowed.stream().noneMatch(role -> of(role).isSet())) {
            AuditLog.refused(context, "no token configured");
            throw new HttpResponseException(
                    403,
                    "no token is configured that would allow this: set AUTH_READER_TOKENS, AUTH_WRITER_TOKENS or "
                            + "AUTH_OPERATOR_TOKENS");
        }
        String header = context.header("Authorization");
        String sent = header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : "";
        if (sent.isEmpty()) {
            AuditLog.refused(context, "token missing");
            context.header("WWW-Authenticate", "Bearer");
            throw new HttpResponseException(401, "send a token in the header 'Authorization: Bearer ...'");
        }
        byte[] token = sent.getBytes(StandardCharsets.UTF_8);
        String address = context.req().getRemoteAddr();
        String digest = digest(token);
        refuseIfLockedOut(context, address, digest);
        Set<Role> roles = rolesOf(token);
        if (roles.isEmpty()) {
            if (wrong.wrong(address)) {
                LOG.atWarn().addKeyValue("remote", address).log("locked out: too many unknown tokens");
            }
            AuditLog.refused(context, "token unknown");
            context.header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            throw new HttpResponseException(401, "the token is not known");
        }
        wrong.right(address, digest);
        Role role = first(roles, allowed);
        AuditLog.caller(context, (role == null ? roles.iterator().next() : role).word());
        if (role == null) {
            AuditLog.refused(context, "role");
            throw new HttpResponseException(403, "the token does not allow this");
        }
    }

    private void refuseIfLockedOut(Context context, String address, String digest) {
        Duration left = wrong.lockedOut(address, digest);
        if (!left.isZero()) {
            long seconds = left.toSeconds() + 1;
            AuditLog.refused(context, "locked out");
            context.header("Retry-After", Long.toString(seconds));
            throw new HttpResponseException(
                    429, "too many unknown tokens came from this address; try again in " + seconds + " s");
        }
    }

    private static @Nullable Role first(Set<Role> roles, Set<Role> allowed) {
        return roles.stream().filter(allowed::contains).findFirst().orElse(null);
    }

    /** All tokens are compared, and each in constant time, so that answers tell nothing by how long they take. */
    private Set<Role> rolesOf(byte[] sent) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (matches(of(role), sent)) {
                roles.add(role);
            }
        }
        return roles;
    }

    private static boolean matches(AccessTokens tokens, byte[] sent) {
        boolean found = false;
        try {
            for (Secret secret : tokens.current()) {
                found |= MessageDigest.isEqual(secret.reveal().getBytes(StandardCharsets.UTF_8), sent);
            }
        } catch (ConfigurationException e) {
            LOG.error("tokens cannot be read, so they admit nobody: {}", e.getMessage());
            return false;
        }
        return found;
    }

    private AccessTokens of(Role role) {
        AccessTokens found = tokens.get(role);
        if (found == null) {
            throw new IllegalStateException(role.name());
        }
        return found;
    }

    private static String digest(byte[] token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
