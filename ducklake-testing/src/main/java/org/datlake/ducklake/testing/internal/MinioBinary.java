package org.datlake.ducklake.testing.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the MinIO server: on the PATH, else in a cache, else it is built by Go into that cache. MinIO publishes no
 * binaries of its community server any more, only the source.
 */
final class MinioBinary {

    /** {@code deploy/airgap/build-minio.sh} names the same version and uses the same cache. */
    static final String VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c";

    private static final Logger LOG = LoggerFactory.getLogger(MinioBinary.class);

    private MinioBinary() {}

    static Path find() {
        Optional<Path> installed = Commands.find("minio");
        if (installed.isPresent()) {
            return installed.get();
        }
        Path cached = cache().resolve("minio");
        if (!Files.isExecutable(cached)) {
            build(cached);
        }
        return cached;
    }

    private static Path cache() {
        String base = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(value -> !value.isEmpty())
                .orElse(System.getProperty("user.home") + "/.cache");
        return Path.of(base, "datlake", "tools", "minio-" + VERSION);
    }

    private static void build(Path target) {
        if (Commands.find("go").isEmpty()) {
            throw new IllegalStateException("These tests need a MinIO server, and there is neither a Docker engine with"
                    + " its image, nor minio on the PATH, nor Go to build it with: install one of the three");
        }
        LOG.info("Building MinIO {} with Go; this takes minutes, once", VERSION);
        try {
            Files.createDirectories(target.getParent());
            Path staging = Files.createTempDirectory(target.getParent(), ".build");
            Commands.run(
                    List.of("go", "install", "-trimpath", "-ldflags", "-s -w", "github.com/minio/minio@" + VERSION),
                    Map.of("GOBIN", staging.toString(), "CGO_ENABLED", "0"));
            // A rename is atomic: nobody ever starts half a binary, and a second builder does no harm.
            Files.move(staging.resolve("minio"), target, StandardCopyOption.ATOMIC_MOVE);
            FileTree.delete(staging);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
