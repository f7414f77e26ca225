package org.datlake.ducklake.internal.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.engine.Observers;
import org.datlake.ducklake.internal.ingest.Backlog.Group;
import org.junit.jupiter.api.Test;

/** What waits is committed together: when a group is complete, on a clock that only moves when told to. */
class BacklogTest {

    private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private final AtomicLong clock = new AtomicLong();
    private final Backlog backlog = new Backlog(Duration.ZERO, 1000, 1000, clock::get);

    @Test
    void a_batch_alone_is_committed_at_once() throws Exception {
        backlog.add(batch());

        assertThat(collected()).hasSize(1);
    }

    @Test
    void callers_who_write_again_once_they_are_told_formed_two_groups_that_waited_for_each_other() throws Exception {
        backlog.add(batch());
        backlog.add(batch());
        Group first = begin();
        backlog.add(batch());
        end(first);

        CompletableFuture<List<Batch>> next = collecting();
        backlog.add(batch());
        assertThat(next).isNotDone();
        backlog.add(batch());

        assertThat(next.get(10, TimeUnit.SECONDS)).hasSize(3);
    }

    @Test
    void who_does_not_come_back_is_waited_for_a_part_of_a_commit_only() throws Exception {
        backlog.add(batch());
        Group first = begin();
        backlog.add(batch());
        end(first);

        clock.addAndGet(COMMIT_NANOS / 4);

        assertThat(collected()).hasSize(1);
    }

    @Test
    void a_flush_waits_for_nobody() throws Exception {
        backlog.add(batch());
        Group first = begin();
        backlog.add(batch());
        end(first);

        CompletableFuture<List<Batch>> next = collecting();
        Thread flush = new Thread(() -> backlog.awaitEmpty(Deadline.after(Duration.ofSeconds(10))));
        flush.start();

        assertThat(next.get(10, TimeUnit.SECONDS)).hasSize(1);
        backlog.told();
        flush.join();
    }

    /** Collects a group, which is then being committed. */
    private Group begin() throws InterruptedException {
        Group group = Objects.requireNonNull(backlog.begin());
        backlog.collect(group);
        return group;
    }

    /** Ends a group's commit and tells its callers. */
    private void end(Group group) {
        clock.addAndGet(COMMIT_NANOS);
        backlog.left(group);
        for (Batch batch : group.batches()) {
            backlog.makeRoom(batch);
            backlog.told();
        }
    }

    private List<Batch> collected() throws Exception {
        return collecting().get(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<List<Batch>> collecting() {
        CompletableFuture<List<Batch>> collected = new CompletableFuture<>();
        Thread lane = new Thread(() -> {
            try {
                Group group = Objects.requireNonNull(backlog.begin());
                backlog.collect(group);
                collected.complete(group.batches());
            } catch (InterruptedException e) {
                collected.completeExceptionally(e);
            }
        });
        lane.setDaemon(true);
        lane.start();
        return collected;
    }

    private static Batch batch() {
        Observed nobody = new Observers("lake", List.of()).begin(DuckLakeEvent.Operation.WRITE);
        return new Batch(List.of(), 1, OperationId.random(), false, nobody, new CompletableFuture<>());
    }
}
