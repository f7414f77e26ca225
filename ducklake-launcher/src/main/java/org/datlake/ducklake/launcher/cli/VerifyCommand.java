package org.datlake.ducklake.launcher.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.datlake.ducklake.CheckOptions;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.launcher.bridge.BridgeClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ducklake verify}. */
@Command(
        name = "verify",
        description = "Compares the catalog with what is in the storage, while others may write.",
        footer = {
            "",
            "Finds files that are missing, truncated or unencrypted, keys that repeat, and files that nobody needs.",
            "Exit codes: 0 nothing serious, 1 something of severity ERROR found, 2 it could not be checked."
        })
final class VerifyCommand implements Callable<Integer> {

    @Option(names = "--deep", description = "read the footer of each file too, and compare its number of rows")
    private boolean deep;

    @Option(
            names = "--restore",
            description = "bring missing files back where the bucket still has a version of them; with the storage key "
                    + "of the configuration")
    private boolean restore;

    @Option(
            names = "--orphan-age",
            paramLabel = "DURATION",
            description =
                    "how old a file that the catalog does not name must be to be reported, such as 30m, 1h or 2d. "
                            + "Default: 1h")
    private String orphanAge = "1h";

    @Option(names = "--format", description = "how the report is written: ${COMPLETION-CANDIDATES}. Default: TEXT")
    private ReportFormat format = ReportFormat.TEXT;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "how long it may take. Default: 3600")
    private long timeoutSeconds = 3600;

    @Override
    public Integer call() throws IOException {
        try {
            return verify() ? 0 : DuckLakeCommand.FAILED;
        } catch (DuckLakeException | BridgeClient.BridgeException | CommandFailure e) {
            System.err.println("ducklake: " + e.getMessage());
            return DuckLakeCommand.WRONG_USE;
        }
    }

    private boolean verify() throws IOException, BridgeClient.BridgeException {
        CheckOptions options = new CheckOptions(deep, restore, age(), Timeouts.ofSeconds(timeoutSeconds));
        LakeVerification verification = new LakeVerification(options, format);
        DuckLakeSettings settings =
                DuckLakeConfigLoader.ofProcess().load().toSettingsBuilder().build();
        // Paths are data: they are UTF-8 whatever the locale is.
        PrintStream out = new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
        try {
            return LakeAccess.with(
                    settings,
                    lake -> verification.run(lake, out::print),
                    server -> server.verify(verification, out::print));
        } finally {
            out.flush();
        }
    }

    private Duration age() {
        try {
            String text = orphanAge.strip().toUpperCase(Locale.ROOT);
            Duration age = Duration.parse(text.endsWith("D") ? "P" + text : "PT" + text);
            if (!age.isNegative()) {
                return age;
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw new CommandFailure("--orphan-age: '" + orphanAge + "' is not a duration such as 30m, 1h or 2d");
    }
}
