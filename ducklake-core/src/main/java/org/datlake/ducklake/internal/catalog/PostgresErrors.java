package org.datlake.ducklake.internal.catalog;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import javax.net.ssl.SSLException;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.FaultKind;

/** Says in plain words why PostgreSQL cannot be used. Decided by SQLSTATE and class, as its messages are translated. */
final class PostgresErrors {

    private final CatalogSettings.Postgres settings;

    PostgresErrors(CatalogSettings.Postgres settings) {
        this.settings = settings;
    }

    EngineFailure silent() {
        return failure(FaultKind.CATALOG_DOWN, "08006", "it does not answer in time");
    }

    EngineFailure failure(SQLException error) {
        String state = error.getSQLState() == null ? "" : error.getSQLState();
        return switch (state) {
            case "28P01", "28000" ->
                failure(
                        FaultKind.CATALOG_REFUSED,
                        state,
                        "it does not accept the user '" + settings.user() + "' with this password from here");
            case "3D000" ->
                failure(FaultKind.CATALOG_REFUSED, state, "the database '" + settings.database() + "' does not exist");
            case "42501" ->
                failure(
                        FaultKind.CATALOG_REFUSED,
                        state,
                        "the user '" + settings.user() + "' lacks rights in the metadata schema");
            case "42P01", "42703" ->
                failure(FaultKind.CATALOG_REFUSED, state, "the metadata schema does not hold a DuckLake catalog");
            case "55P03" -> failure(FaultKind.CATALOG_DOWN, state, "another client holds its lock for too long");
            case "53300" -> failure(FaultKind.CATALOG_DOWN, state, "it has no connection left for us");
            case "57P03" -> failure(FaultKind.CATALOG_DOWN, state, "it is starting up or shutting down");
            default -> connectionFailure(error, state);
        };
    }

    private EngineFailure connectionFailure(SQLException error, String state) {
        if (has(error, UnknownHostException.class)) {
            return failure(FaultKind.CATALOG_DOWN, "08001", "its host is unknown");
        }
        if (has(error, SSLException.class) || has(error, GeneralSecurityException.class)) {
            return failure(
                    FaultKind.CATALOG_REFUSED,
                    "08004",
                    "TLS failed: its certificate is not trusted, or does not name the host (sslmode "
                            + settings.sslMode().libpqName() + ")");
        }
        if (has(error, ConnectException.class)) {
            return failure(FaultKind.CATALOG_DOWN, "08001", "it refuses the connection");
        }
        if (has(error, SocketTimeoutException.class) || error instanceof SQLTimeoutException) {
            return silent();
        }
        if (state.equals("08004") || state.equals("08P01")) {
            return failure(FaultKind.CATALOG_REFUSED, "08004", tlsHint());
        }
        if (state.startsWith("08") || state.startsWith("57")) {
            return failure(FaultKind.CATALOG_DOWN, state, "the connection was cut");
        }
        return failure(
                FaultKind.CATALOG_REFUSED, state.isEmpty() ? "08000" : state, "it answered with SQLSTATE " + state);
    }

    private String tlsHint() {
        return switch (settings.sslMode()) {
            case DISABLE -> "it rejects the connection; it may insist on TLS";
            default ->
                "it rejects the connection; it may not offer TLS, which sslmode "
                        + settings.sslMode().libpqName() + " asks for";
        };
    }

    private EngineFailure failure(FaultKind kind, String sqlState, String reason) {
        return new EngineFailure(EngineFault.of(
                kind,
                "Connection",
                sqlState,
                "the catalog database " + settings.database() + " at " + settings.host() + ":" + settings.port()
                        + " cannot be used: " + reason));
    }

    private static boolean has(Throwable error, Class<? extends Throwable> type) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
