package org.datlake.ducklake.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.datlake.ducklake.DuckLakeException;
import org.datlake.ducklake.HealthReport.Part;
import org.datlake.ducklake.HealthReport.Status;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.jspecify.annotations.Nullable;

/** Asks one part whether it works. A question that hangs is not asked again before it has come back. Not thread-safe. */
final class Probe {

    private final String name;
    private final Question question;
    private @Nullable CompletableFuture<Optional<String>> asked;
    private long askedAt;

    Probe(String name, Question question) {
        this.name = name;
        this.question = question;
    }

    /** Asks, on a thread of its own, unless the last question still hangs. */
    void ask() {
        if (asked != null && !asked.isDone()) {
            return;
        }
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        asked = answer;
        askedAt = System.nanoTime();
        Thread thread = new Thread(() -> answer.complete(answer()), "datlake-probe-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private Optional<String> answer() {
        try {
            question.ask();
            return Optional.empty();
        } catch (EngineFailure e) {
            return Optional.of(e.fault().message());
        } catch (DuckLakeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return Optional.of("the probe failed: " + e.getClass().getSimpleName());
        }
    }

    /** Returns the answer, or what its absence by the deadline means. */
    Part result(Deadline deadline) {
        CompletableFuture<Optional<String>> answer = asked;
        Optional<String> problem = Optional.of("it was not asked");
        if (answer != null) {
            problem = await(answer, deadline);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - askedAt);
        return new Part(name, problem.isEmpty() ? Status.UP : Status.DOWN, took, problem);
    }

    private Optional<String> await(CompletableFuture<Optional<String>> answer, Deadline deadline) {
        try {
            return answer.get(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            long millis = Duration.ofNanos(System.nanoTime() - askedAt).toMillis();
            return Optional.of("it has not answered for " + millis + " ms");
        } catch (ExecutionException e) {
            return Optional.of("the probe failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the probe was interrupted");
        }
    }

    /** What is asked. */
    @FunctionalInterface
    interface Question {
        /** Returns if the part works. */
        void ask() throws EngineFailure;
    }
}
