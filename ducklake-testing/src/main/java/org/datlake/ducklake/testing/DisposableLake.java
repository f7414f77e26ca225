package org.datlake.ducklake.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.internal.FileTree;
import org.jspecify.annotations.Nullable;

/**
 * A place for one new lake: a database or a catalog file of its own, a bucket or a directory of its own. Nothing is in
 * it before a client connects; {@link #close()} removes everything. Safe for use by several threads.
 */
public final class DisposableLake implements AutoCloseable {

    private final LakeKind kind;
    private final Path directory;
    private final CatalogSettings catalog;
    private final StorageSettings storage;
    private @Nullable DuckLakeClient client;

    private DisposableLake(LakeKind kind, Path directory, CatalogSettings catalog, StorageSettings storage) {
        this.kind = kind;
        this.directory = directory;
        this.catalog = catalog;
        this.storage = storage;
    }

    /**
     * Makes a place on the servers that all tests of this JVM share, starting them if they do not run yet.
     *
     * @throws IllegalStateException if a server that the kind needs cannot be started; the message says why
     */
    public static DisposableLake create(LakeKind kind) {
        Path directory = FileTree.temporary("datlake-lake");
        CatalogSettings catalog = kind.usesPostgres()
                ? PostgresServer.shared().newDatabase()
                : CatalogSettings.duckDbFile(directory.resolve("catalog.ducklake"));
        StorageSettings storage =
                kind.usesS3() ? S3Server.shared().newBucket() : StorageSettings.local(directory.resolve("data"));
        return new DisposableLake(kind, directory, catalog, storage);
    }

    /** Returns what catalog and storage the lake has. */
    public LakeKind kind() {
        return kind;
    }

    /** Returns where the catalog is to be. */
    public CatalogSettings catalog() {
        return catalog;
    }

    /** Returns where the data is to be. */
    public StorageSettings storage() {
        return storage;
    }

    /** Returns a directory of the lake's own, removed with it. */
    public Path directory() {
        return directory;
    }

    /** Starts settings with the lake's catalog and storage; everything else is left at its default. */
    public DuckLakeSettings.Builder settings() {
        return DuckLakeSettings.builder().catalog(catalog).storage(storage);
    }

    /** Returns a client with default settings, connected at the first call and closed with the lake. */
    public synchronized DuckLakeClient client() {
        DuckLakeClient connected = client;
        if (connected == null) {
            connected = DuckLakeClient.connect(settings().build());
            client = connected;
        }
        return connected;
    }

    /**
     * Closes the lake's client and removes database, bucket and directory. Clients that the test connected by itself
     * are to be closed before.
     *
     * @throws IllegalStateException if something cannot be removed
     */
    @Override
    public synchronized void close() {
        DuckLakeClient connected = client;
        if (connected != null) {
            connected.close();
        }
        if (catalog instanceof CatalogSettings.Postgres postgres) {
            PostgresServer.shared().dropDatabase(postgres.database());
        }
        if (storage instanceof StorageSettings.S3 s3) {
            S3Server.shared().removeBucket(s3.bucket());
        }
        try {
            FileTree.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
