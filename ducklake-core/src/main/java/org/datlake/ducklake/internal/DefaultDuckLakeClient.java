package org.datlake.ducklake.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.datlake.ducklake.BulkLoad;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.CheckOptions;
import org.datlake.ducklake.ClientStatistics;
import org.datlake.ducklake.CommitOutcome;
import org.datlake.ducklake.Committed;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeEvent;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.GuardedQuery;
import org.datlake.ducklake.HealthReport;
import org.datlake.ducklake.LakeCheck;
import org.datlake.ducklake.LakeInfo;
import org.datlake.ducklake.MultiTableWriter;
import org.datlake.ducklake.OperationId;
import org.datlake.ducklake.Query;
import org.datlake.ducklake.Row;
import org.datlake.ducklake.RowCursor;
import org.datlake.ducklake.RowWriter;
import org.datlake.ducklake.RowWriterOptions;
import org.datlake.ducklake.Secret;
import org.datlake.ducklake.Snapshot;
import org.datlake.ducklake.SnapshotView;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.TableInfo;
import org.datlake.ducklake.TransactionOptions;
import org.datlake.ducklake.internal.catalog.PostgresCatalog;
import org.datlake.ducklake.internal.check.LakeChecker;
import org.datlake.ducklake.internal.commit.Committer;
import org.datlake.ducklake.internal.commit.FileMarkers;
import org.datlake.ducklake.internal.commit.InDoubt;
import org.datlake.ducklake.internal.commit.KeyLocks;
import org.datlake.ducklake.internal.commit.Outcomes;
import org.datlake.ducklake.internal.commit.PostgresMarkers;
import org.datlake.ducklake.internal.commit.WriteTurns;
import org.datlake.ducklake.internal.engine.Deadline;
import org.datlake.ducklake.internal.engine.Engine;
import org.datlake.ducklake.internal.engine.Events;
import org.datlake.ducklake.internal.engine.InFlight;
import org.datlake.ducklake.internal.engine.LakeRuntime;
import org.datlake.ducklake.internal.engine.Observed;
import org.datlake.ducklake.internal.engine.Observers;
import org.datlake.ducklake.internal.engine.Sessions;
import org.datlake.ducklake.internal.engine.Workers;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.ErrorTranslator;
import org.datlake.ducklake.internal.fault.Redactor;
import org.datlake.ducklake.internal.ingest.GroupCommitter;
import org.datlake.ducklake.internal.ingest.Handover;
import org.datlake.ducklake.internal.ingest.RowWriters;
import org.datlake.ducklake.internal.jdbc.LakeDataSource;
import org.datlake.ducklake.internal.load.BulkLoads;
import org.datlake.ducklake.internal.sql.LakeFunctions;
import org.datlake.ducklake.internal.storage.Storage;
import org.jspecify.annotations.Nullable;

/** The client: wires its parts together and hands calls to them. */
public final class DefaultDuckLakeClient implements DuckLakeClient {

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final DuckLakeSettings settings;
    private final @Nullable PostgresCatalog postgres;
    private final Storage storage;
    private final LakeRuntime lake;
    private final HealthMonitor health;
    private final Outcomes outcomes;
    private final WriteTurns turns;
    private final TransactionRunner transactions;
    private final RowWriters writers;
    private final BulkLoads loads;
    private final SharedReads reads;
    private final GuardedReads guarded;
    private final ChangeReads changes;
    private final SnapshotViews views;
    private final LakeDataSource dataSource;

    private DefaultDuckLakeClient(DuckLakeSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
        String applicationName = "datlake-" + settings.alias();
        this.postgres = settings.catalog() instanceof CatalogSettings.Postgres server
                ? new PostgresCatalog(server, settings.metadataSchema(), applicationName)
                : null;
        this.storage = Storage.of(settings.storage());
        ErrorTranslator errors = new ErrorTranslator(new Redactor(secrets(settings)));
        Events events = new Events(settings.listeners());
        Workers workers = new Workers(
                settings.alias(),
                settings.engine().maxConcurrentCalls(),
                settings.engine().maxQuarantinedCalls(),
                errors,
                hanging -> events.fire(new DuckLakeEvent.CallQuarantined(settings.alias(), hanging)));
        Engine engine = new Engine(settings, postgres, storage, errors, events, applicationName);
        Sessions sessions = new Sessions(engine, workers, settings.engine().maxConcurrentCalls());
        Observers observers = new Observers(settings.alias(), settings.observers());
        this.lake = new LakeRuntime(settings, engine, workers, sessions, events, observers, new InFlight());
        this.health = new HealthMonitor(lake, postgres, storage);
        InDoubt inDoubt = new InDoubt();
        this.outcomes = new Outcomes(
                postgres == null ? new FileMarkers(lake) : new PostgresMarkers(postgres), inDoubt, settings.alias());
        Committer committer = new Committer(settings.alias(), outcomes, inDoubt);
        KeyLocks keys = new KeyLocks(postgres);
        PostgresCatalog fenced = settings.writeFence() ? postgres : null;
        this.turns = new WriteTurns(fenced == null ? null : fenced.mutex("writers"));
        // Where nothing may lie in the catalog in plain text, rows are not left there either.
        Handover handover = new Handover(
                fenced == null || settings.dataInliningRowLimit() == 0 ? null : fenced.handover(), outcomes, turns);
        ConflictTables conflictTables = new ConflictTables(settings.alias(), sql -> query(sql));
        this.transactions = new TransactionRunner(lake, committer, outcomes, keys, turns, conflictTables);
        this.writers = new RowWriters(
                settings.alias(),
                observers,
                sql -> query(sql),
                options -> new GroupCommitter(
                        lake, committer, outcomes, keys, turns, handover, conflictTables::named, options));
        this.loads = new BulkLoads(lake, this::query, (options, own, body) -> transactions.run(options, body, own));
        this.reads = new SharedReads(lake);
        this.guarded = new GuardedReads(lake, reads);
        this.changes = new ChangeReads(lake, reads);
        this.views = new SnapshotViews(lake);
        this.dataSource = new LakeDataSource(lake, committer, turns);
    }

    private static List<Secret> secrets(DuckLakeSettings settings) {
        List<Secret> secrets = new ArrayList<>();
        if (settings.catalog() instanceof CatalogSettings.Postgres server) {
            secrets.add(server.password());
        }
        if (settings.storage() instanceof StorageSettings.S3 s3) {
            secrets.add(s3.secretKey());
        }
        return secrets;
    }

    /** See {@link DuckLakeClient#connect}. */
    public static DuckLakeClient connect(DuckLakeSettings settings) {
        DefaultDuckLakeClient client = new DefaultDuckLakeClient(settings);
        try {
            client.lake.engine().connect();
        } catch (RuntimeException e) {
            client.close(Duration.ZERO);
            throw e;
        }
        client.health.start();
        return client;
    }

    /** See {@link DuckLakeClient#connectInBackground}. */
    public static DuckLakeClient connectInBackground(DuckLakeSettings settings) {
        DefaultDuckLakeClient client = new DefaultDuckLakeClient(settings);
        client.lake.engine().connectInBackground();
        client.health.start();
        return client;
    }

    @Override
    public long execute(String sql, @Nullable Object... parameters) {
        return transactions.execute(sql, parameters);
    }

    @Override
    public boolean createIfAbsent(String sql) {
        return transactions.create(sql);
    }

    @Override
    public Query<Row> query(String sql, @Nullable Object... parameters) {
        return DefaultQuery.of(lake, reads.statement(sql, parameters));
    }

    @Override
    public GuardedQuery guarded(String sql, @Nullable Object... parameters) {
        return DefaultGuardedQuery.of(guarded, sql, parameters, settings.operationTimeout());
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T inTransaction(TransactionBody<T, X> body) throws X {
        return transactions.run(settings.operationTimeout(), body);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T inTransaction(
            Duration timeout, TransactionBody<T, X> body) throws X {
        return transactions.run(timeout, body);
    }

    @Override
    public <X extends Exception> Committed commit(TransactionOptions options, TransactionAction<X> body) throws X {
        return transactions.run(options, body);
    }

    @Override
    public CommitOutcome resolve(OperationId operationId) {
        return outcomes.of(operationId, lake.deadline());
    }

    @Override
    public <X extends Exception> void useTransaction(TransactionAction<X> body) throws X {
        this.<Boolean, X>inTransaction(transaction -> {
            body.run(transaction);
            return true;
        });
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T withConnection(ConnectionBody<T, X> body) throws X {
        try {
            lake.inFlight().enter();
        } catch (EngineFailure e) {
            throw e.toException();
        }
        try (Connection connection = dataSource.getConnection()) {
            return body.run(connection);
        } catch (SQLException e) {
            throw JdbcFailures.toException(e);
        } finally {
            lake.inFlight().exit();
        }
    }

    @Override
    public <X extends Exception> void useConnection(ConnectionAction<X> body) throws X {
        this.<Boolean, X>withConnection(connection -> {
            body.run(connection);
            return true;
        });
    }

    @Override
    public DataSource dataSource() {
        return dataSource;
    }

    @Override
    public RowWriter rowWriter(String table) {
        return rowWriter("main", table, RowWriterOptions.defaults());
    }

    @Override
    public RowWriter rowWriter(String schema, String table, RowWriterOptions options) {
        return writers.open(schema, table, options);
    }

    @Override
    public MultiTableWriter multiTableWriter(RowWriterOptions options) {
        return writers.openForSeveral(options);
    }

    @Override
    public BulkLoad load(String table) {
        return load("main", table);
    }

    @Override
    public BulkLoad load(String schema, String table) {
        return loads.into(schema, table);
    }

    @Override
    public Optional<String> offset(String source) {
        return loads.offset(source);
    }

    @Override
    public List<Snapshot> snapshots() {
        return metadata().snapshots();
    }

    @Override
    public List<Snapshot> snapshots(long after, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one snapshot is asked for, not " + most);
        }
        return metadata().snapshots(after, most);
    }

    @Override
    public long newestSnapshotId() {
        return metadata().newestSnapshot();
    }

    @Override
    public RowCursor changes(String schema, String table, long from, long to, Duration timeout) {
        return changes.read(schema, table, from, to, timeout);
    }

    private LakeMetadata metadata() {
        return new LakeMetadata(settings, settings.alias(), sql -> query(sql));
    }

    @Override
    public SnapshotView at(long snapshotId) {
        try {
            views.acquire(snapshotId, lake.deadline());
            return new DefaultSnapshotView(lake, views, snapshotId);
        } catch (EngineFailure e) {
            throw e.toException();
        }
    }

    @Override
    public SnapshotView at(Instant time) {
        Long snapshotId = query(
                        "SELECT max(snapshot_id) AS id FROM " + LakeFunctions.call("snapshots", settings.alias())
                                + " WHERE snapshot_time <= ?",
                        time)
                .map(row -> row.isNull("id") ? -1L : row.getLong("id"))
                .one();
        if (snapshotId < 0) {
            throw EngineFault.wrongUse("02000", "there is no snapshot that is as old as " + time + ", or no longer")
                    .toException(null);
        }
        return at(snapshotId);
    }

    @Override
    public List<TableInfo> tables() {
        LakeMetadata metadata = metadata();
        return metadata.tables(metadata.newestSnapshot());
    }

    @Override
    public Optional<TableInfo> table(String schema, String name) {
        LakeMetadata metadata = metadata();
        return metadata.table(schema, name, metadata.newestSnapshot());
    }

    @Override
    public LakeInfo info() {
        return metadata().info(lake.engine().warnings());
    }

    @Override
    public LakeCheck check() {
        return check(CheckOptions.defaults());
    }

    @Override
    public LakeCheck check(CheckOptions options) {
        try {
            lake.inFlight().enter();
        } catch (EngineFailure e) {
            throw e.toException();
        }
        Observed observed = lake.observers().begin(DuckLakeEvent.Operation.CHECK);
        try {
            LakeCheck found = LakeChecker.check(lake, storage, options);
            observed.end(null);
            return found;
        } catch (EngineFailure e) {
            observed.end(e);
            throw e.toException();
        } catch (RuntimeException e) {
            observed.end(e);
            throw e;
        } finally {
            lake.inFlight().exit();
        }
    }

    @Override
    public HealthReport health() {
        return health.report();
    }

    @Override
    public ClientStatistics statistics() {
        return new ClientStatistics(
                lake.engine().openSessions(),
                lake.workers().running(),
                lake.workers().waiting(),
                lake.workers().quarantined());
    }

    @Override
    public DuckLakeSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        close(DEFAULT_GRACE);
    }

    @Override
    public void close(Duration grace) {
        if (!lake.inFlight().close()) {
            return;
        }
        Deadline deadline = Deadline.after(grace);
        health.close();
        writers.close(deadline::remaining);
        lake.inFlight().awaitEnd(deadline);
        lake.sessions().close();
        closeEngine(deadline);
        lake.workers().close();
        guarded.close();
        storage.close();
        turns.close();
        if (postgres != null) {
            postgres.close();
        }
    }

    /** Closing the engine blocks for as long as PostgreSQL or S3 is silent; whoever closes us has a second to spare. */
    private void closeEngine(Deadline deadline) {
        Thread closing = new Thread(lake.engine()::close, "datlake-" + settings.alias() + "-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(Math.max(0, deadline.remaining().toMillis()) + 900);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
