package org.datlake.ducklake.testing.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server as a process of this machine, on its loopback address. */
public final class NativeProcess implements ServerProcess {

    private static final long END_SECONDS = 30;
    private static final int LOG_CHARACTERS = 4000;

    private final List<String> command;
    private final Map<String, String> environment;
    private final String stopSignal;
    private final Path directory;
    private final Path log;
    private @Nullable Process process;

    /**
     * Describes the process; nothing happens yet.
     *
     * @param stopSignal the signal that asks the server to end without waiting for its clients
     * @param directory of the server's own, removed with it
     */
    public NativeProcess(List<String> command, Map<String, String> environment, String stopSignal, Path directory) {
        this.command = command;
        this.environment = environment;
        this.stopSignal = stopSignal;
        this.directory = directory;
        this.log = directory.resolve("server.log");
    }

    @Override
    public String host() {
        return "localhost";
    }

    @Override
    public void start() {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    @Override
    public void stop() {
        signal(stopSignal, running().toHandle());
        awaitEnd(running());
    }

    @Override
    public void kill() {
        ProcessHandle parent = running().toHandle();
        // Stopped first, so that no child is born after we have looked; the children first, so that none is left alone.
        signal("STOP", parent);
        List<ProcessHandle> children = children(parent);
        children.forEach(ProcessHandle::destroyForcibly);
        parent.destroyForcibly();
        awaitEnd(running());
        // PostgreSQL refuses to start while a process of its predecessor still holds the shared memory.
        children.forEach(this::awaitEnd);
    }

    @Override
    public void freeze() {
        // The parent first, so that no child is born after we have looked.
        ProcessHandle parent = running().toHandle();
        signal("STOP", parent);
        children(parent).forEach(child -> signalIfAlive("STOP", child));
    }

    @Override
    public void thaw() {
        ProcessHandle parent = running().toHandle();
        children(parent).forEach(child -> signalIfAlive("CONT", child));
        signal("CONT", parent);
    }

    @Override
    public String log() {
        try {
            // Servers print what they like, in what encoding they like.
            String text = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1);
            return text.substring(Math.max(0, text.length() - LOG_CHARACTERS));
        } catch (IOException e) {
            return "nothing that can be read: " + e;
        }
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
        try {
            FileTree.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("the server was never started");
        }
        return process;
    }

    private static List<ProcessHandle> children(ProcessHandle parent) {
        try (Stream<ProcessHandle> children = parent.descendants()) {
            return children.toList();
        }
    }

    private static void signalIfAlive(String name, ProcessHandle target) {
        try {
            signal(name, target);
        } catch (IllegalStateException e) {
            if (target.isAlive()) {
                throw e;
            }
        }
    }

    private static void signal(String name, ProcessHandle target) {
        // Java itself can only send TERM and KILL; every shell has kill built in.
        Commands.run(List.of("sh", "-c", "kill -" + name + " " + target.pid()));
    }

    private void awaitEnd(Process ending) {
        awaitEnd(ending.toHandle());
    }

    private void awaitEnd(ProcessHandle ending) {
        try {
            ending.onExit().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException(command.get(0) + " did not end; it printed:\n" + log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the end of " + command.get(0), e);
        }
    }
}
