package org.datlake.ducklake.it.raw;

import io.minio.errors.MinioException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.LakeKind;
import org.datlake.ducklake.testing.PostgresServer;
import org.datlake.ducklake.testing.S3Server;
import org.datlake.ducklake.testing.WireProxy;

/** An empty database and an empty bucket, and a wire to the database that can be cut. */
final class RawPlace implements AutoCloseable {

    private final DisposableLake place = DisposableLake.create(LakeKind.POSTGRES_AND_S3);
    private final CatalogSettings.Postgres catalog = (CatalogSettings.Postgres) place.catalog();
    private final StorageSettings.S3 storage = (StorageSettings.S3) place.storage();
    private final WireProxy wire = WireProxy.postgres(catalog.host(), catalog.port());

    RawPlace() {
        S3Server.shared().createBucket(storage.bucket());
    }

    /** Attaches a lake with an instance of its own, past the wire that can be cut. */
    RawLake attach(String options) throws SQLException {
        return RawLake.attach(catalog, storage, options);
    }

    /** Attaches a lake over the wire that can be cut. */
    RawLake attachByWire(String options) throws SQLException {
        return RawLake.attach(catalogByWire(), storage, options);
    }

    /** Attaches a lake over the wire that can be cut, with keys that cannot delete objects. */
    RawLake attachByWireWithoutDelete(String options) throws SQLException, MinioException {
        return RawLake.attach(catalogByWire(), storage, SessionKeys.withoutDelete(storage), options);
    }

    private CatalogSettings.Postgres catalogByWire() {
        return CatalogSettings.postgres(
                wire.host(), wire.port(), catalog.database(), catalog.user(), catalog.password());
    }

    WireProxy wire() {
        return wire;
    }

    /** Returns the names of the objects in the bucket. */
    List<String> objects() {
        return S3Server.shared().objects(storage.bucket());
    }

    /** Opens a session with the database, to look behind the lake. */
    Connection connectToDatabase() throws SQLException {
        return PostgresServer.shared().connect(catalog.database());
    }

    @Override
    public void close() {
        wire.close();
        place.close();
    }
}
