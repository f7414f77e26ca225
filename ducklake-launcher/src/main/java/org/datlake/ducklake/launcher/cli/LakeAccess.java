package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.util.Optional;
import org.datlake.ducklake.CatalogException;
import org.datlake.ducklake.CatalogSettings;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.datlake.ducklake.launcher.bridge.BridgeClient;

/** Works on a lake in this process, or, when a server has its catalog's file open, in that one. */
final class LakeAccess {

    /** SQLSTATE of "object in use": another process has the catalog's file open. */
    private static final String IN_USE = "55006";

    private LakeAccess() {}

    /**
     * Works on the lake.
     *
     * @throws BridgeClient.BridgeException if the server did the work and it failed
     */
    static <T> T with(DuckLakeSettings settings, LocalWork<T> local, RemoteWork<T> remote)
            throws IOException, BridgeClient.BridgeException {
        DuckLakeClient lake;
        try {
            lake = DuckLakeClient.connect(settings);
        } catch (CatalogException e) {
            Optional<BridgeClient> server =
                    e.sqlState().equals(IN_USE) && settings.catalog() instanceof CatalogSettings.DuckDbFile file
                            ? BridgeClient.connect(file.file())
                            : Optional.empty();
            try (BridgeClient bridge = server.orElseThrow(() -> e)) {
                return remote.run(bridge);
            }
        }
        try (lake) {
            return local.run(lake);
        }
    }

    /**
     * Work in this process.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    interface LocalWork<T> {
        T run(DuckLakeClient lake) throws IOException;
    }

    /**
     * The same work in a server.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    interface RemoteWork<T> {
        T run(BridgeClient server) throws IOException, BridgeClient.BridgeException;
    }
}
