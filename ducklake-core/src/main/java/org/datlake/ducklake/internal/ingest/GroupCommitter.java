package org.datlake.ducklake.internal.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.RowWriterOptions;
import org.datlake.ducklake.internal.commit.Committer;
import org.datlake.ducklake.internal.commit.Committer.Commit;
import org.datlake.ducklake.internal.commit.KeyLocks;
import org.datlake.ducklake.internal.commit.Outcomes;
import org.datlake.ducklake.internal.commit.WriteTurns;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.Retrier;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.datlake.ducklake.internal.ingest.Backlog.Group;
import org.datlake.ducklake.internal.staging.StagedPart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the batches of a client's writers, as many together as wait. Two threads take turns: while one commits, the
 * other collects what comes meanwhile. Thread-safe.
 */
public final class GroupCommitter {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
    private static final int LANES = 2;
    private static final long NOT_WRITTEN = -1;

    private final LakeRuntime lake;
    private final Committer committer;
    private final Outcomes outcomes;
    private final KeyLocks keys;
    private final WriteTurns turns;
    private final Handover handover;
    private final UnaryOperator<EngineFailure> naming;
    private final Backlog backlog;
    private final CommitOrder order = new CommitOrder();
    private final InliningChoice inlining;
    private boolean started;

    /**
     * Makes a committer for one writer; its threads start with the first batch.
     *
     * @param naming names what a failure is about, before its caller is told
     */
    public GroupCommitter(
            LakeRuntime lake,
            Committer committer,
            Outcomes outcomes,
            KeyLocks keys,
            WriteTurns turns,
            Handover handover,
            UnaryOperator<EngineFailure> naming,
            RowWriterOptions options) {
        this.lake = lake;
        this.committer = committer;
        this.outcomes = outcomes;
        this.keys = keys;
        this.turns = turns;
        this.handover = handover;
        this.naming = naming;
        this.backlog = new Backlog(options.linger(), options.mostRowsPerCommit(), options.mostRowsPending());
        this.inlining = new InliningChoice(lake.settings().dataInliningRowLimit());
    }

    void add(Batch batch) {
        start();
        backlog.add(batch);
    }

    void awaitEmpty(Deadline deadline) {
        backlog.awaitEmpty(deadline);
    }

    void close() {
        backlog.close();
    }

    private synchronized void start() {
        if (started) {
            return;
        }
        started = true;
        for (int i = 1; i <= LANES; i++) {
            Thread lane =
                    new Thread(new Lane()::run, "datlake-" + lake.settings().alias() + "-writer-" + i);
            lane.setDaemon(true);
            lane.start();
        }
    }

    /** One of the threads, with a connection of its own. */
    private final class Lane {

        private @Nullable GroupInsert insert;

        void run() {
            try {
                Group group = backlog.begin();
                while (group != null) {
                    try {
                        backlog.collect(group);
                    } finally {
                        backlog.abandon(group);
                        write(group);
                    }
                    group = backlog.begin();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                discard();
            }
        }

        private void write(Group group) {
            List<Done> done = new ArrayList<>();
            try {
                write(group.batches(), group.number(), done);
            } catch (RuntimeException | Error e) {
                LOG.error("a group of batches failed unexpectedly", e);
                group.batches().stream()
                        .filter(batch ->
                                done.stream().noneMatch(one -> one.batches().contains(batch)))
                        .forEach(batch -> fail(batch, e));
            } finally {
                // The next group goes on while the callers of this one are told.
                order.leave(group.number());
                backlog.left(group);
            }
            done.forEach(GroupCommitter.this::tell);
        }

        private void write(List<Batch> batches, long number, List<Done> done) {
            Deadline deadline = lake.deadline();
            Retrier retrier = new Retrier(lake, DuckLakeEvent.Operation.COMMIT, deadline);
            while (true) {
                try {
                    attempt(batches, number, deadline, done);
                    ended(deadline, retrier, Optional.empty());
                    return;
                } catch (EngineFailure e) {
                    discard();
                    if (batches.size() > 1 && e.fault().kind() == FaultKind.STATEMENT) {
                        // One of them is bad; halving finds out which.
                        int half = batches.size() / 2;
                        write(batches.subList(0, half), number, done);
                        write(batches.subList(half, batches.size()), number, done);
                        return;
                    }
                    try {
                        retrier.waitOrThrow(e);
                    } catch (EngineFailure last) {
                        ended(deadline, retrier, Optional.of(last.fault().errorType()));
                        batches.forEach(batch -> fail(batch, naming.apply(last).toException()));
                        return;
                    }
                } catch (CommitOutcomeUnknownException e) {
                    discard();
                    ended(deadline, retrier, Optional.of(e.errorType()));
                    batches.forEach(batch -> fail(batch, ofBatch(batch, e)));
                    return;
                }
            }
        }

        /** Commits what was not committed under its key before. */
        private void attempt(List<Batch> batches, long number, Deadline deadline, List<Done> done)
                throws EngineFailure {
            List<OperationId> names =
                    batches.stream().filter(Batch::keyed).map(Batch::operation).toList();
            if (names.isEmpty()) {
                done.add(commit(batches, number, deadline, () -> {}));
                return;
            }
            try (KeyLocks.Held held = keys.acquire(names, deadline)) {
                Map<OperationId, Long> earlier = outcomes.find(names, deadline);
                List<Batch> fresh = new ArrayList<>();
                List<Done> repeated = new ArrayList<>();
                for (Batch batch : batches) {
                    Long snapshot = earlier.get(batch.operation());
                    if (snapshot == null) {
                        fresh.add(batch);
                    } else {
                        repeated.add(new Done(List.of(batch), OptionalLong.of(snapshot), true));
                    }
                }
                if (!fresh.isEmpty()) {
                    done.add(commit(fresh, number, deadline, held::check));
                }
                done.addAll(repeated);
            }
        }

        private Done commit(List<Batch> batches, long number, Deadline deadline, Check beforeCommit)
                throws EngineFailure {
            insert(deadline);
            order.await(number);
            lake.engine().protectFiles();
            Handover.Left left = handover.leave(batches, deadline);
            AtomicLong written = new AtomicLong(NOT_WRITTEN);
            WriteTurns.Turn turn =
                    turns.await(deadline, patience -> handover.await(batches, left, patience, written::set));
            try {
                if (written.get() != NOT_WRITTEN) {
                    turns.contend();
                    return new Done(batches, OptionalLong.of(written.get()), false);
                }
                beforeCommit.run();
                Handover.Found found = handover.take(batches, left, turn, deadline);
                return found.snapshot().isPresent()
                        ? new Done(batches, found.snapshot(), false)
                        : commit(batches, found, turn, deadline);
            } finally {
                turn.close();
            }
        }

        private Done commit(List<Batch> batches, Handover.Found others, WriteTurns.Turn turn, Deadline deadline)
                throws EngineFailure {
            GroupInsert prepared = insert(deadline);
            List<StagedPart> parts = new ArrayList<>(others.others());
            batches.forEach(batch -> parts.addAll(batch.parts()));
            List<OperationId> names =
                    new ArrayList<>(batches.stream().map(Batch::operation).toList());
            names.addAll(others.names());
            long rows = parts.stream().mapToLong(part -> part.rows().size()).sum();
            int limit = inlining.limitFor(rows);
            Commit commit = new Commit(names, null, null, others.groups());
            try {
                long started = System.nanoTime();
                OptionalLong snapshot = committer.transact(
                        prepared.connection(), commit, turn, deadline, session -> prepared.run(session, parts, limit));
                if (snapshot.isEmpty()) {
                    inlining.took(rows, limit, System.nanoTime() - started);
                }
                return new Done(batches, snapshot, false);
            } catch (EngineFailure e) {
                if (others.groups() == 0) {
                    throw e;
                }
                // It may be because of the others' rows, which is for their own writers to find out.
                discard();
                return commit(batches, Handover.Found.NOTHING, turn, deadline);
            }
        }

        private GroupInsert insert(Deadline deadline) throws EngineFailure {
            GroupInsert present = insert;
            if (present == null) {
                present = new GroupInsert(
                        lake.connect(deadline),
                        lake.settings().alias(),
                        lake.settings().dataInliningRowLimit());
                insert = present;
            }
            return present;
        }

        /** After a failure nothing is kept of the connection. */
        private void discard() {
            GroupInsert present = insert;
            insert = null;
            if (present != null) {
                present.connection().close();
            }
        }
    }

    private void ended(Deadline deadline, Retrier retrier, Optional<String> errorType) {
        lake.events()
                .fire(new DuckLakeEvent.TransactionFinished(
                        lake.settings().alias(), deadline.elapsed(), retrier.attempts(), errorType));
    }

    private static CommitOutcomeUnknownException ofBatch(Batch batch, CommitOutcomeUnknownException e) {
        return new CommitOutcomeUnknownException(
                "it is not known whether the rows were committed; ask resolve() for the operation " + batch.operation()
                        + " before writing them again",
                batch.operation(),
                e);
    }

    private void tell(Done done) {
        OptionalLong snapshot = done.snapshot().isPresent()
                ? done.snapshot()
                : outcomes.snapshotOf(done.batches().get(0).operation(), lake.deadline());
        for (Batch batch : done.batches()) {
            backlog.makeRoom(batch);
            batch.complete(new Committed(batch.operation(), snapshot, done.repeated()));
            backlog.told();
        }
    }

    private void fail(Batch batch, Throwable failure) {
        batch.observed().end(failure);
        if (!batch.done().isDone()) {
            backlog.makeRoom(batch);
            batch.done().completeExceptionally(failure);
            backlog.told();
        }
    }

    /** Batches that are committed, in which snapshot if that is known already. */
    private record Done(List<Batch> batches, OptionalLong snapshot, boolean repeated) {}

    @FunctionalInterface
    private interface Check {
        void run() throws EngineFailure;
    }
}
