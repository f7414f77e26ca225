package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.RetryPolicy;
import org.datlake.ducklake.StorageSettings;

/** Connects with settings that cannot work, and looks everywhere for secrets: errors, their causes, logs at TRACE. */
final class Refusal {

    private Refusal() {}

    /** Connects, which must fail, and returns the failure; no secret of the settings is in it or in any log. */
    static <X extends DuckLakeException> X of(Class<X> type, DuckLakeSettings.Builder settings) {
        DuckLakeSettings once = settings.connectionRetry(RetryPolicy.ofConnectionRetries(0))
                .connectionTimeout(Duration.ofSeconds(10))
                .build();
        X failure;
        String logged;
        try (AllLogs logs = new AllLogs()) {
            failure = catchThrowableOfType(
                    type, () -> DuckLakeClient.connect(once).close());
            logged = logs.text();
        }
        assertThat(failure).as("connecting").isNotNull();
        String everything = trace(failure) + logged + once;
        for (String secret : secrets(once)) {
            assertThat(everything).doesNotContain(secret);
        }
        assertThat(failure.getMessage()).as("one line for people").doesNotContain("\n    at ");
        return failure;
    }

    private static List<String> secrets(DuckLakeSettings settings) {
        List<String> secrets = new ArrayList<>();
        if (settings.catalog() instanceof CatalogSettings.Postgres postgres) {
            secrets.add(postgres.password().reveal());
        }
        if (settings.storage() instanceof StorageSettings.S3 s3) {
            secrets.add(s3.secretKey().reveal());
        }
        return secrets;
    }

    /** Prints causes and suppressed ones too. */
    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
