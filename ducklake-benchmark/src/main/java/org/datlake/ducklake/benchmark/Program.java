package org.datlake.ducklake.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program that is started again and again. */
final class Program {

    private final List<String> command;
    private final Map<String, String> environment;

    /** Describes the program; of the lakes that its environment may tell of, it gets to know only this one. */
    Program(List<String> command) {
        this(command, Map.of());
    }

    private Program(List<String> command, Map<String, String> environment) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
    }

    /** Describes a main class of this class path, on the Java that runs now. */
    static Program java(Class<?> main, String classPath, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(arguments);
        return new Program(command, Map.of());
    }

    /** Returns the same with an addition to the environment. */
    Program with(Map<String, String> additions) {
        Map<String, String> both = new HashMap<>(environment);
        both.putAll(additions);
        return new Program(command, both);
    }

    /**
     * Runs it and returns how many milliseconds lie between its start and its end.
     *
     * @throws IllegalStateException if it fails, or prints something else than it must
     */
    double millis(String mustPrint) throws InterruptedException {
        long started = System.nanoTime();
        String printed = run();
        double millis = (System.nanoTime() - started) / 1e6;
        if (!printed.equals(mustPrint)) {
            throw new IllegalStateException(command + " printed '" + printed + "', expected was '" + mustPrint + "'");
        }
        return millis;
    }

    /** Runs it to its end and returns what it printed. */
    String run() throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("DB_") || name.startsWith("STORAGE_"));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed with exit code " + process.exitValue());
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
