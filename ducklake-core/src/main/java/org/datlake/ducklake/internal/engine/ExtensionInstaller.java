package org.datlake.ducklake.internal.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.datlake.ducklake.internal.sql.SqlText;
import org.duckdb.DuckDBDriver;

/** Puts missing extensions into the extension directory: by DuckDB's own INSTALL, else from Python's wheels. */
final class ExtensionInstaller {

    private static final int INSTALL_SECONDS = 60;
    private static final int PIP_SECONDS = 180;

    private final Path directory;
    private final String version;
    private final Optional<URI> repository;

    ExtensionInstaller(Path directory, String version, Optional<URI> repository) {
        this.directory = directory;
        this.version = version;
        this.repository = repository;
    }

    /**
     * Installs an extension.
     *
     * @return what was tried and failed, in sentences; empty if it is there now
     */
    List<String> install(String name, ExtensionFile target) {
        List<String> tried = new ArrayList<>();
        tryInstall(name).ifPresent(tried::add);
        if (target.exists()) {
            return List.of();
        }
        tryWheel(name, target.file()).ifPresent(tried::add);
        return target.exists() ? List.of() : tried;
    }

    private Optional<String> tryInstall(String name) {
        String from = repository.map(URI::toString).orElse("DuckDB's own repository");
        // On a thread of its own: a network that swallows packets would hold up the start for minutes.
        CompletableFuture<Optional<String>> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> done.complete(installByDuckDb(name)), "datlake-install-" + name);
        thread.setDaemon(true);
        thread.start();
        try {
            return done.get(INSTALL_SECONDS, TimeUnit.SECONDS).map(error -> "INSTALL from " + from + ": " + error);
        } catch (TimeoutException e) {
            return Optional.of("INSTALL from " + from + ": no answer within " + INSTALL_SECONDS + " s");
        } catch (ExecutionException e) {
            return Optional.of("INSTALL from " + from + ": " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("INSTALL from " + from + ": interrupted");
        }
    }

    private Optional<String> installByDuckDb(String name) {
        Properties properties = new Properties();
        properties.setProperty("extension_directory", directory.toString());
        try (Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", properties);
                Statement statement = connection.createStatement()) {
            statement.execute("INSTALL " + name
                    + repository
                            .map(url -> " FROM " + SqlText.literal(url.toString()))
                            .orElse(""));
            return Optional.empty();
        } catch (SQLException e) {
            String message = String.valueOf(e.getMessage());
            int end = message.indexOf('\n');
            return Optional.of(end < 0 ? message : message.substring(0, end));
        }
    }

    private Optional<String> tryWheel(String name, Path target) {
        String wheel = "duckdb-extension-" + name.replace('_', '-') + "==" + version.substring(1);
        String what = "pip download " + wheel + ": ";
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory("datlake-wheel-");
            Optional<String> error = pipDownload(wheel, scratch);
            if (error.isPresent()) {
                return Optional.of(what + error.get());
            }
            return unpack(name, scratch, target)
                    ? Optional.empty()
                    : Optional.of(what + "the wheel holds no extension");
        } catch (IOException e) {
            return Optional.of(what + e.getMessage());
        } finally {
            if (scratch != null) {
                deleteAll(scratch);
            }
        }
    }

    private static Optional<String> pipDownload(String wheel, Path into) throws IOException {
        Path log = into.resolve("pip.log");
        Process pip = new ProcessBuilder(
                        "python3",
                        "-m",
                        "pip",
                        "download",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--no-input",
                        "--no-deps",
                        "--only-binary",
                        ":all:",
                        "--dest",
                        into.toString(),
                        wheel)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!pip.waitFor(PIP_SECONDS, TimeUnit.SECONDS)) {
                pip.destroyForcibly();
                return Optional.of("no end within " + PIP_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            pip.destroyForcibly();
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
        if (pip.exitValue() == 0) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        // An index URL may hold a user and a password.
        String last =
                lines.isEmpty() ? "no output" : lines.get(lines.size() - 1).replaceAll("://[^/@\\s]+@", "://***@");
        return Optional.of("exit code " + pip.exitValue() + ": " + last);
    }

    private boolean unpack(String name, Path wheels, Path target) throws IOException {
        String entryName = "extensions/" + version + "/" + name + ".duckdb_extension";
        try (Stream<Path> files = Files.list(wheels)) {
            for (Path wheel :
                    files.filter(file -> file.toString().endsWith(".whl")).toList()) {
                try (InputStream in = Files.newInputStream(wheel);
                        ZipInputStream zip = new ZipInputStream(in)) {
                    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                        if (entry.getName().endsWith(entryName)) {
                            place(zip, target);
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    /** Several processes may do this at once: each writes a file of its own and moves it into place. */
    private static void place(InputStream content, Path target) throws IOException {
        Path folder = Files.createDirectories(target.getParent());
        Path part = Files.createTempFile(folder, target.getFileName().toString(), ".part");
        try {
            Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
            try {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Left-overs in the temporary directory do no harm; the installation has succeeded or failed by itself.
            directory.toFile().deleteOnExit();
        }
    }
}
