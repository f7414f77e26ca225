package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The program in a JVM of its own, as a user runs it, in a directory that is also where its output is kept. */
public final class ChildProcess implements AutoCloseable {

    private static final long SECONDS = 60;

    private final Process process;
    private final Path output;
    private final Path errors;

    private ChildProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /**
     * What a process left.
     *
     * @param exitCode its exit code
     * @param output what it wrote
     * @param errors what it wrote to its error output
     */
    public record Ended(int exitCode, String output, String errors) {}

    /** Runs the main class to its end. */
    static Ended run(Path directory, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--enable-native-access"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), "org.datlake.ducklake.launcher.Main"));
        command.addAll(List.of(arguments));
        try (ChildProcess child = start(directory, environment, command)) {
            return child.await();
        }
    }

    /** Starts a command with nothing in its environment but what it is given, the home directory and the path. */
    public static ChildProcess start(Path directory, Map<String, String> environment, List<String> command) {
        try {
            Path output = Files.createTempFile(directory, "output", ".txt");
            Path errors = Files.createTempFile(directory, "errors", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            Map<String, String> all = builder.environment();
            @Nullable String home = all.get("HOME");
            @Nullable String path = all.get("PATH");
            all.clear();
            all.put("HOME", home == null ? System.getProperty("user.home") : home);
            all.put("PATH", path == null ? "/usr/bin:/bin" : path);
            all.put("JAVA_HOME", System.getProperty("java.home"));
            all.put("DUCKDB_THREADS", "2");
            all.putAll(environment);
            return new ChildProcess(builder.start(), output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end. */
    public Ended await() {
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still running after " + SECONDS + " s:\n" + output() + errors());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return new Ended(process.exitValue(), output(), errors());
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Says whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns what it has written so far. */
    public String output() {
        return text(output);
    }

    /** Returns what it has written to its error output so far. */
    public String errors() {
        return text(errors);
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
