package org.datlake.ducklake.launcher.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.datlake.ducklake.ConfigurationException;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.config.AccessTokens;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfig.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may call what. In development without any token: everybody, everything. Else a bearer token is needed,
 * except for health, and, where loopback is trusted, for configuration and metrics from a loopback address.
 */
final class AccessControl {

    private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);
    private static final String BEARER = "Bearer ";

    private final DuckLakeConfig config;
    private final boolean open;

    AccessControl(DuckLakeConfig config) {
        this.config = config;
        boolean anyToken = config.readerTokens().isSet()
                || config.writerTokens().isSet()
                || config.operatorTokens().isSet();
        this.open = config.environment() == Environment.DEVELOPMENT && !anyToken;
    }

    /** Lets readers, writers and operators through. */
    Handler reading(Handler handler) {
        return guarded(handler, List.of(config.readerTokens(), config.writerTokens(), config.operatorTokens()), false);
    }

    /** Lets writers through. */
    Handler writing(Handler handler) {
        return guarded(handler, List.of(config.writerTokens()), false);
    }

    /** Lets operators through, and whoever comes from a trusted loopback address. */
    Handler operating(Handler handler) {
        return guarded(handler, List.of(config.operatorTokens()), config.trustLoopback());
    }

    private Handler guarded(Handler handler, List<AccessTokens> accepted, boolean loopbackToo) {
        return context -> {
            if (!open && !(loopbackToo && isLoopback(context))) {
                check(context, accepted);
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

    private void check(Context context, List<AccessTokens> accepted) {
        if (accepted.stream().noneMatch(AccessTokens::isSet)) {
            throw new HttpResponseException(
                    403,
                    "no token is configured that would allow this: set AUTH_READER_TOKENS, AUTH_WRITER_TOKENS or "
                            + "AUTH_OPERATOR_TOKENS");
        }
        String header = context.header("Authorization");
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            context.header("WWW-Authenticate", "Bearer");
            throw new HttpResponseException(401, "send a token in the header 'Authorization: Bearer ...'");
        }
        String token = header.substring(BEARER.length()).strip();
        if (accepted.stream().anyMatch(tokens -> matches(tokens, token))) {
            return;
        }
        boolean known = List.of(config.readerTokens(), config.writerTokens(), config.operatorTokens()).stream()
                .anyMatch(tokens -> matches(tokens, token));
        LOG.atWarn()
                .addKeyValue("path", context.path())
                .addKeyValue("remote", context.req().getRemoteAddr())
                .log(known ? "refused: the token does not allow this" : "refused: unknown token");
        if (known) {
            throw new HttpResponseException(403, "the token does not allow this");
        }
        context.header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        throw new HttpResponseException(401, "the token is not known");
    }

    /** All tokens are compared, and each in constant time, so that answers tell nothing by how long they take. */
    private static boolean matches(AccessTokens tokens, String token) {
        byte[] sent = token.getBytes(StandardCharsets.UTF_8);
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
}
