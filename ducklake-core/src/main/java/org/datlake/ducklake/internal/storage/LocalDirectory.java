package org.datlake.ducklake.internal.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.datlake.ducklake.StorageSettings;
import org.datlake.ducklake.internal.fault.EngineFailure;
import org.datlake.ducklake.internal.fault.EngineFault;
import org.datlake.ducklake.internal.fault.FaultKind;
import org.jspecify.annotations.Nullable;

/** A local directory. */
final class LocalDirectory implements Storage {

    private static final String PROBE_PREFIX = ".datlake-probe-";

    private final Path directory;

    LocalDirectory(StorageSettings.Local settings) {
        this.directory = settings.directory();
    }

    @Override
    public List<String> prepare(Duration timeout) throws EngineFailure {
        try {
            Files.createDirectories(directory);
            Path probe = Files.createTempFile(directory, PROBE_PREFIX, ".tmp");
            try {
                Files.writeString(probe, "probe");
                Files.readString(probe);
            } finally {
                Files.delete(probe);
            }
            return List.of();
        } catch (IOException e) {
            throw failure("the data directory " + directory + " cannot be used: ", e);
        }
    }

    @Override
    public void probe(Duration timeout) throws EngineFailure {
        if (!Files.isWritable(directory)) {
            throw new EngineFailure(EngineFault.of(
                    FaultKind.STORAGE_DOWN,
                    "IO",
                    "58030",
                    "the data directory " + directory + " is missing or not writable"));
        }
    }

    /** Says whether a file was written to find out whether the directory can be used. */
    static boolean isProbe(Path file) {
        return String.valueOf(file.getFileName()).startsWith(PROBE_PREFIX);
    }

    @Override
    public StoredFiles files(Duration timeout) {
        return new LocalFiles(directory);
    }

    static EngineFailure failure(String what, IOException error) {
        String reason = error.getMessage();
        if (error instanceof AccessDeniedException denied) {
            reason = "access to " + denied.getFile() + " is denied; change its owner or rights";
        } else if (error instanceof NoSuchFileException missing) {
            reason = missing.getFile() + " does not exist";
        } else if (error instanceof FileAlreadyExistsException file) {
            reason = file.getFile() + " is a file, not a directory";
        } else if (error instanceof FileSystemException system && system.getReason() != null) {
            reason = system.getReason() + " (" + system.getFile() + ")";
        }
        return new EngineFailure(EngineFault.of(FaultKind.STORAGE_REFUSED, "IO", "58030", what + reason));
    }

    @Override
    public @Nullable SessionKey keyWithoutDelete(Duration timeout) {
        return null;
    }

    @Override
    public boolean mayDelete() {
        return true;
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
