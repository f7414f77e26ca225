package org.datlake.ducklake.launcher.bridge;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where the bridge of a file catalog is: a socket in the file system beside it, for its owner only. */
final class BridgeAddress {

    private BridgeAddress() {}

    static Path file(Path catalogFile) {
        return catalogFile.resolveSibling(".ducklake.sock");
    }

    static UnixDomainSocketAddress of(Path catalogFile) {
        return UnixDomainSocketAddress.of(file(catalogFile));
    }
}
