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
    private @Nullable CompletableFuture<Optional<Problem>> asked;
    private long askedAt;
    private Optional<String> lastError = Optional.empty();

    Probe(String name, Question question) {
        this.name = name;
        this.question = question;
    }

    /** Asks, on a thread of its own, unless the last question still hangs. */
    void ask() {
        if (asked != null && !asked.isDone()) {
            return;
        }
        CompletableFuture<Optional<Problem>> answer = new CompletableFuture<>();
        asked = answer;
        askedAt = System.nanoTime();
        Thread thread = new Thread(() -> answer.complete(answer()), "datlake-probe-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private Optional<Problem> answer() {
        try {
            question.ask();
            return Optional.empty();
        } catch (EngineFailure e) {
            return problem(e.fault().message(), e.fault().errorType());
        } catch (DuckLakeException e) {
            return problem(String.valueOf(e.getMessage()), e.errorType());
        } catch (RuntimeException e) {
            return problem("the probe failed: " + e.getClass().getSimpleName(), "Internal");
        }
    }

    /** Returns the answer, or what its absence by the deadline means. */
    Part result(Deadline deadline) {
        CompletableFuture<Optional<Problem>> answer = asked;
        Optional<Problem> problem = problem("it was not asked", "Internal");
        if (answer != null) {
            problem = await(answer, deadline);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - askedAt);
        lastError = problem.map(Problem::errorType).or(() -> lastError);
        return new Part(
                name, problem.isEmpty() ? Status.UP : Status.DOWN, took, problem.map(Problem::reason), lastError);
    }

    private static Optional<Problem> problem(String reason, String errorType) {
        return Optional.of(new Problem(reason, errorType));
    }

    /** What is wrong. */
    private record Problem(String reason, String errorType) {}

    private Optional<Problem> await(CompletableFuture<Optional<Problem>> answer, Deadline deadline) {
        try {
            return answer.get(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            long millis = Duration.ofNanos(System.nanoTime() - askedAt).toMillis();
            return problem("it has not answered for " + millis + " ms", "Timeout");
        } catch (ExecutionException e) {
            return problem("the probe failed: " + e.getCause(), "Internal");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem("the probe was interrupted", "Interrupt");
        }
    }

    /** What is asked. */
    @FunctionalInterface
    interface Question {
        /** Returns if the part works. */
        void ask() throws EngineFailure;
    }
}
