package org.datlake.ducklake.internal.storage;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.jspecify.annotations.Nullable;

/** Says in plain words why the store cannot be used. */
final class S3Errors {

    private static final Duration TLS_PROBE_TIMEOUT = Duration.ofSeconds(1);

    private final StorageSettings.S3 settings;

    S3Errors(StorageSettings.S3 settings) {
        this.settings = settings;
    }

    /** Returns S3's code for the error, or an empty text where the store said nothing. */
    static String code(MinioException error) {
        ErrorResponseException response = find(error, ErrorResponseException.class);
        String code = response == null ? null : response.errorResponse().code();
        return code == null ? "" : code;
    }

    EngineFault missingBucket() {
        return fault(
                FaultKind.STORAGE_MISSING,
                "58P01",
                "the bucket '" + settings.bucket() + "' does not exist; create it, or let the client do so");
    }

    EngineFault broken(String what) {
        return fault(FaultKind.STORAGE_REFUSED, "58030", "it did not " + what + "; is it S3-compatible?");
    }

    EngineFailure failure(String what, MinioException error) {
        return new EngineFailure(fault(what, error));
    }

    private EngineFault fault(String what, MinioException error) {
        String code = code(error);
        if (!code.isEmpty()) {
            return refused(what, code);
        }
        if (find(error, UnknownHostException.class) != null) {
            return down("its host is unknown");
        }
        if (find(error, ConnectException.class) != null || find(error, NoRouteToHostException.class) != null) {
            return down("it refuses the connection");
        }
        if (find(error, SocketTimeoutException.class) != null) {
            return down("it does not answer in time");
        }
        SSLException tls = find(error, SSLException.class);
        if (tls != null) {
            return tlsFault(tls);
        }
        if (!settings.secure() && TlsProbe.speaksTls(settings.endpointUri(), TLS_PROBE_TIMEOUT)) {
            return wantsTls();
        }
        String text = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        if (find(error, SocketException.class) != null || find(error, EOFException.class) != null) {
            return down("it cut the connection");
        }
        if (find(error, InvalidResponseException.class) != null || text.contains("non-xml") || text.contains("400")) {
            return fault(
                    FaultKind.STORAGE_REFUSED,
                    "08004",
                    "it answered with something that is not S3; is the port right?");
        }
        return down("it could not " + what + " (" + rootOf(error).getClass().getSimpleName() + ")");
    }

    private EngineFault wantsTls() {
        return fault(
                FaultKind.STORAGE_REFUSED,
                "08004",
                "it does not understand plain HTTP; if it speaks TLS, use https:// or secure=true");
    }

    private EngineFault tlsFault(SSLException tls) {
        String text = String.valueOf(tls.getMessage()).toLowerCase(Locale.ROOT);
        boolean plain = text.contains("unrecognized ssl message") || text.contains("unsupported or unrecognized");
        if (plain) {
            return fault(
                    FaultKind.STORAGE_REFUSED,
                    "08004",
                    "it does not speak TLS, but the settings ask for it; use http:// or secure=false");
        }
        boolean untrusted =
                find(tls, CertificateException.class) != null || text.contains("certificat") || text.contains("trust");
        String reason = untrusted ? "its certificate is not trusted" : "the TLS handshake failed";
        return fault(FaultKind.STORAGE_REFUSED, "08004", reason);
    }

    private EngineFault refused(String what, String code) {
        return switch (code) {
            case "InvalidAccessKeyId" -> fault(FaultKind.STORAGE_REFUSED, "28000", "it does not know the access key");
            case "SignatureDoesNotMatch" -> fault(FaultKind.STORAGE_REFUSED, "28000", "the secret key is wrong");
            case "AccessDenied" -> fault(FaultKind.STORAGE_REFUSED, "42501", "the key has no right to " + what);
            case "NoSuchBucket" -> missingBucket();
            case "BucketAlreadyExists" ->
                fault(
                        FaultKind.STORAGE_REFUSED,
                        "42501",
                        "the bucket's name '" + settings.bucket() + "' is taken by someone else");
            case "AllAccessDisabled", "InvalidBucketName" ->
                fault(
                        FaultKind.STORAGE_REFUSED,
                        "42602",
                        "the store refuses a bucket named '" + settings.bucket() + "' (" + code
                                + "); choose another name");
            case "BadRequest" ->
                settings.secure()
                        ? fault(FaultKind.STORAGE_REFUSED, "08004", "it does not understand the request")
                        : wantsTls();
            case "AuthorizationHeaderMalformed", "InvalidRegion", "IllegalLocationConstraintException" ->
                fault(FaultKind.STORAGE_REFUSED, "22023", "the region '" + settings.region() + "' is not the bucket's");
            case "RequestTimeTooSkewed" ->
                fault(FaultKind.STORAGE_REFUSED, "28000", "this machine's clock and the store's differ too much");
            case "SlowDown", "ServiceUnavailable", "InternalError", "XMinioServerNotInitialized" ->
                down("it is not ready (" + code + ")");
            default -> fault(FaultKind.STORAGE_REFUSED, "58030", "it did not " + what + " (" + code + ")");
        };
    }

    private EngineFault down(String reason) {
        return fault(FaultKind.STORAGE_DOWN, "58030", reason);
    }

    private EngineFault fault(FaultKind kind, String sqlState, String reason) {
        return EngineFault.of(
                kind, "IO", sqlState, "the storage at " + settings.endpointUri() + " cannot be used: " + reason);
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    private static <T extends Throwable> @Nullable T find(Throwable error, Class<T> type) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
