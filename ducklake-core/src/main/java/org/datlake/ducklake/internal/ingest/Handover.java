package org.datlake.ducklake.internal.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.datlake.ducklake.CommitOutcome;
import org.datlake.ducklake.CommitOutcomeUnknownException;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.internal.catalog.HandoverTable;
import org.datlake.ducklake.internal.commit.Outcomes;
import org.datlake.ducklake.internal.commit.WriteTurns;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.Waits;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.staging.RowsCodec;
import org.datlake.ducklake.internal.staging.StagedPart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Lets processes that take turns write each other's small groups: who waits for the fence leaves its rows in the catalog,
 * and who has the fence commits them with its own. A commit costs about the same for one group as for ten. Thread-safe.
 */
public final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    /** More rows than these are worth a commit of their own. */
    private static final int MOST_ROWS = 200;

    private static final long MOST_BYTES = 64 * 1024;

    /** Rows are left for a little longer than their callers wait, so that a slow answer is not taken for none. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** For less than half of a commit. */
    private static final Duration FOR_COMPANY = Duration.ofMillis(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

    /** How long nobody tries to make the table after that has failed. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final @Nullable HandoverTable table;
    private final Outcomes outcomes;
    private final WriteTurns turns;

    /** How many groups were committed together when this process did so last, its own among them. */
    private volatile int company = 1;

    private boolean ready;
    private boolean warned;
    private long failedAt = System.nanoTime() - PAUSE.toNanos();

    /**
     * Makes one.
     *
     * @param table where rows are left; null where nobody may see them or nobody takes turns
     */
    public Handover(@Nullable HandoverTable table, Outcomes outcomes, WriteTurns turns) {
        this.table = table;
        this.outcomes = outcomes;
        this.turns = turns;
    }

    /** How rows were left. */
    enum Left {
        NO,
        YES,
        /** The catalog did not say. */
        MAYBE
    }

    /**
     * What is there to be committed.
     *
     * @param snapshot where one's own rows are committed already, by another process
     * @param others the rows of other processes
     * @param names the names of these, each group's in a row
     * @param groups how many groups they are
     */
    record Found(OptionalLong snapshot, List<StagedPart> others, List<OperationId> names, int groups) {

        static final Found NOTHING = new Found(OptionalLong.empty(), List.of(), List.of(), 0);

        static Found committed(OptionalLong snapshot) {
            return new Found(snapshot, List.of(), List.of(), 0);
        }
    }

    /** Leaves a group's rows for others, if there is likely somebody who has the fence just now. */
    Left leave(List<Batch> batches, Deadline deadline) {
        if (table == null || !turns.isContended() || !isSmall(batches) || !isReady(table, deadline)) {
            return Left.NO;
        }
        List<StagedPart> parts =
                batches.stream().flatMap(batch -> batch.parts().stream()).toList();
        List<String> names =
                batches.stream().map(batch -> batch.operation().toString()).toList();
        try {
            table.leave(
                    new HandoverTable.Waiting(names, RowsCodec.encode(parts)),
                    deadline.remaining().plus(GRACE));
            return Left.YES;
        } catch (EngineFailure e) {
            LOG.debug("rows could not be left to other writers: {}", e.getMessage());
            return Left.MAYBE;
        }
    }

    /** Rows with keys are not left: their owner alone makes sure that a key is used once. */
    private static boolean isSmall(List<Batch> batches) {
        long rows = batches.stream().mapToLong(Batch::rowCount).sum();
        long bytes = batches.stream()
                .flatMap(batch -> batch.parts().stream())
                .mapToLong(part -> part.rows().bytes())
                .sum();
        return rows <= MOST_ROWS && bytes <= MOST_BYTES && batches.stream().noneMatch(Batch::keyed);
    }

    private synchronized boolean isReady(HandoverTable handover, Deadline deadline) {
        if (!ready && System.nanoTime() - failedAt > PAUSE.toNanos()) {
            try {
                handover.prepare(deadline.remaining());
                ready = true;
            } catch (EngineFailure e) {
                failedAt = System.nanoTime();
                LOG.atLevel(warned ? Level.DEBUG : Level.WARN)
                        .log("writers of several processes cannot commit together now: {}", e.getMessage());
                warned = true;
            }
        }
        return ready;
    }

    /** Waits while other processes write, who may write what was left. */
    WriteTurns.Elsewhere await(List<Batch> batches, Left left, Duration patience, LongConsumer snapshot) {
        if (table == null || left != Left.YES) {
            return WriteTurns.Elsewhere.UNKNOWN;
        }
        try {
            OptionalLong written = table.awaitWritten(batches.get(0).operation().toString(), patience);
            written.ifPresent(snapshot);
            return written.isPresent() ? WriteTurns.Elsewhere.WRITTEN : WriteTurns.Elsewhere.WAITING;
        } catch (EngineFailure e) {
            return WriteTurns.Elsewhere.UNKNOWN;
        }
    }

    /**
     * Finds what a turn has to commit.
     *
     * @throws CommitOutcomeUnknownException if it is not known whether others have committed the group
     */
    Found take(List<Batch> batches, Left left, WriteTurns.Turn turn, Deadline deadline) {
        if (left == Left.MAYBE) {
            return judge(batches, deadline);
        }
        boolean fenced = turn.holdsFence();
        if (table == null || (left == Left.NO && !(fenced && turns.isContended() && isReady(table, deadline)))) {
            return Found.NOTHING;
        }
        try {
            if (left == Left.YES && fenced) {
                awaitCompany(table);
            }
            String mine = left == Left.YES ? batches.get(0).operation().toString() : "";
            HandoverTable.Found found = table.take(mine);
            if (found.mine() == HandoverTable.Mine.COMMITTED) {
                return Found.committed(found.snapshot());
            }
            if (left == Left.YES && found.mine() == HandoverTable.Mine.UNKNOWN) {
                return judge(batches, deadline);
            }
            company = 1 + found.others().size();
            if (company > 1) {
                turns.contend();
            }
            return fenced ? ofOthers(found.others()) : Found.NOTHING;
        } catch (EngineFailure e) {
            return left == Left.YES ? judge(batches, deadline) : Found.NOTHING;
        }
    }

    /**
     * Waits a moment for as many groups as were committed together before: the callers of all these were told at the same
     * time, and come back at the same time. Those who come too late would have to wait for a whole commit, and so would
     * everybody after them.
     */
    private void awaitCompany(HandoverTable handover) throws EngineFailure {
        Deadline patience = Deadline.after(FOR_COMPANY);
        boolean complete = company == 1;
        while (!complete && !patience.hasPassed()) {
            complete = handover.count() >= company || !Waits.sleep(BETWEEN_LOOKS);
        }
    }

    private Found judge(List<Batch> batches, Deadline deadline) {
        OperationId operation = batches.get(0).operation();
        CommitOutcome outcome = outcomes.of(operation, deadline);
        return switch (outcome.status()) {
            case COMMITTED -> Found.committed(outcome.snapshotId());
            case NOT_COMMITTED -> Found.NOTHING;
            case UNKNOWN ->
                throw new CommitOutcomeUnknownException(
                        "it is not known whether another process committed the rows that were left to it",
                        operation,
                        null);
        };
    }

    private static Found ofOthers(List<HandoverTable.Waiting> waiting) {
        List<StagedPart> parts = new ArrayList<>();
        List<OperationId> names = new ArrayList<>();
        int groups = 0;
        for (HandoverTable.Waiting each : waiting) {
            try {
                parts.addAll(RowsCodec.decode(each.rows()));
                each.names().forEach(name -> names.add(OperationId.parse(name)));
                groups++;
            } catch (IOException e) {
                LOG.debug("rows of another writer are left to others: {}", e.getMessage());
            }
        }
        return new Found(OptionalLong.empty(), parts, names, groups);
    }
}
