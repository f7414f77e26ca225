package org.datlake.ducklake.internal.storage;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.Optional;
import org.datlake.ducklake.internal.fault.EngineFailure;

/** The files below a directory. */
final class LocalFiles implements StoredFiles {

    private final Path directory;

    LocalFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public void list(Receiver receiver) throws EngineFailure {
        try {
            Files.walkFileTree(
                    directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Visitor(receiver));
        } catch (ReceiverFailure e) {
            throw e.failure;
        } catch (IOException e) {
            throw LocalDirectory.failure("the data directory " + directory + " cannot be listed: ", e);
        }
    }

    private static StoredFile file(Path path, BasicFileAttributes attributes) {
        return new StoredFile(
                path.toString(),
                attributes.size(),
                attributes.lastModifiedTime().toInstant());
    }

    @Override
    public boolean reaches(String path) {
        return !path.contains("://");
    }

    @Override
    public Optional<StoredFile> find(String path) throws EngineFailure {
        try {
            Path file = Path.of(path);
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(file(file, attributes));
        } catch (NoSuchFileException | NotDirectoryException | InvalidPathException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw LocalDirectory.failure("the file " + path + " cannot be looked at: ", e);
        }
    }

    @Override
    public Optional<Boolean> keepsVersions() {
        return Optional.empty();
    }

    @Override
    public boolean isRestorable(String path, long bytes) {
        return false;
    }

    @Override
    public boolean restore(String path, long bytes) {
        return false;
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {

        private final Receiver receiver;

        Visitor(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile() && !LocalDirectory.isProbe(file)) {
                try {
                    receiver.accept(file(file, attributes));
                } catch (EngineFailure e) {
                    throw new ReceiverFailure(e);
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            // Files come and go while others write; a link to a folder above leads to what is listed anyway.
            if (failure instanceof NoSuchFileException || failure instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }

    /** Carries the receiver's failure out of the walk. */
    private static final class ReceiverFailure extends IOException {

        private static final long serialVersionUID = 1L;

        private final transient EngineFailure failure;

        ReceiverFailure(EngineFailure failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
